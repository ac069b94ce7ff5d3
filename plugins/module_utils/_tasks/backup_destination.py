# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module backup_destination: reconcile a backup destination.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

from .._api.destinations import DestinationApi, DestinationReference
from .._errors import NorthflankError, TaskFailed
from .._model.destination import AUTH_MODES, TYPES, USAGES, BackupDestination
from .._model.destination_rules import MIN_SECRET, destination_errors, reference_errors
from .._model.secrets import Secrets
from .._model.text import short_repr
from .._reconcile.apply_destination import DestinationOutcome, DestinationState, apply_destination
from .._reconcile.plan_destination import DestinationPlan, plan_absent, plan_present
from . import argument_specs
from .batch import for_each, internal_error
from .connection import connect
from .context import Context
from .validation import boolean_errors, common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    "destination_id": {"type": "str", "aliases": ["destinationId", "backupDestinationId"]},
    "name": {"type": "str"},
    "description": {"type": "str"},
    "type": {"type": "str", "choices": list(TYPES), "default": "s3"},
    "prefix": {"type": "str"},
    "usage": {"type": "str", "choices": list(USAGES)},
    "credentials": {
        "type": "dict",
        "options": {
            "bucket_name": argument_specs.option("bucketName", type="str", required=True),
            "region": {"type": "str", "required": True},
            "endpoint": {"type": "str", "required": True},
            "auth_mode": argument_specs.option("authMode", type="str", choices=list(AUTH_MODES)),
            "access_key": argument_specs.option("accessKey", type="str", no_log=True),
            "secret_key": argument_specs.option("secretKey", type="str", no_log=True),
            "workload_identity_id": argument_specs.option("workloadIdentityId", type="str"),
            "enable_object_lock": argument_specs.option("enableObjectLock", type="bool"),
            "object_lock_retention_days": argument_specs.option("objectLockRetentionDays", type="int"),
        },
    },
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}

# What an entry contains about a failure, besides failed.
_FAILURE_KEYS = ("msg", "error", "exception")


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    desired = BackupDestination.from_params(params)
    is_present = params["state"] == "present"
    errors = [*common_errors(ARGUMENT_SPEC, params), *reference_errors(desired)]
    if is_present and not boolean_errors(ARGUMENT_SPEC, params):
        errors.extend(destination_errors(desired))
    secrets = desired.secrets()
    # Errors quote options, and a user may have put a key into the wrong one. They also report keys that are too short.
    known = Secrets(each for each in secrets if len(each) >= MIN_SECRET)
    with connect(params, context, known.scrub(errors)) as transport:
        transport.secrets.add(*secrets)
        api = DestinationApi(transport, params["team_id"])
        started: list[tuple[DestinationPlan, DestinationOutcome]] = []

        def reconcile(reference: DestinationReference) -> dict[str, Any]:
            plan = _plan(api, reference, desired, is_present)
            outcome = DestinationOutcome(DestinationState(plan.before))
            if plan.refusals:
                return {**_entry(reference, plan, outcome), "failed": True, "msg": " ".join(plan.refusals)}
            if plan.action and context.check_mode:
                outcome.state = DestinationState(plan.after, is_done=True)
            elif plan.action:
                started.append((plan, outcome))
                apply_destination(api, plan, outcome, context.interruption)
                _warn_of_id(desired, outcome.state.destination, context)
            return _entry(reference, plan, outcome)

        def partial_entry(reference: DestinationReference) -> dict[str, Any]:
            return _entry(reference, *started[0]) if started else {}

        reference = api.reference(desired.expected_id)
        (entry,) = for_each(transport, params, context, [reference], reconcile, partial_entry)
        result = {
            "changed": entry["changed"],
            "backup_destination": entry.get("backup_destination"),
            "actions": entry.get("actions", []),
            "diff": entry.get("diff", []),
            **transport.usage(),
        }
        if entry.get("failed"):
            failure = {name: entry[name] for name in _FAILURE_KEYS if name in entry}
            raise TaskFailed({**result, **transport.secrets.scrub(failure)})
        if context.interruption.requested:
            reason = context.interruption.reason
            raise TaskFailed(
                {**result, "msg": f"Interrupted by {reason} after the backup destination had been processed."}
            )
        return result


def _plan(
    api: DestinationApi, reference: DestinationReference, desired: BackupDestination, is_present: bool
) -> DestinationPlan:
    """Read what exists, and plan what to do with it. Raises ApiError."""
    existing = api.read(reference.id)
    if not is_present:
        return plan_absent(desired, existing)
    is_named = existing is not None and existing.name == desired.name
    return plan_present(desired, existing, None if is_named else api.find(str(desired.name)))


def _warn_of_id(desired: BackupDestination, destination: BackupDestination | None, context: Context) -> None:
    if destination is not None and desired.name and destination.id != desired.expected_id:
        context.warn(
            f"Northflank gave the backup destination {short_repr(desired.name)} the ID {destination.id}, not"
            f" {desired.expected_id}. Set destination_id to this ID, and use it in backup schedules."
        )


def _entry(reference: DestinationReference, plan: DestinationPlan, outcome: DestinationOutcome) -> dict[str, Any]:
    # Read once: a thread that was abandoned may continue.
    state = outcome.state
    shown = plan.before if plan.action == "delete" and state.is_done else state.destination
    entry: dict[str, Any] = {
        "changed": state.changed,
        "backup_destination": shown.to_result() if shown else None,
        "actions": plan.to_result() if state.is_done else [],
        "diff": [_diff(plan, state.destination, reference)] if state.is_done else [],
    }
    if outcome.error:
        entry.update(_failure(outcome.error, state))
    elif state.note:
        entry["msg"] = state.note
    return entry


def _diff(
    plan: DestinationPlan, destination: BackupDestination | None, reference: DestinationReference
) -> dict[str, Any]:
    """Return an entry of the list ``diff``: the settings before and after, with secrets hidden."""
    header = f"backup destination {reference}"
    return {
        "before_header": header,
        "after_header": header,
        "before": plan.before.settings() if plan.before else {},
        "after": destination.settings(plan.changed_options) if destination else {},
    }


def _failure(error: BaseException, state: DestinationState) -> dict[str, Any]:
    """Return what an entry contains about the error that ended the work."""
    if isinstance(error, NorthflankError):
        failure = error.to_result()
    else:
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        failure = {"msg": internal_error(error), "exception": trace}
    return {**failure, "failed": True, "msg": " ".join([failure["msg"], state.note]).rstrip()}
