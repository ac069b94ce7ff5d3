# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's backup destinations of an account or team, and the backups in them.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from .._model.destination import BackupDestination
from .._model.ids import is_id, slug
from .._model.stored_backup import StoredBackup
from .._model.text import short_repr
from .paging import read_if_exists, read_pages
from .paths import api_path
from .resources import ORGANIZATION_HINT, not_found_hint, permission_hint
from .responses import unexpected_response
from .transport import Transport

# The API reference names the permission for each method.
_PERMISSIONS = {"GET": "Read", "POST": "Create", "PATCH": "Update", "DELETE": "Delete"}

_NOUN = "backup destination"

_NAME_CONFLICT = "If another destination has this name, set destination_id to its ID, or choose another name."
_IN_USE = "If backup schedules use the destination, remove it from them first."


@dataclass(frozen=True)
class DestinationReference:
    """A reference to a backup destination. team_id: None for the token's own team."""

    id: str
    team_id: str | None = None

    def __str__(self) -> str:
        return self.id

    @property
    def noun(self) -> str:
        """What it is, in messages."""
        return _NOUN

    @property
    def path(self) -> str:
        """The path of the destination."""
        return api_path(self.team_id, "backup-destinations", self.id)

    def ids(self) -> dict[str, str]:
        """Return the ID as results have it: ``{destination_id}``."""
        return {"destination_id": self.id}

    def hints(self, method: str) -> dict[int, str]:
        """Return what to do, by status, if a request for the destination fails."""
        not_found = not_found_hint(f"destination_id ({self.id})", self.team_id)
        return {403: _permission(method), 404: not_found, 409: _IN_USE if method == "DELETE" else _NAME_CONFLICT}


class DestinationApi:
    """The calls for backup destinations. Each may raise ApiError and Interrupted.

    The secrets in responses are masked in all messages from then on.

    team_id: None for the token's own team.
    """

    noun = _NOUN
    update_method = "PATCH"

    def __init__(self, transport: Transport, team_id: str | None) -> None:
        self._transport = transport
        self._team_id = team_id
        self._path = api_path(team_id, "backup-destinations")
        self.attempts = transport.attempts

    def reference(self, destination_id: str) -> DestinationReference:
        """Return the reference to a destination of this account or team."""
        return DestinationReference(destination_id, self._team_id)

    def read(self, destination_id: str) -> BackupDestination | None:
        """Return a destination, secrets included; None if it does not exist.

        Raises ApiError if the response is about another one.
        """
        reference = self.reference(destination_id)
        data = read_if_exists(self._transport, reference.path, reference.hints("GET"))
        if data is None:
            return None
        destination = self._destination("GET", reference.path, data)
        if destination.id not in (None, destination_id):
            problem = f"is the backup destination {short_repr(destination.id)}"
            raise unexpected_response("GET", reference.path, problem)
        return replace(destination, id=destination.id or destination_id)

    def list_all(self) -> list[BackupDestination]:
        """Return all destinations, without secrets. The types of the official client have no IDs in this list."""
        hints = {403: _permission("GET"), 404: self._not_found()}
        listed = read_pages(self._transport, self._path, "backupDestinations", hints)
        return [self._destination("GET", self._path, each) for each in listed]

    def find(self, name: str) -> BackupDestination | None:
        """Return the destination of this name, without secrets; None if it does not exist."""
        return next((each for each in self.list_all() if each.name == name), None)

    def find_created(self, desired: BackupDestination) -> BackupDestination | None:
        """Return the destination with this ID or name, as far as the API returns it; None if it does not exist."""
        found = self.read(desired.expected_id)
        if found is not None:
            return found
        listed = self.find(str(desired.name))
        return self.read(listed.id) if listed and listed.id else listed

    def create(self, desired: BackupDestination) -> BackupDestination:
        """Create a destination, and return it as far as the response does.

        After an ApiError with outcome_unknown it may exist all the same.
        """
        hints = {403: _permission("POST"), 404: self._not_found(), 409: _NAME_CONFLICT}
        data = self._transport.request("POST", self._path, body=desired.to_api(), hints=hints)["data"]
        if not is_id(data.get("id")):
            raise unexpected_response("POST", self._path, "has no ID of the new destination")
        return self._partial(data) or BackupDestination(data["id"], desired.name)

    def update(
        self, old: BackupDestination, desired: BackupDestination, changed_options: Collection[str]
    ) -> BackupDestination | None:
        """Change these options of a destination, and return it; None if the response does not.

        After an ApiError with outcome_unknown they may be changed all the same.
        """
        reference, body = self.reference(old.expected_id), desired.to_patch(changed_options)
        data = self._transport.request("PATCH", reference.path, body=body, hints=reference.hints("PATCH"))["data"]
        return self._partial(data)

    def read_written(self, old: BackupDestination, desired: BackupDestination) -> BackupDestination | None:
        """Return a destination after a create or an update.

        The API reference does not say whether a new name changes its ID.
        """
        found = self.read(old.expected_id)
        if found is None and desired.name != old.name:
            found = self.read(slug(str(desired.name)))
        return found

    def delete(self, destination_id: str) -> None:
        """Delete a destination. After an ApiError with outcome_unknown, or a 404, it may be deleted all the same."""
        reference = self.reference(destination_id)
        self._transport.request("DELETE", reference.path, hints=reference.hints("DELETE"))

    def list_backups(self, reference: DestinationReference) -> Iterator[StoredBackup]:
        """Yield the backups that a destination stores, in the order of the API, requesting each page when needed."""
        path = f"{reference.path}/backups"
        for each in read_pages(self._transport, path, "backups", reference.hints("GET"), may_be_bare=True):
            try:
                yield StoredBackup.from_api(each)
            except ValueError as error:
                raise unexpected_response("GET", path, f"has an item that is {error}") from error

    def _not_found(self) -> str:
        """Return what to do if the API has no backup destinations at this path."""
        return f"Check team_id ({self._team_id})." if self._team_id else f"Check api_url. {ORGANIZATION_HINT}"

    def _partial(self, data: Any) -> BackupDestination | None:
        """Return the destination in the response to a write; None if it is incomplete."""
        try:
            destination = self._parse(data)
        except ValueError:
            return None
        return destination if is_id(destination.id) else None

    def _destination(self, method: str, path: str, data: Any) -> BackupDestination:
        try:
            destination = self._parse(data)
        except ValueError as error:
            raise unexpected_response(method, path, f"has an invalid backup destination: {error}") from error
        if destination.id is not None and not is_id(destination.id):
            raise unexpected_response(method, path, f"has {short_repr(destination.id)} as the ID of a destination")
        return destination

    def _parse(self, data: Any) -> BackupDestination:
        destination = BackupDestination.from_api(data)
        self._transport.secrets.add(*destination.secrets())
        return destination


def _permission(method: str) -> str:
    permission = _PERMISSIONS[method]
    hint = permission_hint(f"Account > Platform > BackupDestinations > {permission}")
    return f"{hint} It may also be called Account > BackupDestinations > General > {permission}."
