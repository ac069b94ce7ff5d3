# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the counts of backups that start in each hour of the week."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._report_heat_map import heat_map


def schedule(**times: Any) -> dict[str, Any]:
    return {"scheduling": times, "backup_type": "snapshot", "retention_time": 7}


def total(*schedules: dict[str, Any]) -> int:
    return sum(map(sum, heat_map(schedules)))


def test_a_week_has_seven_days_of_24_hours() -> None:
    assert heat_map([]) == [[0] * 24] * 7


def test_an_hourly_schedule_counts_in_every_hour() -> None:
    assert heat_map([schedule(interval="hourly", minute=[0, 20, 40])]) == [[3] * 24] * 7


def test_a_daily_schedule_counts_on_every_day() -> None:
    assert heat_map([schedule(interval="daily", minute=[0, 30], hour=[2])]) == [[0, 0, 2, *[0] * 21]] * 7


def test_a_weekly_schedule_counts_at_each_of_its_hours_on_each_of_its_days() -> None:
    week = heat_map([schedule(interval="weekly", minute=[0], hour=[2, 23], day=[0, 6])])
    assert [(week[day][hour]) for day in (0, 6) for hour in (2, 23)] == [1, 1, 1, 1]
    assert sum(map(sum, week)) == 4


def test_schedules_add_up() -> None:
    hourly = schedule(interval="hourly", minute=[0])
    daily = schedule(interval="daily", minute=[0, 30], hour=[2])
    week = heat_map([hourly, daily])
    assert (week[0][2], week[0][3]) == (3, 1)


def test_hours_and_days_that_do_not_exist_are_not_counted() -> None:
    assert total(schedule(interval="weekly", minute=[0, 60], hour=[2, 24], day=[0, 7])) == 1


@pytest.mark.parametrize(
    "times",
    [
        {"interval": "monthly", "minute": [0], "hour": [2]},
        {"interval": "hourly"},
        {"interval": "hourly", "minute": "0"},
        {"interval": "daily", "minute": [{}], "hour": [2]},
        {"interval": "daily", "minute": [0], "hour": ["2"]},
        {"interval": "weekly", "minute": [0], "hour": [2], "day": "Monday"},
    ],
)
def test_unknown_intervals_and_malformed_times_are_not_counted(times: dict[str, Any]) -> None:
    assert total(schedule(**times)) == 0
