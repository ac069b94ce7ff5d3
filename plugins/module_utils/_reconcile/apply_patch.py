# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out a plan with one PATCH that replaces the whole list of schedules.

The API's reference does not describe what the PATCH does to the schedules that it drops or alters. So its effect is not
assumed, but derived from the schedules before and after it.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from .._api.resources import Resource
from .._api.schedules import ScheduleApi
from .._errors import ApiError, NorthflankError
from .._model.schedule import BackupSchedule, Key
from .outcome import Outcome, State, is_same
from .plan import Action, Plan, closest, sorted_actions, sorted_schedules

_OUTCOME_UNKNOWN = (
    "It is unknown whether the schedules were written. The settings of the old ones are in lost_schedules."
)


def apply_patch(api: ScheduleApi, resource: Resource, plan: Plan, outcome: Outcome) -> None:
    """Write all schedules with one request, and update the outcome. Raises what ends the work on the resource."""
    old_state = outcome.state
    outcome.state = State((), lost=_remaining(plan), notes=(_OUTCOME_UNKNOWN,), is_in_doubt=True)
    error: BaseException | None = None
    listed: Sequence[BackupSchedule] | None = None
    try:
        listed = api.replace_all(resource, plan.after)
    except BaseException as caught:
        if isinstance(caught, NorthflankError) and not getattr(caught, "outcome_unknown", False):
            # It was refused, or not sent.
            outcome.state = old_state
            raise
        error = caught
    if listed is None:
        try:
            listed = api.list_schedules(resource)
        except BaseException as unknown:
            raise error or unknown from unknown
    outcome.state = _state_after(plan, listed)
    if any(_is_missing(schedule, listed) for schedule in plan.after) or len(listed) != len(plan.after):
        raise error or ApiError(
            "PATCH",
            resource.path,
            f"the {resource.type.name} does not have the schedules that were requested",
            status=200,
            details={
                "requested": [schedule.settings() for schedule in plan.after],
                "returned": [schedule.settings() for schedule in listed],
            },
            hint=f"Use write_method: schedule, and check the schedules of the {resource.type.name}.",
        )


def _state_after(plan: Plan, listed: Sequence[BackupSchedule]) -> State:
    """Return the state after a PATCH, derived from the schedules that the API lists afterwards."""
    desired: dict[Key, BackupSchedule] = {schedule.key: schedule for schedule in plan.after}
    kept, removed, added = _compare(plan.before, listed, desired)
    actions: list[Action] = []
    for key in dict.fromkeys(each.key for each in (*removed, *added)):
        new = closest(added, desired[key]) if key in desired else None
        added = [each for each in added if each is not new]
        written = [_as_written(desired[key], new)] if new else []
        for old, created in zip_longest([each for each in removed if each.key == key], written):
            actions.append(_action(old, created))
    # Of several with the same key one should remain: that one is lost unless one of them is as desired.
    lost = [old for old in _remaining(plan) if _is_in(old, removed) and _is_missing(desired[old.key], listed)]
    return State(
        # What was added besides what was written was created by another client.
        schedules=sorted_schedules([*kept, *added, *(action.after for action in actions if action.after)]),
        done=sorted_actions(actions),
        lost=tuple(lost),
        notes=tuple(
            f"The {old.name} schedule was altered; its previous settings are in lost_schedules." for old in lost
        ),
    )


def _compare(
    before: Iterable[BackupSchedule], listed: Sequence[BackupSchedule], desired: Mapping[Key, BackupSchedule]
) -> tuple[list[BackupSchedule], list[BackupSchedule], list[BackupSchedule]]:
    """Return the listed schedules that existed before, those from before that are not listed, and the new ones.

    A response may lack IDs, and a PATCH may assign new ones, so schedules are matched by their settings.
    """

    def was_kept(old: BackupSchedule, new: BackupSchedule) -> bool:
        if old.key != new.key or old.differences(new):
            return False
        # A setting that the old one omits is no difference, but it may be what the PATCH has set.
        goal = desired.get(old.key, old)
        return bool(goal.differences(old)) == bool(goal.differences(new))

    kept, removed, added = [], [], list(listed)
    ids = {each.id for each in listed}
    # Of two equal ones, the one whose ID is listed was kept.
    for old in sorted(before, key=lambda each: each.id not in ids):
        same = next((each for each in added if was_kept(old, each)), None)
        if same is None:
            removed.append(old)
        else:
            kept.append(same)
            added = [each for each in added if each is not same]
    return kept, removed, added


def _as_written(desired: BackupSchedule, found: BackupSchedule) -> BackupSchedule:
    """Return the desired schedule with its read-only fields; what was found instead if that differs."""
    if desired.differences(found):
        return found
    return replace(desired, id=found.id, created_at=found.created_at, updated_at=found.updated_at)


def _action(old: BackupSchedule | None, new: BackupSchedule | None) -> Action:
    """Return the action that turns one schedule into another; None is none."""
    if old is None or new is None:
        return Action("create" if old is None else "delete", before=old, after=new)
    return Action("replace", before=old, after=new, changed_options=new.differences(old))


def _remaining(plan: Plan) -> tuple[BackupSchedule, ...]:
    """Return the existing schedules that a plan keeps or replaces."""
    deleted = [action.before for action in plan.actions if action.action == "delete" and action.before]
    return tuple(old for old in plan.before if not _is_in(old, deleted))


def _is_in(schedule: BackupSchedule, others: Iterable[BackupSchedule]) -> bool:
    return any(is_same(schedule, other) for other in others)


def _is_missing(desired: BackupSchedule, listed: Sequence[BackupSchedule]) -> bool:
    found = closest(listed, desired)
    return found is None or bool(desired.differences(found))
