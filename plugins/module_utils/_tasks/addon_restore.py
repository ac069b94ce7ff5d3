# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_restore: overwrite an addon with a backup.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .._api.resources import Resource
from .._model.backup_choice import BackupChoice
from .._model.ids import id_errors
from .._model.text import printable
from .._model.times import utc_now
from .._reconcile.restore_backup import RestoreRequest, RestoreWork, restore_backup
from . import argument_specs
from .connection import connect
from .context import Context
from .single_work import run_single, waiting_errors, waiting_of
from .validation import common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    "project_id": argument_specs.option("projectId", type="str", required=True),
    "addon_id": argument_specs.option("addonId", type="str", required=True),
    **argument_specs.source_backup(),
    "backup": {"type": "str", "choices": ["newest"]},
    "overwrite": {"type": "bool", "default": False},
    "once": {"type": "bool", "default": False},
    **argument_specs.waiting(),
}


def run(params: Mapping[str, Any], context: Context, now: Callable[[], datetime] = utc_now) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    target = Resource(params["project_id"], params["addon_id"], params["team_id"])
    source = Resource(
        params["source_project_id"] or target.project_id, params["source_addon_id"] or target.id, params["team_id"]
    )
    choice = BackupChoice.from_params(params)
    with connect(params, context, _errors(params, target, source, choice, context)) as transport:
        work = RestoreWork(transport, target, waiting_of(params, context), context.interruption, context.check_mode)
        request = RestoreRequest(source, choice, params["once"])
        return run_single(work, lambda: restore_backup(work, request, now()), "restore", transport, params, context)


def _errors(
    params: Mapping[str, Any], target: Resource, source: Resource, choice: BackupChoice, context: Context
) -> list[str]:
    errors = common_errors(ARGUMENT_SPEC, params)
    for option in ("source_project_id", "source_addon_id"):
        if params[option] is not None:
            errors.extend(id_errors(option, params[option]))
    errors.extend(choice.validation_errors(may_be_predicted=context.check_mode))
    if not params["overwrite"]:
        what = printable(f"all data of addon {target} with {choice} of {source}")
        errors.append(f"overwrite: must be true, because the task overwrites {what}")
    return [*errors, *waiting_errors(params)]
