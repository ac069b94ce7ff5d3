# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to do to a resource: one function for the rollout, for check mode and for reports of drift.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from .._api.resources import Resource
from .._api.schedules import ScheduleApi
from .._errors import ApiError
from .._model.schedule import BackupSchedule, Key
from .._model.schedule_rules import is_known
from .._model.text import printable
from .desired_state import DesiredState
from .plan import Plan, make_plan

_WITHOUT_DUMPS = "Remove the dump schedule, or set on_unsupported to warn or skip to apply only the snapshot schedules."


@dataclass(frozen=True)
class Decision:
    """What a rollout does to a resource.

    plan: what it would do if there were no refusals.
    refusals: why it does nothing, and fails; sentences.
    warnings: what it warns of before it writes; sentences.
    unsupported: why the resource does not get the desired dumps; None if it gets all that is desired.
    """

    plan: Plan
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unsupported: str | None = None


def read_existing(api: ScheduleApi, resource: Resource, desired: DesiredState) -> tuple[list[BackupSchedule], bool]:
    """Read the existing schedules; return them, and whether the API listed them. Raises ApiError.

    A response without a list may mean that there are none; a PATCH, which drops what it does not list, must know.
    """
    try:
        listed = api.read_schedules(resource)
    except ApiError as error:
        if not error.is_not_found or desired.schedules:
            raise
        # No schedules are desired, and a resource that does not exist has none.
        return [], True
    return listed or [], listed is not None


def decide(resource: Resource, existing: Sequence[BackupSchedule], is_listed: bool, desired: DesiredState) -> Decision:
    """Decide what to do to a resource. Sends at most the requests that determine its type. Raises ApiError.

    existing, is_listed: what read_existing() returned.
    """
    schedules = desired.schedules_of(resource)
    plan = make_plan(existing, schedules, desired.prune, desired.on_difference)
    unsupported = _unsupported(resource, plan, desired)
    if unsupported:
        snapshots = [schedule for schedule in schedules if schedule.backup_type != "dump"]
        plan = make_plan(existing, snapshots, _keys_to_prune(existing, schedules, desired.prune), desired.on_difference)
    refusals = [*_blocked(resource, plan)]
    if unsupported and desired.on_unsupported == "fail":
        refusals.append(f"{unsupported} {_WITHOUT_DUMPS}")
    if plan.kept and desired.on_difference == "keep_and_fail":
        refusals.append(_differing(resource, plan))
    if desired.write_method == "addon" and plan.actions:
        refusals.extend(_not_patchable(resource, plan, is_listed))
    warnings = [*_duplicates(resource, plan), *_dropped_fields(resource, plan)]
    if unsupported and desired.on_unsupported == "warn":
        warnings.append(f"{unsupported} Only the snapshot schedules are applied.")
    if plan.kept and desired.on_difference == "keep_and_warn":
        warnings.append(_differing(resource, plan))
    return Decision(plan, tuple(refusals), () if refusals else tuple(warnings), unsupported)


def _keys_to_prune(
    existing: Sequence[BackupSchedule], schedules: Sequence[BackupSchedule], prune: bool | AbstractSet[Key]
) -> AbstractSet[Key]:
    """Return the keys to prune: an existing dump that is desired stays, even where dumps are unsupported."""
    keys = {schedule.key for schedule in existing} - {
        schedule.key for schedule in schedules if schedule.backup_type == "dump"
    }
    return (keys if prune else frozenset()) if isinstance(prune, bool) else keys & prune


def _unsupported(resource: Resource, plan: Plan, desired: DesiredState) -> str | None:
    """Return which dumps would be written to an addon that cannot create any; None if no such dump is desired."""
    dumps = [
        action.schedule.name
        for action in plan.actions
        if action.action != "delete" and action.schedule.backup_type == "dump"
    ]
    type_ = desired.types.type_without_dumps(resource) if desired.types and dumps else None
    return type_ and f"{resource} is a {type_} addon, which does not support the desired {' and '.join(dumps)}."


def _differing(resource: Resource, plan: Plan) -> str:
    schedules = ", ".join(f"{action.schedule.name} ({', '.join(action.changed_options)})" for action in plan.kept)
    return f"{resource} has schedules that differ and are kept, because of on_difference: {schedules}."


def _duplicates(resource: Resource, plan: Plan) -> Iterator[str]:
    for group in plan.duplicates:
        yield f"{_duplicate(resource, group)}. {_delete_duplicates(resource)}"


def _blocked(resource: Resource, plan: Plan) -> Iterator[str]:
    for group in plan.blocked:
        yield f"{_duplicate(resource, group)}, so none of them can be replaced. {_delete_duplicates(resource)}"


def _duplicate(resource: Resource, group: Sequence[BackupSchedule]) -> str:
    ids = ", ".join(str(schedule.id) for schedule in group)
    return f"{resource} has {len(group)} {group[0].name} schedules (IDs {ids}), but Northflank allows only one"


def _delete_duplicates(resource: Resource) -> str:
    return f"Delete all but one in Northflank, or with prune: true of {resource.type.schedules_module}."


def _dropped_fields(resource: Resource, plan: Plan) -> Iterator[str]:
    for action in plan.actions:
        if action.dropped_fields:
            fields = printable(json.dumps(action.dropped_fields, sort_keys=True))
            yield (
                f"Replacing the {action.schedule.name} schedule of {resource} drops fields that this version of"
                f" community.northflank does not know: {fields}."
            )


def _not_patchable(resource: Resource, plan: Plan, is_listed: bool) -> Iterator[str]:
    """Yield what a PATCH, which replaces the whole list, would destroy."""
    instead = "Use write_method: schedule, which does not affect other schedules."
    if not is_listed:
        yield f"The API did not list the schedules of {resource}, so a PATCH could delete existing ones. {instead}"
    remaining = {schedule.key for schedule in plan.after}
    for schedule in plan.before:
        if schedule.key not in remaining:
            continue
        if not is_known(schedule):
            yield (
                f"A PATCH of {resource} could alter its {schedule.name} schedule: this version of"
                f" community.northflank does not know its interval or backup type. {instead}"
            )
        elif schedule.unknown_fields:
            fields = printable(json.dumps(schedule.unknown_fields, sort_keys=True))
            yield (
                f"A PATCH of {resource} would alter its {schedule.name} schedule, which has fields that this version of"
                f" community.northflank does not know: {fields}. {instead}"
            )
    for group in plan.duplicates:
        yield f"{_duplicate(resource, group)}, and a PATCH cannot keep them. {instead}"
