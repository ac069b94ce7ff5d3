# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_fork: create an addon from a backup, or delete one that was created so.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .._api.resources import Resource
from .._model.backup_choice import BackupChoice
from .._model.fork import ForkSettings, Marker, name_errors
from .._model.ids import id_errors, slug
from .._model.text import short_repr
from .._model.times import utc_now
from .._reconcile.fork_backup import ForkRequest, ForkWork, delete_fork, fork_backup
from . import argument_specs
from .connection import connect
from .context import Context
from .single_work import run_single, waiting_errors, waiting_of
from .validation import common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    **argument_specs.source_backup(),
    "source_project_id": argument_specs.option("sourceProjectId", type="str", required=True),
    "source_addon_id": argument_specs.option("sourceAddonId", type="str", required=True),
    "backup": {"type": "str", "choices": ["newest", "random"]},
    "window_days": {"type": "int"},
    "seed": {"type": "str"},
    "project_id": argument_specs.option("projectId", type="str"),
    "name": {"type": "str", "required": True},
    "run_id": {"type": "str", "default": "ansible"},
    "version": {"type": "str"},
    "deployment_plan": argument_specs.option("deploymentPlan", type="str"),
    "storage": {"type": "int"},
    "replicas": {"type": "int"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    **argument_specs.waiting(),
}


def run(params: Mapping[str, Any], context: Context, now: Callable[[], datetime] = utc_now) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    source = Resource(params["source_project_id"], params["source_addon_id"], params["team_id"])
    target = Resource(params["project_id"] or source.project_id, slug(params["name"]), params["team_id"])
    marker = Marker(source.project_id, source.id, params["run_id"])
    choice = BackupChoice.from_params(params)
    settings = ForkSettings(params["version"], params["deployment_plan"], params["storage"], params["replicas"])
    with connect(params, context, _errors(params, target, source, marker, choice, context)) as transport:
        work = ForkWork(transport, target, waiting_of(params, context), context.interruption, context.check_mode)

        def carry_out() -> None:
            if params["state"] == "absent":
                delete_fork(work, params["name"], marker)
            else:
                fork_backup(work, ForkRequest(source, choice, params["name"], settings, marker), now)

        return run_single(work, carry_out, "fork", transport, params, context, ["backup"])


def _errors(
    params: Mapping[str, Any],
    target: Resource,
    source: Resource,
    marker: Marker,
    choice: BackupChoice,
    context: Context,
) -> list[str]:
    errors = common_errors(ARGUMENT_SPEC, params)
    for option in ("source_project_id", "source_addon_id", "run_id"):
        errors.extend(id_errors(option, params[option]))
    errors.extend(marker.validation_errors())
    errors.extend(name_errors(params["name"]))
    if target == source:
        errors.append(f"name: {short_repr(params['name'])} is that of the source, {source}; choose another name")
    errors.extend(f"{option}: must not be empty" for option in ("version", "deployment_plan") if params[option] == "")
    errors.extend(
        f"{option}: {params[option]} must be at least 1"
        for option in ("storage", "replicas")
        if params[option] is not None and params[option] < 1
    )
    if params["state"] == "present":
        errors.extend(choice.validation_errors(may_be_predicted=context.check_mode))
    return [*errors, *waiting_errors(params)]
