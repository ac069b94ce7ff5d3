# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The health of a resource's backups: compares them with what its schedules require. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .backup import STATUSES, UNSUCCESSFUL, Backup
from .schedule import BACKUP_TYPES, BackupSchedule
from .schedule_rules import time_errors
from .scheduling import DAYS_PER_WEEK, HOURS_PER_DAY, MINUTES_PER_HOUR
from .text import short_repr
from .times import CLOCK_SKEW, format_time, is_in_future, parse_time

# The worst first: a resource has the worst verdict that applies, and the reasons for all of them. skipped is the
# verdict on a resource that is not assessed, because it is being deleted.
VERDICTS = ("unknown", "unprotected", "failing", "late", "drift", "ok", "skipped")

# How many days of backups are read: enough for the last two of a weekly schedule, and one more.
LOOK_BACK_DAYS = 15

# The longest grace period, in minutes: with a longer one, the backup that was due could be older than LOOK_BACK_DAYS.
MAX_GRACE_MINUTES = DAYS_PER_WEEK * HOURS_PER_DAY * MINUTES_PER_HOUR

# How many start times a reason quotes at most.
_MAX_QUOTED_TIMES = 3


@dataclass(frozen=True)
class BackupHealth:
    """The state of a resource's backups of one type, dump or snapshot.

    newest: the newest successful one. failures: how many have failed since.
    due_at: when the latest that should be complete by now was due to begin; None if no schedule requires one.
    age_minutes: the minutes since the newest began.
    ignored: the successful backups that cannot be the newest: see is_success().
    undetermined: those that are newer than the newest, with a status that this collection does not know.
    """

    backup_type: str
    newest: Backup | None
    failures: int
    due_at: datetime | None
    age_minutes: int | None
    ignored: tuple[Backup, ...] = ()
    undetermined: tuple[Backup, ...] = ()

    @property
    def is_late(self) -> bool:
        """Whether the backup that was due does not exist."""
        if self.due_at is None:
            return False
        started_at = self.newest.started_at if self.newest else None
        return started_at is None or started_at < self.due_at - CLOCK_SKEW

    def to_result(self) -> dict[str, Any]:
        """Return the form of results."""
        return {
            "newest": self.newest.to_result() if self.newest else None,
            "failures": self.failures,
            "due_at": format_time(self.due_at) if self.due_at else None,
            "age_minutes": self.age_minutes,
        }


def is_success(backup: Backup, now: datetime) -> bool:
    """Return whether a backup proves that backups work: it is complete and began at a valid time, not in the future."""
    return backup.status == "completed" and backup.started_at is not None and not is_in_future(backup.started_at, now)


def why_unpredictable(schedule: BackupSchedule) -> str | None:
    """Return why nobody knows when a schedule runs or what it creates; None if that is known, as it usually is.

    A schedule that breaks another rule of the API, such as the longest retention, runs all the same.
    """
    reasons = time_errors(schedule.scheduling)
    if schedule.backup_type not in BACKUP_TYPES:
        reasons.append(f"backup_type: {schedule.backup_type!r} is not one of {', '.join(BACKUP_TYPES)}")
    return "; ".join(reasons) or None


def why_unchecked(schedule: BackupSchedule) -> str | None:
    """Return the sentence that a schedule cannot be checked, and why; None if it can."""
    reason = why_unpredictable(schedule)
    return f"Its {schedule.name} schedule cannot be checked: {reason}." if reason else None


def health_of(
    backup_type: str,
    schedules: Sequence[BackupSchedule],
    backups: Sequence[Backup],
    now: datetime,
    grace: timedelta,
) -> BackupHealth:
    """Summarize the backups of one type.

    backups: the newest first. grace: the time that a backup may take to complete.
    """
    of_this_type = [backup for backup in backups if backup.backup_type == backup_type]
    valid = [each for each in of_this_type if each.started_at is None or not is_in_future(each.started_at, now)]
    index = next((index for index, backup in enumerate(valid) if is_success(backup, now)), len(valid))
    newest = valid[index] if index < len(valid) else None
    predictable = [each for each in schedules if each.backup_type == backup_type and not why_unpredictable(each)]
    return BackupHealth(
        backup_type=backup_type,
        newest=newest,
        failures=sum(backup.status in UNSUCCESSFUL for backup in valid[:index]),
        due_at=_due(predictable, now, grace),
        age_minutes=_age_minutes(newest, now),
        ignored=tuple(each for each in of_this_type if each.status == "completed" and not is_success(each, now)),
        undetermined=tuple(backup for backup in valid[:index] if backup.status not in STATUSES),
    )


def _age_minutes(newest: Backup | None, now: datetime) -> int | None:
    if newest is None or newest.started_at is None:
        return None
    return max(0, int((now - newest.started_at).total_seconds() // 60))


def _due(schedules: Sequence[BackupSchedule], now: datetime, grace: timedelta) -> datetime | None:
    """Return the last run of any of the schedules that is older than the grace period, but not than its schedule."""
    runs = [(schedule.scheduling.run_before(now - grace), _created(schedule, now)) for schedule in schedules]
    return max((run for run, created in runs if created is None or run >= created), default=None)


def _created(schedule: BackupSchedule, now: datetime) -> datetime | None:
    """Return when a schedule was created; None if that is unknown or in the future: then it counts as old."""
    created = parse_time(schedule.created_at)
    return None if created is None or is_in_future(created, now) else created


def verdict(
    schedules: Sequence[BackupSchedule], health: Sequence[BackupHealth], drift: Sequence[str] = ()
) -> tuple[str, list[str]]:
    """Return the verdict on a resource that could be read, and the reasons for it, one sentence each.

    drift: how the schedules differ from the policy; sentences.
    """
    found: list[tuple[str, str]] = []
    if not schedules:
        found.append(("unprotected", "It has no backup schedule."))
    for schedule in schedules:
        reason = why_unchecked(schedule)
        if reason:
            found.append(("unknown", reason))
    for each in health:
        if each.failures:
            found.append(("failing", _failing(each)))
        if each.is_late and each.undetermined:
            found.append(("unknown", _undetermined(each)))
        elif each.is_late:
            found.append(("late", _late(each)))
    found.extend(("drift", reason) for reason in drift)
    worst = min((each for each, _reason in found), key=VERDICTS.index, default="ok")
    return worst, [reason for _verdict, reason in sorted(found, key=lambda each: VERDICTS.index(each[0]))]


def _failing(health: BackupHealth) -> str:
    count = health.failures
    have = "has" if count == 1 else "have"
    newest = health.newest
    since = f" since the last successful one, at {newest.created_at}" if newest else ", and none has succeeded"
    return f"{count} {_plural(count, health.backup_type)} {have} failed{since}."


def _undetermined(health: BackupHealth) -> str:
    newest = health.undetermined[0]
    return (
        f"A {health.backup_type} was due at {_due_at(health)}, but the status of that from {newest.created_at} is"
        f" {short_repr(newest.status)}, which this version of community.northflank does not know."
    )


def _due_at(health: BackupHealth) -> str:
    return health.due_at.strftime("%Y-%m-%d %H:%M UTC") if health.due_at else ""


def _late(health: BackupHealth) -> str:
    newest = (
        f"the newest successful one is from {health.newest.created_at}"
        if health.newest
        else f"there is no successful one from the last {LOOK_BACK_DAYS} days"
    )
    late = f"A {health.backup_type} was due at {_due_at(health)}, but {newest}."
    if not health.ignored:
        return late
    times = ", ".join(repr(each.created_at) for each in health.ignored[:_MAX_QUOTED_TIMES])
    count = len(health.ignored)
    more = f" and {count - _MAX_QUOTED_TIMES} more" if count > _MAX_QUOTED_TIMES else ""
    return (
        f"{late} {count} {_plural(count, health.backup_type)} with an invalid or future start time"
        f" {'does' if count == 1 else 'do'} not count: {times}{more}."
    )


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
