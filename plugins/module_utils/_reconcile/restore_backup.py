# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Overwrite an addon with a backup, once.

After an unknown outcome, the list of restores shows whether there is a new one of this backup, and the POST is repeated
only if there is none.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .._api.addons import read_type
from .._api.resources import Resource
from .._api.restores import create_restore, list_restores
from .._errors import NorthflankError
from .._model.backup import Backup
from .._model.backup_choice import BackupChoice
from .._model.restore import Restore, current, newest_first
from .._model.text import printable
from .choose_backup import choose_backup
from .create_once import OutcomeUnknown, create_once
from .work import Work, WorkState

# What to do about a restore without success, by status.
_ADVICE = {
    "failed": "The data of the addon may be incomplete. Check the free storage and the events of the addon in"
    " Northflank, and that its version is that of the backup. Then restore it again.",
    "aborted": "The data of the addon may be incomplete. Restore it again.",
    "not-supported": "Northflank does not support this restore. Check that the type and the version of the addon are"
    " those of the backup.",
}

RestoreState = WorkState[Restore]


@dataclass(frozen=True)
class RestoreRequest:
    """What to restore. source: the addon that the backup is of. once: whether an earlier restore of it is enough."""

    source: Resource
    choice: BackupChoice
    once: bool


class RestoreWork(Work[Restore]):
    """The work on one restore of an addon."""

    def describe(self, subject: Restore) -> str:
        """Return a restore for a message: ``Restore 62cc20b90956ab62a58e8474 of shop/orders-db``."""
        return f"Restore {printable(subject.id, 100)} of {self.resource}"

    def wait_for_success(self) -> None:
        """Wait until the restore has ended: see wait_until_ended(). Raises NorthflankError if it was not successful."""
        restore = self.state.subject
        if restore is None:
            return
        name = self.describe(restore)
        hint = "Run the task again with once: true to wait for it."
        self.wait_until_ended(lambda: self._read(restore), noun="restore", name=name, hint=hint)
        ended = self.state.subject
        if ended is not None and ended.has_ended and not ended.is_completed:
            raise NorthflankError(f"{name} was not successful: its status is {ended.status!r}. {_ADVICE[ended.status]}")

    def _read(self, known: Restore) -> Restore:
        # The API has no request for a single one. A new one may not be listed yet.
        return next((each for each in list_restores(self.transport, self.resource) if each.id == known.id), known)


def restore_backup(work: RestoreWork, request: RestoreRequest, now: datetime) -> None:
    """Restore a backup, or find that this is not necessary, and wait for the end.

    Raises NorthflankError if the backup was not restored or that was not successful, or if that is unknown.
    """
    backup_id = request.choice.backup_id
    if backup_id == "":
        # In check mode, a backup that an earlier task would take has no ID.
        work.state = RestoreState(_predicted(work, ""), changed=True, after={"source": str(request.source)})
        return
    restores = newest_first(list_restores(work.transport, work.resource))
    latest = current(restores)
    if not _is_done(work, request, latest, backup_id):
        backup = choose_backup(work.transport, request.source, request.choice, now)
        if backup_id is not None or not _is_done(work, request, latest, backup.id):
            _check(work, request, restores)
            _restore(work, request, backup, restores)
    work.wait_for_success()


def _is_done(work: RestoreWork, request: RestoreRequest, latest: Restore | None, backup_id: str | None) -> bool:
    """Return whether the backup has been restored, or is being, and no other restore followed."""
    if not request.once or latest is None or latest.backup_id != backup_id:
        return False
    # One with a status that is not known may still be in progress: it is waited for.
    if latest.has_ended and not latest.is_completed:
        return False
    work.state = RestoreState(latest)
    return True


def _check(work: RestoreWork, request: RestoreRequest, restores: Sequence[Restore]) -> None:
    """Raise NorthflankError if the addon cannot be restored from the source now."""
    running = next((each for each in restores if each.is_in_progress), None)
    if running is not None:
        since = printable(running.started_at, 100)
        duration = f"has been in progress since {since}" if since else "is in progress"
        raise NorthflankError(
            f"Nothing was restored: {work.describe(running)} (backup {printable(running.backup_id, 100)}) {duration}."
            " Wait until it has ended, then run the task again."
        )
    source, target = request.source, work.resource
    if source == target:
        return
    types = {each: read_type(work.transport, each) for each in (source, target)}
    if types[source] != types[target]:
        raise NorthflankError(
            f"Nothing was restored: {source} is an addon of type {printable(types[source], 100)}, but {target} is of"
            f" type {printable(types[target], 100)}. Restore to an addon of the same type."
        )


def _restore(work: RestoreWork, request: RestoreRequest, backup: Backup, restores: Sequence[Restore]) -> None:
    source, target = request.source, work.resource
    latest = current(restores)
    before = {"backup_id": latest.backup_id} if latest else {}
    after = {"backup_id": backup.id, "backup_created_at": backup.created_at, "source": str(source)}
    known = {each.id for each in restores}

    def state(restore: Restore | None, note: str = "") -> RestoreState:
        return RestoreState(restore, changed=True, before=before, after=after, note=note)

    def find() -> Restore | None:
        listed = list_restores(work.transport, target)
        return next((each for each in listed if each.backup_id == backup.id and each.id not in known), None)

    if work.check_mode:
        work.state = state(_predicted(work, backup.id))
        return
    with work.interruption.write_in_flight():
        work.state = state(
            None,
            f"It is unknown whether the restore of backup {printable(backup.id, 100)} was started: check the restores"
            f" of {target} before you run the task again.",
        )
        try:
            restore, by_us = create_once(
                create=lambda: create_restore(work.transport, target, source, backup.id, known),
                find=find,
                is_desired=lambda found: True,
                attempts=work.transport.attempts(),
                is_unique=False,
            )
        except OutcomeUnknown as unknown:
            raise unknown.error from unknown
        except NorthflankError:
            # It was refused, or not sent.
            work.state = RestoreState()
            raise
        work.state = state(restore) if by_us else RestoreState(restore)


def _predicted(work: RestoreWork, backup_id: str) -> Restore:
    """Return the restore that a real run would return, without what only the API knows."""
    return Restore("", backup_id, "scheduled" if work.waiting.timeout is None else "completed")
