# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controls last_backup and no_failures: what the backups of a resource prove, and how many must be read. Pure.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from .backup import STATUSES, UNSUCCESSFUL, Backup
from .finding import Finding, failed, passed, unknown
from .health import LOOK_BACK_DAYS, is_success
from .text import short_repr
from .times import format_duration, format_time, is_in_future


class NeededBackups:
    """Decides while the backups of a resource are read, the newest first, when they suffice: see newest_first().

    backup_types: those of which the verdict needs the newest successful backup, if it is in the last 15 days.
    controls: the parameters of each required control.
    """

    def __init__(self, backup_types: Iterable[str], controls: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
        self._backup_types = frozenset(backup_types)
        self._now = now
        self._ended_needed = controls["no_failures"]["last"] if "no_failures" in controls else 0
        hours = controls["last_backup"]["hours"] if "last_backup" in controls else 0
        self._verdict_since = now - timedelta(days=LOOK_BACK_DAYS)
        self._last_since = now - timedelta(hours=hours)
        self._checked = self._ended = 0
        self._successful: set[str | None] = set()

    @property
    def since(self) -> datetime | None:
        """The time before which no backup is needed; None if there is none."""
        return None if self._ended_needed else min(self._verdict_since, self._last_since)

    def suffice(self, selected: Sequence[Backup]) -> bool:
        """Return whether the backups that were read so far suffice. Those that began last are the first."""
        for backup in selected[self._checked :]:
            if is_success(backup, self._now):
                self._successful.add(backup.backup_type)
            self._ended += backup.has_ended and _has_valid_start(backup, self._now)
        self._checked = len(selected)
        oldest = selected[-1].started_at if selected else None
        return (
            (self._successful.issuperset(self._backup_types) or _began_before(oldest, self._verdict_since))
            and (bool(self._successful) or _began_before(oldest, self._last_since))
            and self._ended >= self._ended_needed
        )


def last_backup(parameters: Mapping[str, Any], backups: Sequence[Backup], now: datetime) -> Finding:
    """Return whether the newest completed backup is new enough. backups: the newest first."""
    since = now - timedelta(hours=parameters["hours"])
    newest = next((each.started_at for each in backups if is_success(each, now) and each.started_at), None)
    limit = format_duration(timedelta(hours=parameters["hours"]))
    if newest is None:
        reason = f"No completed backup began in the last {limit}."
    else:
        age = format_duration(now - newest)
        reason = f"The newest completed backup began at {format_time(newest)}, {age} ago"
        if newest >= since:
            return passed(f"{reason}.")
        reason = f"{reason}, more than {limit}."
    undetermined = [
        each for each in backups if _may_be_completed(each, now) and not _began_before(each.started_at, since)
    ]
    return unknown(_undetermined(undetermined[0], now)) if undetermined else failed(reason)


def no_failures(parameters: Mapping[str, Any], backups: Sequence[Backup], now: datetime) -> Finding:
    """Return whether none of the newest backups that have ended was unsuccessful. backups: the newest first."""
    relevant = [each for each in backups if each.has_ended or each.status not in STATUSES]
    newest = [each for each in relevant if _has_valid_start(each, now)][: parameters["last"]]
    unsuccessful = [each for each in newest if each.status in UNSUCCESSFUL]
    if unsuccessful:
        return failed(
            f"{len(unsuccessful)} of the newest {len(newest)} backups that have ended did not succeed, most recently"
            f" that from {_start(unsuccessful[0])} with the status {unsuccessful[0].status}."
        )
    # An unknown status may be a failure, and a failure at an unknown time may be among the newest.
    undetermined = [each for each in relevant if not _has_valid_start(each, now) and not each.is_completed]
    undetermined += [each for each in newest if not each.is_completed]
    if undetermined:
        return unknown(_undetermined(undetermined[0], now))
    if not newest:
        return unknown(_undetermined(relevant[0], now)) if relevant else failed("No backup has ended.")
    return passed(
        "The newest backup that has ended was successful."
        if len(newest) == 1
        else f"The newest {len(newest)} backups that have ended were successful."
    )


def _has_valid_start(backup: Backup, now: datetime) -> bool:
    return backup.started_at is not None and not is_in_future(backup.started_at, now)


def _may_be_completed(backup: Backup, now: datetime) -> bool:
    """Return whether a backup may be a success, although is_success() does not count it."""
    return backup.status not in STATUSES or (backup.is_completed and not _has_valid_start(backup, now))


def _began_before(time: datetime | None, since: datetime) -> bool:
    return time is not None and time < since


def _undetermined(backup: Backup, now: datetime) -> str:
    if not _has_valid_start(backup, now):
        return f"A backup has an invalid or future start time: {short_repr(backup.created_at)}."
    return f"The backup from {_start(backup)} has the unknown status {short_repr(backup.status)}."


def _start(backup: Backup) -> str:
    return format_time(backup.started_at) if backup.started_at else ""
