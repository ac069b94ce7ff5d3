# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The copies of backups in backup destinations, by addon: as much of them as controls need. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from .backup import STATUSES
from .destination import BackupDestination
from .stored_backup import StoredBackup
from .text import short_repr
from .times import is_in_future, parse_time


@dataclass(frozen=True)
class DestinationCopies:
    """The copies in a backup destination. Times are in the format of ISO 8601, so that all survives JSON.

    name: for messages. error: why they could not be read; None if they were.
    locked: whether object lock is enabled. lock_days: for how long; None if that is unknown.
    completed: when the newest completed copy of each addon, as project/addon, began.
    undetermined: the same of the copies that may be completed and not expired: their status is unknown, their time of
    expiry invalid, or their start invalid or in the future, which counts as now.
    unattributed: the same of the copies of which the API does not list the project and the addon.
    """

    name: str
    error: str | None = None
    locked: bool = False
    lock_days: int | None = None
    completed: Mapping[str, str] = field(default_factory=dict)
    undetermined: Mapping[str, str] = field(default_factory=dict)
    unattributed: str | None = None

    @classmethod
    def unreadable(cls, destination: BackupDestination, error: str) -> DestinationCopies:
        """Return that the copies in a destination could not be read."""
        return cls(short_repr(destination.name), error)

    @classmethod
    def of(cls, destination: BackupDestination, copies: Iterable[StoredBackup], now: datetime) -> DestinationCopies:
        """Summarize all copies in a destination. Those that have expired, or will not be completed, do not count."""
        completed: dict[str, datetime] = {}
        undetermined: dict[str, datetime] = {}
        unattributed: datetime | None = None
        for copy in copies:
            started = parse_time(copy.created_at)
            is_valid = started is not None and not is_in_future(started, now)
            time = started if started is not None and is_valid else now
            has_expired = _has_expired(copy, started, now)
            if (copy.status != "completed" and copy.status in STATUSES) or has_expired:
                continue
            if copy.project_id is None or copy.addon_id is None:
                unattributed = time if unattributed is None else max(unattributed, time)
                continue
            is_certain = is_valid and copy.status == "completed" and has_expired is False
            times = completed if is_certain else undetermined
            addon = f"{copy.project_id}/{copy.addon_id}"
            times[addon] = max(times.get(addon, time), time)
        days = destination.credentials.object_lock_retention_days
        return cls(
            name=short_repr(destination.name),
            locked=bool(destination.credentials.enable_object_lock),
            lock_days=days if days and days > 0 else None,
            completed={addon: time.isoformat() for addon, time in completed.items()},
            undetermined={addon: time.isoformat() for addon, time in undetermined.items()},
            unattributed=unattributed.isoformat() if unattributed else None,
        )


def _has_expired(copy: StoredBackup, started: datetime | None, now: datetime) -> bool | None:
    """Return whether a copy has expired; None if that is unknown. A time before its start is no valid one."""
    expires = parse_time(copy.expires_at)
    if expires is None:
        return None if copy.has_invalid_expiry else False
    if started is not None and expires <= started:
        return None
    return expires <= now


@dataclass(frozen=True)
class Copies:
    """The copies in all backup destinations of an account or team.

    read_at: when they were read: those that were created later are not in them.
    error: why the destinations could not be listed; None if they were.
    """

    read_at: datetime
    destinations: tuple[DestinationCopies, ...] = ()
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return a form that survives JSON."""
        return {**asdict(self), "read_at": self.read_at.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Copies:
        """Convert what to_json() returned."""
        destinations = tuple(DestinationCopies(**each) for each in stored["destinations"])
        return cls(datetime.fromisoformat(stored["read_at"]), destinations, stored["error"])


# For what needs no copies.
UNREAD = Copies(datetime.min.replace(tzinfo=timezone.utc), error="They were not read.")
