# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assess the backups of addons or volumes: what addon_backup_status_info and volume_backup_status_info share.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import heapq
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from .._api.backups import list_backups
from .._api.resources import BEING_DELETED, Resource, ResourceType
from .._api.schedules import ScheduleApi
from .._api.transport import Transport
from .._errors import ApiError, Interrupted, TaskFailed
from .._model.assignment import Assignment
from .._model.backup import Backup, newest_first
from .._model.backup_findings import NeededBackups
from .._model.controls import Controls
from .._model.health import LOOK_BACK_DAYS, MAX_GRACE_MINUTES, health_of, verdict, why_unpredictable
from .._model.schedule import BackupSchedule
from .._model.staggering import window_errors
from .._model.times import format_time
from .._reconcile.decision import Decision, decide
from .._reconcile.desired_state import DesiredState
from .._reconcile.plan import Action, sorted_schedules
from .assess_controls import ControlAssessment, unassessed_controls
from .assignments import read_assignments
from .batch import for_each, internal_error
from .connection import connect
from .context import Context
from .required_controls import RequiredControls, read_controls
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
    assignments, required, errors = _read_options(type_, argument_spec, params)
    statuses = params.get("known_addon_statuses") or {}
    try:
        with connect(params, context, errors) as transport:
            selection = select_and_assign(transport, type_, params, context, assignments)
            desired_states = desired_states_of(transport, params, context, selection)
            assessment = _Assessment(transport, params, context, desired_states, required, now)
            resources = [replace(each, status=each.status or statuses.get(each.id)) for each in selection.assigned]
            entries = for_each(transport, params, context, resources, assessment.entry)
            for resource, entry in zip(resources, entries):
                entry["policy"] = desired_states[resource].policy if resource in desired_states else None
            entries += [_unknown(type_, entry, params, required) for entry in selection.unreadable]
            result = {"changed": False, type_.collection: entries, **selection.unassigned(), **transport.usage()}
            return result_or_raise(result, entries, context, type_.name)
    except TaskFailed as failure:
        if "error" not in failure.result or type_.collection in failure.result:
            raise
        project = {"project_id": params["project_id"], type_.id_option: None}
        unknown = _unknown(type_, {**project, **failure.result}, params, required)
        return {"changed": False, type_.collection: [unknown], **{name: failure.result[name] for name in _USAGE}}


def _read_options(
    type_: ResourceType, argument_spec: Mapping[str, Any], params: Mapping[str, Any]
) -> tuple[list[Assignment], RequiredControls | None, list[str]]:
    """Return the assignments, the required controls, and the validation errors of all options of the module."""
    assignments, errors = read_assignments(type_, argument_spec, params, is_required=False)
    required, errors_of_controls = read_controls(params)
    errors = [*selection_errors(type_, params), *common_errors(argument_spec, params), *errors, *errors_of_controls]
    errors.extend(window_errors("stagger_minutes", params["stagger_minutes"]))
    if not 0 <= params["grace_minutes"] <= MAX_GRACE_MINUTES:
        errors.append(
            f"grace_minutes: {params['grace_minutes']} is not between 0 and {MAX_GRACE_MINUTES} minutes (one week)"
        )
    return assignments, required, errors


class _Assessment:
    """Assesses resources: their verdicts and, if any are required, their controls."""

    def __init__(
        self,
        transport: Transport,
        params: Mapping[str, Any],
        context: Context,
        desired_states: Mapping[Resource, DesiredState],
        required: RequiredControls | None,
        now: Callable[[], datetime],
    ) -> None:
        self._transport = transport
        self._params = params
        self._desired_states = desired_states
        self._required = required
        self._controls = ControlAssessment(transport, params, context, now)
        self._now = now()

    def entry(self, resource: Resource) -> dict[str, Any]:
        """Return what the result has for a resource."""
        desired = self._desired_states.get(resource)
        controls = self._required.for_policy(desired.policy if desired else None) if self._required else None
        entry = self._assess(resource, desired, controls)
        if controls is not None and "controls" not in entry:
            entry["controls"] = unassessed_controls(resource.type, controls, entry)
        return entry

    def _assess(self, resource: Resource, desired: DesiredState | None, controls: Controls | None) -> dict[str, Any]:
        status = resource.status
        if status in BEING_DELETED:
            return {"verdict": "skipped", "reasons": [f"It is being deleted (its status is {status})."]}
        try:
            read = _read(self._transport, resource, controls or {}, self._now)
            entry = _assess(resource, read, desired, self._params, self._now)
            if controls is not None:
                entry["controls"] = self._controls.assess(
                    resource, controls, read.schedules or (), read.backups, read.backup_ids
                )
            return entry
        except Interrupted:
            raise
        except ApiError as error:
            return {"verdict": "unknown", "reasons": [str(error)], "error": error.to_result()["error"]}
        except Exception as error:  # noqa: BLE001  # one odd resource must not affect the verdicts on others
            reasons = [internal_error(error)]
            return {"verdict": "unknown", "reasons": reasons, "exception": traceback.format_exc()}


@dataclass(frozen=True)
class _Read:
    """What was read about a resource.

    schedules: None if the response had no list of them. backups: those that its verdict and its controls need, the
    newest first. backup_ids: of all that were read.
    """

    schedules: list[BackupSchedule] | None
    backups: list[Backup]
    backup_ids: set[str]


def _read(transport: Transport, resource: Resource, controls: Controls, now: datetime) -> _Read:
    schedules = ScheduleApi(transport).read_schedules(resource)
    needed = NeededBackups(_scheduled(schedules or ()) or resource.type.schema.backup_types, controls, now)
    backup_ids: set[str] = set()

    def listed() -> Iterator[Backup]:
        for backup in list_backups(transport, resource):
            backup_ids.add(backup.id)
            yield backup

    backups = newest_first(listed(), since=needed.since, statuses=None, is_enough=needed.suffice)
    return _Read(schedules, backups, backup_ids)


def _scheduled(schedules: Sequence[BackupSchedule]) -> set[str]:
    """Return the backup types that are scheduled."""
    return {schedule.backup_type for schedule in schedules if not why_unpredictable(schedule)}


def _assess(
    resource: Resource, read: _Read, desired: DesiredState | None, params: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    schedules = read.schedules or []
    since = now - timedelta(days=LOOK_BACK_DAYS)
    backups = [each for each in read.backups if each.started_at is None or each.started_at >= since]
    # Only scheduled types: how many backups of the others are read depends on the order of the list.
    assessed = _scheduled(schedules) or {backup.backup_type for backup in backups if backup.backup_type}
    grace = timedelta(minutes=params["grace_minutes"])
    health = [health_of(each, schedules, backups, now, grace) for each in sorted(assessed)]
    decision = None if desired is None else decide(resource, schedules, read.schedules is not None, desired)
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


def _unknown(
    type_: ResourceType, unreadable: Mapping[str, Any], params: Mapping[str, Any], required: RequiredControls | None
) -> dict[str, Any]:
    """Return the entry of a resource or project that could not be read. unreadable: has its IDs, msg and error."""
    entry = {
        "project_id": unreadable["project_id"],
        type_.id_option: unreadable[type_.id_option],
        "changed": False,
        "policy": params["policy"],
        "verdict": "unknown",
        "reasons": [unreadable["msg"]],
        **({"error": unreadable["error"]} if "error" in unreadable else {}),
    }
    if required:
        controls = (
            required.for_policy(params["policy"]) if params["assignments"] is None else required.for_unknown_policy()
        )
        entry["controls"] = unassessed_controls(type_, controls, entry)
    return entry
