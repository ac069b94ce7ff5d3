# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict on an addon's backups: compares them with its schedules, and these with its policy. Pure.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._calendar import (
    DAYS_PER_WEEK,
    HOURS_PER_DAY,
    MINUTES_PER_HOUR,
    parse_time,
)
from ansible_collections.community.northflank.plugins.module_utils._plan import Action
from ansible_collections.community.northflank.plugins.module_utils._schedule import BackupSchedule

# The worst first: an addon has the worst verdict that applies, and the reasons for all of them. skipped is the verdict
# on an addon that is not assessed, because it is being deleted.
VERDICTS = ("unknown", "unprotected", "failing", "late", "drift", "ok", "skipped")

# The statuses of an addon that is being deleted. A rollout skips it.
BEING_DELETED = ("deleting", "deleted")

# How many days of backups are read: enough for the last two of a weekly schedule, and a day.
LOOK_BACK = 15

# The longest grace period, in minutes: with more, the backup that was due could be older than LOOK_BACK.
LONGEST_GRACE = DAYS_PER_WEEK * HOURS_PER_DAY * MINUTES_PER_HOUR

# A backup begins within its minute, and clocks differ.
_CLOCK_SKEW = timedelta(minutes=5)

_BACKUP_TYPES = ("dump", "snapshot")
_UNSUCCESSFUL = ("failed", "aborted", "not-supported")

# How many start times a reason quotes at most.
_MOST_TIMES = 3


@dataclass(frozen=True)
class Kind:
    """The backups of one type, dump or snapshot, of an addon.

    newest: the newest successful one. failed: how many have failed since.
    due: when the latest that should be complete by now was due to begin; None if no schedule promises one.
    age: the minutes since the newest began.
    ignored: the successful backups that cannot be the newest: see is_success().
    """

    backup_type: str
    newest: Backup | None
    failed: int
    due: datetime | None
    age: int | None
    ignored: tuple[Backup, ...] = ()

    @property
    def is_late(self) -> bool:
        if self.due is None:
            return False
        return self.newest is None or self.newest.began is None or self.newest.began < self.due - _CLOCK_SKEW

    def to_result(self) -> dict[str, Any]:
        return {
            "newest": self.newest.to_result() if self.newest else None,
            "failed_since": self.failed,
            "due_at": self.due.strftime("%Y-%m-%dT%H:%M:%SZ") if self.due else None,
            "age_minutes": self.age,
        }


def is_success(backup: Backup, now: datetime) -> bool:
    """Return whether a backup proves that backups work: it is complete and began at a valid time, not in the future."""
    return backup.status == "completed" and backup.began is not None and not _is_in_future(backup.began, now)


def why_unchecked(schedule: BackupSchedule) -> str | None:
    """Return why nothing can be expected of a schedule: nobody knows when it fires, or what it makes. Usually None.

    A schedule that breaks another rule of the API, such as the longest retention, fires all the same.
    """
    problems = schedule.scheduling.problems()
    if schedule.backup_type not in _BACKUP_TYPES:
        problems.append(f"backup_type: {schedule.backup_type!r} is not one of {', '.join(_BACKUP_TYPES)}")
    return "; ".join(problems) or None


def kind_of(
    backup_type: str,
    schedules: Sequence[BackupSchedule],
    backups: Sequence[Backup],
    now: datetime,
    grace: timedelta,
) -> Kind:
    """Sum up the backups of one type. backups: the newest first. grace: the time that a backup may take to complete."""
    of_this_type = [backup for backup in backups if backup.backup_type == backup_type]
    ours = [backup for backup in of_this_type if backup.began is None or not _is_in_future(backup.began, now)]
    place = next((index for index, backup in enumerate(ours) if is_success(backup, now)), len(ours))
    newest = ours[place] if place < len(ours) else None
    checked = [each for each in schedules if each.backup_type == backup_type and not why_unchecked(each)]
    return Kind(
        backup_type=backup_type,
        newest=newest,
        failed=sum(backup.status in _UNSUCCESSFUL for backup in ours[:place]),
        due=_due(checked, now, grace),
        age=max(0, int((now - newest.began).total_seconds() // 60)) if newest and newest.began else None,
        ignored=tuple(each for each in of_this_type if each.status == "completed" and not is_success(each, now)),
    )


def _is_in_future(time: datetime, now: datetime) -> bool:
    return time > now + _CLOCK_SKEW


def _due(schedules: Sequence[BackupSchedule], now: datetime, grace: timedelta) -> datetime | None:
    """Return the last time that one of the schedules fired more than the grace period ago, after it was created."""
    fired = [(schedule.scheduling.run_before(now - grace), _created(schedule, now)) for schedule in schedules]
    return max((run for run, created in fired if created is None or run >= created), default=None)


def _created(schedule: BackupSchedule, now: datetime) -> datetime | None:
    """Return when a schedule was created; None if that is unknown, or in the future: then it always existed."""
    created = parse_time(schedule.created_at)
    return None if created is None or _is_in_future(created, now) else created


def verdict(
    schedules: Sequence[BackupSchedule],
    differences: Sequence[Action],
    kinds: Sequence[Kind],
    refusals: Sequence[str] = (),
) -> tuple[str, list[str]]:
    """Return the verdict on an addon that could be read, and the reasons, one sentence each.

    differences: what a rollout of its policy would do. refusals: why it would do nothing, and fail; sentences.
    """
    found: list[tuple[str, str]] = []
    if not schedules:
        found.append(("unprotected", "It has no backup schedule."))
    for schedule in schedules:
        unchecked = why_unchecked(schedule)
        if unchecked:
            found.append(("unknown", f"Its {schedule.name} schedule cannot be checked: {unchecked}."))
    for kind in kinds:
        if kind.failed:
            since = (
                f"since the last successful one of {kind.newest.created_at}" if kind.newest else "and none succeeded"
            )
            found.append(("failing", f"{kind.failed} {_plural(kind.failed, kind.backup_type)} failed {since}."))
        if kind.is_late:
            found.append(("late", _late(kind)))
    found.extend(("drift", _difference(action)) for action in differences)
    found.extend(("drift", f"A rollout would fail: {refusal}") for refusal in refusals)
    worst = min((each for each, _reason in found), key=VERDICTS.index, default="ok")
    return worst, [reason for _each, reason in sorted(found, key=lambda each: VERDICTS.index(each[0]))]


def _late(kind: Kind) -> str:
    due = kind.due.strftime("%Y-%m-%d %H:%M UTC") if kind.due else ""
    newest = (
        f"the newest is of {kind.newest.created_at}" if kind.newest else f"there is none of the last {LOOK_BACK} days"
    )
    late = f"A {kind.backup_type} was due at {due}, but {newest}."
    if not kind.ignored:
        return late
    times = ", ".join(repr(each.created_at) for each in kind.ignored[:_MOST_TIMES])
    count = len(kind.ignored)
    more = f" and {count - _MOST_TIMES} more" if count > _MOST_TIMES else ""
    return (
        f"{late} {count} {_plural(count, kind.backup_type)} with an invalid or future start time"
        f" {'does' if count == 1 else 'do'} not count: {times}{more}."
    )


def _difference(action: Action) -> str:
    name = action.schedule.name
    if action.action == "create":
        return f"The {name} schedule of its policy is missing."
    if action.action == "delete":
        return f"Its policy has no {name} schedule."
    return f"Its {name} schedule differs from its policy in {', '.join(action.because)}."


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
