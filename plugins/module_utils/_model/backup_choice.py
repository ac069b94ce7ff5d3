# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which backup of an addon to restore or to fork. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .backup import Backup
from .ids import id_errors
from .times import is_in_future

# Ten years.
_MAX_AGE_MINUTES = 5256000


@dataclass(frozen=True)
class BackupChoice:
    """The choice of a backup. None means omitted.

    backup_id: of the backup; None to choose one by method: newest.
    backup_type: of the backup to choose. max_age: in minutes; how old it may be.
    """

    backup_id: str | None
    method: str | None = None
    backup_type: str | None = None
    max_age: int | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> BackupChoice:
        """Convert a module's options, by their canonical names. Does not validate them."""
        return cls(params["backup_id"], params["backup"], params["backup_type"], params["max_age"])

    def validation_errors(self, may_be_predicted: bool = False) -> list[str]:
        """Return the validation errors, each of which names its option.

        may_be_predicted: whether the ID may be empty: that of a backup that does not exist yet.
        """
        errors = []
        if (self.backup_id is None) == (self.method is None):
            errors.append("backup_id: set either backup_id or backup")
        elif self.backup_id is not None:
            if self.backup_id or not may_be_predicted:
                errors.extend(id_errors("backup_id", self.backup_id))
            errors.extend(
                f"{option}: mutually exclusive with backup_id"
                for option in ("backup_type", "max_age")
                if getattr(self, option) is not None
            )
        if self.max_age is not None and not 1 <= self.max_age <= _MAX_AGE_MINUTES:
            errors.append(f"max_age: {self.max_age} is not between 1 and {_MAX_AGE_MINUTES} minutes (ten years)")
        return errors

    def __str__(self) -> str:
        """Return the choice for a message: ``backup 62cc20b90956ab62a58e8474``, ``the newest dump``."""
        if self.backup_id:
            return f"backup {self.backup_id}"
        return f"the {self.method} {self.kind}" if self.method else f"a {self.kind}"

    @property
    def kind(self) -> str:
        """What may be chosen, for a message: ``dump that is at most 60 minutes old``."""
        age = "" if self.max_age is None else f" that is at most {self.max_age} minutes old"
        return f"{self.backup_type or 'backup'}{age}"

    def cutoff(self, now: datetime) -> datetime | None:
        """Return when the backup must have begun, or later; None if its age does not matter."""
        return None if self.max_age is None else now - timedelta(minutes=self.max_age)

    def matches(self, backup: Backup, now: datetime) -> bool:
        """Return whether a backup may be chosen."""
        if not backup.is_completed or self.backup_type not in (None, backup.backup_type):
            return False
        cutoff, started_at = self.cutoff(now), backup.started_at
        return cutoff is None or (started_at is not None and started_at >= cutoff and not is_in_future(started_at, now))

    def choose(self, backups: Iterable[Backup], now: datetime) -> Backup | None:
        """Return the backup to use; None if there is none. backups: the newest first."""
        return next((each for each in backups if self.matches(each, now)), None)
