# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan for an object is in a result."""

from __future__ import annotations

from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan_object import ObjectPlan
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import destination


def test_an_action_has_the_changed_options_if_there_are_any() -> None:
    created = ObjectPlan("create", None, destination())
    assert created.to_result() == [{"action": "create", "destination_id": "cold-storage"}]
    updated = ObjectPlan("update", destination(destination_id="archive"), destination(), ("name",))
    assert updated.to_result() == [{"action": "update", "destination_id": "archive", "changed_options": ["name"]}]


def test_without_an_action_there_is_nothing_to_report() -> None:
    assert ObjectPlan(None, destination(), destination()).to_result() == []
    assert ObjectPlan(None, None, None, refusals=("It is ambiguous.",)).to_result() == []
