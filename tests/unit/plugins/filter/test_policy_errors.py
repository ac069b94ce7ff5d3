# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter policy_errors."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.filter.policy_errors import FilterModule

NIGHTLY = {
    "scheduling": {"interval": "daily", "minute": [30], "hour": [2]},
    "backupType": "snapshot",
    "retentionTime": 90,
}


@pytest.mark.parametrize(
    ("arguments", "errors"),
    [
        (({},), []),
        (({"mine": [{**NIGHTLY, "retentionTime": 60}]},), []),
        (
            ({"mine": [NIGHTLY]},),
            ["policies.mine[0].retention_time: 90 exceeds the maximum of 60 days for daily schedules"],
        ),
        (({"mine": 1}, "my_policies"), ["my_policies.mine: 1 is not a list of schedules"]),
        (([],), ["policies: [] is not a dictionary"]),
    ],
)
def test_all_errors_are_returned(arguments: tuple[Any, ...], errors: list[str]) -> None:
    assert FilterModule().filters()["policy_errors"](*arguments) == errors
