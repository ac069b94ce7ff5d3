# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A notification integration: its forms, its comparison with another. Pure: no HTTP, no Ansible.

It has the same three forms as a schedule: params, api and result. Results, messages and representations contain
neither the webhook URL nor the secret.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .fields import check_type, mapping
from .secrets import HIDDEN, HIDDEN_CHANGE

# The official client's types, "Create notification integration". The API lists others, such as SLACK, too.
TYPES = ("RAW_WEBHOOK", "DISCORD", "TEAMS", "TEAMS_WORKFLOWS")
RAW_WEBHOOK = "RAW_WEBHOOK"

# The API's names of all events have this prefix. Northflank sends them to webhooks without it, as options and results
# have them.
_EVENT_PREFIX = "trigger:"

BACKUP_EVENTS = ("addon-backup:start", "addon-backup:success", "addon-backup:failure", "addon-backup:abort")

# Those that the API returns, and compares: the types of the official clients do not declare the secret.
_OPTIONS = ("name", "type", "webhook", "restricted", "projects", "events")

# What no result has.
_NOT_RETURNED = ("webhook", "secret", "known_events")

# Parts of a webhook URL that the API has masked or shortened.
_MASKS = ("***", "...", "\u2022", "\u2026")


@dataclass(frozen=True)
class NotificationIntegration:
    """A notification integration. None means omitted.

    webhook: None also if the API masks it. secret: only as desired, because the API does not return it.
    projects: IDs. events: the API's names of those that are enabled. known_events: of all that the API returned.
    disabled: whether Northflank has disabled it. failed_requests, first_failed_request_at: of the webhook.
    """

    id: str | None
    name: str | None
    type: str | None = None
    webhook: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False, compare=False)
    restricted: bool | None = None
    projects: frozenset[str] | None = None
    events: frozenset[str] | None = None
    known_events: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    disabled: bool | None = field(default=None, compare=False)
    failed_requests: int | None = field(default=None, compare=False)
    first_failed_request_at: str | None = field(default=None, compare=False)
    created_at: str | None = field(default=None, compare=False)
    updated_at: str | None = field(default=None, compare=False)

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> NotificationIntegration:
        """Convert a module's options, by their canonical names. Does not validate them: see notification_rules."""
        events = params["events"]
        return cls(
            id=params["integration_id"],
            **{name: params[name] for name in ("name", "type", "webhook", "secret", "restricted")},
            projects=_set(params["projects"]),
            events=None if events is None else api_events(events),
        )

    @classmethod
    def from_api(cls, returned: Any, is_listed: bool = False) -> NotificationIntegration:
        """Convert an integration that the API returns. Raises ValueError, which names no value: it may be a secret.

        is_listed: whether it is an item of a list, which lacks the projects and the events.
        """
        values = mapping("it", returned)
        for name in ("id", "name", "type", "webhook", "createdAt", "updatedAt"):
            check_type(name, values.get(name), str)
        for name, type_ in {"restricted": bool, "projects": list, "events": dict}.items():
            check_type(name, values.get(name), type_)
        required = ("id", "name", "type", *(() if is_listed else ("restricted", "projects", "events")))
        missing = [name for name in required if values.get(name) in (None, "")]
        if missing:
            raise ValueError(f"{missing[0]} is missing")
        if not all(isinstance(project_id, str) for project_id in values.get("projects") or ()):
            raise ValueError("an item of projects is not of type str")
        events = values.get("events")
        webhook = values.get("webhook") or ""
        return cls(
            id=values["id"],
            name=values["name"],
            type=values["type"],
            webhook=None if not webhook or any(mask in webhook for mask in _MASKS) else webhook,
            restricted=values.get("restricted"),
            projects=_set(values.get("projects")),
            # The API has a Boolean for each event. Anything else enables none that this collection knows.
            events=None if events is None else frozenset(name for name, value in events.items() if value is True),
            known_events=frozenset(events or ()),
            **_status(values.get("status")),
            created_at=values.get("createdAt"),
            updated_at=values.get("updatedAt"),
        )

    def ids(self) -> dict[str, str]:
        """Return what identifies the integration in actions: the name, because a new one has no ID yet."""
        return {"name": str(self.name)}

    def with_id(self, id_: str) -> NotificationIntegration:
        """Return the integration with an ID."""
        return replace(self, id=id_)

    def secrets(self) -> list[str]:
        """Return the webhook URL and the secret, as far as they are set."""
        return [value for value in (self.webhook, self.secret) if value]

    def to_api(self) -> dict[str, Any]:
        """Return the request body that creates the integration, secrets included."""
        body = {
            **{name: getattr(self, name) for name in ("name", "type", "webhook", "secret", "restricted")},
            "projects": None if self.projects is None else sorted(self.projects),
            "events": {event: True for event in sorted(self.events or ())},
        }
        return {name: value for name, value in body.items() if value is not None}

    def to_update(self, changed_options: Collection[str], existing: NotificationIntegration) -> dict[str, Any]:
        """Return the request body that changes these options of the existing integration, secrets included.

        It has all events that the API has returned: its types do not declare what becomes of omitted ones.
        """
        body = self.to_api()
        body["events"] = {**dict.fromkeys(sorted(existing.known_events), False), **body["events"]}
        return {name: value for name, value in body.items() if name in changed_options}

    def with_defaults(self) -> NotificationIntegration:
        """Return the integration with the defaults for what is omitted in a new one."""
        return replace(
            self,
            restricted=self.restricted or False,
            projects=self.projects or frozenset(),
            events=api_events(BACKUP_EVENTS) if self.events is None else self.events,
        )

    def filled_from(self, existing: NotificationIntegration) -> NotificationIntegration:
        """Return the integration with the settings of the existing one for what is omitted."""
        values = {name: getattr(existing, name) if value is None else value for name, value in vars(self).items()}
        return NotificationIntegration(**{**values, "id": existing.id})

    def differences(self, existing: NotificationIntegration) -> tuple[str, ...]:
        """Return the options in which the existing integration differs; omitted options, and hidden ones, never do."""
        return tuple(
            option
            for option in _OPTIONS
            if getattr(self, option) not in (None, getattr(existing, option)) and not existing.hides([option])
        )

    def hides(self, changed_options: Collection[str]) -> bool:
        """Return whether the integration, as the API returned it, cannot show whether these options were changed."""
        return "secret" in changed_options or ("webhook" in changed_options and self.webhook is None)

    def settings(self, changed_options: Collection[str] = ()) -> dict[str, Any]:
        """Return the settings that a user controls, for a diff, with secrets hidden.

        changed_options: those in which it differs from the other side of the diff.
        """
        hidden = {"webhook": HIDDEN, **({"secret": HIDDEN} if self.secret else {})}
        hidden.update((name, HIDDEN_CHANGE) for name in ("webhook", "secret") if name in changed_options)
        result = self.to_result()
        return {**{name: result[name] for name in _OPTIONS if name in result}, **hidden}

    def to_result(self) -> dict[str, Any]:
        """Return the form of results, without secrets. The list of the API has neither projects nor events."""
        result = {name: value for name, value in vars(self).items() if name not in _NOT_RETURNED}
        result["projects"] = None if self.projects is None else sorted(self.projects)
        result["events"] = None if self.events is None else event_names(self.events)
        nullable = ("id", "disabled", "failed_requests", "first_failed_request_at")
        return {name: value for name, value in result.items() if value is not None or name in nullable}


def api_events(names: Iterable[str]) -> frozenset[str]:
    """Return the API's names of events. names: with or without the prefix ``trigger:``."""
    return frozenset(f"{_EVENT_PREFIX}{name.removeprefix(_EVENT_PREFIX)}" for name in names)


def event_names(events: Iterable[str]) -> list[str]:
    """Return the sorted names of events without the prefix ``trigger:``, for results and messages."""
    return sorted(event.removeprefix(_EVENT_PREFIX) for event in events)


def _set(values: Iterable[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


def _status(status: Any) -> dict[str, Any]:
    """Return what the API reports about the deliveries; None for what it does not, or not as its types declare."""
    values = status if isinstance(status, Mapping) else {}
    disabled, count, time = (
        values.get(name) for name in ("disabled", "numberOfFailedRequests", "timeOfFirstFailedRequest")
    )
    return {
        "disabled": disabled if isinstance(disabled, bool) else None,
        "failed_requests": int(count) if isinstance(count, (int, float)) and not isinstance(count, bool) else None,
        "first_failed_request_at": time if isinstance(time, str) else None,
    }
