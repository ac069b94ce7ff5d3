# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a task that reconciles one object of an account, such as a backup destination, and build its result.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from typing import Any

from .._api.transport import Transport
from .._errors import NorthflankError, TaskFailed
from .._reconcile.apply_object import ObjectApi, ObjectOutcome, ObjectState, apply_object
from .._reconcile.plan_object import AnyObject, ObjectPlan
from .batch import Item, for_each, internal_error
from .context import Context

# What an entry contains about a failure, besides failed.
_FAILURE_KEYS = ("msg", "error", "exception")


def reconcile_object(
    api: ObjectApi[AnyObject],
    reference: Item,
    make_plan: Callable[[], ObjectPlan[AnyObject]],
    key: str,
    transport: Transport,
    params: Mapping[str, Any],
    context: Context,
    check: Callable[[AnyObject | None], None],
) -> dict[str, Any]:
    """Plan what to do with the object, do it in a thread, and return the result of the module.

    make_plan: reads what exists. key: of the object in the result. check: is called with the object afterwards, to
    issue warnings.

    Raises TaskFailed with the result.
    """
    started: list[tuple[ObjectPlan[AnyObject], ObjectOutcome[AnyObject]]] = []

    def reconcile(_reference: Item) -> dict[str, Any]:
        plan = make_plan()
        outcome = ObjectOutcome(ObjectState(plan.before))
        if plan.refusals:
            return {**_entry(reference, plan, outcome, key), "failed": True, "msg": " ".join(plan.refusals)}
        if plan.action and context.check_mode:
            outcome.state = ObjectState(plan.after, is_done=True)
        elif plan.action:
            started.append((plan, outcome))
            apply_object(api, plan, outcome, context.interruption)
        check(outcome.state.subject)
        return _entry(reference, plan, outcome, key)

    def partial_entry(_reference: Item) -> dict[str, Any]:
        return _entry(reference, *started[0], key) if started else {}

    (entry,) = for_each(transport, params, context, [reference], reconcile, partial_entry)
    result = {
        "changed": entry["changed"],
        key: entry.get(key),
        "actions": entry.get("actions", []),
        "diff": entry.get("diff", []),
        **transport.usage(),
    }
    if entry.get("failed"):
        failure = {name: entry[name] for name in _FAILURE_KEYS if name in entry}
        raise TaskFailed({**result, **transport.secrets.scrub(failure)})
    if context.interruption.requested:
        reason = context.interruption.reason
        raise TaskFailed({**result, "msg": f"Interrupted by {reason} after the {api.noun} had been processed."})
    return result


def _entry(reference: Item, plan: ObjectPlan[AnyObject], outcome: ObjectOutcome[AnyObject], key: str) -> dict[str, Any]:
    # Read once: a thread that was abandoned may continue.
    state = outcome.state
    shown = plan.before if plan.action == "delete" and state.is_done else state.subject
    entry: dict[str, Any] = {
        "changed": state.changed,
        key: shown.to_result() if shown else None,
        "actions": plan.to_result() if state.is_done else [],
        "diff": [_diff(plan, state.subject, reference)] if state.is_done else [],
    }
    if outcome.error:
        entry.update(_failure(outcome.error, state))
    elif state.note:
        entry["msg"] = state.note
    return entry


def _diff(plan: ObjectPlan[AnyObject], subject: AnyObject | None, reference: Item) -> dict[str, Any]:
    """Return an entry of the list ``diff``: the settings before and after, with secrets hidden."""
    header = f"{reference.noun} {reference}"
    return {
        "before_header": header,
        "after_header": header,
        "before": plan.before.settings() if plan.before else {},
        "after": subject.settings(plan.changed_options) if subject else {},
    }


def _failure(error: BaseException, state: ObjectState[AnyObject]) -> dict[str, Any]:
    """Return what an entry contains about the error that ended the work."""
    if isinstance(error, NorthflankError):
        failure = error.to_result()
    else:
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        failure = {"msg": internal_error(error), "exception": trace}
    return {**failure, "failed": True, "msg": " ".join([failure["msg"], state.note]).rstrip()}
