# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work on one backup: the wait for its end, and the check of its success.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from .._api.backups import read_backup
from .._errors import NorthflankError
from .._model.backup import Backup
from .._model.text import printable
from .work import Work, WorkState

# What to do about a backup without success, by status.
_ADVICE = {
    "failed": "Check the status, the free storage and the events of the {type} in Northflank, and the destination of"
    " the backup. Then run the task again.",
    "aborted": "Run the task again to take another one.",
    "not-supported": "Northflank does not support this backup of the {type}. Try another backup_type.",
}


BackupState = WorkState[Backup]


class BackupWork(Work[Backup]):
    """The work on one backup of a resource."""

    def describe(self, subject: Backup) -> str:
        """Return a backup for a message: ``Backup nightly (62cc20b90956ab62a58e8474) of shop/orders-db``."""
        return f"Backup {printable(subject.name, 100)} ({printable(subject.id, 100)}) of {self.resource}"

    def wait_for_end(self) -> None:
        """Wait until the backup has ended: see wait_until_ended()."""
        backup = self.state.subject
        if backup is None:
            return
        backup_id = backup.id
        self.wait_until_ended(
            lambda: read_backup(self.transport, self.resource, backup_id),
            noun="backup",
            name=self.describe(backup),
            hint=f"Set backup_id to {printable(backup_id, 100)} to wait for it.",
        )

    def check_success(self) -> None:
        """Raise NorthflankError if the backup has ended without success."""
        backup = self.state.subject
        if backup is None or backup.is_completed or not backup.has_ended:
            return
        ended = f" and ended at {printable(backup.completed_at, 100)}" if backup.completed_at else ""
        raise NorthflankError(
            f"{self.describe(backup)} was not successful: its status is {backup.status!r}."
            f" It began at {printable(backup.created_at, 100)}{ended}."
            f" {_ADVICE[backup.status].format(type=self.resource.type.name)}"
        )
