# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options controls and policy_controls: which controls are required of what, and their validation errors."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_status_info,
    volume_backup_status_info,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.plugins.module_utils._tasks.required_controls import (
    RequiredControls,
    read_controls,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of

TIER = {"frequency": {"hours": 1}, "off_site": {"hours": 26}}


def read(**options: Any) -> tuple[RequiredControls | None, list[str]]:
    return read_controls(params_of(addon_backup_status_info, **options))


def required(**options: Any) -> RequiredControls:
    controls, errors = read(**options)
    assert errors == []
    assert controls is not None
    return controls


def test_without_the_options_no_controls_are_required() -> None:
    assert read() == (None, [])


def test_only_controls_that_are_set_are_required_in_their_order() -> None:
    controls = required(controls={"last_backup": {"hours": "26"}, "scheduled": {}, "restore_tested": {}}).for_policy(
        None
    )
    assert list(controls.items()) == [
        ("scheduled", {}),
        ("last_backup", {"hours": 26}),
        ("restore_tested", {"days": 90, "include_restores": False}),
    ]


def test_the_controls_of_a_policy_replace_the_general_ones() -> None:
    controls = required(
        policy="critical", controls={"scheduled": {}}, policy_controls={"critical": TIER, "minimal": {}}
    )
    assert controls.for_policy("critical") == TIER
    assert controls.for_policy("minimal") == {}
    assert controls.for_policy("standard") == controls.for_policy(None) == {"scheduled": {}}


def test_without_general_controls_other_policies_have_none() -> None:
    controls = required(policy="critical", policy_controls={"critical": TIER})
    assert controls.for_policy("standard") == controls.for_policy(None) == {}


def test_all_controls_may_apply_if_the_policy_is_not_known() -> None:
    policies = {"critical": {**TIER, "scheduled": {}}, "minimal": {"no_failures": {"last": 3}}}
    controls = required(policy="critical", controls={"frequency": {"hours": 24}}, policy_controls=policies)
    assert list(controls.for_unknown_policy().items()) == [
        ("scheduled", {}),
        ("frequency", {"hours": 24}),
        ("no_failures", {"last": 3}),
        ("off_site", {"hours": 26}),
    ]


def test_custom_policies_exist() -> None:
    custom = {"custom_policies": {"mine": []}, "policy": "mine"}
    assert required(**custom, policy_controls={"mine": TIER}).for_policy("mine") == TIER


@pytest.mark.parametrize(
    ("options", "errors"),
    [
        (
            {"controls": {"frequency": {"hours": 0}, "retention": {"days": 121}}},
            [
                "controls.frequency.hours: 0 is not between 1 and 168",
                "controls.retention.days: 121 is not between 1 and 120",
            ],
        ),
        (
            {"policy": "critical", "policy_controls": {"critical": {"no_failures": {"last": 501}}}},
            ["policy_controls.critical.no_failures.last: 501 is not between 1 and 500"],
        ),
        (
            {"policy": "critical", "policy_controls": {"criticals": TIER}},
            [
                "policy_controls: 'criticals' is not a policy; the policies are critical, minimal, standard"
                " (did you mean critical?)"
            ],
        ),
        (
            {"policy": "critical", "policy_controls": {"critical": None, "minimal": [TIER]}},
            [
                "policy_controls.critical: None is not a dictionary",
                "policy_controls.minimal: [{'frequency': {'hours': 1}, 'off_site': {'hours': 26}}] is not a dictionary",
            ],
        ),
        (
            {"policy": "critical", "policy_controls": {"critical": {"frequency": {"hours": True}}}},
            ["policy_controls.critical.frequency.hours: true is a Boolean, not an integer"],
        ),
        (
            {"policy_controls": {"critical": TIER}},
            ["policy_controls: has no effect without policy or assignments; set controls instead"],
        ),
        ({"schedules": [], "policy_controls": {"critical": TIER}}, []),
    ],
)
def test_validation_errors(options: dict[str, Any], errors: list[str]) -> None:
    assert read(**options)[1] == errors


@pytest.mark.parametrize(
    ("controls", "error"),
    [
        ({"often": {"hours": 1}}, "policy_controls.critical: unsupported parameters: often"),
        ({"scheduled": {"hours": 1}}, "policy_controls.critical: unsupported parameters: scheduled.hours"),
        ({"frequency": {}}, "policy_controls.critical: missing required arguments: hours found in frequency"),
        ({"frequency": {"hours": "often"}}, "policy_controls.critical: "),
    ],
)
def test_policy_controls_are_validated_like_controls(controls: dict[str, Any], error: str) -> None:
    (found,) = read(policy="critical", policy_controls={"critical": controls})[1]
    assert found.startswith(error)


@pytest.mark.parametrize("task", [addon_backup_status_info, volume_backup_status_info])
def test_all_errors_are_reported_at_once_before_the_first_request(task: Any) -> None:
    params = params_of(
        task,
        project_id="My Shop",
        grace_minutes=-1,
        controls={"frequency": {"hours": True}, "last_backup": {"hours": 0}},
    )
    with pytest.raises(InvalidOptions) as raised:
        task.run(params, Context(False, pytest.fail))
    names = [error.split(":")[0] for error in raised.value.validation_errors]
    assert sorted(names) == ["controls.frequency.hours", "grace_minutes", "project_id"]
