# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a task that is about one long operation on one resource, such as a backup, and build its result.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from .._api.resources import Resource
from .._api.transport import Transport
from .._errors import NorthflankError, TaskFailed
from .._reconcile.work import AnyOperation, Waiting, Work, WorkState
from .batch import for_each
from .context import Context

# One week, one hour.
_MAX_WAIT_SECONDS = 604800
_MAX_INTERVAL_SECONDS = 3600

# What an entry contains about a failure, besides failed and msg.
_FAILURE_KEYS = ("error", "exception", "hint")


def waiting_errors(params: Mapping[str, Any]) -> list[str]:
    """Return the validation errors of the options of the wait: see argument_specs.waiting()."""
    return [
        f"{option}: {params[option]} is not between 1 and {highest} seconds"
        for option, highest in (("wait_timeout", _MAX_WAIT_SECONDS), ("wait_interval", _MAX_INTERVAL_SECONDS))
        if not 1 <= params[option] <= highest
    ]


def waiting_of(params: Mapping[str, Any], context: Context) -> Waiting:
    """Convert the options of the wait."""
    return Waiting(
        timeout=params["wait_timeout"] if params["wait"] else None,
        interval=params["wait_interval"],
        show_progress=context.show_progress,
    )


def run_single(
    work: Work[AnyOperation],
    carry_out: Callable[[], None],
    key: str,
    transport: Transport,
    params: Mapping[str, Any],
    context: Context,
    details: Collection[str] = (),
) -> dict[str, Any]:
    """Carry out the work in a thread, and return the result of the module. Raises TaskFailed with the result.

    carry_out: does the work, and keeps its state up to date. key: of the operation in the result.
    details: the keys of what the state has besides the operation.
    """
    untouched: WorkState[AnyOperation] = WorkState()

    def run_one(_resource: Resource) -> dict[str, Any]:
        try:
            carry_out()
        except NorthflankError as error:
            if work.state == untouched:
                raise
            report = _report(work.state, str(error))
            return {**_entry(work, key), "failed": True, **error.to_result(), **report}
        return _entry(work, key)

    def partial_entry(_resource: Resource) -> dict[str, Any]:
        return {} if work.state == untouched else {**_entry(work, key), **_report(work.state)}

    (entry,) = for_each(transport, params, context, [work.resource], run_one, partial_entry)
    result = {
        **{name: entry[name] for name in _FAILURE_KEYS if name in entry},
        "changed": entry["changed"],
        key: entry.get(key),
        **{name: entry.get(name) for name in details},
        "diff": entry.get("diff", []),
        **transport.usage(),
    }
    if entry.get("failed"):
        raise TaskFailed({**result, "msg": entry["msg"]})
    if context.interruption.requested:
        # Ansible may accept no result any more: only the message is shown.
        processed = f"Interrupted by {context.interruption.reason} after the {work.resource.noun} had been processed."
        raise TaskFailed({**result, "msg": f"{processed} {work.summary()}"})
    return result


def _report(state: WorkState[AnyOperation], error: str = "") -> dict[str, str]:
    """Return the message of a failure, and its last sentence as ``hint``, if it is about what to do next."""
    msg = " ".join(filter(None, [error, state.note, state.hint]))
    return {**({"msg": msg} if msg else {}), **({"hint": state.hint} if state.hint else {})}


def _entry(work: Work[AnyOperation], key: str) -> dict[str, Any]:
    # Read once: a thread that was abandoned may continue.
    state = work.state
    header = str(work.resource)
    diff = {"before_header": header, "after_header": header, "before": dict(state.before), "after": dict(state.after)}
    return {
        "changed": state.changed,
        key: state.subject.to_result() if state.subject else None,
        **state.details,
        "diff": [diff] if state.changed else [],
    }
