# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out the plan of a backup destination: nothing is created twice, and every response is checked.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from .._api.destinations import DestinationApi
from .._errors import ApiError, NorthflankError
from .._interruption import Interruption
from .._model.destination import SECRETS, STATIC_CREDENTIALS, BackupDestination
from .._model.ids import slug
from .create_once import Conflict, OutcomeUnknown, create_once
from .plan_destination import DestinationPlan

_UNKNOWN = "It is unknown whether the backup destination was {effect}; run the task again to find out."
_EFFECTS = {"create": "created", "update": "updated", "delete": "deleted"}


@dataclass(frozen=True)
class DestinationState:
    """What is known of a destination: at any time, what to report if nothing more becomes known.

    It is replaced as a whole, before a write is sent and when its effect is known.

    destination: as it exists, as far as is known; None if it does not.
    is_done: whether the action is known to have taken effect.
    is_in_doubt: whether the action may have taken effect.
    note: a sentence that completes the error.
    """

    destination: BackupDestination | None
    is_done: bool = False
    is_in_doubt: bool = False
    note: str = ""

    @property
    def changed(self) -> bool:
        """Whether anything was changed, or may have been."""
        return self.is_done or self.is_in_doubt


@dataclass
class DestinationOutcome:
    """The outcome of a plan. error: what ended the work before the plan was done; None if it was done."""

    state: DestinationState
    error: BaseException | None = None


def apply_destination(
    api: DestinationApi, plan: DestinationPlan, outcome: DestinationOutcome, interruption: Interruption
) -> None:
    """Carry out the action of a plan, and update the outcome, which another thread may read at any time."""
    try:
        with interruption.write_in_flight():
            note = _UNKNOWN.format(effect=_EFFECTS[str(plan.action)])
            outcome.state = DestinationState(plan.before, is_in_doubt=True, note=note)
            _STEPS[str(plan.action)](api, plan, outcome)
    except BaseException as error:  # noqa: BLE001  # whatever it is, the outcome must be reported
        outcome.error = error


def _create(api: DestinationApi, plan: DestinationPlan, outcome: DestinationOutcome) -> None:
    desired = _after(plan)

    def find() -> BackupDestination | None:
        found = api.read(desired.expected_id)
        if found is not None:
            return found
        listed = api.find(str(desired.name))
        return api.read(listed.id) if listed and listed.id else listed

    try:
        created, by_us = create_once(
            create=lambda: api.create(desired),
            find=find,
            is_desired=lambda found: found.id is not None and not desired.differences(found),
            attempts=api.attempts(),
            is_unique=False,
        )
    except NorthflankError:
        # It was refused, or not sent.
        outcome.state = DestinationState(None)
        raise
    except Conflict as conflict:
        note = "A backup destination with this ID or name, but with other settings, was created at the same time."
        outcome.state = DestinationState(conflict.found, is_in_doubt=conflict.is_in_doubt, note=note)
        raise conflict.error from conflict
    except OutcomeUnknown as unknown:
        raise unknown.error from unknown
    outcome.state = DestinationState(replace(desired, id=created.id), is_done=by_us)
    found: BackupDestination | None = created
    if desired.differences(created):
        # The response may be incomplete.
        found = api.read(created.expected_id)
    outcome.state = DestinationState(found, is_done=by_us)
    _require(api, "POST", desired, found)


def _update(api: DestinationApi, plan: DestinationPlan, outcome: DestinationOutcome) -> None:
    desired, old = _after(plan), _before(plan)
    error: NorthflankError | None = None
    found: BackupDestination | None = None
    try:
        found = api.update(old.expected_id, desired, plan.changed_options)
    except NorthflankError as caught:
        if not _may_have_effect(caught):
            outcome.state = DestinationState(old)
            raise
        error = caught
    if found is None or desired.differences(found):
        # The response is missing, or may be incomplete.
        try:
            found = _find_renamed(api, old, desired)
        except NorthflankError as read_error:
            raise error or read_error from read_error
    is_done = found is not None and not desired.differences(found)
    is_in_doubt = found != old or _hides_change(plan, found)
    outcome.state = DestinationState(found, is_done=is_done, is_in_doubt=is_in_doubt)
    if not is_done and error:
        raise error
    _require(api, "PATCH", desired, found)


def _hides_change(plan: DestinationPlan, found: BackupDestination | None) -> bool:
    """Return whether a secret was changed that the API does not return."""
    if found is None or found.credentials.auth_mode != STATIC_CREDENTIALS:
        return False
    changed = [name for name in SECRETS if f"credentials.{name}" in plan.changed_options]
    return any(getattr(found.credentials, name) is None for name in changed)


def _delete(api: DestinationApi, plan: DestinationPlan, outcome: DestinationOutcome) -> None:
    old = _before(plan)
    try:
        api.delete(old.expected_id)
    except NorthflankError as error:
        # A 404 is settled by a read, too: a proxy may have sent it.
        if not _may_have_effect(error) and getattr(error, "status", None) != 404:
            outcome.state = DestinationState(old)
            raise
        try:
            found = api.read(old.expected_id)
        except NorthflankError as read_error:
            raise error from read_error
        if found is not None:
            # If it is not the same, another client has created it after it was deleted.
            outcome.state = DestinationState(found, is_in_doubt=found.created_at != old.created_at)
            raise
    outcome.state = DestinationState(None, is_done=True)


_STEPS = {"create": _create, "update": _update, "delete": _delete}


def _find_renamed(api: DestinationApi, old: BackupDestination, desired: BackupDestination) -> BackupDestination | None:
    """Read a destination after an update. The API reference does not say whether a new name changes its ID."""
    found = api.read(old.expected_id)
    if found is None and desired.name != old.name:
        found = api.read(slug(str(desired.name)))
    return found


def _require(api: DestinationApi, method: str, desired: BackupDestination, found: BackupDestination | None) -> None:
    """Raise ApiError, which names the options but not their values, if a destination is not as it was requested."""
    differences = ("destination_id",) if found is None else desired.differences(found)
    if differences:
        raise ApiError(
            method,
            api.reference(desired.expected_id).path,
            f"the backup destination does not have the options that were requested: {', '.join(differences)}",
            status=200,
            hint="Compare them with the destination in Northflank, and set them to the values that the API accepts.",
        )


def _may_have_effect(error: NorthflankError) -> bool:
    """Return whether a write may have taken effect: it was neither refused nor kept from being sent."""
    return isinstance(error, ApiError) and error.outcome_unknown


def _before(plan: DestinationPlan) -> BackupDestination:
    # An update and a delete always have it.
    return cast("BackupDestination", plan.before)


def _after(plan: DestinationPlan) -> BackupDestination:
    # A create and an update always have it.
    return cast("BackupDestination", plan.after)
