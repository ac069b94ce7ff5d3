# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The validation that ansible-core does not do."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_schedules
from ansible_collections.community.northflank.plugins.module_utils._tasks.validation import boolean_errors


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
def test_a_boolean_is_no_integer(params: dict[str, Any], errors: list[str]) -> None:
    assert boolean_errors(addon_backup_schedules.ARGUMENT_SPEC, params) == errors
