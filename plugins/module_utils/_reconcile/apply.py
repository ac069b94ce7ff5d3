# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out a plan on a resource, so that no schedule that should exist is lost silently.

The API cannot update a schedule: a replace is a DELETE and a POST. If something fails between them, be it a request, an
interruption or a defect of this collection:

- the POST is refused: the old schedule is restored (action restore), and the resource fails;
- the outcome of the POST is unknown: the list is read, and the POST is repeated only if the schedule does not exist;
- the old schedule cannot be restored, or that is unknown: it is in State.lost, and the resource fails.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from .._api.resources import Resource
from .._api.schedules import ScheduleApi
from .._errors import ApiError, NorthflankError
from .._interruption import Interruption
from .._model.schedule import BackupSchedule
from .apply_patch import apply_patch
from .create_once import Conflict, OutcomeUnknown, create_once
from .outcome import Outcome, State
from .plan import Action, Plan, closest

_DELETE_UNKNOWN = "It is unknown whether it was deleted."
_CREATE_UNKNOWN = "It was deleted, and it is unknown whether the new one exists."
_RESTORE_UNKNOWN = "It was deleted, and it is unknown whether it was restored"


def apply(
    api: ScheduleApi, resource: Resource, plan: Plan, write_method: str, outcome: Outcome, interruption: Interruption
) -> None:
    """Carry out the plan up to the first failure, which ends the work on this resource; update the outcome.

    write_method: schedule writes each schedule separately, addon the whole list with one PATCH.
    outcome: of a plan that has not begun. Another thread may read it at any time.
    """
    try:
        if write_method == "addon" and plan.actions:
            with interruption.write_in_flight():
                apply_patch(api, resource, plan, outcome)
        elif write_method == "schedule":
            for action in plan.actions:
                # An interruption ends the work here; an action that has begun is finished or rolled back.
                with interruption.write_in_flight():
                    _STEPS[action.action](api, resource, action, outcome)
    except BaseException as error:  # noqa: BLE001  # between a DELETE and its POST nothing may pass unrecorded
        outcome.error = error


def _delete(api: ScheduleApi, resource: Resource, action: Action, outcome: Outcome) -> None:
    old_state = outcome.state
    outcome.state = old_state.in_doubt(action)
    try:
        existing = _remove(api, resource, _old_schedule(action))
    except NorthflankError:
        # It was refused, or not sent.
        outcome.state = old_state
        raise
    except OutcomeUnknown as unknown:
        raise unknown.error from unknown
    outcome.state = old_state.after(action).with_existing(existing)


def _create(api: ScheduleApi, resource: Resource, action: Action, outcome: Outcome) -> None:
    old_state = outcome.state
    outcome.state = old_state.in_doubt(action)
    try:
        created, by_us = _create_once(api, resource, action.schedule)
    except NorthflankError:
        # It was refused, or not sent.
        outcome.state = old_state
        raise
    except Conflict as conflict:
        note = f"Another client created a different {action.schedule.name} schedule at the same time."
        outcome.state = old_state.with_existing(conflict.found).with_note(note)
        raise conflict.error from conflict
    except OutcomeUnknown as unknown:
        raise unknown.error from unknown
    outcome.state = old_state.after(replace(action, after=created)) if by_us else old_state.with_existing(created)


def _replace(api: ScheduleApi, resource: Resource, action: Action, outcome: Outcome) -> None:
    old_state, old = outcome.state, _old_schedule(action)
    with api.reserve_for_replace(resource, old) as reservation:
        outcome.state = old_state.with_lost(old, _DELETE_UNKNOWN)
        is_deleted = False
        try:
            _remove(api, resource, old)
            is_deleted = reservation.is_essential = True
            outcome.state = _deleted(old_state, old).with_lost(old, _CREATE_UNKNOWN)
            created, _by_us = _create_once(api, resource, action.schedule)
        except BaseException as error:
            if isinstance(error, NorthflankError) and not is_deleted:
                # The DELETE was refused, or not sent.
                outcome.state = old_state
                raise
            reservation.is_essential = True
            created = _recover(api, resource, action, old_state, outcome, error)
        outcome.state = old_state.after(replace(action, after=created))


_STEPS = {"delete": _delete, "replace": _replace, "create": _create}


def _recover(
    api: ScheduleApi, resource: Resource, action: Action, old_state: State, outcome: Outcome, error: BaseException
) -> BackupSchedule:
    """Restore the old schedule after a failed replace; return the new one if it exists after all.

    old_state: the state before the replace.

    Otherwise raises the cause of the error, with the outcome updated.
    """
    old, desired = _old_schedule(action), action.schedule
    existing, until = None, "it could be restored"
    if isinstance(error, OutcomeUnknown):
        raise error.error from error
    if isinstance(error, Conflict):
        existing, until = error.found, "the new one was created"
    elif not isinstance(error, NorthflankError):
        # A defect of this collection: read how far it got.
        try:
            existing = _find(api, resource, desired)
        except BaseException as failure:
            raise error from failure
    if existing is None:
        existing = _restore(api, resource, action, old_state, outcome)
    if existing is not None and not desired.differences(existing):
        # A POST that was given up on took effect late.
        return existing
    if existing is not None and existing.id == old.id:
        outcome.state = old_state
    elif existing is not None:
        reason = f"It was deleted, but before {until}, another client created a different one."
        outcome.state = _deleted(old_state, old).with_existing(existing).with_lost(old, reason)
    raise _cause(error)


def _restore(
    api: ScheduleApi, resource: Resource, action: Action, old_state: State, outcome: Outcome
) -> BackupSchedule | None:
    """Create the old schedule again, and update the outcome; return what exists in its place instead, if anything."""
    old = _old_schedule(action)
    deleted = _deleted(old_state, old)
    outcome.state = deleted.with_lost(old, f"{_RESTORE_UNKNOWN}.")
    try:
        restored, _by_us = _create_once(api, resource, old)
    except Conflict as conflict:
        return cast("BackupSchedule", conflict.found)
    except NorthflankError as failure:
        outcome.state = deleted.with_lost(old, f"It was deleted, and restoring it failed: {failure}")
    except BaseException as failure:  # noqa: BLE001  # it is recorded, and the cause of the failed replace is raised
        outcome.state = deleted.with_lost(old, f"{_RESTORE_UNKNOWN}: {_cause(failure)}")
    else:
        action = Action("restore", before=old, after=restored, changed_options=action.changed_options)
        outcome.state = old_state.after(action).with_note(f"The old {old.name} schedule was restored, with a new ID.")
    return None


def _deleted(old_state: State, old: BackupSchedule) -> State:
    return old_state.after(Action("delete", before=old))


def _cause(error: BaseException) -> BaseException:
    """Return the error that a user sees."""
    return error.error if isinstance(error, (Conflict, OutcomeUnknown)) else error


def _remove(api: ScheduleApi, resource: Resource, old: BackupSchedule) -> BackupSchedule | None:
    """Delete a schedule; return what exists in its place, which another client must have created.

    A 404 is settled by a read: an earlier attempt, or a proxy that repeated it, may have deleted the schedule. If it is
    gone, it counts as deleted by this task.

    Raises ApiError if it still exists, Interrupted if nothing was sent, OutcomeUnknown if that is unknown.
    """
    try:
        api.delete(resource, old)
    except ApiError as error:
        if not error.outcome_unknown and error.status != 404:
            raise
        try:
            schedules = api.list_schedules(resource)
        except NorthflankError as read_error:
            raise OutcomeUnknown(error) from read_error
        if any(schedule.id == old.id for schedule in schedules):
            raise
        return closest(schedules, old)
    return None


def _create_once(api: ScheduleApi, resource: Resource, desired: BackupSchedule) -> tuple[BackupSchedule, bool]:
    """Create a schedule: see create_once()."""
    return create_once(
        create=lambda: replace(desired, id=api.create(resource, desired)),
        find=lambda: _find(api, resource, desired),
        is_desired=lambda found: not desired.differences(found),
        attempts=api.attempts(),
    )


def _find(api: ScheduleApi, resource: Resource, desired: BackupSchedule) -> BackupSchedule | None:
    return closest(api.list_schedules(resource), desired)


def _old_schedule(action: Action) -> BackupSchedule:
    # A delete and a replace always have it.
    return cast("BackupSchedule", action.before)
