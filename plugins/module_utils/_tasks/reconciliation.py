# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reconcile the backup schedules of resources with their desired state: read -> decide -> apply -> report.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._api.resources import BEING_DELETED, Resource
from .._api.schedules import ScheduleApi
from .._api.transport import Transport
from .._errors import Interrupted, NorthflankError
from .._reconcile.apply import apply
from .._reconcile.decision import decide, read_existing
from .._reconcile.desired_state import DesiredState
from .._reconcile.outcome import Outcome, State
from .._reconcile.plan import Action, Plan
from .batch import for_each, internal_error
from .context import Context
from .diff import diff_entry

# What a report has in addition to the resource's entry in the result: the result has it once for the whole task.
ONCE_PER_TASK = ("removed", "diff", "warnings")


def reconcile(
    transport: Transport,
    params: Mapping[str, Any],
    context: Context,
    desired_states: Mapping[Resource, DesiredState],
) -> list[dict[str, Any]]:
    """Reconcile each resource with its desired state, and return the reports. Check mode stops before apply.

    A report is the resource's entry in the result, and what is ONCE_PER_TASK: ``removed`` is a list of the deleted
    schedules, ``diff`` an entry of the diff, ``warnings`` a list of sentences.
    """
    api = ScheduleApi(transport)
    started: dict[Resource, tuple[Plan, Outcome]] = {}

    def reconcile_one(resource: Resource) -> dict[str, Any]:
        if resource.status in BEING_DELETED:
            warning = f"{resource} was skipped: it is being deleted (its status is {resource.status})."
            return {"changed": False, "skipped": True, "actions": [], "kept": [], "warnings": [warning]}
        desired = desired_states[resource]
        existing, is_listed = read_existing(api, resource, desired)
        decision = decide(resource, existing, is_listed, desired)
        steps = decision.plan
        outcome = Outcome(State(steps.before))
        if decision.refusals:
            return {**_report(resource, steps, outcome), "failed": True, "msg": " ".join(decision.refusals)}
        unsupported = {"unsupported": decision.unsupported} if decision.unsupported else {}
        for action in steps.actions if context.check_mode else ():
            outcome.state = outcome.state.after(action)
        if steps.actions and not context.check_mode:
            # Before anything is dropped: should the worst happen, nobody would see them afterwards.
            _warn(decision.warnings, context.warn)
            started[resource] = steps, outcome
            apply(api, resource, steps, desired.write_method, outcome, context.interruption)
            return {**_report(resource, steps, outcome), **unsupported}
        return {**_report(resource, steps, outcome), **unsupported, "warnings": decision.warnings}

    def partial_outcome(resource: Resource) -> dict[str, Any]:
        if resource not in started:
            return {}
        return _report(resource, *started[resource])

    reports = for_each(transport, params, context, list(desired_states), reconcile_one, partial_outcome)
    return [{**_policy(desired), **report} for desired, report in zip(desired_states.values(), reports)]


def once_per_task(
    reports: Sequence[Mapping[str, Any]], transport: Transport, warn: Callable[[str], None]
) -> dict[str, Any]:
    """Return the part of the result that concerns the whole task, and issue the warnings."""
    for report in reports:
        _warn(report.get("warnings", ()), warn)
    return {
        "changed": any(report["changed"] for report in reports),
        "diff": [report["diff"] for report in reports if "diff" in report],
        **transport.usage(),
    }


def _policy(desired: DesiredState) -> dict[str, str]:
    return {} if desired.policy is None else {"policy": desired.policy}


def _report(resource: Resource, steps: Plan, outcome: Outcome) -> dict[str, Any]:
    # Read once: the thread of a resource that was abandoned may continue.
    state = outcome.state
    report: dict[str, Any] = {
        "changed": state.changed,
        "backup_schedules": [schedule.to_result() for schedule in state.schedules],
        "actions": [action.to_result() for action in state.done],
        "kept": [_kept(action) for action in steps.kept],
        "removed": [action.before.to_result() for action in state.done if action.action == "delete" and action.before],
    }
    if outcome.error:
        report.update(_failure(outcome.error, state, len(steps.actions)))
    elif state.notes:
        report["msg"] = " ".join(state.notes)
    if state.lost:
        report["lost_schedules"] = [schedule.settings() for schedule in state.lost]
    if state.done:
        report["diff"] = diff_entry(resource, steps.before, state.schedules)
    return report


def _kept(action: Action) -> dict[str, Any]:
    """Return an existing schedule that differs and is kept, in the form of results."""
    return {name: value for name, value in action.to_result().items() if name != "action"}


def _failure(error: BaseException, state: State, planned: int) -> dict[str, Any]:
    """Return what a report contains about the error that ended the work on a resource."""
    failure: dict[str, Any] = {"failed": True}
    if isinstance(error, Interrupted) and not state.changed:
        failure.update(error.to_result(), interrupted=True)
    elif isinstance(error, Interrupted):
        failure["msg"] = f"{error} {len(state.done)} of {planned} actions were done."
    elif isinstance(error, NorthflankError):
        failure.update(error.to_result())
    else:
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        failure.update(msg=internal_error(error), exception=trace)
    failure["msg"] = " ".join([failure["msg"], *state.notes])
    return failure


def _warn(sentences: Sequence[str], warn: Callable[[str], None]) -> None:
    for sentence in sentences:
        warn(sentence)
