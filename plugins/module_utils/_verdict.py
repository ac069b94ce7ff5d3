# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an addon is backed up: what it has, against what its policy wants and its schedules promise. Pure.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._calendar import moment
from ansible_collections.community.northflank.plugins.module_utils._plan import Action
from ansible_collections.community.northflank.plugins.module_utils._schedule import BackupSchedule

# The worst first: an addon has the worst of what is found, and the reasons for all of it.
VERDICTS = ("unknown", "unprotected", "failing", "late", "drift", "ok")

# How many days back backups are looked for: a weekly schedule's last two, and a day.
LOOK_BACK = 15

# A backup is begun at its minute; clocks differ.
_CLOCKS_DIFFER = timedelta(minutes=5)

_NOT_WELL = ("failed", "aborted", "not-supported")


@dataclass(frozen=True)
class Kind:
    """The backups of one kind, dump or snapshot, that an addon has.

    newest: the newest that is complete. failed: how many have failed since then.
    due: when the latest that should be complete by now was to begin; None where no schedule promises one.
    age: the minutes since the newest began.
    """

    backup_type: str
    newest: Backup | None
    failed: int
    due: datetime | None
    age: int | None

    @property
    def is_late(self) -> bool:
        if self.due is None:
            return False
        return self.newest is None or self.newest.began is None or self.newest.began < self.due - _CLOCKS_DIFFER

    def to_result(self) -> dict[str, Any]:
        return {
            "newest": self.newest.to_result() if self.newest else None,
            "failed_since": self.failed,
            "due_at": self.due.strftime("%Y-%m-%dT%H:%M:%SZ") if self.due else None,
            "age_minutes": self.age,
        }


def kind_of(
    backup_type: str,
    schedules: Sequence[BackupSchedule],
    backups: Sequence[Backup],
    now: datetime,
    grace: timedelta,
) -> Kind:
    """Sum up the backups of a kind. backups: the newest first. grace: how long one may take until it is complete."""
    ours = [backup for backup in backups if backup.backup_type == backup_type]
    place = next((index for index, backup in enumerate(ours) if backup.status == "completed"), len(ours))
    newest = ours[place] if place < len(ours) else None
    return Kind(
        backup_type=backup_type,
        newest=newest,
        failed=sum(backup.status in _NOT_WELL for backup in ours[:place]),
        due=_due([each for each in schedules if each.backup_type == backup_type], now - grace),
        age=int((now - newest.began).total_seconds() // 60) if newest and newest.began else None,
    )


def _due(schedules: Sequence[BackupSchedule], by: datetime) -> datetime | None:
    """Give the last time at which one of the schedules fired, of those that stood then and keep the API's rules."""
    lawful = [schedule for schedule in schedules if not schedule.problems()]
    runs = [(schedule.scheduling.run_before(by), moment(schedule.created_at)) for schedule in lawful]
    return max((run for run, created in runs if created is None or run >= created), default=None)


def verdict(
    schedules: Sequence[BackupSchedule],
    differences: Sequence[Action],
    kinds: Sequence[Kind],
    refusals: Sequence[str] = (),
) -> tuple[str, list[str]]:
    """Give the verdict on an addon that could be read, and the reasons, a sentence each.

    differences: what a rollout of its policy would do. refusals: why it would do nothing, and fail; sentences.
    """
    found: list[tuple[str, str]] = []
    if not schedules:
        found.append(("unprotected", "It has no backup schedule."))
    for kind in kinds:
        if kind.failed:
            last = f"since the last good one of {kind.newest.created_at}" if kind.newest else "and none is complete"
            found.append(("failing", f"{kind.failed} {_plural(kind.failed, kind.backup_type)} failed {last}."))
        if kind.is_late:
            due = kind.due.strftime("%Y-%m-%d %H:%M UTC") if kind.due else ""
            none = f"there is none of the last {LOOK_BACK} days"
            newest = f"the newest is of {kind.newest.created_at}" if kind.newest else none
            found.append(("late", f"A {kind.backup_type} was due at {due}, but {newest}."))
    found.extend(("drift", _difference(action)) for action in differences)
    found.extend(("drift", f"A rollout would fail: {refusal}") for refusal in refusals)
    worst = min((each for each, _reason in found), key=VERDICTS.index, default="ok")
    return worst, [reason for _each, reason in sorted(found, key=lambda each: VERDICTS.index(each[0]))]


def _difference(action: Action) -> str:
    name = action.schedule.name
    if action.action == "create":
        return f"The {name} schedule of its policy is missing."
    if action.action == "delete":
        return f"Its policy has no {name} schedule."
    return f"Its {name} schedule differs from its policy in {', '.join(action.because)}."


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
