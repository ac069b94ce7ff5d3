# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request for a backup: its options, their rules, and which backups satisfy it. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .backup import Backup, max_age_errors
from .schedule import Destination, destinations_of
from .schedule_rules import type_errors
from .text import short_repr
from .times import is_in_future

# API reference, "Backup addon": the name, and the retention of a copy in an additional destination in days.
_NAME = re.compile(r"[a-zA-Z0-9]+([-\s/:][a-zA-Z0-9]+)*")
_MIN_NAME, _MAX_NAME = 3, 39
_MAX_RETENTION = 120


@dataclass(frozen=True)
class BackupRequest:
    """A backup on demand. None means omitted.

    backup_type: None for a volume, which has snapshots only.
    max_age: how many minutes ago an existing backup may have begun, at most, to satisfy the request.
    """

    name: str | None = None
    backup_type: str | None = None
    max_age: int | None = None
    additional_destinations: tuple[Destination, ...] | None = None
    compression_type: str | None = None
    custom_destination_id: str | None = None
    description: str | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> BackupRequest:
        """Convert a module's options, by their canonical names; those of a volume are fewer. Does not validate them."""
        destinations = destinations_of(params.get("additional_destinations"), "destination_id", "retention_time")
        return cls(
            name=params["name"],
            backup_type=params.get("backup_type"),
            max_age=params["max_age"],
            # An empty value is accepted for an option that the backup type does not have.
            additional_destinations=destinations or None,
            compression_type=params.get("compression_type"),
            custom_destination_id=params.get("custom_destination_id") or None,
            description=params.get("description"),
        )

    def validation_errors(self) -> list[str]:
        """Return the validation errors, each of which names its option."""
        errors = type_errors(self, _MAX_RETENTION, "backups")
        # The API reference has no rules for the name of a volume's backup.
        if self.name is not None and self.backup_type is not None:
            errors.extend(_name_errors(self.name))
        elif self.name == "":
            errors.append("name: must not be empty")
        errors.extend(max_age_errors(self.max_age))
        return errors

    @property
    def accepts_existing(self) -> bool:
        """Whether an existing backup can satisfy the request."""
        return self.name is not None or self.max_age is not None

    def cutoff(self, now: datetime) -> datetime | None:
        """Return when a backup must have begun, or later; None if its age does not matter."""
        return None if self.max_age is None else now - timedelta(minutes=self.max_age)

    def matches(self, backup: Backup, now: datetime) -> bool:
        """Return whether a backup satisfies the request, once it is completed."""
        if not self.accepts_existing or not (backup.is_completed or backup.may_complete):
            return False
        if self.name is not None and backup.name != self.name:
            return False
        # The API does not return the source of every backup: then the name decides.
        types = (self.backup_type,) if self.name is None else (self.backup_type, None)
        if self.backup_type is not None and backup.backup_type not in types:
            return False
        cutoff, started_at = self.cutoff(now), backup.started_at
        return cutoff is None or (started_at is not None and started_at >= cutoff and not is_in_future(started_at, now))

    def satisfied_by(self, backups: Iterable[Backup], now: datetime) -> Backup | None:
        """Return the backup that satisfies the request: the newest completed one, else the newest in progress.

        backups: the newest first.
        """
        matching = [each for each in backups if self.matches(each, now)]
        return next((each for each in matching if each.is_completed), matching[0] if matching else None)

    def to_api(self, name: str) -> dict[str, Any]:
        """Return the request body. name: that of the backup."""
        body = {
            "name": name,
            "backupType": self.backup_type,
            "additionalDestinations": [each.to_api() for each in self.additional_destinations or ()],
            "compressionType": self.compression_type,
            "customDestinationId": self.custom_destination_id,
            "description": self.description,
        }
        return {key: value for key, value in body.items() if value not in (None, "", [])}

    def settings(self) -> dict[str, Any]:
        """Return what the user set, for a diff."""
        destinations = [each.to_result() for each in self.additional_destinations or ()]
        result = {**vars(self), "additional_destinations": destinations or None}
        return {name: value for name, value in result.items() if name != "max_age" and value is not None}


def _name_errors(name: str) -> list[str]:
    if _NAME.fullmatch(name) and _MIN_NAME <= len(name) <= _MAX_NAME:
        return []
    return [
        f"name: {short_repr(name)} is not a name of {_MIN_NAME} to {_MAX_NAME} characters: use letters and digits, in"
        " groups joined by a single hyphen, space, slash or colon"
    ]
