# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The desired state comes from the options, and each addon gets its own times."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.addon_types import AddonTypes
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._model.assignment import Assignment
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._reconcile.desired_state import DesiredState

OPTIONS = {
    "scheduling": {"interval": "daily", "minute": [0], "hour": [2]},
    "backup_type": "snapshot",
    "retention_time": 7,
}
ASSIGNMENT = Assignment([BackupSchedule.from_params(OPTIONS)], "archive")
TYPES = cast(AddonTypes, object())


def params(**changes: Any) -> dict[str, Any]:
    return {
        "prune": True,
        "on_difference": "keep",
        "write_method": "addon",
        "stagger_minutes": 120,
        "on_unsupported": "warn",
        **changes,
    }


def test_it_has_the_options_of_the_module_and_the_schedules_of_the_assignment() -> None:
    assert DesiredState.from_params(params(), ASSIGNMENT, TYPES) == DesiredState(
        schedules=[BackupSchedule.from_params(OPTIONS)],
        prune=True,
        on_difference="keep",
        write_method="addon",
        stagger_minutes=120,
        on_unsupported="warn",
        types=TYPES,
        policy="archive",
    )


@pytest.mark.parametrize("on_unsupported", [None, "fail", "warn", "skip"])
def test_without_on_unsupported_the_types_are_not_read(on_unsupported: str | None) -> None:
    state = DesiredState.from_params(params(on_unsupported=on_unsupported), ASSIGNMENT, TYPES)
    assert state.types is (TYPES if on_unsupported else None)


def test_each_addon_gets_its_own_times() -> None:
    state = DesiredState.from_params(params(), ASSIGNMENT, TYPES)
    (orders,), (customers,) = (state.schedules_of(Resource("shop", each)) for each in ("orders-db", "customers-db"))
    assert orders.scheduling != customers.scheduling
    assert [orders] == state.schedules_of(Resource("shop", "orders-db"))


def test_without_a_window_the_times_are_those_of_the_options() -> None:
    state = DesiredState.from_params(params(stagger_minutes=0), ASSIGNMENT, TYPES)
    assert state.schedules_of(Resource("shop", "orders-db")) == [BackupSchedule.from_params(OPTIONS)]
