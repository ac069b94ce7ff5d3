# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controls scheduled, frequency and retention: what the backup schedules of a resource prove. Pure.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from .finding import Finding, failed, passed, unknown
from .health import why_unchecked, why_unpredictable
from .schedule import BackupSchedule
from .scheduling import DAYS_PER_WEEK, HOURS_PER_DAY, MINUTES_PER_HOUR
from .text import short_repr
from .times import format_days, format_duration

_MINUTES_PER_WEEK = DAYS_PER_WEEK * HOURS_PER_DAY * MINUTES_PER_HOUR

_NO_SCHEDULE = failed("It has no backup schedule.")


def scheduled(_parameters: Mapping[str, Any], schedules: Sequence[BackupSchedule]) -> Finding:
    """Return whether a schedule exists that runs at a known time."""
    predictable = _predictable(schedules)
    if predictable:
        return passed(f"It has backup schedules: {', '.join(sorted(each.name for each in predictable))}.")
    return _unpredictable(schedules) or _NO_SCHEDULE


def frequency(parameters: Mapping[str, Any], schedules: Sequence[BackupSchedule]) -> Finding:
    """Return whether the longest gap between two runs of any of the schedules is short enough."""
    runs = sorted(set().union(*(each.scheduling.minutes_of_week() for each in _predictable(schedules))))
    if not runs:
        return _unpredictable(schedules) or _NO_SCHEDULE
    following = [*runs[1:], runs[0] + _MINUTES_PER_WEEK]
    gap = max(later - earlier for earlier, later in zip(runs, following))
    reason = f"The longest gap between two runs of its schedules is {format_duration(timedelta(minutes=gap))}"
    if gap <= parameters["hours"] * MINUTES_PER_HOUR:
        return passed(f"{reason}.")
    # Any other schedule could only shorten it.
    return _unpredictable(schedules) or failed(f"{reason}, more than {parameters['hours']} h.")


def retention(parameters: Mapping[str, Any], schedules: Sequence[BackupSchedule]) -> Finding:
    """Return whether a schedule keeps its backups for long enough, in Northflank or in an additional destination."""
    required = parameters["days"]
    if not schedules:
        return _NO_SCHEDULE
    longest = [(max(_retentions(each)), each) for each in schedules]
    sufficient = [(retention, each) for retention, each in longest if retention[0] >= required]
    predictable = [retention for retention, each in sufficient if not why_unpredictable(each)]
    days, where = max(predictable or [retention for retention, _schedule in longest])
    reason = f"The longest retention is {format_days(days)}, {where}"
    if predictable:
        return passed(f"{reason}.")
    undetermined = _unpredictable([each for _retention, each in sufficient])
    return undetermined or failed(f"{reason}, less than {format_days(required)}.")


def _retentions(schedule: BackupSchedule) -> Iterator[tuple[int, str]]:
    """Yield for how many days a schedule keeps its backups, and where."""
    name = f"of the {schedule.name} schedule"
    yield schedule.retention_time or 0, name
    for each in schedule.additional_destinations or ():
        # Omitted, it is up to the API.
        if each.retention_time is not None:
            yield each.retention_time, f"{name} in the destination {short_repr(each.destination_id)}"


def _predictable(schedules: Sequence[BackupSchedule]) -> list[BackupSchedule]:
    return [each for each in schedules if not why_unpredictable(each)]


def _unpredictable(schedules: Sequence[BackupSchedule]) -> Finding | None:
    reasons = [reason for each in schedules if (reason := why_unchecked(each))]
    return unknown(" ".join(reasons)) if reasons else None
