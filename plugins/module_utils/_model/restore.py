# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A restore of an addon, completed or in progress. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .fields import required_text
from .text import short_repr
from .times import parse_time, seconds_between

# API reference, "List addon restores". A status that is not known is none of them.
_IN_PROGRESS = ("scheduled", "in-progress", "aborting")
UNSUCCESSFUL = ("failed", "aborted", "not-supported")
STATUSES = (*_IN_PROGRESS, "completed", *UNSUCCESSFUL)

_NEVER = datetime.min.replace(tzinfo=timezone.utc)
_NOT_YET = datetime.max.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Restore:
    """A restore of an addon. started_at and completed_at are as the API returns them.

    backup_id: of the backup that the addon was overwritten with.
    started_at: empty if the API has not returned it yet. completed_at: None if the restore is not completed.
    """

    id: str
    backup_id: str
    status: str
    started_at: str = ""
    completed_at: str | None = None

    @classmethod
    def from_api(cls, listed: Mapping[str, Any]) -> Restore:
        """Convert a restore that the API lists. Raises ValueError if it is not a restore."""
        try:
            return cls(
                id=required_text(listed, "id"),
                backup_id=required_text(listed, "backupId"),
                status=required_text(listed, "status"),
                started_at=str(listed.get("restoreTimestamp") or ""),
                completed_at=str(listed["completedAt"]) if listed.get("completedAt") else None,
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a restore: {short_repr(listed)}") from error

    @property
    def is_completed(self) -> bool:
        """Whether it has ended successfully."""
        return self.status == "completed"

    @property
    def has_ended(self) -> bool:
        """Whether its status is final."""
        return self.is_completed or self.status in UNSUCCESSFUL

    @property
    def is_in_progress(self) -> bool:
        """Whether it certainly has not ended: a status that is not known must not prevent all further restores."""
        return self.status in _IN_PROGRESS

    @property
    def seconds(self) -> int | None:
        """How long it took; None if it is not completed, or a time is not valid."""
        return seconds_between(self.started_at, self.completed_at)

    def to_result(self) -> dict[str, Any]:
        """Return the form of results."""
        return {**vars(self), "seconds": self.seconds}


def newest_first(restores: Iterable[Restore]) -> list[Restore]:
    """Return restores, the newest first.

    Without a valid start, one that is in progress is first, because it has not begun yet, and any other is last.
    """
    return sorted(restores, key=_begins, reverse=True)


def _begins(restore: Restore) -> datetime:
    return parse_time(restore.started_at) or (_NOT_YET if restore.is_in_progress else _NEVER)


def current(restores: Iterable[Restore]) -> Restore | None:
    """Return the restore that the data of an addon is from: the newest one that may have changed it.

    One that was not successful may have left incomplete data. One that is not supported changes nothing.

    restores: the newest first.
    """
    return next((each for each in restores if each.status != "not-supported"), None)
