# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take or change a backup of an addon or a volume: what addon_backup and volume_backup share.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .._api.resources import Resource
from .._errors import ApiError, NorthflankError
from .._model.backup import Backup
from .._model.backup_request import BackupRequest
from .._model.ids import id_errors
from .._model.text import printable
from .._reconcile.backup_work import BackupState, BackupWork
from .._reconcile.change_backup import abort, delete, find_backup, retain, wait_for
from .._reconcile.take_backup import take_backup
from .connection import connect
from .context import Context
from .single_work import run_single, waiting_errors, waiting_of
from .validation import common_errors

# In check mode: what a task would do to a backup that an earlier task would have started.
_PREDICTED = {
    "absent": BackupState(changed=True),
    "retained": BackupState(changed=True, after={"retained": True}),
    "aborted": BackupState(changed=True, before={"status": "scheduled"}, after={"status": "aborted"}),
}


def run_on(
    resource: Resource, argument_spec: Mapping[str, Any], params: Mapping[str, Any], context: Context, now: datetime
) -> dict[str, Any]:
    """Return the result of a module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    request = BackupRequest.from_params(params)
    # In check mode, a backup that an earlier task would take has no ID.
    is_predicted = context.check_mode and params["backup_id"] == ""
    with connect(params, context, _errors(argument_spec, params, request, is_predicted)) as transport:
        work = BackupWork(transport, resource, waiting_of(params, context), context.interruption, context.check_mode)

        def carry_out() -> None:
            if is_predicted:
                work.state = _PREDICTED.get(params["state"], BackupState())
            else:
                _carry_out(work, params, request, now)

        return run_single(work, carry_out, "backup", transport, params, context)


def _carry_out(work: BackupWork, params: Mapping[str, Any], request: BackupRequest, now: datetime) -> None:
    if params["state"] == "present" and params["backup_id"] is None:
        # Unique, so that the list shows whether a request took effect.
        take_backup(work, request, f"ansible-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}", now)
        return
    backup = _existing(work, params)
    if backup is not None:
        _CHANGES[params["state"]](work, backup)


_CHANGES = {"present": wait_for, "absent": delete, "retained": retain, "aborted": abort}


def _existing(work: BackupWork, params: Mapping[str, Any]) -> Backup | None:
    """Return the backup that the task is about; None if it need not exist. Raises NorthflankError if it must."""
    try:
        backup = find_backup(work, params["backup_id"], params["name"])
    except ApiError as error:
        if params["state"] == "absent" and error.is_not_found:
            return None
        raise
    if backup is None and params["state"] != "absent":
        raise NorthflankError(f"{work.resource} has no backup with the name {printable(params['name'], 100)}.")
    return backup


def _errors(
    argument_spec: Mapping[str, Any], params: Mapping[str, Any], request: BackupRequest, is_predicted: bool
) -> list[str]:
    state, backup_id = params["state"], params["backup_id"]
    errors = common_errors(argument_spec, params)
    if state == "present":
        errors.extend(request.validation_errors())
        if backup_id is not None and request.accepts_existing:
            errors.append("backup_id: mutually exclusive with name and max_age")
    elif params["name"] == "":
        # A template with an empty result must not select a backup without a name.
        errors.append("name: must not be empty")
    elif (backup_id is None) == (params["name"] is None):
        errors.append(f"backup_id: set either backup_id or name with state: {state}")
    if backup_id is not None and not is_predicted:
        errors.extend(id_errors("backup_id", backup_id))
    return [*errors, *waiting_errors(params)]
