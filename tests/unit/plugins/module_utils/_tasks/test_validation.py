# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The validation of options beyond that of ansible-core."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_schedules
from ansible_collections.community.northflank.plugins.module_utils._tasks.validation import (
    boolean_errors,
    common_errors,
)


@pytest.mark.parametrize(
    ("params", "errors"),
    [
        ({"timeout": 30, "concurrency": 8}, []),
        (
            {"timeout": True, "retries": False},
            ["timeout: true is a Boolean, not an integer", "retries: false is a Boolean, not an integer"],
        ),
        (
            {
                "schedules": [
                    {"scheduling": {"minute": [1, True], "day": ["0"]}, "retention_time": True},
                    {"additional_destinations": [{"retention_time": False}]},
                ]
            },
            [
                "schedules[0].scheduling.minute[1]: true is a Boolean, not an integer",
                "schedules[0].retention_time: true is a Boolean, not an integer",
                "schedules[1].additional_destinations[0].retention_time: false is a Boolean, not an integer",
            ],
        ),
        ({"prune": True, "all_addons": False, "schedules": None}, []),
    ],
)
def test_a_boolean_is_not_an_integer(params: dict[str, Any], errors: list[str]) -> None:
    assert boolean_errors(addon_backup_schedules.ARGUMENT_SPEC, params) == errors


NOT_AN_ID = "is not an ID: use letters and digits, in groups joined by single hyphens"


@pytest.mark.parametrize(
    ("params", "errors"),
    [
        ({"project_id": "shop", "team_id": None, "addon_ids": ["db", "cache"], "concurrency": 64}, []),
        ({"project_id": "shop", "addon_ids": None, "concurrency": 1}, []),
        # A task may not have these options.
        ({}, []),
        ({"project_id": "My Shop"}, [f"project_id: 'My Shop' {NOT_AN_ID}"]),
        ({"addon_id": ".."}, [f"addon_id: '..' {NOT_AN_ID}"]),
        ({"team_id": "a/b"}, [f"team_id: 'a/b' {NOT_AN_ID}"]),
        ({"team_id": ""}, [f"team_id: '' {NOT_AN_ID}"]),
        ({"addon_ids": ["db", "a b", ""]}, [f"addon_ids[1]: 'a b' {NOT_AN_ID}", f"addon_ids[2]: '' {NOT_AN_ID}"]),
        ({"concurrency": 0}, ["concurrency: 0 is not between 1 and 64"]),
        ({"concurrency": 65}, ["concurrency: 65 is not between 1 and 64"]),
    ],
)
def test_common_errors(params: dict[str, Any], errors: list[str]) -> None:
    assert common_errors({}, params) == errors


def test_common_errors_are_reported_at_once() -> None:
    params = {"project_id": "My Shop", "concurrency": 0, "timeout": True}
    assert common_errors(addon_backup_schedules.ARGUMENT_SPEC, params) == [
        f"project_id: 'My Shop' {NOT_AN_ID}",
        "concurrency: 0 is not between 1 and 64",
        "timeout: true is a Boolean, not an integer",
    ]
