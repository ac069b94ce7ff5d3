# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create an addon from a backup, so that a task never creates two, and delete only what was created so.

The description of a fork is a marker. After an unknown outcome, the list of addons shows by name and marker whether the
fork was created. Directly before each request that deletes it, the marker is read.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .._api.addons import create_fork, delete_addon, list_addons, read_addon, read_fork, supports_forks, type_of
from .._api.resources import Resource
from .._errors import ApiError, NorthflankError
from .._model.backup_choice import BackupChoice
from .._model.fork import Fork, ForkSettings, Marker
from .._model.ids import slug
from .._model.text import printable
from .._model.times import format_time
from .choose_backup import choose_backup
from .create_once import Conflict, OutcomeUnknown, create_once
from .work import Work, WorkState

_NOT_FOUND = 404

ForkState = WorkState[Fork]


@dataclass(frozen=True)
class ForkRequest:
    """What to fork. source: the addon that the backup is of. name: of the fork."""

    source: Resource
    choice: BackupChoice
    name: str
    settings: ForkSettings
    marker: Marker


class ForkWork(Work[Fork]):
    """The work on one fork. resource: the fork by its expected ID. The details of its state are the chosen backup."""

    def find(self, name: str, marker: Marker) -> Fork | None:
        """Return the addon with this name; None if there is none.

        Of several, rather one with this marker, and rather one that is not being deleted.
        """
        listed = list_addons(self.transport, self.resource.project_id, self.resource.team_id)
        found = [each for each in listed if each.has_name(name)]
        return min(found, key=lambda each: (each.marker != marker, each.is_being_deleted), default=None)

    def describe(self, subject: Fork) -> str:
        """Return a fork for a message: ``Fork sandbox/orders-db-drill``."""
        return f"Fork {self.reference(subject)}"

    def reference(self, fork: Fork) -> Resource:
        """Return the reference to a fork, whose ID may differ from the expected one."""
        return Resource(fork.project_id, fork.addon_id, self.resource.team_id)

    def check_marker(self, fork: Fork, marker: Marker, action: str) -> None:
        """Raise NorthflankError if an addon is not the fork with this marker. action: the start of the message."""
        if fork.marker == marker:
            return
        reason = "its description is not the marker of a fork, so community.northflank.addon_fork did not create it"
        if fork.marker is not None:
            reason = f"it is another fork: {printable(str(fork.marker), 200)!r}"
        raise NorthflankError(
            f"The addon {self.reference(fork)} {action}: {reason}. Expected the description {str(marker)!r}."
            " Choose another name, or check source_project_id, source_addon_id and run_id."
        )


def fork_backup(work: ForkWork, request: ForkRequest, now: Callable[[], datetime]) -> None:
    """Create the fork, unless it exists, and wait until it is running.

    now: returns the current time.

    Raises NorthflankError if it was not created or does not run, or if that is unknown.
    """
    existing = work.find(request.name, request.marker)
    if existing is not None:
        work.check_marker(existing, request.marker, "cannot be used")
        work.state = ForkState(existing)
    elif request.choice.backup_id == "":
        # In check mode, a backup that an earlier task would take has no ID.
        work.state = _predicted(work, request, "", "", request.settings)
    else:
        _create(work, request, now)
    _wait(work, request, now)


def _wait(work: ForkWork, request: ForkRequest, now: Callable[[], datetime]) -> None:
    """Wait until the fork is running. Raises NorthflankError if it does not run, or does not have its marker."""
    fork = work.state.subject
    if fork is None:
        return
    reference = work.reference(fork)
    name = work.describe(fork)
    work.wait_until_ended(
        lambda: read_fork(work.transport, reference, fork.backup_id).with_times(fork.started_at, now()),
        noun="fork",
        name=name,
        hint="Run the task again with the same run_id to wait for it.",
    )
    ended = work.state.subject or fork
    if ended.marker != request.marker:
        raise NorthflankError(
            f"{name} does not have the description that was requested, {str(request.marker)!r}. So this module will not"
            " delete it: delete it in Northflank."
        )
    if ended.has_ended and not ended.is_running:
        hint = "Delete it with state: absent, then run the task again."
        if ended.is_being_deleted:
            hint = "Wait until it is deleted, then run the task again."
        work.state = replace(work.state, hint=hint)
        raise NorthflankError(
            f"{name} is not running: its status is {printable(ended.status, 100)!r}. Check its events in Northflank."
        )


def _create(work: ForkWork, request: ForkRequest, now: Callable[[], datetime]) -> None:
    source = read_addon(work.transport, request.source)
    type_ = type_of(request.source, source)
    if not supports_forks(work.transport, type_):
        raise NorthflankError(
            f"{request.source} cannot be forked: according to the API, addons of type {printable(type_, 100)!r} do not"
            " support forks."
        )
    settings = request.settings.with_defaults(ForkSettings.from_source(source))
    if settings.missing():
        raise NorthflankError(
            f"The API did not return all settings of {request.source}. Set these options:"
            f" {', '.join(settings.missing())}."
        )
    backup = choose_backup(work.transport, request.source, request.choice, now())
    chosen = ForkState(details={"backup": backup.to_result()})
    work.state = chosen
    predicted = replace(_predicted(work, request, backup.id, type_, settings), details=chosen.details)
    if work.check_mode:
        work.state = predicted
        return
    project_id, team_id = work.resource.project_id, work.resource.team_id
    from_other = {"projectId": request.source.project_id} if request.source.project_id != project_id else {}
    body: dict[str, Any] = {
        "name": request.name,
        "description": str(request.marker),
        "type": type_,
        **settings.to_api(),
        "source": {"addonId": request.source.id, "backupId": backup.id, **from_other},
    }

    requested_at: str | None = None

    def on_send() -> None:
        nonlocal requested_at
        requested_at = format_time(now())

    with work.interruption.write_in_flight():
        note = (
            f"It is unknown whether the fork was created: look for {printable(request.name, 100)} in the addons of"
            f" project {project_id}, or run the task again with the same run_id."
        )
        work.state = replace(predicted, subject=None, note=note)
        try:
            fork, by_us = create_once(
                create=lambda: create_fork(work.transport, project_id, team_id, body, backup.id, on_send),
                find=lambda: work.find(request.name, request.marker),
                is_desired=lambda found: found.marker == request.marker,
                attempts=work.transport.attempts(),
                is_unique=False,
            )
        except OutcomeUnknown as unknown:
            raise unknown.error from unknown
        except Conflict as conflict:
            if not conflict.is_in_doubt:
                work.state = chosen
            raise NorthflankError(
                f"{conflict.error} Another addon with this name was created at the same time. Choose another name."
            ) from conflict
        except NorthflankError:
            # It was refused, or not sent.
            work.state = chosen
            raise
        if by_us:
            created = replace(fork, backup_id=backup.id).with_times(requested_at, now())
            work.state = replace(predicted, subject=created)
        else:
            # Another run with the same ID created it, maybe from another backup.
            work.state = ForkState(fork)


def _predicted(work: ForkWork, request: ForkRequest, backup_id: str, type_: str, settings: ForkSettings) -> ForkState:
    """Return the state after a real run, without what only the API knows."""
    status = "preDeployment" if work.waiting.timeout is None else "running"
    addon_id = slug(request.name)
    fork = Fork(work.resource.project_id, addon_id, request.name, status, type_, request.marker, backup_id)
    after = {
        "name": request.name,
        "description": str(request.marker),
        "backup_id": backup_id,
        **settings.to_result(),
    }
    return ForkState(fork, changed=True, after=after)


def delete_fork(work: ForkWork, name: str, marker: Marker) -> None:
    """Delete a fork, if it exists.

    Raises NorthflankError if an addon with this name does not have the marker, which is never deleted.
    """
    listed = work.find(name, marker)
    if listed is None or listed.is_being_deleted:
        return
    work.check_marker(listed, marker, "was not deleted")
    reference = work.reference(listed)
    # No wait for the rate limit shall separate the read from the deletion.
    with work.transport.reserve(2, lambda: work.find(name, marker), "GET", reference.path):
        # Another client may have replaced it since: what counts is what is read directly before each request.
        fork = _read_existing(work, reference)
        if fork is None:
            return
        work.check_marker(fork, marker, "was not deleted")
        if work.check_mode:
            work.state = ForkState(fork, changed=True, before=fork.to_diff())
        else:
            _delete(work, fork, marker)


def _delete(work: ForkWork, fork: Fork, marker: Marker) -> None:
    """Delete a fork that was just read."""
    reference = work.reference(fork)
    deleted = ForkState(fork, changed=True, before=fork.to_diff())
    with work.interruption.write_in_flight():
        work.state = replace(deleted, note=f"It is unknown whether {reference} was deleted. Run the task again.")
        failed: ApiError | None = None
        in_doubt = False
        try:
            for _attempt in work.transport.attempts():
                if failed is not None and _is_gone(work, reference, marker, failed):
                    break
                in_doubt = False
                try:
                    delete_addon(work.transport, reference)
                    break
                except ApiError as error:
                    failed = error
                # A proxy may have repeated the request, which then gets a 404.
                in_doubt = failed.outcome_unknown or failed.status == _NOT_FOUND
                if not in_doubt and not failed.transient:
                    raise failed
            else:
                if failed is not None and not _is_gone(work, reference, marker, failed):
                    in_doubt = False
                    raise failed
        except NorthflankError:
            if not in_doubt:
                work.state = ForkState(fork)
            raise
        work.state = deleted


def _is_gone(work: ForkWork, reference: Resource, marker: Marker, error: ApiError) -> bool:
    """Return whether a fork is deleted, after a request that ended with an error. Raises the error if that is unknown.

    Raises NorthflankError if another addon is in its place, or its description was changed: it must not be deleted.
    """
    try:
        fork = _read_existing(work, reference)
    except NorthflankError as read_error:
        raise error from read_error
    if fork is not None and fork.marker != marker:
        raise NorthflankError(f"{error} Its description was changed at the same time, so it was not deleted.")
    return fork is None


def _read_existing(work: ForkWork, reference: Resource) -> Fork | None:
    """Return an addon; None if it is deleted, or will be soon. Raises ApiError if that is unknown."""
    try:
        fork = read_fork(work.transport, reference, None)
    except ApiError as error:
        # A 404 of a proxy proves nothing.
        if not error.is_not_found:
            raise
        return None
    return None if fork.is_being_deleted else fork
