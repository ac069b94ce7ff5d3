# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A backup of an addon or a volume, completed or in progress. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .fields import optional_integer, optional_text, required_text
from .schedule import Destination, destinations_of
from .text import short_repr
from .times import parse_time

# API reference, "List addon backups".
STATUSES = ("scheduled", "in-progress", "completed", "aborting", "aborted", "failed", "not-supported")

# Those of a backup that has ended without success.
UNSUCCESSFUL = ("failed", "aborted", "not-supported")

# The backup type by the source of a backup: a running database is dumped, a disk is snapshotted.
_TYPES = {"liveInstance": "dump", "snapshot": "snapshot"}

# How many backups are read before their order is trusted: those of one page, so that it costs no further request.
TRUSTED_AFTER = 100

# Ten years, in minutes.
_MAX_AGE = 5256000

_NEVER = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Backup:
    """A backup of an addon. created_at and completed_at are as the API returns them.

    status: one of STATUSES, or one that this collection does not know.
    backup_type: dump or snapshot; None for any other source.
    size: in bytes; None if the API returns no valid size.
    uid: None if the API does not return it.
    additional_destinations, custom_destination_id: None if the API does not return them. It does in lists only.
    """

    id: str
    name: str
    status: str
    backup_type: str | None
    created_at: str
    completed_at: str | None = None
    size: int | None = None
    compression_type: str | None = None
    additional_destinations: tuple[Destination, ...] | None = None
    custom_destination_id: str | None = None
    uid: str | None = None

    @classmethod
    def from_api(cls, listed: Mapping[str, Any]) -> Backup:
        """Convert a backup that the API returns. Raises ValueError if it is not a backup.

        An optional field of an unexpected type counts as not set: it must not hide the backup.
        """
        try:
            config = listed.get("config") or {}
            source = config.get("source") or {}
            return cls(
                **_common(listed),
                backup_type=_TYPES.get(str(source.get("type"))),
                completed_at=optional_text(listed.get("completedAt")),
                size=optional_integer(config.get("size")),
                compression_type=optional_text(config.get("compressionType")),
                additional_destinations=_destinations(config.get("additionalDestinations")),
                custom_destination_id=optional_text(listed.get("customDestinationId")),
                uid=optional_text(listed.get("uid")),
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a backup: {short_repr(listed)}") from error

    @property
    def started_at(self) -> datetime | None:
        """When it started, in UTC; None if created_at is not a valid time."""
        return parse_time(self.created_at)

    @property
    def is_completed(self) -> bool:
        """Whether it has ended successfully."""
        return self.status == "completed"

    @property
    def has_ended(self) -> bool:
        """Whether its status is final."""
        return self.is_completed or self.status in UNSUCCESSFUL

    @property
    def may_complete(self) -> bool:
        """Whether it is in progress. A status that is not known does not rule that out."""
        return not self.has_ended and self.status != "aborting"

    def to_result(self) -> dict[str, Any]:
        """Return the form of results."""
        destinations = self.additional_destinations
        listed = None if destinations is None else [each.to_result() for each in destinations]
        return {**vars(self), "additional_destinations": listed}


@dataclass(frozen=True)
class VolumeBackup(Backup):
    """A backup of a volume: a snapshot of the disk. The API documents no values of its status.

    storage_size: the size of the volume in MB; None if the API returns no valid size.
    """

    description: str | None = None
    updated_at: str | None = None
    storage_size: int | None = None

    @classmethod
    def from_api(cls, listed: Mapping[str, Any]) -> VolumeBackup:
        """Convert a backup that the API returns. Raises ValueError if it is not a backup."""
        try:
            return cls(
                **_common(listed),
                backup_type="snapshot",
                description=optional_text(listed.get("description")),
                updated_at=optional_text(listed.get("updatedAt")),
                storage_size=optional_integer((listed.get("spec") or {}).get("storageSize")),
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a backup: {short_repr(listed)}") from error

    def to_result(self) -> dict[str, Any]:
        """Return the form of results: without what only addons have."""
        return {name: getattr(self, name) for name in _VOLUME_RESULT}


_VOLUME_RESULT = ("id", "name", "description", "status", "created_at", "updated_at", "storage_size")


def max_age_errors(max_age: int | None) -> list[str]:
    """Return the validation errors of the option max_age, in minutes."""
    if max_age is None or 1 <= max_age <= _MAX_AGE:
        return []
    return [f"max_age: {max_age} is not between 1 and {_MAX_AGE} minutes (ten years)"]


def newest_first(
    listed: Iterable[Backup],
    since: datetime | None = None,
    statuses: Container[str] | None = STATUSES,
    is_enough: Callable[[Sequence[Backup]], object] | None = None,
) -> list[Backup]:
    """Return backups, the newest first, reading as few pages of the list as possible.

    since: skips the backups that began before. statuses: skips those with another status; None skips none.
    is_enough: called with the backups selected so far, returns whether they suffice; None if they never do.

    The API lists the newest first, as far as is known, but does not promise it. So reading ends early only after
    TRUSTED_AFTER backups, and only if none of them began after the previous one. Those that began at the same time as
    the last one read may be incomplete, so they are no reason to end.
    """
    selected: list[Backup] = []
    newer = 0
    order = _Order()
    for count, backup in enumerate(listed, start=1):
        if backup.started_at != order.previous:
            newer = len(selected)
        order.observe(backup.started_at)
        is_too_old = since is not None and backup.started_at is not None and backup.started_at < since
        if not is_too_old and (statuses is None or backup.status in statuses):
            selected.append(backup)
        if (
            count >= TRUSTED_AFTER
            and order.is_descending
            and (is_too_old or (is_enough and is_enough(selected[:newer])))
        ):
            break
    # Of those that began at the same time, the successful ones are last, in whatever order they are listed.
    selected.sort(key=lambda each: (each.started_at or _NEVER, not each.is_completed, each.id), reverse=True)
    return selected


class _Order:
    """Observe whether a sequence of times is descending. previous: the last one."""

    def __init__(self) -> None:
        self.previous: datetime | None = None
        self._descends = self._ascends = False

    def observe(self, time: datetime | None) -> None:
        if time is None or self.previous is None:
            self._ascends = self._ascends or time is None
        else:
            self._descends = self._descends or time < self.previous
            self._ascends = self._ascends or time > self.previous
        self.previous = time

    @property
    def is_descending(self) -> bool:
        return self._descends and not self._ascends


def _common(listed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that all backups have. Raises KeyError, TypeError."""
    return {
        "id": required_text(listed, "id"),
        "name": str(listed.get("name") or ""),
        "status": required_text(listed, "status"),
        "created_at": str(listed.get("createdAt") or ""),
    }


def _destinations(listed: Any) -> tuple[Destination, ...] | None:
    try:
        return destinations_of(listed, "destinationId", "retentionTime")
    except (AttributeError, KeyError, TypeError):
        return None
