# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out the plan of an object of an account: nothing is created twice, and every response is checked.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, cast

from .._errors import ApiError, NorthflankError
from .._interruption import Interruption
from .create_once import Conflict, OutcomeUnknown, create_once
from .plan_object import AnyObject, ObjectPlan

_UNKNOWN = "It is unknown whether the {noun} was {effect}; run the task again to find out."
_EFFECTS = {"create": "created", "update": "updated", "delete": "deleted"}


class ObjectReference(Protocol):
    """A reference to an object of an account."""

    @property
    def path(self) -> str:
        """The path of the object."""

    def ids(self) -> dict[str, str]:
        """Return the ID as results have it: ``{destination_id}``."""


class ObjectApi(Protocol[AnyObject]):
    """The calls for objects of one type. Each may raise ApiError and Interrupted.

    noun: what an object is, in messages: ``backup destination``.
    update_method: the method of the request that changes an object.
    """

    noun: str
    update_method: str

    def attempts(self) -> Iterable[int]:
        """Yield the attempts of a create: see Transport.attempts()."""

    def reference(self, id_: str) -> ObjectReference:
        """Return the reference to an object."""

    def read(self, id_: str) -> AnyObject | None:
        """Return an object; None if it does not exist."""

    def find_created(self, desired: AnyObject) -> AnyObject | None:
        """Return what exists in the place of an object that may have been created; None if its place is free."""

    def read_written(self, old: AnyObject, desired: AnyObject) -> AnyObject | None:
        """Return an object after a create or an update; None if it does not exist."""

    def create(self, desired: AnyObject) -> AnyObject:
        """Create an object, and return it, with its ID, as far as the response does."""

    def update(self, old: AnyObject, desired: AnyObject, changed_options: Collection[str]) -> AnyObject | None:
        """Change these options of an object, and return it; None if the response does not."""

    def delete(self, id_: str) -> None:
        """Delete an object."""


@dataclass(frozen=True)
class ObjectState(Generic[AnyObject]):
    """What is known of an object: at any time, what to report if nothing more becomes known.

    It is replaced as a whole, before a write is sent and when its effect is known.

    subject: the object as it exists, as far as is known; None if it does not.
    is_done: whether the action is known to have taken effect.
    is_in_doubt: whether the action may have taken effect.
    note: a sentence that completes the error.
    """

    subject: AnyObject | None
    is_done: bool = False
    is_in_doubt: bool = False
    note: str = ""

    @property
    def changed(self) -> bool:
        """Whether anything was changed, or may have been."""
        return self.is_done or self.is_in_doubt


@dataclass
class ObjectOutcome(Generic[AnyObject]):
    """The outcome of a plan. error: what ended the work before the plan was done; None if it was done."""

    state: ObjectState[AnyObject]
    error: BaseException | None = None


def apply_object(
    api: ObjectApi[AnyObject],
    plan: ObjectPlan[AnyObject],
    outcome: ObjectOutcome[AnyObject],
    interruption: Interruption,
) -> None:
    """Carry out the action of a plan, and update the outcome, which another thread may read at any time."""
    try:
        with interruption.write_in_flight():
            note = _UNKNOWN.format(noun=api.noun, effect=_EFFECTS[str(plan.action)])
            outcome.state = ObjectState(plan.before, is_in_doubt=True, note=note)
            _STEPS[str(plan.action)](api, plan, outcome)
    except BaseException as error:  # noqa: BLE001  # whatever it is, the outcome must be reported
        outcome.error = error


def _create(api: ObjectApi[AnyObject], plan: ObjectPlan[AnyObject], outcome: ObjectOutcome[AnyObject]) -> None:
    desired = _after(plan)
    try:
        created, by_us = create_once(
            create=lambda: api.create(desired),
            find=lambda: api.find_created(desired),
            is_desired=lambda found: found.id is not None and not desired.differences(found),
            attempts=api.attempts(),
            is_unique=False,
        )
    except NorthflankError:
        # It was refused, or not sent.
        outcome.state = ObjectState(None)
        raise
    except Conflict as conflict:
        note = f"A {api.noun} with this ID or name, but with other settings, was created at the same time."
        outcome.state = ObjectState(conflict.found, is_in_doubt=conflict.is_in_doubt, note=note)
        raise conflict.error from conflict
    except OutcomeUnknown as unknown:
        raise unknown.error from unknown
    id_ = _id(created)
    outcome.state = ObjectState(desired.with_id(id_), is_done=by_us)
    found: AnyObject | None = created
    if desired.differences(created):
        # The response may be incomplete.
        found = api.read_written(desired.with_id(id_), desired)
    outcome.state = ObjectState(found, is_done=by_us)
    _require(api, "POST", id_, desired, found)


def _update(api: ObjectApi[AnyObject], plan: ObjectPlan[AnyObject], outcome: ObjectOutcome[AnyObject]) -> None:
    desired, old = _after(plan), _before(plan)
    error: NorthflankError | None = None
    found: AnyObject | None = None
    try:
        found = api.update(old, desired, plan.changed_options)
    except NorthflankError as caught:
        if not _may_have_effect(caught):
            outcome.state = ObjectState(old)
            raise
        error = caught
    if found is None or desired.differences(found):
        # The response is missing, or may be incomplete.
        try:
            found = api.read_written(old, desired)
        except NorthflankError as read_error:
            raise error or read_error from read_error
    hides_change = found is not None and found.hides(plan.changed_options)
    if error and hides_change:
        # What the API returns cannot settle it.
        raise error
    is_done = found is not None and not desired.differences(found)
    outcome.state = ObjectState(found, is_done=is_done, is_in_doubt=found != old or hides_change)
    if not is_done and error:
        raise error
    _require(api, api.update_method, _id(old), desired, found)


def _delete(api: ObjectApi[AnyObject], plan: ObjectPlan[AnyObject], outcome: ObjectOutcome[AnyObject]) -> None:
    old = _before(plan)
    try:
        api.delete(_id(old))
    except NorthflankError as error:
        # A 404 is settled by a read, too: a proxy may have sent it.
        if not _may_have_effect(error) and getattr(error, "status", None) != 404:
            outcome.state = ObjectState(old)
            raise
        try:
            found = api.read(_id(old))
        except NorthflankError as read_error:
            raise error from read_error
        if found is not None:
            # If it is not the same, another client has created it after it was deleted.
            outcome.state = ObjectState(found, is_in_doubt=found.created_at != old.created_at)
            raise
    outcome.state = ObjectState(None, is_done=True)


_STEPS: dict[str, Callable[[Any, Any, Any], None]] = {"create": _create, "update": _update, "delete": _delete}


def _require(api: ObjectApi[AnyObject], method: str, id_: str, desired: AnyObject, found: AnyObject | None) -> None:
    """Raise ApiError, which names the options but not their values, if an object differs from the desired one."""
    reference = api.reference(id_)
    differences = tuple(reference.ids()) if found is None else desired.differences(found)
    if differences:
        raise ApiError(
            method,
            reference.path,
            f"the {api.noun} does not have the options that were requested: {', '.join(differences)}",
            status=200,
            hint=f"Compare them with the {api.noun} in Northflank, and set them to the values that the API accepts.",
        )


def _may_have_effect(error: NorthflankError) -> bool:
    """Return whether a write may have taken effect: it was neither refused nor kept from being sent."""
    return isinstance(error, ApiError) and error.outcome_unknown


def _before(plan: ObjectPlan[AnyObject]) -> AnyObject:
    # An update and a delete always have it.
    return cast("AnyObject", plan.before)


def _after(plan: ObjectPlan[AnyObject]) -> AnyObject:
    # A create and an update always have it.
    return cast("AnyObject", plan.after)


def _id(existing: AnyObject) -> str:
    # An existing object always has it.
    return cast("str", existing.id)
