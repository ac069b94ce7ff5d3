# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_backup_schedule: reconcile one backup schedule of an addon.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.resources import Resource
from .._errors import TaskFailed
from .._model.schedule import BackupSchedule
from .._model.schedule_rules import schedule_errors
from .._reconcile.desired_state import DesiredState
from . import argument_specs
from .connection import connect
from .context import Context
from .destination_validation import require_destinations
from .reconciliation import reconcile, task_result
from .results import result_or_raise
from .validation import boolean_errors, common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    "project_id": argument_specs.option("projectId", type="str", required=True),
    "addon_id": argument_specs.option("addonId", type="str", required=True),
    **argument_specs.schedule(),
    **argument_specs.read_only_fields(),
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "on_difference": argument_specs.on_difference(),
    "validate_destinations": argument_specs.validate_destinations(),
}

# What an entry contains about a failure, besides failed and msg.
_FAILURE_KEYS = ("error", "exception", "lost_schedules")


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    errors = common_errors(ARGUMENT_SPEC, params)
    schedule = BackupSchedule.from_params(params)
    is_present = params["state"] == "present"
    if is_present and not boolean_errors(ARGUMENT_SPEC, params):
        errors.extend(schedule_errors(schedule))
    desired = DesiredState(
        schedules=[schedule] if is_present else [],
        prune=False if is_present else {schedule.key},
        on_difference=params["on_difference"],
    )
    addon = Resource(params["project_id"], params["addon_id"], params["team_id"])
    with connect(params, context, errors) as transport:
        if params["validate_destinations"] and is_present:
            require_destinations(transport, params, context, {"": schedule})
        (entry,) = reconcile(transport, params, context, {addon: desired})
        result = {
            **{name: entry[name] for name in _FAILURE_KEYS if name in entry},
            "actions": entry.get("actions", []),
            "kept": entry.get("kept", []),
            "backup_schedule": _backup_schedule(entry, schedule),
            **task_result([entry], transport, context.warn),
        }
        if entry.get("failed"):
            raise TaskFailed({**result, "msg": entry["msg"]})
        return result_or_raise(result, [entry], context)


def _backup_schedule(entry: Mapping[str, Any], schedule: BackupSchedule) -> dict[str, Any] | None:
    """Return the schedule that the task is about as it is now or, if it was deleted, as it was."""
    schedules: list[dict[str, Any]] = [*entry.get("backup_schedules", ()), *entry.get("removed", ())]
    for each in schedules:
        if (each["scheduling"]["interval"], each["backup_type"]) == schedule.key:
            return each
    return None
