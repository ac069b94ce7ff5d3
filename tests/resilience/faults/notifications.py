# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios of a task for a notification integration, and checks of its result and of what exists afterwards."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from simulator.bodies.notifications import Notification, NotificationUpdate
from simulator.errors import ApiError
from simulator.store import Store

from . import account_objects
from .account_objects import Scenario, families, random_faults, slug

# The methods of requests with faults, by the desired state. None is any method.
METHODS: dict[str, tuple[str | None, ...]] = {
    "present": ("POST", "POST", "POST", "GET", None),
    "absent": ("DELETE", "DELETE", "DELETE", "GET", None),
}

NAMES = ("On call", "Pager", "Chat")
WEBHOOKS = tuple(f"https://hooks.example.org/number-{number}" for number in ("one", "two"))
SECRETS = ("secret-number-one", "secret-number-two")
OF_OTHERS = "https://hooks.example.org/of-another-client"
EVENTS = {
    "addon-backup:failure": "trigger:addon-backup:failure",
    "addon-backup:abort": "trigger:addon-backup:abort",
    "build:failure": "trigger:build:failure",
}
NEW_EVENT = "trigger:addon-restore:failure"
DEFAULT_EVENTS = {f"trigger:addon-backup:{name}" for name in ("start", "success", "failure", "abort")}


def random_scenario(seed: int) -> Scenario:
    """Return a scenario with errors, lost responses and other clients."""
    rng = random.Random(f"notification {seed}")
    names = rng.sample(NAMES, rng.choice([0, 1, 2, 2]))
    start = [{**_notification(rng, name), "id": slug(name)} for name in names]
    if start and rng.random() < 0.1:
        start.append({**_notification(rng, names[0]), "id": f"{slug(names[0])}-2"})
    options = _options(rng, _notification(rng, rng.choice([*names, *names, *NAMES])), [each["id"] for each in start])
    secrets = [options["webhook"], options["secret"]]
    faults, concurrent_writes = random_faults(rng, options, METHODS[options["state"]], secrets, _concurrent_write)
    return Scenario(
        seed=seed,
        start=start,
        options=options,
        faults=faults,
        concurrent_writes=concurrent_writes,
        settings={
            "rate_limit": rng.choice([1000, 1000, 20, 6]),
            "rate_window": rng.choice([30.0, 3600.0]),
            "max_page_size": rng.choice([100, 1]),
            "extra_fields": rng.random() < 0.5,
            "unique_notification_names": rng.random() < 0.3,
            "notification_update_response": rng.choice(["full", "empty"]),
            "merge_updated_events": rng.random() < 0.5,
            "new_notification_event": rng.choice(["", "", NEW_EVENT]),
            "hide_webhooks": rng.random() < 0.15,
        },
    )


def _detectable(scenario: Scenario) -> Scenario:
    """Return the scenario in which a POST takes effect if its response says so: no read shows a secret."""
    faults = [
        {**fault, "after_commit": True}
        if fault["kind"] in ("text", "drip", "no_content", "large") and fault.get("status", 200) == 200
        else fault
        for fault in scenario.faults
    ]
    return replace(scenario, faults=faults)


FAMILIES = families("notifications", random_scenario, ["POST", "POST", "POST", "DELETE", "GET", None], _detectable)


def _notification(rng: random.Random, name: str) -> dict[str, Any]:
    """Return a valid request body. There are few values, so that two bodies are often nearly equal."""
    type_ = rng.choice(["RAW_WEBHOOK", "RAW_WEBHOOK", "RAW_WEBHOOK", "DISCORD"])
    body: dict[str, Any] = {
        "name": name,
        "type": type_,
        "webhook": rng.choice([*WEBHOOKS, WEBHOOKS[0]]),
        "events": {event: True for event in rng.sample(list(EVENTS.values()), rng.choice([0, 1, 2, 2, 3]))},
    }
    if type_ == "RAW_WEBHOOK" and rng.random() < 0.5:
        body["secret"] = rng.choice(SECRETS)
    if rng.random() < 0.4:
        body.update(restricted=True, projects=rng.choice([["shop"], ["shop", "billing"], ["billing", "shop"]]))
    return body


def _options(rng: random.Random, body: dict[str, Any], ids: list[str]) -> dict[str, Any]:
    """Convert a request body to validated options, with some optional ones omitted, or to options that delete it."""
    short_names = {event: name for name, event in EVENTS.items()}
    return {
        "integration_id": rng.choice([slug(body["name"]), *ids]) if rng.random() < 0.3 else None,
        "name": body["name"],
        "type": rng.choice([body["type"]] * 4 + [None]),
        "webhook": rng.choice([body["webhook"]] * 4 + [None]),
        "secret": body.get("secret"),
        "update_secret": rng.choice(["on_create", "on_create", "always"]),
        "restricted": rng.choice([body.get("restricted"), body.get("restricted", False)]),
        "projects": body.get("projects"),
        "events": rng.choice([[short_names[event] for event in body["events"]]] * 4 + [None]),
        "state": rng.choice(["present", "present", "present", "absent"]),
        "retries": rng.choice([0, 1, 2, 5]),
        "rate_limit_max_wait": rng.choice([0, 60, 100_000]),
    }


def _concurrent_write(rng: random.Random, options: dict[str, Any]) -> Callable[[Store], None]:
    """Return a function that changes the integration as another client, just before a request."""
    action = rng.choice(["create", "create", "create the same", "change", "delete"])
    body = {**_notification(rng, options["name"]), "webhook": OF_OTHERS}
    if action == "create the same":
        same = {name: options[name] for name in ("type", "webhook", "restricted", "projects")}
        body.update((name, value) for name, value in same.items() if value is not None)
        body["events"] = dict.fromkeys(_events(options) if options["events"] is not None else DEFAULT_EVENTS, True)
        if body["type"] != "RAW_WEBHOOK":
            body.pop("secret", None)

    def write(store: Store) -> None:
        notification_id = options["integration_id"] or slug(options["name"])
        try:
            if action.startswith("create"):
                store.notifications.create(Notification.model_validate(body), by="other")
            elif action == "change":
                change = NotificationUpdate.model_validate({"webhook": OF_OTHERS, "events": {}})
                store.notifications.update(notification_id, change, by="other")
            else:
                store.notifications.delete(notification_id, by="other")
        except ApiError:
            return

    return write


def _events(options: dict[str, Any]) -> set[str]:
    return {EVENTS[event] for event in options["events"]}


class Harness(account_objects.Harness):
    """Runs scenarios of notification integrations."""

    key = "notification_integration"
    refusals = re.compile(
        "cannot change the type|notification integrations have the name|cannot be created without|cannot be renamed"
        "|does not exist. Check integration_id|only RAW_WEBHOOK sends|would send no events"
    )

    def run_task(
        self, interruption: Interruption | None = None, check_mode: bool = False, **options: Any
    ) -> dict[str, Any]:
        return self.task_runner.run_notification(interruption, check_mode, **options)

    def fleet(self, scenario: Scenario) -> dict[str, Any]:
        return {
            "notifications": copy.deepcopy(scenario.start),
            "projects": [{"id": "shop"}, {"id": "billing"}],
        }

    def store(self) -> Any:
        return self.simulator.store.notifications

    def existing(self) -> list[dict[str, Any]]:
        store = self.simulator.store.notifications
        return [{**store.stored(each), "events": store.get(each)["events"]} for each in store.ids()]

    def differences(self, options: dict[str, Any], found: dict[str, Any]) -> list[str]:
        differences = [
            name
            for name in ("name", "type", "restricted")
            if options[name] is not None and options[name] != found.get(name)
        ]
        if options["projects"] is not None and set(options["projects"]) != set(found["projects"]):
            differences.append("projects")
        if options["events"] is not None and _events(options) != {each for each, on in found["events"].items() if on}:
            differences.append("events")
        is_sent = options["update_secret"] == "always"
        is_visible = not self.simulator.settings.hide_webhooks
        if options["webhook"] and (is_sent or is_visible) and options["webhook"] != found["webhook"]:
            differences.append("webhook")
        if options["secret"] and is_sent and options["secret"] != found.get("secret"):
            differences.append("secret")
        return differences

    def target(self, scenario: Scenario, before: list[dict[str, Any]]) -> str | None:
        options = scenario.options
        named = [each["id"] for each in before if each["name"] == options["name"]]
        return options["integration_id"] or (named[0] if len(named) == 1 else None)

    def check_secrets(self, scenario: Scenario, shown: str) -> None:
        for each in (*WEBHOOKS, *SECRETS, OF_OTHERS):
            assert each not in shown, f"shows {each}: {shown}"

    def may_be_refused(self, scenario: Scenario, message: str) -> bool:
        # The next run disables an event that the API has enabled in the new integration.
        is_default = bool(scenario.settings["new_notification_event"]) and "that were requested: events." in message
        return super().may_be_refused(scenario, message) or is_default

    def converges(self, scenario: Scenario, result: dict[str, Any]) -> bool:
        options = scenario.options
        hidden = options["secret"] or (scenario.settings["hide_webhooks"] and options["webhook"])
        return options["state"] == "absent" or options["update_secret"] == "on_create" or not hidden

    def reads(self, scenario: Scenario) -> int:
        options = scenario.options
        if options["integration_id"]:
            return 1
        pages = max(1, len(self.existing())) if scenario.settings["max_page_size"] == 1 else 1
        return pages + (options["state"] == "present")
