# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide whether to retry a failed backup. Pure: no HTTP, no Ansible.

The decision depends only on the list of backups, so it is the same after a restart, for each of several events about a
failure, and for a forged event. The name of the new backup marks it as a retry.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from .backup import Backup
from .backup_request import BackupRequest
from .text import inert, printable

_PREFIX = "retry-"

_UNKNOWN_START = datetime.max.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class BackupRetry:
    """The decision. reason: a sentence, without templates.

    name, backup_type: of the backup to take; None if none is to be taken.
    backup_id: of the newest backup; None if there is none.
    """

    reason: str
    backup_id: str | None = None
    name: str | None = None
    backup_type: str | None = None

    def to_result(self) -> dict[str, Any]:
        """Return the form of results."""
        return vars(self)


def decide(backups: Sequence[Backup], now: datetime, cooldown: timedelta) -> BackupRetry:
    """Return whether to retry: only if the newest backup failed, and neither it nor a recent one is a retry.

    backups: those of an addon, in any order. cooldown: between the starts of two retries.
    """
    # A backup without a valid time may be the newest.
    newest_first = sorted(backups, key=lambda each: each.started_at or _UNKNOWN_START, reverse=True)
    if not newest_first:
        return BackupRetry("There is no backup.")
    newest = newest_first[0]
    shown = inert(printable(f"{newest.name} ({newest.id})", 200))
    if newest.status != "failed":
        return BackupRetry(f"The newest backup {shown} is {inert(printable(newest.status, 100))}.", newest.id)
    if _is_retry(newest):
        return BackupRetry(f"The newest backup {shown} failed, and is a retry already.", newest.id)
    name = _retry_name(newest)
    if any(each.name == name for each in backups):
        # Its time is not valid or in the future, or it would not be the newest.
        return BackupRetry(f"The newest backup {shown} failed, and was retried already.", newest.id)
    recent = next((each for each in newest_first if _is_retry(each) and _is_recent(each, now, cooldown)), None)
    if recent:
        minutes = int(cooldown.total_seconds() // 60)
        taken = inert(printable(recent.name, 100))
        reason = f"The newest backup {shown} failed, but {taken} was taken less than {minutes} minutes ago."
        return BackupRetry(reason, newest.id)
    reason = f"The newest backup {shown} failed."
    return BackupRetry(reason, newest.id, name, newest.backup_type or "snapshot")


def _is_retry(backup: Backup) -> bool:
    return backup.name.startswith(_PREFIX)


def _is_recent(backup: Backup, now: datetime, cooldown: timedelta) -> bool:
    return backup.started_at is None or now - backup.started_at < cooldown


def _retry_name(failed: Backup) -> str:
    """Return a name that is the same for each retry of a backup, so the module addon_backup takes only one."""
    name = f"{_PREFIX}{failed.id}"
    if not BackupRequest(name=name, backup_type="snapshot").validation_errors():
        return name
    return f"{_PREFIX}{hashlib.sha256(failed.id.encode()).hexdigest()[:24]}"
