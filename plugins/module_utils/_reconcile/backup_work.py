# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work on one backup: what is known of it at any time, and the wait for its end.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._api.backups import read_backup
from .._api.resources import Resource
from .._api.transport import Transport
from .._errors import ApiError, NorthflankError
from .._interruption import Interruption
from .._model.backup import Backup
from .._model.text import printable
from .waiting import WaitTimeout, wait_until

# What to do about a backup without success, by status.
_ADVICE = {
    "failed": "Check the status, the free storage and the events of the {type} in Northflank, and the destination of"
    " the backup. Then run the task again.",
    "aborted": "Run the task again to take another one.",
    "not-supported": "Northflank does not support this backup of the {type}. Try another backup_type.",
}


@dataclass(frozen=True)
class Waiting:
    """How to wait for the end of a backup.

    timeout: in seconds; None not to wait. interval: seconds before the first read.
    show_progress: called with the status of the backup after each read.
    """

    timeout: int | None
    interval: int
    show_progress: Callable[[str], None]


@dataclass(frozen=True)
class BackupState:
    """What is known of a backup: what to report if nothing more becomes known.

    backup: as it was last read; None if there is none.
    changed: whether anything was changed, or may have been.
    before, after: what was changed, for a diff.
    note: sentences that complete an error.
    """

    backup: Backup | None = None
    changed: bool = False
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass
class BackupWork:
    """The work on one backup of a resource.

    check_mode: whether to send only GET requests.
    state: replaced as a whole, before a write is sent and when its effect is known. So no exception, and no other
    thread that reads it, finds only half of a change.
    """

    transport: Transport
    resource: Resource
    waiting: Waiting
    interruption: Interruption
    check_mode: bool
    state: BackupState = BackupState()

    def describe(self, backup: Backup) -> str:
        """Return a backup for a message: ``Backup nightly (62cc20b90956ab62a58e8474) of shop/orders-db``."""
        return f"Backup {printable(backup.name, 100)} ({printable(backup.id, 100)}) of {self.resource}"

    def wait_for_end(self) -> None:
        """Wait until the backup has ended.

        Sends no request if it has ended already, in check mode, and if no wait is wanted. Raises NorthflankError if the
        backup has not ended by the deadline, or if that could not be read; the state then has a note.
        """
        backup = self.state.backup
        if backup is None or backup.has_ended or self.check_mode or self.waiting.timeout is None:
            return
        # It was just read: the first request follows after an interval.
        known = [backup]
        backup_id = backup.id
        try:
            wait_until(
                lambda: known.pop() if known else read_backup(self.transport, self.resource, backup_id),
                lambda each: each.has_ended,
                timeout=self.waiting.timeout,
                interval=self.waiting.interval,
                sleep=self.transport.sleep,
                clock=self.transport.clock,
                show_progress=self._observe,
            )
        except WaitTimeout as timeout:
            raise NorthflankError(f"The backup has not ended after {timeout.seconds:.0f} s.") from timeout
        except ApiError as error:
            if error.status == 404 and error.is_from_api:
                self.state = replace(self.state, note=f"{self.describe(backup)} no longer exists.")
            raise
        self.state = replace(self.state, note="")

    def _observe(self, backup: Backup, seconds: float) -> None:
        status = f"its status is {printable(backup.status, 100)!r}"
        advice = f"Set backup_id to {printable(backup.id, 100)} to wait for it."
        note = f"{self.describe(backup)} continues in Northflank: {status}. {advice}"
        self.state = replace(self.state, backup=backup, note=note)
        self.waiting.show_progress(f"{self.describe(backup)}: {status} after {seconds:.0f} s")

    def check_success(self) -> None:
        """Raise NorthflankError if the backup has ended without success."""
        backup = self.state.backup
        if backup is None or backup.is_completed or not backup.has_ended:
            return
        ended = f" and ended at {printable(backup.completed_at, 100)}" if backup.completed_at else ""
        raise NorthflankError(
            f"{self.describe(backup)} was not successful: its status is {backup.status!r}."
            f" It began at {printable(backup.created_at, 100)}{ended}."
            f" {_ADVICE[backup.status].format(type=self.resource.type.name)}"
        )
