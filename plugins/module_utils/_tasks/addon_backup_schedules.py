# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_backup_schedules: reconcile the backup schedules of addons.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from itertools import islice
from typing import Any

from .._model.assignment import Assignment
from .._model.health import why_unpredictable
from .._model.schedule import BackupSchedule
from .._model.staggering import window_errors
from .._model.times import format_time
from . import argument_specs
from .assignments import named_schedules, read_assignments
from .connection import connect
from .context import Context
from .destination_validation import require_destinations
from .reconciliation import reconcile, result_entry, task_result
from .results import result_or_raise
from .selection import desired_states_of, select_and_assign, selection_errors
from .validation import common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    **argument_specs.addons_of_project(required=False),
    "all_addons": {"type": "bool", "default": False},
    "all_projects": {"type": "bool", "default": False},
    **argument_specs.desired_schedules(),
    **argument_specs.reconciliation(),
    "validate_destinations": argument_specs.validate_destinations(),
    "next_runs": {"type": "int", "default": 0},
}

_MAX_NEXT_RUNS = 1000


def _now() -> datetime:
    return datetime.now(timezone.utc)


def run(params: Mapping[str, Any], context: Context, now: Callable[[], datetime] = _now) -> dict[str, Any]:
    """Return the result of the module.

    Raises InvalidOptions before the first request; TaskFailed with the result if the work on an addon failed, or if
    the addons could not be listed.
    """
    assignments, errors = read_assignments(ARGUMENT_SPEC, params, is_required=True)
    errors = [*selection_errors(params), *common_errors(ARGUMENT_SPEC, params), *errors]
    errors.extend(window_errors("stagger_minutes", params["stagger_minutes"]))
    if not 0 <= params["next_runs"] <= _MAX_NEXT_RUNS:
        errors.append(f"next_runs: {params['next_runs']} is not between 0 and {_MAX_NEXT_RUNS}")
    with connect(params, context, errors) as transport:
        _warn_if_idle(params, assignments, context)
        if params["validate_destinations"]:
            require_destinations(transport, params, context, named_schedules(params, assignments))
        selection = select_and_assign(transport, params, context, assignments)
        desired_states = desired_states_of(transport, params, context, selection)
        entries = reconcile(transport, params, context, desired_states)
        entries += [{**entry, "changed": False, "failed": True} for entry in selection.unreadable]
        result = {
            "addons": [{**result_entry(entry), **_next_runs(entry, params["next_runs"], now())} for entry in entries],
            **selection.unassigned(),
            **task_result(entries, transport, context.warn),
        }
        return result_or_raise(result, entries, context)


def _warn_if_idle(params: Mapping[str, Any], assignments: Sequence[Assignment], context: Context) -> None:
    """Warn if there is nothing to do. An assignment without schedules is a way to leave addons alone."""
    if params["assignments"] is None and not params["prune"] and not assignments[0].schedules:
        context.warn("The list of schedules is empty, so nothing is done. Set prune: true to delete all schedules.")


def _next_runs(entry: Mapping[str, Any], count: int, now: datetime) -> dict[str, Any]:
    """Return when each schedule of an addon runs next, by ``<interval> <backup_type>``."""
    if not count or "backup_schedules" not in entry:
        return {}
    schedules = [BackupSchedule.from_params(each) for each in entry["backup_schedules"]]
    return {
        "next_runs": {
            schedule.name: [format_time(run) for run in islice(schedule.scheduling.runs_after(now), count)]
            for schedule in schedules
            if not why_unpredictable(schedule)
        }
    }
