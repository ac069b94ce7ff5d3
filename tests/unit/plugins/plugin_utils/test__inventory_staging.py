# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An inventory is staged before it is added, and prefers hosts to groups of the same name."""

from __future__ import annotations

import pytest
from ansible.inventory.data import InventoryData
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_staging import StagedInventory


@pytest.fixture
def staged() -> StagedInventory:
    staged = StagedInventory()
    staged.add_group("shop")
    staged.add_host("shop")
    return staged


def test_a_variable_is_set_on_the_host_of_that_name(staged: StagedInventory) -> None:
    staged.set_variable("shop", "addon_id", "db")
    assert staged.hosts["shop"].vars["addon_id"] == "db"
    assert "addon_id" not in staged.groups["shop"].vars


def test_a_variable_is_set_on_a_group_without_a_host_of_that_name(staged: StagedInventory) -> None:
    staged.add_group("crm")
    staged.set_variable("crm", "tier", "critical")
    assert staged.groups["crm"].vars == {"tier": "critical"}


def test_the_host_of_a_name_is_added_to_a_group(staged: StagedInventory) -> None:
    staged.add_group("critical")
    staged.add_child("critical", "shop")
    assert [host.name for host in staged.groups["critical"].hosts] == ["shop"]
    assert staged.groups["critical"].child_groups == []


def test_a_group_without_a_host_of_that_name_is_added_to_a_group(staged: StagedInventory) -> None:
    staged.add_group("critical")
    staged.add_group("crm")
    staged.add_child("critical", "crm")
    assert [group.name for group in staged.groups["critical"].child_groups] == ["crm"]


def test_everything_is_added_to_another_inventory(staged: StagedInventory) -> None:
    staged.add_group("critical")
    staged.add_group("crm")
    staged.add_child("critical", "shop")
    staged.add_child("critical", "crm")
    staged.set_variable("shop", "addon_id", "db")
    staged.set_variable("critical", "tier", 1)
    inventory = InventoryData()
    inventory.add_host("other")
    staged.add_to(inventory)
    assert set(inventory.hosts) == {"other", "shop"}
    assert inventory.hosts["shop"].vars["addon_id"] == "db"
    critical = inventory.groups["critical"]
    assert [host.name for host in critical.hosts] == ["shop"]
    assert [group.name for group in critical.child_groups] == ["crm"]
    assert critical.vars == {"tier": 1}
    # The objects are those of the inventory, not of the stage.
    assert critical.hosts[0] is inventory.hosts["shop"] is not staged.hosts["shop"]


def test_an_existing_host_keeps_its_variables(staged: StagedInventory) -> None:
    inventory = InventoryData()
    inventory.add_host("shop")
    inventory.hosts["shop"].set_variable("owner", "us")
    staged.set_variable("shop", "addon_id", "db")
    staged.add_to(inventory)
    variables = inventory.hosts["shop"].vars
    assert (variables["owner"], variables["addon_id"]) == ("us", "db")
