# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Custom policies are validated in full: their form as ansible-core validates it, and the rules of the API."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.policies import BUILT_IN
from ansible_collections.community.northflank.plugins.module_utils._tasks.custom_policies import all_policies
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import params, schedule

NIGHTLY = {"scheduling": {"interval": "daily", "minute": [30], "hour": [2]}, "backup_type": "snapshot"}


@pytest.mark.parametrize("custom", [None, {}])
def test_without_custom_policies_there_are_the_built_in_ones(custom: Any) -> None:
    policies, errors = all_policies(custom)
    assert list(policies) == list(BUILT_IN)
    assert errors == []


def test_custom_policies_add_to_the_built_in_ones_and_replace_them() -> None:
    policies, errors = all_policies({"standard": [], "mine": [params()], 7: [params("hourly")]})
    assert errors == []
    assert list(policies) == [*BUILT_IN, "mine", "7"]
    assert (policies["standard"], policies["mine"], policies["7"]) == ([], [schedule()], [schedule("hourly")])


def test_a_schedule_may_have_the_names_of_the_api() -> None:
    body = {
        "scheduling": {"interval": "weekly", "minute": "30", "hour": [18], "day": "Friday"},
        "backupType": "snapshot",
        "additionalDestinations": [{"destinationId": "cold-storage", "retentionTime": 7}],
        "retentionTime": "30",
    }
    policies, errors = all_policies({"mine": [body]})
    assert errors == []
    (found,) = policies["mine"]
    assert found.to_api() == {
        "scheduling": {"interval": "weekly", "minute": [30], "hour": [18], "day": [4]},
        "backupType": "snapshot",
        "additionalDestinations": [{"destinationId": "cold-storage", "retentionTime": 7, "type": "custom"}],
        "retentionTime": 30,
    }


@pytest.mark.parametrize(
    ("custom", "error"),
    [
        ([], "custom_policies: [] is not a dictionary"),
        ({"mine": None}, "custom_policies.mine: None is not a list of schedules"),
        ({"mine": "daily"}, "custom_policies.mine: 'daily' is not a list of schedules"),
        ({"mine": NIGHTLY}, f"custom_policies.mine: {NIGHTLY} is not a list of schedules"),
        ({"mine": ["daily"]}, "custom_policies.mine[0]: 'daily' is not a dictionary"),
        ({"mine": [{}]}, "custom_policies.mine[0]: missing required arguments: backup_type, scheduling"),
        (
            {"mine": [params(), {**NIGHTLY, "retention_time": 90}]},
            "custom_policies.mine[1].retention_time: 90 exceeds the maximum of 60 days for daily schedules",
        ),
        (
            {"mine": [{**NIGHTLY, "retentionTime": True}]},
            "custom_policies.mine[0].retention_time: true is a Boolean, not an integer",
        ),
        (
            {"mine": [params(), params()]},
            "custom_policies.mine[1]: duplicates the daily snapshot schedule in custom_policies.mine[0]; there can be"
            " only one schedule per interval and backup type",
        ),
    ],
)
def test_an_error_names_the_policy_and_the_schedule(custom: Any, error: str) -> None:
    assert all_policies(custom)[1][0] == error


def test_an_unknown_option_is_an_error() -> None:
    (error,) = all_policies({"mine": [{**params(), "retention": 7}]})[1]
    assert error.startswith(
        "custom_policies.mine[0]: unsupported parameters: retention. Supported parameters include: "
    )


def test_a_type_error_names_the_option() -> None:
    (error,) = all_policies({"mine": [{**params(), "retention_time": "a week"}]})[1]
    assert error.startswith("custom_policies.mine[0]: argument 'retention_time' is of type")


def test_all_errors_of_all_policies_are_reported_at_once() -> None:
    custom = {
        "standard": [{**params(), "retention_time": 61}, "x", {**params("hourly"), "retention_time": 8}, params()],
        "mine": 3,
        "fine": [params()],
    }
    assert all_policies(custom, "my_policies")[1] == [
        "my_policies.standard[1]: 'x' is not a dictionary",
        "my_policies.standard[0].retention_time: 61 exceeds the maximum of 60 days for daily schedules",
        "my_policies.standard[2].retention_time: 8 exceeds the maximum of 7 days for hourly schedules",
        "my_policies.standard[3]: duplicates the daily snapshot schedule in my_policies.standard[0]; there can"
        " be only one schedule per interval and backup type",
        "my_policies.mine: 3 is not a list of schedules",
    ]
