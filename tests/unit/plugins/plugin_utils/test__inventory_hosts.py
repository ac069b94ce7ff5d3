# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the choice of the hosts of an inventory."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import ADDON, VOLUME, ResourceType
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_hosts import (
    Filters,
    project_hosts,
    resource_hosts,
    unreadable_hosts,
)

ALL = Filters({}, {})
ORDERS = {
    "id": "orders-db",
    "name": "Orders",
    "spec": {"type": "postgresql"},
    "status": "running",
    "tags": ["critical", "pci"],
}
CACHE = {"id": "cache", "spec": {"type": "redis"}, "status": "paused"}
SHOP = {"id": "shop", "name": "The Shop", "addons": [ORDERS, CACHE]}
EMPTY = {"id": "empty", "addons": []}
FLEET = [SHOP, EMPTY]


def names(include: dict[str, Any] | None = None, exclude: dict[str, Any] | None = None) -> list[str]:
    return [host.name for host in resource_hosts(ADDON, FLEET, Filters(include or {}, exclude or {}), None)]


def test_an_addon_is_a_host() -> None:
    orders, cache = resource_hosts(ADDON, FLEET, ALL, "our-team")
    assert orders.name == "orders-db.shop"
    assert orders.variables == {
        "project_id": "shop",
        "project_name": "The Shop",
        "team_id": "our-team",
        "addon_id": "orders-db",
        "addon_name": "Orders",
        "addon_type": "postgresql",
        "addon_status": "running",
        "addon_tags": ["critical", "pci"],
    }
    assert orders.groups == {
        "project": ["shop"],
        "type": ["postgresql"],
        "tag": ["critical", "pci"],
        "status": ["running"],
    }
    assert (cache.variables["addon_name"], cache.variables["addon_tags"]) == ("cache", [])


def test_a_project_is_a_host_if_it_has_an_addon() -> None:
    (shop,) = project_hosts(FLEET, ALL, None)
    assert shop.name == "shop"
    assert shop.variables == {"project_id": "shop", "project_name": "The Shop", "addon_ids": ["orders-db", "cache"]}
    assert shop.groups == {"project": ["shop"]}


def test_a_project_has_the_addons_that_match_the_filters() -> None:
    (shop,) = project_hosts(FLEET, Filters({"type": ["redis"]}, {}), None)
    assert shop.variables["addon_ids"] == ["cache"]
    assert not list(project_hosts(FLEET, Filters({"type": ["mysql"]}, {}), None))


@pytest.mark.parametrize(
    ("include", "exclude", "left"),
    [
        ({}, {}, ["orders-db.shop", "cache.shop"]),
        ({"project": ["sh*"]}, {}, ["orders-db.shop", "cache.shop"]),
        ({"project": ["The *"]}, {}, ["orders-db.shop", "cache.shop"]),
        ({"project": ["SHOP"]}, {}, []),
        ({"type": ["postgresql", "mysql"]}, {}, ["orders-db.shop"]),
        ({"tag": ["pci"]}, {}, ["orders-db.shop"]),
        ({"tag": ["pci"], "status": ["paused"]}, {}, []),
        ({}, {"tag": ["crit?cal"]}, ["cache.shop"]),
        ({"tag": ["pci"]}, {"tag": ["critical"]}, []),
        ({}, {"status": ["paused", "deleting"]}, ["orders-db.shop"]),
        ({"name": ["ca*"]}, {}, ["cache.shop"]),
        ({"name": ["Orders"]}, {}, ["orders-db.shop"]),
        ({}, {"name": ["orders-*"]}, ["cache.shop"]),
    ],
)
def test_filters(include: dict[str, Any], exclude: dict[str, Any], left: list[str]) -> None:
    assert names(include, exclude) == left


@pytest.mark.parametrize("addon", [{"id": "../etc"}, {"id": "a b"}, {"id": "{{ x }}"}, {"id": ""}])
def test_an_addon_without_a_valid_id_makes_its_project_unreadable(addon: dict[str, Any]) -> None:
    fleet = [{"id": "shop", "addons": [addon, {"id": "db"}]}]
    assert [host.name for host in resource_hosts(ADDON, fleet, ALL, None)] == ["db.shop"]
    (unreadable,) = unreadable_hosts(fleet, ALL)
    assert unreadable.name == "unreadable.shop"
    reason = f"The API lists an addon with the invalid ID {addon['id']!r}."
    assert unreadable.unreadable == f"Project shop could not be read: {reason}"


UNREADABLE = {"id": "billing", "name": "Our Billing", "addons": [], "unreadable": "GET ... failed with status 403"}


def test_a_project_that_could_not_be_read_is_a_host() -> None:
    (host,) = unreadable_hosts([*FLEET, UNREADABLE], ALL)
    assert host.name == "unreadable.billing"
    assert host.variables == {"project_id": "billing", "project_name": "Our Billing"}
    assert host.groups == {"project": ["billing"]}
    assert host.unreadable == "Project billing could not be read: GET ... failed with status 403"


@pytest.mark.parametrize(
    ("include", "exclude", "count"),
    [
        ({"project": ["billing"]}, {}, 1),
        ({"project": ["Our *"]}, {}, 1),
        ({"project": ["shop"]}, {}, 0),
        ({}, {"project": ["billing"]}, 0),
        # The addons of the project are unknown.
        ({"type": ["redis"], "tag": ["pci"]}, {"status": ["running"]}, 1),
    ],
)
def test_only_the_filters_of_projects_apply_to_an_unreadable_project(
    include: dict[str, Any], exclude: dict[str, Any], count: int
) -> None:
    assert len(list(unreadable_hosts([*FLEET, UNREADABLE], Filters(include, exclude)))) == count


def test_the_reason_has_no_control_characters() -> None:
    hostile = "\x1b[2J\u202e\n"
    (host,) = unreadable_hosts([{"id": hostile, "addons": [], "unreadable": hostile + "x" * 9000}], ALL)
    assert host.unreadable.isprintable()
    assert len(host.unreadable) < 3000
    assert host.name == "unreadable.2J"


@pytest.mark.parametrize("field", ["spec", "tags", "status", "name"])
@pytest.mark.parametrize("value", [None, 0, "", [], {}])
def test_fields_may_have_any_type(field: str, value: Any) -> None:
    (host,) = resource_hosts(ADDON, [{"id": "shop", "addons": [{**ORDERS, field: value}]}], ALL, None)
    assert host.name == "orders-db.shop"


DATA = {"id": "orders-db", "name": "Data", "status": "BOUND", "tags": ["pci"], "spec": {"accessMode": "ReadWriteOnce"}}
WITH_VOLUMES = [{**SHOP, "volumes": [DATA, {"id": "logs"}]}, {**EMPTY, "volumes": []}]


@pytest.mark.parametrize("type_", [ADDON, VOLUME])
@pytest.mark.parametrize("tags", ["critical", 5, True, {"critical": 1}])
def test_tags_that_are_no_list_are_none_as_for_the_modules(type_: ResourceType, tags: Any) -> None:
    project = {"id": "shop", type_.collection: [{**ORDERS, "tags": tags}]}
    (host,) = resource_hosts(type_, [project], ALL, None)
    assert (host.groups["tag"], host.variables[f"{type_.name}_tags"]) == ([], [])


def test_a_volume_is_a_host_with_another_name_than_an_addon_of_the_same_id() -> None:
    data, logs = resource_hosts(VOLUME, WITH_VOLUMES, ALL, None)
    assert (data.name, logs.name) == ("volume.orders-db.shop", "volume.logs.shop")
    assert data.variables == {
        "project_id": "shop",
        "project_name": "The Shop",
        "volume_id": "orders-db",
        "volume_name": "Data",
        "volume_status": "BOUND",
        "volume_tags": ["pci"],
    }
    assert data.groups == {
        "project": ["shop"],
        "type": ["volume"],
        "tag": ["pci"],
        "status": ["BOUND"],
    }


@pytest.mark.parametrize(
    ("include", "exclude", "left"),
    [
        ({"type": ["postgresql"]}, {"type": ["*"]}, ["volume.orders-db.shop", "volume.logs.shop"]),
        ({"tag": ["pci"]}, {}, ["volume.orders-db.shop"]),
        ({"name": ["Data", "lo*"]}, {"name": ["logs"]}, ["volume.orders-db.shop"]),
        ({"status": ["running"]}, {}, []),
        ({}, {"project": ["The *"]}, []),
    ],
)
def test_filters_of_types_do_not_apply_to_volumes(
    include: dict[str, Any], exclude: dict[str, Any], left: list[str]
) -> None:
    hosts = resource_hosts(VOLUME, WITH_VOLUMES, Filters(include, exclude), None)
    assert [host.name for host in hosts] == left


def test_a_volume_without_a_valid_id_makes_its_project_unreadable() -> None:
    fleet = [{"id": "shop", "volumes": [{"id": "../etc"}, {"id": "logs"}]}]
    assert [host.name for host in resource_hosts(VOLUME, fleet, ALL, None)] == ["volume.logs.shop"]
    (unreadable,) = unreadable_hosts(fleet, ALL)
    assert unreadable.unreadable.endswith("The API lists a volume with the invalid ID '../etc'.")
