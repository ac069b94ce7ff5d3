# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out a plan on one addon, and record what was really done. A schedule that is to stay is never lost silently.

The API has no update: a replace is a DELETE and a POST. What happens when something breaks between them, be it a
request, an interruption or a fault of this program:

- the POST is refused: the old schedule is restored (action restore), and the addon fails;
- the outcome of the POST is unknown: the list is read, and only if the schedule does not exist the POST is sent again;
- the old schedule cannot be restored, or nobody can tell: it is in Outcome.lost, and the addon fails.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from .._api.resources import Resource
from .._api.schedules import ScheduleApi
from .._errors import ApiError
from .._interruption import Interruption
from .._model.schedule import BackupSchedule, Key
from .plan import Action, Plan, in_order


@dataclass
class Outcome:
    """What was really done to one addon.

    before: the schedules that it had.
    lost: schedules that should exist and do not, or may not.
    error: what ended the work on the addon before its plan was done; None if it was done.
    notes: sentences that belong to the error.
    at_risk: the replace that may have deleted its schedule, as long as the new one is not known to exist.
    """

    before: tuple[BackupSchedule, ...]
    lost: list[BackupSchedule] = field(default_factory=list)
    error: BaseException | None = None
    notes: list[str] = field(default_factory=list)
    at_risk: Action | None = None
    # Each step with the schedule that went and the one that came; an action of None was somebody else's.
    _steps: list[tuple[Action | None, BackupSchedule | None, BackupSchedule | None]] = field(default_factory=list)

    @property
    def done(self) -> list[Action]:
        """The actions that took effect, in their order."""
        return [action for action, _gone, _come in self._steps if action]

    @property
    def after(self) -> tuple[BackupSchedule, ...]:
        """The schedules that the addon has now, as far as is known."""
        now = list(self.before)
        for _action, *gone_and_come in self._steps:
            now = [each for each in now if not any(_is_same(each, other) for other in gone_and_come)]
            now.extend(each for each in gone_and_come[1:] if each is not None)
        return in_order(now)

    def did(self, action: Action) -> None:
        self._steps.append((action, action.before, action.after))

    def found(self, gone: BackupSchedule | None, come: BackupSchedule | None) -> None:
        """Note a schedule that something else created or deleted meanwhile."""
        self._steps.append((None, gone, come))

    def snapshot(self) -> Outcome:
        """Return a copy that the thread which carries out the plan does not change any more."""
        return replace(self, lost=list(self.lost), notes=list(self.notes), _steps=list(self._steps))

    def lose(self, why: str) -> None:
        """Record the schedule at risk as lost, unless what became of it is recorded already."""
        action = self.at_risk
        if action and not any(done.before is action.before for done in self.done):
            old = _before(action)
            self.lost.append(old)
            self.did(Action("delete", before=old))
            self.notes.append(f"The old {old.name} schedule may be lost. {why} {_IN_LOST_SCHEDULES}")
        self.at_risk = None


_NEW_ONE_UNKNOWN = "It was deleted, and whether the new one exists is not known."
_IN_LOST_SCHEDULES = "It is in lost_schedules, as community.northflank.addon_backup_schedules accepts it."


class _Conflict(Exception):
    """A schedule could not be created, because something else created another one with its key."""

    def __init__(self, error: ApiError, found: BackupSchedule) -> None:
        super().__init__(error)
        self.error = error
        self.found = found


class _StateUnknown(Exception):
    """A request had an unknown outcome, and the read that should have settled it failed."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(error)
        self.error = error


def apply(
    api: ScheduleApi, resource: Resource, plan: Plan, write_method: str, outcome: Outcome, interruption: Interruption
) -> None:
    """Carry out the plan up to the first failure, which ends the work on this addon. All of it is in the outcome.

    write_method: schedule writes each schedule by itself, addon writes the whole list with one PATCH.
    outcome: of nothing yet. Whoever gives up waiting for this reads it, and at_risk, all the same.
    """
    try:
        if write_method == "addon" and plan.actions:
            with interruption.write():
                _patch(api, resource, plan, outcome)
        elif write_method == "schedule":
            for action in plan.actions:
                # An interruption ends the work here: an action that was begun comes to its end.
                with interruption.write():
                    _STEPS[action.action](api, resource, action, outcome)
    except BaseException as error:  # noqa: BLE001  # between a DELETE and its POST nothing may pass unrecorded
        outcome.error = error
        outcome.lose(_NEW_ONE_UNKNOWN)


def _delete(api: ScheduleApi, resource: Resource, action: Action, outcome: Outcome) -> None:
    old = _before(action)
    try:
        now = _remove(api, resource, old)
        outcome.did(action)
    except ApiError:
        # It was refused.
        raise
    except BaseException as error:
        outcome.notes.append(f"Whether the {old.name} schedule was deleted is not known.")
        raise _reason(error) from error
    if now is not None:
        outcome.found(None, now)


def _create(api: ScheduleApi, resource: Resource, action: Action, outcome: Outcome) -> None:
    desired = action.schedule
    try:
        created, by_us = _settle(api, resource, desired)
        if by_us:
            outcome.did(replace(action, after=created))
        else:
            outcome.found(None, created)
    except ApiError:
        # It was refused.
        raise
    except _Conflict as conflict:
        outcome.found(None, conflict.found)
        outcome.notes.append(f"Something else created another {desired.name} schedule at the same time.")
        raise conflict.error from conflict
    except BaseException as error:
        outcome.notes.append(f"Whether the {desired.name} schedule was created is not known.")
        raise _reason(error) from error


def _replace(api: ScheduleApi, resource: Resource, action: Action, outcome: Outcome) -> None:
    old, desired = _before(action), action.schedule
    with api.reserve_for_replace(resource, old) as reservation:
        deleted = False
        outcome.at_risk = action
        try:
            _remove(api, resource, old)
            deleted = reservation.is_essential = True
            created, _ours = _settle(api, resource, desired)
        except BaseException as error:
            if isinstance(error, ApiError) and not deleted:
                # It was refused.
                outcome.at_risk = None
                raise
            reservation.is_essential = True
            created = _recover(api, resource, action, outcome, error, deleted)
        outcome.did(replace(action, after=created))
        outcome.at_risk = None


_STEPS = {"delete": _delete, "replace": _replace, "create": _create}


def _recover(
    api: ScheduleApi, resource: Resource, action: Action, outcome: Outcome, error: BaseException, deleted: bool
) -> BackupSchedule:
    """Restore the old schedule of a replace that failed; return the new one if that exists after all.

    deleted: whether the old schedule is known to be deleted.

    Raises the reason of the error otherwise. What became of the old schedule is in the outcome then.
    """
    old, desired = _before(action), action.schedule
    unknown = _NEW_ONE_UNKNOWN if deleted else "Whether it was deleted is not known."
    if isinstance(error, _StateUnknown):
        outcome.lose(unknown)
        raise error.error from error
    now, when = None, "it could be restored"
    if isinstance(error, _Conflict):
        now, when = error.found, "the new one existed"
    elif not isinstance(error, ApiError):
        # An interruption, or a fault of this program: nobody knows how far it got.
        try:
            now = _find(api, resource, desired)
        except BaseException as failure:
            outcome.lose(unknown)
            raise error from failure
    if now is None:
        now = _restore(api, resource, action, outcome)
    if now is not None and not desired.differences(now):
        # A POST that was given up on took effect late.
        return now
    if now is not None and now.id == old.id:
        outcome.at_risk = None
    elif now is not None:
        outcome.lose(f"It was deleted, and before {when}, something else created another.")
        outcome.found(None, now)
    raise _reason(error)


def _restore(api: ScheduleApi, resource: Resource, action: Action, outcome: Outcome) -> BackupSchedule | None:
    """Create the old schedule again, and record whether that succeeded; return what exists in its place instead."""
    old = _before(action)
    try:
        restored, _ours = _settle(api, resource, old)
        outcome.did(Action("restore", before=old, after=restored, changed_options=action.changed_options))
    except _Conflict as conflict:
        return conflict.found
    except ApiError as failure:
        outcome.lose(f"It was deleted, and restoring it failed: {failure}")
    except BaseException as failure:  # noqa: BLE001  # it is recorded, and the reason of the failed replace is raised
        outcome.lose(f"It was deleted, and whether it was restored is not known: {_reason(failure)}")
    else:
        outcome.at_risk = None
        outcome.notes.append(f"The old {old.name} schedule was restored, with a new id.")
    return None


def _reason(error: BaseException) -> BaseException:
    """Return what a user is told of an error."""
    return error.error if isinstance(error, (_Conflict, _StateUnknown)) else error


def _remove(api: ScheduleApi, resource: Resource, old: BackupSchedule) -> BackupSchedule | None:
    """Delete a schedule; return what exists in its place now, which is something only if somebody else put it there.

    A 404 is settled by a read: an attempt before it, or a proxy that repeated it, may have deleted the schedule. If it
    is gone it counts as deleted by this, though somebody else may have been faster.

    Raises ApiError when it exists still, _StateUnknown when nobody can tell.
    """
    try:
        api.delete(resource, old)
    except ApiError as error:
        if not error.outcome_unknown and error.status != 404:
            raise
        try:
            schedules = api.list_schedules(resource)
        except ApiError as read_error:
            raise _StateUnknown(error) from read_error
        if any(schedule.id == old.id for schedule in schedules):
            raise
        return _of_key(schedules, old)
    return None


def _settle(api: ScheduleApi, resource: Resource, desired: BackupSchedule) -> tuple[BackupSchedule, bool]:
    """Create a schedule once, whatever becomes of the answers; return it as it exists, and whether this created it.

    Raises ApiError when it was refused and its key is free, _Conflict when its key is not, _StateUnknown when nobody
    can tell.
    """
    unanswered = False
    for _attempt in api.attempts():
        try:
            return replace(desired, id=api.create(resource, desired)), True
        except ApiError as caught:
            error = caught
        if not error.outcome_unknown and error.status != 409:
            raise error
        try:
            found = _find(api, resource, desired)
        except ApiError as read_error:
            raise _StateUnknown(error) if error.outcome_unknown or unanswered else error from read_error
        if found is not None and desired.differences(found):
            raise _Conflict(error, found)
        if found is not None:
            return found, error.outcome_unknown or unanswered
        if not error.outcome_unknown:
            raise error
        unanswered = True
    raise error


def _find(api: ScheduleApi, resource: Resource, desired: BackupSchedule) -> BackupSchedule | None:
    return _of_key(api.list_schedules(resource), desired)


def _of_key(schedules: Iterable[BackupSchedule], desired: BackupSchedule) -> BackupSchedule | None:
    """Return the schedule with the key of the desired one, of several the one that is as desired."""
    group = [schedule for schedule in schedules if schedule.key == desired.key]
    return min(group, key=lambda each: bool(desired.differences(each)), default=None)


def _before(action: Action) -> BackupSchedule:
    # Of a delete and of a replace it is always known.
    return cast("BackupSchedule", action.before)


def _patch(api: ScheduleApi, resource: Resource, plan: Plan, outcome: Outcome) -> None:
    """Write the whole list with one request. What that did is not taken for granted, but read from the answer."""
    error: BaseException | None = None
    listed: Sequence[BackupSchedule] | None = None
    try:
        listed = api.replace_all(resource, plan.after)
    except BaseException as caught:
        if isinstance(caught, ApiError) and not caught.outcome_unknown:
            # It was refused.
            raise
        error = caught
    try:
        if listed is None:
            listed = api.list_schedules(resource)
        _take_over(plan, listed, outcome)
    except BaseException as unknown:
        desired = {schedule.key for schedule in plan.after}
        outcome.lost.extend(old for old in plan.before if old.key in desired and old not in outcome.lost)
        outcome.notes.append(
            "Whether the schedules were written is not known. The old ones are in lost_schedules,"
            " as community.northflank.addon_backup_schedules accepts them."
        )
        raise error or unknown from unknown
    if any(_is_missing(schedule, listed) for schedule in plan.after) or len(listed) != len(plan.after):
        raise error or ApiError(
            "PATCH",
            resource.path,
            "the addon does not have the schedules that were written",
            status=200,
            details={
                "wanted": [schedule.settings() for schedule in plan.after],
                "answered": [schedule.settings() for schedule in listed],
            },
            hint="Use write_method: schedule, and check the addon's schedules.",
        )


def _is_same(schedule: BackupSchedule, other: BackupSchedule | None) -> bool:
    # One that is only planned has no id yet, and one that a PATCH tells of may have none.
    return schedule is other or (other is not None and schedule.id is not None and schedule.id == other.id)


def _is_missing(desired: BackupSchedule, listed: Sequence[BackupSchedule]) -> bool:
    found = _of_key(listed, desired)
    return found is None or bool(desired.differences(found))


def _take_over(plan: Plan, listed: Sequence[BackupSchedule], outcome: Outcome) -> None:
    """Record what the schedules that the API lists say about each action, and about those that were to stay."""
    desired: dict[Key, BackupSchedule] = {schedule.key: schedule for schedule in plan.after}
    now = {schedule.key: schedule for schedule in listed}

    def as_desired(key: Key) -> bool:
        return key in now and key in desired and not desired[key].differences(now[key])

    for action in plan.actions:
        key = action.schedule.key
        if as_desired(key):
            found = now[key]
            made = replace(desired[key], id=found.id, created_at=found.created_at, updated_at=found.updated_at)
            outcome.did(replace(action, after=made))
        elif action.after is None and key not in now:
            outcome.did(action)
    done = {action.schedule.key for action in outcome.done}
    for old in plan.before:
        if old.key in done:
            continue
        untouched = old.key in now and not old.differences(now[old.key])
        outcome.found(old, now.get(old.key))
        if old.key in desired and not untouched and not as_desired(old.key):
            outcome.lost.append(old)
            outcome.notes.append(f"The {old.name} schedule is not as it was, its old form is in lost_schedules.")
    created = {action.schedule.key: action for action in plan.actions if action.action == "create"}
    known = {schedule.key for schedule in plan.before} | done
    for key in now.keys() - known:
        # What was to be created was, if not as it was sent.
        _record_created(outcome, created.get(key), now[key])


def _record_created(outcome: Outcome, action: Action | None, found: BackupSchedule) -> None:
    if action is None:
        outcome.found(None, found)
    else:
        outcome.did(replace(action, after=found))
