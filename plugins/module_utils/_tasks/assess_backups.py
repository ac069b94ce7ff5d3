# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assess the backups of addons or volumes: what addon_backup_status_info and volume_backup_status_info share.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import heapq
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from .._api.backups import list_backups
from .._api.resources import BEING_DELETED, Resource, ResourceType
from .._api.schedules import ScheduleApi
from .._api.transport import Transport
from .._errors import ApiError, Interrupted, TaskFailed
from .._model.backup import Backup, newest_first
from .._model.health import (
    LOOK_BACK_DAYS,
    MAX_GRACE_MINUTES,
    health_of,
    is_success,
    verdict,
    why_unpredictable,
)
from .._model.schedule import BackupSchedule
from .._model.staggering import window_errors
from .._model.times import format_time
from .._reconcile.decision import Decision, decide
from .._reconcile.desired_state import DesiredState
from .._reconcile.plan import Action, sorted_schedules
from .assignments import read_assignments
from .batch import for_each, internal_error
from .connection import connect
from .context import Context
from .results import result_or_raise
from .selection import desired_states_of, select_and_assign, selection_errors
from .validation import common_errors

_NEXT_RUNS = 3
_USAGE = ("requests", "rate_limit")


def assess_backups(
    type_: ResourceType,
    argument_spec: Mapping[str, Any],
    params: Mapping[str, Any],
    context: Context,
    now: Callable[[], datetime],
) -> dict[str, Any]:
    """Assess the backups of resources of a type, and return the result of the module.

    A resource or a project that could not be read is unknown, and not a failure: reporting that is the module's
    purpose. Raises InvalidOptions before the first request; TaskFailed with the result.
    """
    assignments, errors = read_assignments(type_, argument_spec, params, is_required=False)
    errors = [*selection_errors(type_, params), *common_errors(argument_spec, params), *errors]
    errors.extend(window_errors("stagger_minutes", params["stagger_minutes"]))
    if not 0 <= params["grace_minutes"] <= MAX_GRACE_MINUTES:
        errors.append(
            f"grace_minutes: {params['grace_minutes']} is not between 0 and {MAX_GRACE_MINUTES} minutes (one week)"
        )
    statuses = params.get("known_addon_statuses") or {}
    time = now()
    try:
        with connect(params, context, errors) as transport:
            selection = select_and_assign(transport, type_, params, context, assignments)
            desired_states = desired_states_of(transport, params, context, selection)

            def assess(resource: Resource) -> dict[str, Any]:
                status = resource.status
                if status in BEING_DELETED:
                    return {"verdict": "skipped", "reasons": [f"It is being deleted (its status is {status})."]}
                try:
                    return _assess(transport, resource, desired_states.get(resource), params, time)
                except Interrupted:
                    raise
                except ApiError as error:
                    return {"verdict": "unknown", "reasons": [str(error)], "error": error.to_result()["error"]}
                except Exception as error:  # noqa: BLE001  # one odd resource must not affect the verdicts on others
                    reasons = [internal_error(error)]
                    return {"verdict": "unknown", "reasons": reasons, "exception": traceback.format_exc()}

            resources = [replace(each, status=each.status or statuses.get(each.id)) for each in selection.assigned]
            entries = for_each(transport, params, context, resources, assess)
            for resource, entry in zip(resources, entries):
                entry["policy"] = desired_states[resource].policy if resource in desired_states else None
            entries += [_unknown(type_, entry, params["policy"]) for entry in selection.unreadable]
            result = {"changed": False, type_.collection: entries, **selection.unassigned(), **transport.usage()}
            return result_or_raise(result, entries, context, type_.name)
    except TaskFailed as failure:
        if "error" not in failure.result or type_.collection in failure.result:
            raise
        project = {"project_id": params["project_id"], type_.id_option: None}
        unknown = _unknown(type_, {**project, **failure.result}, params["policy"])
        return {"changed": False, type_.collection: [unknown], **{name: failure.result[name] for name in _USAGE}}


def _assess(
    transport: Transport,
    resource: Resource,
    desired: DesiredState | None,
    params: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    listed = ScheduleApi(transport).read_schedules(resource)
    schedules = listed or []
    scheduled = {schedule.backup_type for schedule in schedules if not why_unpredictable(schedule)}
    checked = 0
    successful: set[str | None] = set()

    def is_enough(selected: Sequence[Backup]) -> bool:
        nonlocal checked
        successful.update(backup.backup_type for backup in selected[checked:] if is_success(backup, now))
        checked = len(selected)
        return successful.issuperset(scheduled or resource.type.schema.backup_types)

    since = now - timedelta(days=LOOK_BACK_DAYS)
    backups = newest_first(list_backups(transport, resource), since=since, statuses=None, is_enough=is_enough)
    # Only scheduled types: how many backups of the others are read depends on the order of the list.
    assessed = scheduled or {backup.backup_type for backup in backups if backup.backup_type}
    grace = timedelta(minutes=params["grace_minutes"])
    health = [health_of(each, schedules, backups, now, grace) for each in sorted(assessed)]
    decision = None if desired is None else decide(resource, schedules, listed is not None, desired)
    # A rollout that refuses a part does nothing to the resource.
    differences = decision.plan.actions if decision and not decision.refusals else ()
    worst, reasons = verdict(schedules, health, _drift(decision, differences))
    return {
        "verdict": worst,
        "reasons": reasons,
        "backup_schedules": [schedule.to_result() for schedule in sorted_schedules(schedules)],
        "desired_schedules": None if desired is None else _settings(desired.schedules_of(resource)),
        "differences": [action.to_result() for action in differences],
        "backups": {each.backup_type: each.to_result() for each in health},
        "next_runs": _next_runs(schedules, now),
    }


def _settings(schedules: Sequence[BackupSchedule]) -> list[dict[str, Any]]:
    return [schedule.settings() for schedule in sorted_schedules(schedules)]


def _drift(decision: Decision | None, differences: Sequence[Action]) -> list[str]:
    """Return how the schedules differ from the policy, one sentence per difference."""
    refusals = decision.refusals if decision else ()
    return [*map(_difference, differences), *(f"A rollout would fail: {refusal}" for refusal in refusals)]


def _difference(action: Action) -> str:
    name = action.schedule.name
    if action.action == "create":
        return f"The {name} schedule of its policy is missing."
    if action.action == "delete":
        return f"Its {name} schedule is not in its policy."
    return f"Its {name} schedule differs from its policy in {', '.join(action.changed_options)}."


def _next_runs(schedules: Sequence[BackupSchedule], now: datetime) -> list[str]:
    """Return the next times at which any of the schedules runs."""
    predictable = [schedule.scheduling for schedule in schedules if not why_unpredictable(schedule)]
    runs = heapq.merge(*(each.runs_after(now) for each in predictable))
    return [format_time(run) for run in islice(runs, _NEXT_RUNS)]


def _unknown(type_: ResourceType, unreadable: Mapping[str, Any], policy: str | None) -> dict[str, Any]:
    """Return the entry of a resource or project that could not be read. unreadable: has its IDs, msg and error."""
    named = {
        "project_id": unreadable["project_id"],
        type_.id_option: unreadable[type_.id_option],
        "changed": False,
        "policy": policy,
    }
    error = {"error": unreadable["error"]} if "error" in unreadable else {}
    return {**named, "verdict": "unknown", "reasons": [unreadable["msg"]], **error}
