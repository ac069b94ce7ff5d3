# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notification integrations, and which of them an event is sent to."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from simulator import fleet
from simulator.bodies.notifications import EVENTS, Notification, NotificationUpdate
from simulator.errors import ApiError
from simulator.store.context import Context, slug

# What the official client's types declare for the list.
_LISTED = ("id", "name", "type", "webhook", "status", "createdAt", "updatedAt")

# What they do not declare for any response.
_NEVER_RETURNED = ("secret", "restrictions")

# What deliveries need.
_OF_SUBSCRIBERS = ("id", "name", "type", "webhook", "secret")

_HIDDEN = "********"


class Notifications:
    """The notification integrations of the team, by ID.

    journal: one entry per write that took effect after the fleet was loaded: create, update or delete, the ID of the
    integration, and who wrote.
    """

    def __init__(self, context: Context, notifications: Iterable[fleet.Notification]) -> None:
        self.journal: list[tuple[str, str, str]] = []
        self._context = context
        self._notifications: dict[str, dict[str, Any]] = {}
        for each in notifications:
            self._check_events(each.events)
            content = each.model_dump(exclude_none=True)
            now = context.now()
            self._notifications[each.id] = {
                **content,
                "name": each.name or each.id,
                "createdAt": now,
                "updatedAt": now,
            }

    def list_all(self) -> list[dict[str, Any]]:
        """Return the integrations as the API lists them: without their events, projects and secrets."""
        with self._context.lock:
            return [
                {name: value for name, value in self._returned(each).items() if name in (*_LISTED, "futureField")}
                for each in self._notifications.values()
            ]

    def ids(self) -> list[str]:
        with self._context.lock:
            return list(self._notifications)

    def get(self, notification_id: str) -> dict[str, Any]:
        """Return an integration, without its secret."""
        with self._context.lock:
            return self._returned(self._find(notification_id))

    def stored(self, notification_id: str) -> dict[str, Any]:
        """Return an integration as it is stored, secret included."""
        with self._context.lock:
            return copy.deepcopy(self._find(notification_id))

    def subscribers(self, event: str, project_id: str) -> list[dict[str, Any]]:
        """Return the integrations that an event of a project is sent to.

        event: such as ``trigger:addon-backup:failure``.

        Each has its id, name, type, webhook and secret, which is None if there is none. Integrations that Northflank
        has disabled, after too many failed deliveries, are not among them.
        """
        with self._context.lock:
            return [
                {name: each.get(name) for name in _OF_SUBSCRIBERS}
                for each in self._notifications.values()
                if self._events(each).get(event)
                and (not each["restricted"] or project_id in each["projects"])
                and not each.get("status", {}).get("disabled")
            ]

    def create(self, body: Notification, by: str = "api") -> dict[str, Any]:
        """Create an integration, and return it. Names need not be unique. by: for the journal."""
        with self._context.lock:
            self._check_events(body.events)
            self._check_name(body.name)
            notification_id = slug(body.name) or "notification"
            while notification_id in self._notifications:
                notification_id += "-2"
            now = self._context.now()
            created = {
                "restricted": False,
                "projects": [],
                **body.model_dump(exclude_none=True),
                "id": notification_id,
                "createdAt": now,
                "updatedAt": now,
            }
            self._notifications[notification_id] = created
            self.journal.append(("create", notification_id, by))
            return self._returned(created)

    def update(self, notification_id: str, body: NotificationUpdate, by: str = "api") -> dict[str, Any]:
        """Change an integration, and return what the response has."""
        with self._context.lock:
            settings, notification = self._context.settings, self._find(notification_id)
            changes = body.model_dump(exclude_none=True)
            self._check_events(body.events or {})
            if body.name not in (None, notification["name"]):
                self._check_name(str(body.name))
            if "secret" in changes and notification["type"] != "RAW_WEBHOOK":
                raise ApiError(400, "`secret` is only applicable for `RAW_WEBHOOK`.", "invalid-request")
            if "events" in changes and settings.merge_updated_events:
                changes["events"] = {**notification["events"], **changes["events"]}
            notification.update({**changes, "updatedAt": self._context.now()})
            self.journal.append(("update", notification_id, by))
            return self._returned(notification) if settings.notification_update_response == "full" else {}

    def delete(self, notification_id: str, by: str = "api") -> None:
        with self._context.lock:
            self._find(notification_id)
            del self._notifications[notification_id]
            self.journal.append(("delete", notification_id, by))

    def _find(self, notification_id: str) -> dict[str, Any]:
        if notification_id not in self._notifications:
            message = f"Notification integration {notification_id!r} not found."
            raise ApiError(404, message, "notification-not-found")
        return self._notifications[notification_id]

    def _check_name(self, name: str) -> None:
        is_taken = any(each["name"] == name for each in self._notifications.values())
        if is_taken and self._context.settings.unique_notification_names:
            message = f"A notification integration with the name {name!r} already exists."
            raise ApiError(409, message, "notification-exists")

    def _check_events(self, events: Iterable[str]) -> None:
        unknown = set(events).difference(EVENTS, {self._context.settings.new_notification_event})
        if unknown:
            raise ApiError(400, f"Unknown events: {', '.join(sorted(unknown))}.", "invalid-request")

    def _events(self, notification: dict[str, Any]) -> dict[str, bool]:
        """Return whether each event is enabled in an integration."""
        added = self._context.settings.new_notification_event
        return {**dict.fromkeys(EVENTS, False), **({added: True} if added else {}), **notification["events"]}

    def _returned(self, notification: dict[str, Any]) -> dict[str, Any]:
        settings = self._context.settings
        returned = {name: value for name, value in copy.deepcopy(notification).items() if name not in _NEVER_RETURNED}
        returned["events"] = self._events(notification)
        if settings.hide_webhooks:
            returned["webhook"] = _HIDDEN
        return {**returned, "futureField": ["value"]} if settings.extra_fields else returned
