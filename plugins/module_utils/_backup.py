# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A backup of an addon, completed or in progress. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._calendar import parse_time

# API reference, "List addon backups".
STATUSES = ("scheduled", "in-progress", "completed", "aborting", "aborted", "failed", "not-supported")

# By where a backup was made from: a dump of the running database, or a snapshot of its disk.
_TYPES = {"liveInstance": "dump", "snapshot": "snapshot"}

_NEVER = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Backup:
    """One backup. created_at and completed_at are as the API returns them.

    backup_type: dump or snapshot; None for any other source.
    size: in bytes; None if the API returns none, or no valid one.
    """

    id: str
    name: str
    status: str
    backup_type: str | None
    created_at: str
    completed_at: str | None
    size: int | None
    compression_type: str | None

    @classmethod
    def from_api(cls, listed: Mapping[str, Any]) -> Backup:
        """Make it from a backup as the API lists it. Raises ValueError if it is not a backup.

        An optional field of an unexpected type counts as not set: it must not hide the backup.
        """
        try:
            config = listed.get("config") or {}
            source = config.get("source") or {}
            return cls(
                id=str(listed["id"]),
                name=str(listed.get("name") or ""),
                status=str(listed["status"]),
                backup_type=_TYPES.get(str(source.get("type"))),
                created_at=str(listed["createdAt"] or ""),
                completed_at=_text(listed.get("completedAt")),
                size=_bytes(config.get("size")),
                compression_type=_text(config.get("compressionType")),
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"no backup: {listed!r:.200}") from error

    @property
    def began(self) -> datetime | None:
        """When it began, in UTC; None if created_at is not a valid time."""
        return parse_time(self.created_at)

    def to_result(self) -> dict[str, Any]:
        return dict(vars(self))


def never(taken: Sequence[Backup]) -> bool:
    """Find no number of backups enough."""
    return False


def newest_first(
    listed: Iterable[Backup],
    since: datetime | None = None,
    statuses: Container[str] = STATUSES,
    enough: Callable[[Sequence[Backup]], object] = never,
) -> list[Backup]:
    """Take backups from a list that may come page by page, as few pages as will do; give them, the newest first.

    since: those that began before it are left out. statuses: those of another status are, too. enough: told what is
    taken so far, says whether that will do.

    Lists come the newest first, as far as is seen, but nothing promises it. So reading ends early only where what was
    read so far went back in time, and never forth.
    """
    taken: list[Backup] = []
    order = _Order()
    for backup in listed:
        order.see(backup.began)
        too_old = since is not None and backup.began is not None and backup.began < since
        if not too_old and backup.status in statuses:
            taken.append(backup)
        if order.goes_back and (too_old or enough(taken)):
            break
    taken.sort(key=lambda each: each.began or _NEVER, reverse=True)
    return taken


class _Order:
    """Sees whether times that come one after the other go back."""

    def __init__(self) -> None:
        self._last: datetime | None = None
        self._back = self._forth = False

    def see(self, time: datetime | None) -> None:
        if time is None or self._last is None:
            self._forth = self._forth or time is None
        else:
            self._back = self._back or time < self._last
            self._forth = self._forth or time > self._last
        self._last = time

    @property
    def goes_back(self) -> bool:
        return self._back and not self._forth


def _text(value: Any) -> str | None:
    return value if value and isinstance(value, str) else None


def _bytes(size: Any) -> int | None:
    """Return a size, which the API lists as text. A JSON number such as 1e999 is infinite in Python."""
    if isinstance(size, bool):
        return None
    try:
        return int(size)
    except (OverflowError, TypeError, ValueError):
        return None
