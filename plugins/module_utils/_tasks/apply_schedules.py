# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apply schedules to addons or volumes: what addon_backup_schedules and volume_backup_schedules share.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from .._api.resources import ResourceType
from .._model.assignment import Assignment
from .._model.health import why_unpredictable
from .._model.schedule import BackupSchedule
from .._model.staggering import window_errors
from .._model.times import format_time
from .assignments import named_schedules, read_assignments
from .connection import connect
from .context import Context
from .destination_validation import require_destinations
from .reconciliation import OMITTED, reconcile, result_entry, task_result
from .results import result_or_raise
from .selection import desired_states_of, select_and_assign, selection_errors
from .validation import common_errors

_MAX_NEXT_RUNS = 1000


def apply_schedules(
    type_: ResourceType,
    argument_spec: Mapping[str, Any],
    params: Mapping[str, Any],
    context: Context,
    now: Callable[[], datetime],
) -> dict[str, Any]:
    """Apply the desired schedules to resources of a type, and return the result of the module.

    Raises InvalidOptions before the first request; TaskFailed with the result if the work on a resource failed, or if
    the resources could not be listed.
    """
    assignments, errors = read_assignments(type_, argument_spec, params, is_required=True)
    errors = [*selection_errors(type_, params), *common_errors(argument_spec, params), *errors]
    errors.extend(window_errors("stagger_minutes", params["stagger_minutes"]))
    if not 0 <= params["next_runs"] <= _MAX_NEXT_RUNS:
        errors.append(f"next_runs: {params['next_runs']} is not between 0 and {_MAX_NEXT_RUNS}")
    with connect(params, context, errors) as transport:
        _warn_if_idle(params, assignments, context)
        if params.get("validate_destinations"):
            require_destinations(transport, params, context, named_schedules(params, assignments))
        selection = select_and_assign(transport, type_, params, context, assignments)
        desired_states = desired_states_of(transport, params, context, selection)
        entries = reconcile(transport, params, context, desired_states)
        entries += [{**entry, "changed": False, "failed": True} for entry in selection.unreadable]
        returned = [entry for entry in entries if OMITTED not in entry]
        result = {
            type_.collection: [
                {**result_entry(entry), **_next_runs(entry, params["next_runs"], now())} for entry in returned
            ],
            "unchanged": sum(_is_up_to_date(entry) for entry in entries),
            **selection.unassigned(),
            **task_result(entries, transport, context.warn),
        }
        return result_or_raise(result, entries, context, type_.name)


def _is_up_to_date(entry: Mapping[str, Any]) -> bool:
    return not (entry["changed"] or entry.get("failed") or entry.get("skipped"))


def _warn_if_idle(params: Mapping[str, Any], assignments: Sequence[Assignment], context: Context) -> None:
    """Warn if there is nothing to do. An assignment without schedules is a way to leave resources alone."""
    if params["assignments"] is None and not params["prune"] and not assignments[0].schedules:
        context.warn("The list of schedules is empty, so nothing is done. Set prune: true to delete all schedules.")


def _next_runs(entry: Mapping[str, Any], count: int, now: datetime) -> dict[str, Any]:
    """Return when each schedule of a resource runs next, by ``<interval> <backup_type>``."""
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
