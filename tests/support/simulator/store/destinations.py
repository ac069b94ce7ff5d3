# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup destinations, and the backups in them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from typing import Any

from simulator import fleet
from simulator.bodies.destinations import BackupDestination, BackupDestinationUpdate
from simulator.errors import ApiError
from simulator.store.context import Context

SECRETS = ("accessKey", "secretKey")


class Destinations:
    """The destinations of the team, by ID.

    journal: one entry per write that took effect after the fleet was loaded: create, update or delete, the ID of the
    destination, and who wrote.
    """

    def __init__(self, context: Context, destinations: Iterable[fleet.Destination]) -> None:
        self.journal: list[tuple[str, str, str]] = []
        self._context = context
        self._destinations: dict[str, dict[str, Any]] = {}
        self._backups: dict[str, list[dict[str, Any]]] = {}
        for each in destinations:
            content = each.model_dump(exclude_none=True, exclude={"backups"})
            self._destinations[each.id] = {**content, "name": each.name or each.id, "createdAt": context.now()}
            self._backups[each.id] = each.backups

    def list_all(self) -> list[dict[str, Any]]:
        """Return the destinations as the API lists them: without secrets and, in the default settings, without IDs."""
        with self._context.lock:
            return [self._listed(destination) for destination in self._destinations.values()]

    def ids(self) -> list[str]:
        with self._context.lock:
            return list(self._destinations)

    def get(self, destination_id: str) -> dict[str, Any]:
        """Return a destination, secrets included."""
        with self._context.lock:
            return self._returned(self._find(destination_id))

    def backups(self, destination_id: str) -> list[dict[str, Any]]:
        self._find(destination_id)
        return self._backups.get(destination_id, [])

    def create(self, body: BackupDestination, by: str = "api") -> dict[str, Any]:
        """Create a destination, and return it. Raises ApiError on a conflict. by: for the journal."""
        with self._context.lock:
            destination_id = _slug(body.name) + self._context.settings.destination_id_suffix
            if self._context.settings.unique_destination_names:
                self._check_name(body.name)
                if destination_id in self._destinations:
                    raise ApiError(
                        409, f"A backup destination {destination_id!r} already exists.", "destination-exists"
                    )
            while destination_id in self._destinations:
                destination_id += "-2"
            now = self._context.now()
            destination = {
                **self._stored(body),
                "id": destination_id,
                "createdAt": now,
                "updatedAt": now,
            }
            self._destinations[destination_id] = destination
            self.journal.append(("create", destination_id, by))
            return self._returned(destination)

    def update(self, destination_id: str, body: BackupDestinationUpdate, by: str = "api") -> dict[str, Any]:
        """Change a destination, and return what the response to the PATCH has."""
        with self._context.lock:
            settings, destination = self._context.settings, self._find(destination_id)
            if body.name not in (None, destination["name"]) and settings.unique_destination_names:
                self._check_name(str(body.name))
            changes = self._stored(body)
            if settings.merge_patched_credentials and "credentials" in changes:
                changes["credentials"] = _merged(destination["credentials"], changes["credentials"])
            destination.update({**changes, "updatedAt": self._context.now()})
            self.journal.append(("update", destination_id, by))
            if settings.rename_changes_destination_id and "name" in changes:
                del self._destinations[destination_id]
                destination["id"] = _slug(destination["name"])
                self._destinations[destination["id"]] = destination
                self._backups[destination["id"]] = self._backups.pop(destination_id, [])
            if settings.destination_patch_response == "empty":
                return {}
            if settings.destination_patch_response == "without_secrets":
                return self._without_secrets(destination)
            return self._returned(destination)

    def delete(self, destination_id: str, used_by: Sequence[str], by: str = "api") -> None:
        """Delete a destination. used_by: the names of the schedules that use it."""
        with self._context.lock:
            self._find(destination_id)
            if used_by and self._context.settings.keep_used_destinations:
                message = f"The backup destination is in use by {', '.join(used_by)}."
                raise ApiError(409, message, "destination-in-use")
            del self._destinations[destination_id]
            self.journal.append(("delete", destination_id, by))

    def check_exist(self, destination_ids: Iterable[str]) -> None:
        """Raise ApiError if any of the destinations does not exist."""
        for destination_id in destination_ids:
            if destination_id not in self._destinations:
                raise ApiError(400, f"Backup destination {destination_id!r} not found.", "destination-not-found")

    def _find(self, destination_id: str) -> dict[str, Any]:
        if destination_id not in self._destinations:
            raise ApiError(404, f"Backup destination {destination_id!r} not found.", "destination-not-found")
        return self._destinations[destination_id]

    def _check_name(self, name: str) -> None:
        if any(destination["name"] == name for destination in self._destinations.values()):
            raise ApiError(409, f"A backup destination with the name {name!r} already exists.", "destination-exists")

    def _stored(self, body: BackupDestination | BackupDestinationUpdate) -> dict[str, Any]:
        description = self._context.settings.stored_description
        return {**body.model_dump(exclude_none=True), **({} if description is None else {"description": description})}

    def _listed(self, destination: dict[str, Any]) -> dict[str, Any]:
        listed = self._without_secrets(destination)
        hidden = ("createdAt", "updatedAt", *(() if self._context.settings.list_destination_ids else ("id",)))
        return {name: value for name, value in listed.items() if name not in hidden}

    def _without_secrets(self, destination: dict[str, Any]) -> dict[str, Any]:
        returned = self._returned(destination)
        credentials = {name: value for name, value in returned["credentials"].items() if name not in SECRETS}
        return {**returned, "credentials": credentials}

    def _returned(self, destination: dict[str, Any]) -> dict[str, Any]:
        returned = copy.deepcopy(destination)
        return {**returned, "futureField": ["value"]} if self._context.settings.extra_fields else returned


def _merged(credentials: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return the credentials with changes, without those of the other authentication mode."""
    merged = {**credentials, **changes}
    is_workload = merged.get("authMode") == "workloadIdentity"
    excluded = SECRETS if is_workload else ("workloadIdentityId",)
    return {name: value for name, value in merged.items() if name not in excluded}


def _slug(name: str) -> str:
    """Return the ID of a new destination."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not 3 <= len(slug) <= 100:
        raise ApiError(400, f"No ID can be derived from the name {name!r}.", "invalid-request")
    return slug
