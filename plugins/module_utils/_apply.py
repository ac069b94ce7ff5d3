# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out a plan on one addon, and tell what was really done. A schedule that is to stay is never lost silently.

The API has no update: a replace is a DELETE and a POST. What happens when something breaks between them:

- the POST is refused: the old schedule is put back (action restore), and the addon fails;
- the POST goes unanswered: the list is read, and only if the schedule is not there the POST is sent again;
- nothing can be put back, or nobody can tell: the old schedule is in Outcome.lost, and the addon fails.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

from ansible_collections.community.northflank.plugins.module_utils._client import Client, Target
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._plan import Action, Plan, in_order
from ansible_collections.community.northflank.plugins.module_utils._schedule import BackupSchedule, Key


@dataclass
class Outcome:
    """What was really done to one addon.

    done: the actions that took effect, in their order.
    standing: the schedules that the addon has now, as far as is known, by key.
    lost: schedules that should be there and are not, or may not be.
    error: what ended the work on the addon before its plan was done; None if it was done.
    notes: sentences that belong to the error.
    """

    standing: dict[Key, BackupSchedule]
    done: list[Action] = field(default_factory=list)
    lost: list[BackupSchedule] = field(default_factory=list)
    error: ApiError | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def after(self) -> tuple[BackupSchedule, ...]:
        return in_order(self.standing.values())

    def did(self, action: Action) -> None:
        self.done.append(action)
        self.stands(action.schedule.key, action.after)

    def stands(self, key: Key, schedule: BackupSchedule | None) -> None:
        if schedule is None:
            self.standing.pop(key, None)
        else:
            self.standing[key] = schedule


class _KeyTaken(Exception):
    """A schedule could not be created, because another one of its key stands there."""

    def __init__(self, error: ApiError, found: BackupSchedule) -> None:
        super().__init__(error)
        self.error = error
        self.found = found


class _StateUnknown(Exception):
    """A request went unanswered, and so did the read that should have settled what it did."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(error)
        self.error = error


def apply(client: Client, target: Target, plan: Plan, write_method: str) -> Outcome:
    """Carry out the plan up to the first failure, which ends the work on this addon. Raises nothing it can tell.

    write_method: schedule writes each schedule by itself, addon writes the whole list with one PATCH.
    """
    outcome = Outcome({schedule.key: schedule for schedule in plan.before})
    try:
        if write_method == "addon" and plan.actions:
            _patch(client, target, plan, outcome)
        elif write_method == "schedule":
            for action in plan.actions:
                _STEPS[action.action](client, target, action, outcome)
    except ApiError as error:
        outcome.error = error
    return outcome


def _delete(client: Client, target: Target, action: Action, outcome: Outcome) -> None:
    old = _before(action)
    try:
        now = _remove(client, target, old)
    except _StateUnknown as unknown:
        outcome.notes.append(f"Whether the {old.name} schedule was deleted is not known.")
        raise unknown.error from unknown
    outcome.did(action)
    outcome.stands(old.key, now)


def _create(client: Client, target: Target, action: Action, outcome: Outcome) -> None:
    wanted = action.schedule
    try:
        created, by_us = _settle(client, target, wanted)
    except _KeyTaken as taken:
        outcome.stands(wanted.key, taken.found)
        outcome.notes.append(f"Something else created another {wanted.name} schedule at the same time.")
        raise taken.error from taken
    except _StateUnknown as unknown:
        outcome.notes.append(f"Whether the {wanted.name} schedule was created is not known.")
        raise unknown.error from unknown
    if by_us:
        outcome.did(replace(action, after=created))
    outcome.stands(wanted.key, created)


def _replace(client: Client, target: Target, action: Action, outcome: Outcome) -> None:
    old, wanted = _before(action), action.schedule
    with client.hold_for_replace(target, old) as hold:
        try:
            _remove(client, target, old)
        except _StateUnknown as unknown:
            _lose(outcome, action, "Whether it was deleted is not known.")
            raise unknown.error from unknown
        hold.must_go = True
        try:
            created, _ours = _settle(client, target, wanted)
        except _KeyTaken as taken:
            _lose(outcome, action, "It was deleted, and before the new one was there, something else created another.")
            outcome.stands(old.key, taken.found)
            raise taken.error from taken
        except _StateUnknown as unknown:
            _lose(outcome, action, "It was deleted, and whether the new one exists is not known.")
            raise unknown.error from unknown
        except ApiError:
            if _put_back(client, target, action, outcome):
                raise
        else:
            outcome.did(replace(action, after=created))


_STEPS = {"delete": _delete, "replace": _replace, "create": _create}


def _put_back(client: Client, target: Target, action: Action, outcome: Outcome) -> bool:
    """Create the old schedule again; True: the replace has failed, False: it has succeeded after all."""
    old, wanted = _before(action), action.schedule
    try:
        restored, _ours = _settle(client, target, old)
    except _KeyTaken as taken:
        if not wanted.differences(taken.found):
            # A POST that was given up on took effect late.
            outcome.did(replace(action, after=taken.found))
            return False
        _lose(outcome, action, "It was deleted, and before it could be put back, something else created another.")
        outcome.stands(old.key, taken.found)
    except _StateUnknown as unknown:
        _lose(outcome, action, f"It was deleted, and whether it was put back is not known: {unknown.error}")
    except ApiError as error:
        _lose(outcome, action, f"It was deleted, and putting it back failed: {error}")
    else:
        outcome.did(Action("restore", before=old, after=restored, because=action.because))
        outcome.notes.append(f"The old {old.name} schedule was put back, with a new id.")
    return True


def _lose(outcome: Outcome, action: Action, why: str) -> None:
    old = _before(action)
    outcome.did(Action("delete", before=old))
    outcome.lost.append(old)
    outcome.notes.append(
        f"The old {old.name} schedule may be lost. {why}"
        " It is in lost_schedules, as it can be given to community.northflank.addon_backup_schedules."
    )


def _remove(client: Client, target: Target, old: BackupSchedule) -> BackupSchedule | None:
    """Delete a schedule; return what stands in its place now, which is something only if somebody else put it there.

    A 404 is settled by a read: an attempt before it, or a proxy that repeated it, may have deleted the schedule. If it
    is gone it counts as deleted by this, though somebody else may have been faster.

    Raises ApiError when it stands there still, _StateUnknown when nobody can tell.
    """
    try:
        client.delete(target, old)
    except ApiError as error:
        if not error.unclear and error.status != 404:
            raise
        try:
            now = _find(client, target, old.key)
        except ApiError as read_error:
            raise _StateUnknown(error) from read_error
        if now is not None and now.id == old.id:
            raise
        return now
    return None


def _settle(client: Client, target: Target, wanted: BackupSchedule) -> tuple[BackupSchedule, bool]:
    """Create a schedule once, whatever becomes of the answers; return it as it stands, and whether this created it.

    Raises ApiError when it was refused and its key is free, _KeyTaken when its key is not, _StateUnknown when nobody
    can tell.
    """
    unanswered = False
    for _attempt in client.attempts():
        try:
            return replace(wanted, id=client.create(target, wanted)), True
        except ApiError as caught:
            error = caught
        if not error.unclear and error.status != 409:
            raise error
        try:
            found = _find(client, target, wanted.key)
        except ApiError as read_error:
            raise _StateUnknown(error) if error.unclear or unanswered else error from read_error
        if found is not None and wanted.differences(found):
            raise _KeyTaken(error, found)
        if found is not None:
            return found, error.unclear or unanswered
        if not error.unclear:
            raise error
        unanswered = True
    raise error


def _find(client: Client, target: Target, key: Key) -> BackupSchedule | None:
    return next((schedule for schedule in client.list_schedules(target) if schedule.key == key), None)


def _before(action: Action) -> BackupSchedule:
    # Of a delete and of a replace it is always known.
    return cast(BackupSchedule, action.before)


def _patch(client: Client, target: Target, plan: Plan, outcome: Outcome) -> None:
    """Write the whole list with one request. What that did is not taken for granted, but read from the answer."""
    error = None
    try:
        told = client.replace_all(target, plan.after)
    except ApiError as caught:
        if not caught.unclear:
            raise
        error, told = caught, None
    if told is None:
        try:
            told = client.list_schedules(target)
        except ApiError as read_error:
            outcome.notes.append("Whether the schedules were written is not known.")
            raise error or read_error from read_error
    _take_over(plan, {schedule.key: schedule for schedule in told}, outcome)
    standing = outcome.standing
    if standing.keys() != {schedule.key for schedule in plan.after} or any(
        schedule.differences(standing[schedule.key]) for schedule in plan.after
    ):
        raise error or ApiError(
            "PATCH",
            target.path,
            "the addon does not have the schedules that were written",
            status=200,
            details={
                "wanted": [schedule.settings() for schedule in plan.after],
                "answered": [schedule.settings() for schedule in told],
            },
            hint="Use write_method: schedule, and check the addon's schedules.",
        )


def _take_over(plan: Plan, told: dict[Key, BackupSchedule], outcome: Outcome) -> None:
    """Note what the schedules that the API tells say about each action, and about those that were to stay."""
    wanted = {schedule.key: schedule for schedule in plan.after}

    def as_wanted(key: Key) -> bool:
        return key in told and key in wanted and not wanted[key].differences(told[key])

    for action in plan.actions:
        key = action.schedule.key
        if as_wanted(key) or (action.after is None and key not in told):
            outcome.did(action)
    for old in plan.before:
        untouched = old.key in told and not old.differences(told[old.key])
        if old.key in wanted and not untouched and not as_wanted(old.key):
            outcome.lost.append(old)
            outcome.notes.append(f"The {old.name} schedule is not as it was, its old form is in lost_schedules.")
    outcome.standing = {
        key: replace(wanted[key], id=found.id, created_at=found.created_at, updated_at=found.updated_at)
        if as_wanted(key)
        else found
        for key, found in told.items()
    }
