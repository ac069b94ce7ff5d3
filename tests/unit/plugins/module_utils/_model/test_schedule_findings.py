# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls scheduled, frequency and retention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import (
    BackupSchedule,
    Destination,
)
from ansible_collections.community.northflank.plugins.module_utils._model.schedule_findings import (
    frequency,
    retention,
    scheduled,
)
from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import Scheduling
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    schedule,
    schedulings,
)
from hypothesis import given, settings
from hypothesis import strategies as st

DAILY = schedule("daily", retention_time=14)
WEEKLY = schedule("weekly", "dump", retention_time=30)
MONTHLY = replace(schedule("weekly", retention_time=90), scheduling=Scheduling.of("monthly", [0], [2], None))
COPY = replace(DAILY, backup_type="copy")


def copied(**retention_times: int | None) -> BackupSchedule:
    return replace(DAILY, additional_destinations=tuple(Destination(*each) for each in retention_times.items()))


@pytest.mark.parametrize(
    ("schedules", "status", "reason"),
    [
        ([], "fail", "It has no backup schedule."),
        ([WEEKLY, DAILY], "pass", "It has backup schedules: daily snapshot, weekly dump."),
        ([DAILY, MONTHLY], "pass", "It has backup schedules: daily snapshot."),
        ([MONTHLY], "unknown", "Its monthly snapshot schedule cannot be checked: "),
        ([COPY], "unknown", "Its daily copy schedule cannot be checked: "),
    ],
)
def test_scheduled(schedules: Sequence[BackupSchedule], status: str, reason: str) -> None:
    finding = scheduled({}, schedules)
    assert finding.status == status
    assert finding.reason.startswith(reason)


@pytest.mark.parametrize(
    ("schedules", "hours", "status", "reason"),
    [
        ([], 168, "fail", "It has no backup schedule."),
        ([MONTHLY], 168, "unknown", "Its monthly snapshot schedule cannot be checked: "),
        ([DAILY], 24, "pass", "The longest gap between two runs of its schedules is 24 h."),
        ([DAILY], 23, "fail", "The longest gap between two runs of its schedules is 24 h, more than 23 h."),
        ([DAILY, MONTHLY], 24, "pass", "The longest gap "),
        ([DAILY, MONTHLY], 23, "unknown", "Its monthly snapshot schedule cannot be checked: "),
        ([WEEKLY], 168, "pass", "The longest gap between two runs of its schedules is 7 days."),
        ([WEEKLY], 167, "fail", "The longest gap "),
        # Around the end of the week: from Sunday 23:30 to Monday 00:15.
        ([schedule("weekly", day=[6, 0], hour=[0, 23], minute=[15, 30])], 144, "pass", "The longest gap "),
        ([schedule("hourly", minute=[59])], 1, "pass", "The longest gap between two runs of its schedules is 1 h."),
        (
            [schedule("hourly", minute=[0, 1])],
            1,
            "pass",
            "The longest gap between two runs of its schedules is 59 min.",
        ),
    ],
)
def test_frequency(schedules: Sequence[BackupSchedule], hours: int, status: str, reason: str) -> None:
    finding = frequency({"hours": hours}, schedules)
    assert finding.status == status
    assert finding.reason.startswith(reason)


class TestAgainstReference:
    """The longest gap, compared with a simulation of two weeks, minute by minute."""

    MONDAY = datetime(2026, 11, 23, tzinfo=timezone.utc)

    def longest_gap(self, schedulings: Sequence[Scheduling]) -> int:
        """Return the longest gap in minutes between two runs: slowly, and from the definition."""
        longest, last = 0, None
        for minute in range(2 * 7 * 24 * 60):
            time = self.MONDAY + timedelta(minutes=minute)
            if any(self.runs_at(each, time) for each in schedulings):
                longest = max(longest, minute - last) if last is not None else longest
                last = minute
        return longest

    @staticmethod
    def runs_at(scheduling: Scheduling, time: datetime) -> bool:
        is_day = scheduling.interval != "weekly" or time.weekday() in scheduling.day
        is_hour = scheduling.interval == "hourly" or time.hour in scheduling.hour
        return is_day and is_hour and time.minute in scheduling.minute

    @settings(max_examples=50, deadline=None)
    @given(st.lists(schedulings(), min_size=1, max_size=3), st.integers(-2, 2))
    def test_a_control_passes_from_the_longest_gap_on(self, listed: list[Scheduling], difference: int) -> None:
        gap = self.longest_gap(listed)
        hours = max(1, -(-gap // 60) + difference)
        schedules = [replace(DAILY, scheduling=each) for each in listed]
        assert frequency({"hours": hours}, schedules).status == ("pass" if gap <= hours * 60 else "fail")


@pytest.mark.parametrize(
    ("schedules", "days", "status", "reason"),
    [
        ([], 1, "fail", "It has no backup schedule."),
        ([DAILY], 14, "pass", "The longest retention is 14 days, of the daily snapshot schedule."),
        ([DAILY], 15, "fail", "The longest retention is 14 days, of the daily snapshot schedule, less than 15 days."),
        ([DAILY, WEEKLY], 30, "pass", "The longest retention is 30 days, of the weekly dump schedule."),
        ([copied(archive=60)], 60, "pass", "The longest retention is 60 days, of the daily snapshot schedule in the"),
        ([copied(archive=60)], 61, "fail", "The longest retention is 60 days, "),
        ([copied(archive=None)], 15, "fail", "The longest retention is 14 days, of the daily snapshot schedule, "),
        ([MONTHLY], 90, "unknown", "Its monthly snapshot schedule cannot be checked: "),
        ([MONTHLY], 91, "fail", "The longest retention is 90 days, of the monthly snapshot schedule, less than"),
        ([DAILY, MONTHLY], 14, "pass", "The longest retention is 14 days, "),
        ([DAILY, MONTHLY], 90, "unknown", "Its monthly snapshot schedule cannot be checked: "),
        ([schedule(retention_time=1)], 2, "fail", "The longest retention is 1 day, "),
        ([replace(DAILY, retention_time=-1)], 1, "fail", "The longest retention is -1 days, "),
    ],
)
def test_retention(schedules: Any, days: int, status: str, reason: str) -> None:
    finding = retention({"days": days}, schedules)
    assert finding.status == status
    assert finding.reason.startswith(reason)
