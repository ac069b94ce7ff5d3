# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in policies are valid, and match the documentation."""

from __future__ import annotations

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.module_utils._model.policies import BUILT_IN, unknown_policy
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._model.schedule_rules import list_errors
from ansible_collections.community.northflank.plugins.module_utils._tasks import argument_specs

# By (interval, backup type): the minutes, hours and days, and the retention time.
DOCUMENTED = {
    "minimal": {("daily", "snapshot"): ((30,), (2,), (), 7)},
    "standard": {("hourly", "snapshot"): ((0,), (), (), 2), ("daily", "snapshot"): ((30,), (2,), (), 14)},
    "critical": {
        ("hourly", "snapshot"): ((0,), (), (), 7),
        ("daily", "snapshot"): ((30,), (2,), (), 30),
        ("weekly", "dump"): ((15,), (3,), (6,), 120),
    },
}


def schedules_of(policy: str) -> list[BackupSchedule]:
    return [BackupSchedule.from_params(each) for each in BUILT_IN[policy]]


def test_the_policies_are_those_of_the_documentation() -> None:
    found = {
        policy: {
            each.key: (each.scheduling.minute, each.scheduling.hour, each.scheduling.day, each.retention_time)
            for each in schedules_of(policy)
        }
        for policy in BUILT_IN
    }
    assert found == DOCUMENTED


@pytest.mark.parametrize("policy", BUILT_IN)
def test_a_policy_is_valid_as_the_option_schedules(policy: str) -> None:
    validated = ArgumentSpecValidator(argument_specs.desired_schedules()).validate(
        {"schedules": [dict(each) for each in BUILT_IN[policy]]}
    )
    assert validated.error_messages == []
    params = validated.validated_parameters["schedules"]
    assert [BackupSchedule.from_params(each) for each in params] == schedules_of(policy)
    assert list_errors(schedules_of(policy), policy) == []


@pytest.mark.parametrize("policy", BUILT_IN)
def test_a_policy_has_at_most_one_schedule_per_interval(policy: str) -> None:
    # The user guide mentions three schedules per addon, one per interval.
    intervals = [each.scheduling.interval for each in schedules_of(policy)]
    assert len(intervals) == len(set(intervals))


@pytest.mark.parametrize(
    ("name", "hint"),
    [("criticl", " (did you mean critical?)"), ("Standard", " (did you mean standard?)"), ("gold", "")],
)
def test_the_error_of_an_unknown_policy_names_the_others(name: str, hint: str) -> None:
    error = unknown_policy("assignments[1].policy", name, ["standard", "critical"])
    assert error == f"assignments[1].policy: '{name}' is not a policy; the policies are critical, standard{hint}"
