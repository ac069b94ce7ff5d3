# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for, retain, abort or delete an existing backup.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .._api.backups import abort_backup, delete_backup, list_backups, read_backup, retain_backup
from .._errors import ApiError, NorthflankError
from .._model.backup import Backup
from .._model.text import printable
from .backup_work import BackupState, BackupWork

_ABORTED = ("aborting", "aborted")


def find_backup(work: BackupWork, backup_id: str | None, name: str | None) -> Backup | None:
    """Return the backup with this ID or, without an ID, of this name; None if there is none of this name.

    Raises ApiError; NorthflankError if several backups have the name.
    """
    if backup_id is not None:
        return read_backup(work.transport, work.resource, backup_id)
    found = [backup for backup in list_backups(work.transport, work.resource) if backup.name == name]
    if len(found) > 1:
        ids = ", ".join(f"{printable(each.id, 100)} (from {printable(each.created_at, 100)})" for each in found)
        raise NorthflankError(
            f"{len(found)} backups of {work.resource} have the name {printable(str(name), 100)}."
            f" Set backup_id instead of name to one of: {ids}."
        )
    return found[0] if found else None


def wait_for(work: BackupWork, backup: Backup) -> None:
    """Wait for the end of a backup. Raises NorthflankError if it is not successful."""
    work.state = BackupState(backup)
    work.wait_for_end()
    work.check_success()


def retain(work: BackupWork, backup: Backup) -> None:
    """Keep a backup after its retention time. The API does not return whether it is kept already."""
    _write(
        work,
        backup,
        BackupState(backup, changed=True, after={"retained": True}),
        send=lambda: retain_backup(work.transport, work.resource, backup.id),
        took_effect=lambda: None,
    )


def abort(work: BackupWork, backup: Backup) -> None:
    """Stop a backup in progress, and wait for its end. A backup that has ended is not changed."""
    work.state = BackupState(backup)
    if backup.may_complete:
        _write(
            work,
            backup,
            BackupState(backup, changed=True, before={"status": backup.status}, after={"status": "aborted"}),
            send=lambda: abort_backup(work.transport, work.resource, backup.id),
            took_effect=lambda: read_backup(work.transport, work.resource, backup.id).status in _ABORTED,
        )
    work.wait_for_end()
    ended = work.state.subject
    if ended is not None and ended.has_ended and ended.status not in _ABORTED:
        # It ended before it could be stopped.
        work.state = BackupState(ended)


def delete(work: BackupWork, backup: Backup) -> None:
    """Delete a backup."""
    _write(
        work,
        backup,
        BackupState(backup, changed=True, before=backup.to_result()),
        send=lambda: delete_backup(work.transport, work.resource, backup.id),
        took_effect=lambda: _is_deleted(work, backup),
    )


def _is_deleted(work: BackupWork, backup: Backup) -> bool:
    try:
        read_backup(work.transport, work.resource, backup.id)
    except ApiError as error:
        if not error.is_not_found:
            raise
        return True
    return False


def _write(
    work: BackupWork,
    backup: Backup,
    done: BackupState,
    send: Callable[[], None],
    took_effect: Callable[[], bool | None],
) -> None:
    """Send a write that is harmless to repeat, until its outcome is known. Check mode does not send it.

    done: the state after it. took_effect: returns whether a request that failed took effect all the same; None if the
    API does not return that.

    Raises ApiError if the write was refused, or if that is unknown: the state then has a note.
    """
    if work.check_mode:
        work.state = done
        return
    before, in_doubt = BackupState(backup), False
    with work.interruption.write_in_flight():
        note = f"{work.describe(backup)}: it is unknown whether the request took effect; run the task again."
        work.state = replace(done, note=note)
        try:
            for _attempt in work.transport.attempts():
                try:
                    send()
                    work.state = done
                    return
                except ApiError as caught:
                    error = caught
                in_doubt = in_doubt or error.outcome_unknown
                effective = _settle(took_effect, error)
                if effective:
                    work.state = done
                    return
                in_doubt = in_doubt and effective is None
                if not error.outcome_unknown:
                    break
            raise error
        except NorthflankError:
            if not in_doubt:
                work.state = before
            raise


def _settle(took_effect: Callable[[], bool | None], error: ApiError) -> bool | None:
    """Return whether a request took effect that ended with an error. Raises the error if that cannot be read."""
    try:
        return took_effect()
    except NorthflankError as read_error:
        raise error from read_error
