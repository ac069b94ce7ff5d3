# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take a backup now, unless an existing one satisfies the request.

The POST always has a name. After an unknown outcome, the list shows whether there is a new backup of this name, and the
POST is repeated only if there is none.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .._api.backups import create_backup, list_backups
from .._api.resources import VOLUME
from .._errors import ApiError, NorthflankError
from .._model.backup import Backup, VolumeBackup, newest_first
from .._model.backup_request import BackupRequest
from .._model.text import printable
from .backup_work import BackupState, BackupWork
from .create_once import OutcomeUnknown, create_once

_CONFLICT = 409


def take_backup(work: BackupWork, request: BackupRequest, default_name: str, now: datetime) -> None:
    """Take a backup, or find one that satisfies the request, and wait for its end.

    default_name: of the backup, if the request has none; unique.

    Raises NorthflankError if the backup was not taken or was not successful, or if that is unknown.
    """
    # Without a name or an age, nothing in the list matters, but check mode finds out whether the resource exists.
    is_listed = request.accepts_existing or work.check_mode
    listed = list(_read(work, request, now)) if is_listed else []
    work.state = BackupState(request.satisfied_by(listed, now))
    if work.state.subject is None and work.check_mode:
        work.state = _taken(request, _predicted(work, request))
    elif work.state.subject is None:
        _create(work, request, default_name, listed, now)
    work.wait_for_end()
    work.check_success()


def _read(work: BackupWork, request: BackupRequest, now: datetime) -> Sequence[Backup]:
    """Return the backups that matter, the newest first.

    With a name, those of all ages: after an unknown outcome, an older one of the same name must not count as new.
    """
    is_found, checked = False, 0

    def is_enough(selected: Sequence[Backup]) -> bool:
        nonlocal is_found, checked
        new = selected[checked:]
        is_found = (
            is_found
            or not request.accepts_existing
            or any(each.is_completed and request.matches(each, now) for each in new)
        )
        checked = len(selected)
        return is_found

    since = request.cutoff(now) if request.name is None else None
    return newest_first(list_backups(work.transport, work.resource), since, statuses=None, is_enough=is_enough)


def _predicted(work: BackupWork, request: BackupRequest) -> Backup:
    """Return the backup that a real run would return, without what only the API knows."""
    type_ = VolumeBackup if work.resource.type is VOLUME else Backup
    status = "scheduled" if work.waiting.timeout is None else "completed"
    return type_(id="", name=request.name or "", status=status, backup_type=request.backup_type, created_at="")


def _taken(request: BackupRequest, backup: Backup | None = None, note: str = "") -> BackupState:
    return BackupState(backup, changed=True, after=request.settings(), note=note)


def _create(
    work: BackupWork, request: BackupRequest, default_name: str, listed: Sequence[Backup], now: datetime
) -> None:
    name = request.name or default_name
    known = {backup.id for backup in listed}

    def find() -> Backup | None:
        backups = list_backups(work.transport, work.resource)
        return next((each for each in backups if each.name == name and each.id not in known), None)

    with work.interruption.write_in_flight():
        work.state = _taken(
            request,
            note=f"It is unknown whether a backup was started: look for {printable(name, 100)} in the backups of"
            f" {work.resource} before you run the task again.",
        )
        try:
            backup, by_us = create_once(
                create=lambda: create_backup(work.transport, work.resource, request.to_api(name)),
                find=find,
                is_desired=lambda found: True,
                attempts=work.transport.attempts(),
                is_unique=False,
            )
        except OutcomeUnknown as unknown:
            raise unknown.error from unknown
        except NorthflankError as error:
            # It was refused, or not sent.
            work.state = BackupState()
            if not isinstance(error, ApiError) or error.status != _CONFLICT:
                raise
            work.state = _after_conflict(work, request, now)
            if work.state.subject is None:
                raise
        else:
            work.state = _taken(request, backup) if by_us else BackupState(backup)


def _after_conflict(work: BackupWork, request: BackupRequest, now: datetime) -> BackupState:
    """Return the backup that satisfies the request after a conflict; if there is none, a note on the cause."""
    try:
        listed = newest_first(list_backups(work.transport, work.resource), statuses=None)
    except NorthflankError:
        return BackupState()
    backup = request.satisfied_by(listed, now)
    in_progress = next((each for each in listed if each.may_complete), None)
    if backup is not None or in_progress is None:
        return BackupState(backup)
    began = f"{work.describe(in_progress)} has been in progress since {printable(in_progress.created_at, 100)}."
    return BackupState(note=f"{began} Wait until it has ended, or set max_age to accept it.")
