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
from hashlib import sha256
from typing import Any

from .backup import Backup, max_age_errors
from .ids import id_errors
from .times import is_in_future

# Ten years.
_MAX_WINDOW_DAYS = 3650


@dataclass(frozen=True)
class BackupChoice:
    """The choice of a backup. None means omitted.

    backup_id: of the backup; None to choose one by method: newest or random.
    backup_type: of the backup to choose. max_age: in minutes; how old it may be. window_days: the same in days.
    seed: of the random choice.
    """

    backup_id: str | None
    method: str | None = None
    backup_type: str | None = None
    max_age: int | None = None
    window_days: int | None = None
    seed: str = ""

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> BackupChoice:
        """Convert a module's options, by their canonical names. Does not validate them."""
        return cls(
            params["backup_id"],
            params["backup"],
            params["backup_type"],
            params["max_age"],
            params.get("window_days"),
            params.get("seed") or params.get("run_id") or "",
        )

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
                for option in ("backup_type", "max_age", "window_days")
                if getattr(self, option) is not None
            )
        errors.extend(max_age_errors(self.max_age))
        if self.window_days is not None and not 1 <= self.window_days <= _MAX_WINDOW_DAYS:
            errors.append(f"window_days: {self.window_days} is not between 1 and {_MAX_WINDOW_DAYS} days (ten years)")
        return errors

    def __str__(self) -> str:
        """Return the choice for a message: ``backup 62cc20b90956ab62a58e8474``, ``the newest dump``."""
        if self.backup_id:
            return f"backup {self.backup_id}"
        return f"the {self.method} {self.kind}" if self.method else f"a {self.kind}"

    @property
    def kind(self) -> str:
        """What may be chosen, for a message: ``dump that is at most 60 minutes old``."""
        ages = [
            f"{number} {unit}"
            for number, unit in ((self.max_age, "minutes"), (self.window_days, "days"))
            if number is not None
        ]
        age = f" that is at most {' and '.join(ages)} old" if ages else ""
        return f"{self.backup_type or 'backup'}{age}"

    def cutoff(self, now: datetime) -> datetime | None:
        """Return when the backup must have begun, or later; None if its age does not matter."""
        ages = [] if self.max_age is None else [timedelta(minutes=self.max_age)]
        ages += [] if self.window_days is None else [timedelta(days=self.window_days)]
        return now - min(ages) if ages else None

    def matches(self, backup: Backup, now: datetime) -> bool:
        """Return whether a backup may be chosen."""
        if not backup.is_completed or self.backup_type not in (None, backup.backup_type):
            return False
        cutoff, started_at = self.cutoff(now), backup.started_at
        return cutoff is None or (started_at is not None and started_at >= cutoff and not is_in_future(started_at, now))

    def choose(self, backups: Iterable[Backup], now: datetime) -> Backup | None:
        """Return the backup to use; None if there is none. backups: the newest first.

        A random choice depends on the seed and the IDs only. It stays the same when other backups are added or expire,
        as long as none of them has a lower rank.
        """
        matching = [each for each in backups if self.matches(each, now)]
        if self.method == "random":
            return min(matching, key=lambda each: sha256(f"{self.seed}/{each.id}".encode()).digest(), default=None)
        return matching[0] if matching else None
