# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reconcile the backup schedules of resources with their desired state: read, decide, apply.

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

# The keys of what reconcile() returns that the entries in a result do not have.
_INTERNAL_KEYS = ("removed", "diff", "warnings")

# The key of the entry of a resource that is up to date and not to be returned.
OMITTED = "omitted"


def reconcile(
    transport: Transport,
    params: Mapping[str, Any],
    context: Context,
    desired_states: Mapping[Resource, DesiredState],
) -> list[dict[str, Any]]:
    """Reconcile each resource with its desired state, and return their entries. Check mode stops before apply.

    Besides what a result has, see result_entry(), an entry may have ``removed``, the deleted schedules, ``diff``, an
    entry of the task's diff, and ``warnings``, sentences that have not been issued. Without the option
    return_unchanged, the entry of a resource that is up to date has little more than the key OMITTED.
    """
    returns_unchanged = params.get("return_unchanged", True)
    api = ScheduleApi(transport)
    started: dict[Resource, tuple[Plan, Outcome]] = {}

    def reconcile_one(resource: Resource) -> dict[str, Any]:
        if resource.status in BEING_DELETED:
            warning = f"{resource} was skipped: it is being deleted (its status is {resource.status})."
            return {"changed": False, "skipped": True, "actions": [], "kept": [], "warnings": [warning]}
        desired = desired_states[resource]
        existing, is_listed = read_existing(api, resource, desired)
        decision = decide(resource, existing, is_listed, desired)
        plan = decision.plan
        outcome = Outcome(State(plan.before))
        if decision.refusals:
            return {**_entry(resource, plan, outcome), "failed": True, "msg": " ".join(decision.refusals)}
        unsupported = {"unsupported": decision.unsupported} if decision.unsupported else {}
        for action in plan.actions if context.check_mode else ():
            outcome.state = outcome.state.after(action)
        if plan.actions and not context.check_mode:
            # Before anything is dropped: should the worst happen, nobody would see them afterwards.
            _warn(decision.warnings, context.warn)
            started[resource] = plan, outcome
            apply(api, resource, plan, desired.write_method, outcome, context.interruption)
            return {**_entry(resource, plan, outcome), **unsupported}
        if not (returns_unchanged or plan.actions or plan.kept or unsupported):
            return {OMITTED: True, "warnings": decision.warnings}
        return {**_entry(resource, plan, outcome), **unsupported, "warnings": decision.warnings}

    def partial_entry(resource: Resource) -> dict[str, Any]:
        if resource not in started:
            return {}
        return _entry(resource, *started[resource])

    entries = for_each(transport, params, context, list(desired_states), reconcile_one, partial_entry)
    return [{**_policy(desired), **entry} for desired, entry in zip(desired_states.values(), entries)]


def result_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry as results have it."""
    return {name: value for name, value in entry.items() if name not in _INTERNAL_KEYS}


def task_result(
    entries: Sequence[Mapping[str, Any]], transport: Transport, warn: Callable[[str], None]
) -> dict[str, Any]:
    """Return the part of a result that concerns the task as a whole, and issue the warnings of the entries."""
    for entry in entries:
        _warn(entry.get("warnings", ()), warn)
    return {
        "changed": any(entry["changed"] for entry in entries),
        "diff": [entry["diff"] for entry in entries if "diff" in entry],
        **transport.usage(),
    }


def _policy(desired: DesiredState) -> dict[str, str]:
    return {} if desired.policy is None else {"policy": desired.policy}


def _entry(resource: Resource, plan: Plan, outcome: Outcome) -> dict[str, Any]:
    # Read once: the thread of a resource that was abandoned may continue.
    state = outcome.state
    entry: dict[str, Any] = {
        "changed": state.changed,
        "backup_schedules": [schedule.to_result() for schedule in state.schedules],
        "actions": [action.to_result() for action in state.done],
        "kept": [_kept(action) for action in plan.kept],
        "removed": [action.before.to_result() for action in state.done if action.action == "delete" and action.before],
    }
    notes = [*state.notes, *_how_to_restore(resource, state)]
    if outcome.error:
        entry.update(_failure(outcome.error, state, len(plan.actions), notes))
    elif notes:
        entry["msg"] = " ".join(notes)
    if state.lost:
        entry["lost_schedules"] = [schedule.settings() for schedule in state.lost]
    if state.done:
        entry["diff"] = diff_entry(resource, plan.before, state.schedules)
    return entry


def _kept(action: Action) -> dict[str, Any]:
    """Return an existing schedule that differs and is kept, in the form of results."""
    return {name: value for name, value in action.to_result().items() if name != "action"}


def _how_to_restore(resource: Resource, state: State) -> list[str]:
    if not state.lost:
        return []
    module = resource.type.schedules_module
    return [f"Pass lost_schedules to the option schedules of {module} to create them again."]


def _failure(error: BaseException, state: State, planned: int, notes: Sequence[str]) -> dict[str, Any]:
    """Return what an entry contains about the error that ended the work on a resource."""
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
    failure["msg"] = " ".join([failure["msg"], *notes])
    return failure


def _warn(sentences: Sequence[str], warn: Callable[[str], None]) -> None:
    for sentence in sentences:
        warn(sentence)
