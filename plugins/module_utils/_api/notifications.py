# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's notification integrations of an account or team.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from .._model.ids import is_id
from .._model.notification import NotificationIntegration
from .._model.text import short_repr
from .paging import read_if_exists, read_pages
from .paths import api_path
from .resources import ORGANIZATION_HINT, not_found_hint, permission_hint
from .responses import unexpected_response
from .transport import Transport

_NOUN = "notification integration"

# The official Python client names the permission for each request; the older JavaScript client knows only two.
_PERMISSIONS = {
    "read": ("Read", "Read"),
    "create": ("Create", "Manage"),
    "update": ("Update", "Manage"),
    "delete": ("Delete", "Manage"),
}

_NAME_CONFLICT = "If another integration has this name, choose another name."


@dataclass(frozen=True)
class NotificationReference:
    """A reference to a notification integration, by its ID or by its name.

    id: empty if only the name is known. team_id: None for the token's own team.
    """

    id: str
    team_id: str | None = None
    name: str = ""

    def __str__(self) -> str:
        return self.id or self.name

    @property
    def noun(self) -> str:
        """What it is, in messages."""
        return _NOUN

    @property
    def path(self) -> str:
        """The path of the integration."""
        return api_path(self.team_id, "integrations", "notifications", self.id)

    def ids(self) -> dict[str, str]:
        """Return the ID as results have it: ``{integration_id}``."""
        return {"integration_id": self.id}

    def hints(self, permission: str) -> dict[int, str]:
        """Return what to do, by status, if a request for the integration fails. permission: read, update, delete."""
        not_found = not_found_hint(f"integration_id ({self.id})", self.team_id)
        return {403: _permission(permission), 404: not_found, 409: _NAME_CONFLICT}


class NotificationApi:
    """The calls for notification integrations. Each may raise ApiError and Interrupted.

    The webhook URLs in responses are masked in all messages from then on.

    team_id: None for the token's own team.
    """

    noun = _NOUN
    update_method = "POST"

    def __init__(self, transport: Transport, team_id: str | None) -> None:
        self._transport = transport
        self._team_id = team_id
        self._path = api_path(team_id, "integrations", "notifications")
        self.attempts = transport.attempts

    def reference(self, id_: str, name: str = "") -> NotificationReference:
        """Return the reference to an integration of this account or team."""
        return NotificationReference(id_, self._team_id, name)

    def read(self, id_: str) -> NotificationIntegration | None:
        """Return an integration, without its secret; None if it does not exist.

        Raises ApiError if the response is about another one.
        """
        reference = self.reference(id_)
        data = read_if_exists(self._transport, reference.path, reference.hints("read"))
        if data is None:
            return None
        found = self._parse(reference.path, data)
        if found.id != id_:
            raise unexpected_response("GET", reference.path, f"is the {_NOUN} {short_repr(found.id)}")
        return found

    def list_all(self) -> list[NotificationIntegration]:
        """Return all integrations, without their projects and events."""
        listed = read_pages(self._transport, self._path, "notificationIntegrations", self._hints("read"))
        found = [self._parse(self._path, each, is_listed=True) for each in listed]
        # The list may shift between its pages.
        return list({each.id: each for each in found}.values())

    def find_all(self, name: str) -> list[NotificationIntegration]:
        """Return all integrations of this name, as listed: the API may not require unique names."""
        return [each for each in self.list_all() if each.name == name]

    def find_created(self, desired: NotificationIntegration) -> NotificationIntegration | None:
        """Return the integration of this name, with the secret that was sent; None if it does not exist.

        Raises ApiError if there are several.
        """
        namesakes = self.find_all(str(desired.name))
        if len(namesakes) > 1:
            raise unexpected_response("GET", self._path, f"has several integrations of the name {desired.name}")
        return self._with_secret(self.read(str(namesakes[0].id)) if namesakes else None, desired)

    def create(self, desired: NotificationIntegration) -> NotificationIntegration:
        """Create an integration, and return it as far as the response does, with the secret that was sent.

        After an ApiError with outcome_unknown it may exist all the same.
        """
        body, hints = desired.to_api(), self._hints("create")
        data = self._transport.request("POST", self._path, body=body, hints=hints)["data"]
        if not is_id(data.get("id")):
            raise unexpected_response("POST", self._path, "has no ID of the new integration")
        created = self._with_secret(self._complete(data), desired)
        return created or NotificationIntegration(data["id"], desired.name)

    def update(
        self, old: NotificationIntegration, desired: NotificationIntegration, changed_options: Collection[str]
    ) -> NotificationIntegration | None:
        """Change these options of an integration, and return it, with the secret; None if the response does not.

        After an ApiError with outcome_unknown they may be changed all the same.
        """
        reference, body = self.reference(str(old.id)), desired.to_update(changed_options, old)
        hints = reference.hints("update")
        # It sets values, so it has the same effect each time.
        data = self._transport.request("POST", reference.path, body=body, hints=hints, idempotent=True)["data"]
        found = self._complete(data)
        return self._with_secret(found if found and found.id == old.id else None, desired)

    def read_written(
        self, old: NotificationIntegration, desired: NotificationIntegration
    ) -> NotificationIntegration | None:
        """Return an integration after a write of it, with the secret that was sent; None if it does not exist."""
        return self._with_secret(self.read(str(old.id)), desired)

    def delete(self, id_: str) -> None:
        """Delete an integration. After an ApiError with outcome_unknown, or a 404, it may be deleted all the same."""
        reference = self.reference(id_)
        self._transport.request("DELETE", reference.path, hints=reference.hints("delete"))

    def _hints(self, permission: str) -> dict[int, str]:
        not_found = f"Check team_id ({self._team_id})." if self._team_id else f"Check api_url. {ORGANIZATION_HINT}"
        return {403: _permission(permission), 404: not_found, 409: _NAME_CONFLICT}

    def _complete(self, data: Any) -> NotificationIntegration | None:
        """Return the integration in the response to a write; None if it is incomplete."""
        try:
            found = NotificationIntegration.from_api(data)
        except ValueError:
            return None
        return found if is_id(found.id) else None

    def _parse(self, path: str, data: Any, is_listed: bool = False) -> NotificationIntegration:
        try:
            found = NotificationIntegration.from_api(data, is_listed)
        except ValueError as error:
            raise unexpected_response("GET", path, f"has an invalid {_NOUN}: {error}") from error
        if not is_id(found.id):
            raise unexpected_response("GET", path, f"has {short_repr(found.id)} as the ID of an integration")
        self._transport.secrets.add(*found.secrets())
        return found

    @staticmethod
    def _with_secret(
        found: NotificationIntegration | None, sent: NotificationIntegration
    ) -> NotificationIntegration | None:
        """Return an integration with the secret that was sent: no response has it."""
        return replace(found, secret=sent.secret) if found else None


def _permission(request: str) -> str:
    name, older_name = _PERMISSIONS[request]
    hint = permission_hint(f"Account > Observability > Notifications > {name}")
    return f"{hint} It may also be called Account > Team > Notifications > {older_name}."
