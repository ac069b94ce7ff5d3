# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options schedules, policy, policies and assignments."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import ADDON, VOLUME
from ansible_collections.community.northflank.plugins.module_utils._model.assignment import Assignment
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_schedules,
    volume_backup_schedules,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.assignments import read_assignments
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import params, schedule
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of

LIST_OF_OPTIONS = "set one of schedules, policy and assignments"


def read(is_required: bool = True, **options: Any) -> tuple[list[Assignment], list[str]]:
    given = params_of(addon_backup_schedules, **options)
    return read_assignments(ADDON, addon_backup_schedules.ARGUMENT_SPEC, given, is_required)


def test_a_list_of_schedules_is_one_assignment_without_a_policy() -> None:
    assert read(schedules=[params()]) == ([Assignment([schedule()])], [])


def test_a_policy_is_one_assignment() -> None:
    custom = {"mine": [params()]}
    assert read(policy="mine", custom_policies=custom) == ([Assignment([schedule()], "mine")], [])


def test_assignments_keep_their_order() -> None:
    entries = [
        {"tags": ["critical"], "types": ["postgresql"], "policy": "mine"},
        {"names": ["*-db"], "schedules": [params("hourly")]},
        {"schedules": []},
    ]
    assert read(assignments=entries, custom_policies={"mine": [params()]}) == (
        [
            Assignment([schedule()], "mine", tags=["critical"], types=["postgresql"]),
            Assignment([schedule("hourly")], names=["*-db"]),
            Assignment([]),
        ],
        [],
    )


def test_nothing_is_assigned_if_nothing_is_required() -> None:
    assert read(is_required=False) == ([], [])


@pytest.mark.parametrize(
    ("options", "errors"),
    [
        ({}, [f"schedules: {LIST_OF_OPTIONS}"]),
        ({"schedules": [], "policy": "standard"}, [f"policy: mutually exclusive with schedules; {LIST_OF_OPTIONS}"]),
        (
            {"policy": "standard", "assignments": [{"policy": "standard"}]},
            [f"assignments: mutually exclusive with policy; {LIST_OF_OPTIONS}"],
        ),
        (
            {"schedules": [{**params(), "retention_time": 90}]},
            ["schedules[0].retention_time: 90 exceeds the maximum of 60 days for daily schedules"],
        ),
        (
            {"policy": "criticl"},
            [
                "policy: 'criticl' is not a policy; the policies are critical, minimal, standard"
                " (did you mean critical?)"
            ],
        ),
        (
            {"policy": "standard", "custom_policies": {"mine": 1, "yours": ["x"]}},
            ["custom_policies.mine: 1 is not a list of schedules", "custom_policies.yours[0]: 'x' is not a dictionary"],
        ),
        ({"policy": "mine", "custom_policies": {"mine": 1}}, ["custom_policies.mine: 1 is not a list of schedules"]),
        ({"assignments": []}, ["assignments: must not be empty"]),
        (
            {"assignments": [{"tags": [], "names": []}, {"policy": "gold", "schedules": []}, {"policy": "minimal"}]},
            [
                "assignments[0]: set either schedules or policy",
                "assignments[0].tags: must not be empty; omit it to match all addons",
                "assignments[0].names: must not be empty; omit it to match all addons",
                "assignments[1]: set either schedules or policy",
                "assignments[1].policy: 'gold' is not a policy; the policies are critical, minimal, standard",
                "assignments[2]: matches no addon, because assignments[1] matches all",
            ],
        ),
        (
            {"assignments": [{"schedules": [{**params("hourly"), "retention_time": 8}]}]},
            ["assignments[0].schedules[0].retention_time: 8 exceeds the maximum of 7 days for hourly schedules"],
        ),
    ],
)
def test_all_errors_are_reported_at_once(options: dict[str, Any], errors: list[str]) -> None:
    assert read(**options)[1] == errors


def test_a_boolean_does_not_hide_the_errors_of_policies() -> None:
    """It is reported with the other common errors, and no rule compares it."""
    invalid = [{**params(), "retention_time": True}]
    assert read(schedules=invalid, custom_policies={"mine": 1})[1] == [
        "custom_policies.mine: 1 is not a list of schedules"
    ]
    assert read(assignments=[{"schedules": invalid}]) == ([], [])


DUMPS = {"dumps": [params("daily", "dump")]}


class TestVolumes:
    """Volumes share policies and assignments with addons."""

    @staticmethod
    def read(**options: Any) -> tuple[list[Assignment], list[str]]:
        given = params_of(volume_backup_schedules, **options)
        return read_assignments(VOLUME, volume_backup_schedules.ARGUMENT_SPEC, given, True)

    def test_a_volume_gets_the_snapshots_of_a_policy(self) -> None:
        (assignment,), errors = self.read(policy="critical")
        assert errors == []
        assert [each.name for each in assignment.schedules] == ["hourly snapshot", "daily snapshot"]
        assert [set(each.to_api()) for each in assignment.schedules] == [{"scheduling", "retentionTime"}] * 2

    def test_a_policy_without_snapshots_is_an_error_only_where_it_is_applied(self) -> None:
        error = "policy: dumps has no snapshot schedules, so it cannot be applied to a volume"
        assert self.read(policy="dumps", custom_policies=DUMPS)[1] == [error]
        assert self.read(assignments=[{"policy": "dumps"}], custom_policies=DUMPS)[1] == [f"assignments[0].{error}"]
        assert self.read(policy="minimal", custom_policies=DUMPS)[1] == []

    def test_an_empty_policy_is_valid(self) -> None:
        assert self.read(policy="none", custom_policies={"none": []}) == ([Assignment([], "none")], [])

    def test_an_addon_can_follow_a_policy_without_snapshots(self) -> None:
        assert read(policy="dumps", custom_policies=DUMPS)[1] == []

    def test_errors_name_volumes(self) -> None:
        entries = [{"policy": "minimal"}, {"policy": "minimal", "names": []}]
        assert self.read(assignments=entries)[1] == [
            "assignments[1]: matches no volume, because assignments[0] matches all",
            "assignments[1].names: must not be empty; omit it to match all volumes",
        ]
