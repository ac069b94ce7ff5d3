# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliver the events of addon backups to the webhooks of notification integrations, and retry failed deliveries."""

from __future__ import annotations

import http.client
import json
import queue
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulator.settings import Settings
from simulator.store import Store
from simulator.store.addons import Addon

# The last part of the names of events.
EVENTS = ("start", "success", "failure", "abort")

# How often the backups in progress are checked for their end, in seconds.
POLL_SECONDS = 0.02

_HEADER = "X-Northflank-Notification-Integration-"


@dataclass
class Delivery:
    """An event that is sent to an integration.

    event: such as ``addon-backup:failure``. statuses: those of the responses, None if there was none.
    """

    event: str
    event_id: str
    integration_id: str
    addon: str
    statuses: list[int | None] = field(default_factory=list)


@dataclass
class Webhooks:
    """The deliveries of a simulator, in the order in which they were first attempted.

    get_store, settings: those of the simulator. A thread delivers, from the first event to stop(). That a failing
    integration is disabled is not simulated.
    """

    get_store: Callable[[], Store]
    settings: Settings
    deliveries: list[Delivery] = field(default_factory=list)
    _events: queue.SimpleQueue[tuple[str, Addon, dict[str, Any]] | None] = field(default_factory=queue.SimpleQueue)
    _in_progress: list[Addon] = field(default_factory=list)
    _thread: threading.Thread | None = None

    def on_event(self, event: str, addon: Addon, backup: dict[str, Any]) -> None:
        """Deliver an event: ``start``, or how a backup has ended."""
        if not any(self._subscribers(each, addon) for each in EVENTS):
            # The end of a backup need not be noticed at once.
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        self._events.put((event, addon, backup))

    def stop(self) -> None:
        """Stop to deliver."""
        if self._thread:
            self._events.put(None)
            self._thread.join()

    def _subscribers(self, event: str, addon: Addon) -> list[dict[str, Any]]:
        found = self.get_store().notifications.subscribers(f"trigger:addon-backup:{event}", addon.project_id)
        return [each for each in found if each["type"] == "RAW_WEBHOOK"]

    def _run(self) -> None:
        while True:
            try:
                item = self._events.get(timeout=POLL_SECONDS if self._in_progress else None)
            except queue.Empty:
                self._check_progress()
                continue
            if item is None:
                return
            event, addon, backup = item
            self._in_progress = [each for each in self._in_progress if each is not addon]
            if event == "start":
                self._in_progress.append(addon)
            self._deliver(event, addon, backup)

    def _check_progress(self) -> None:
        for addon in list(self._in_progress):
            # Calls on_event() if a backup has ended.
            self.get_store().backups.list_all(addon)

    def _deliver(self, event: str, addon: Addon, backup: dict[str, Any]) -> None:
        for integration in self._subscribers(event, addon):
            delivery = Delivery(f"addon-backup:{event}", str(uuid.uuid4()), integration["id"], addon.path)
            self.deliveries.append(delivery)
            self._attempt(delivery, integration, _body(delivery.event, addon, backup))

    def _attempt(self, delivery: Delivery, integration: dict[str, Any], body: bytes) -> None:
        headers = {
            "Content-Type": "application/json",
            f"{_HEADER}Id": integration["id"],
            f"{_HEADER}Name": integration["name"],
            f"{_HEADER}Event-Id": delivery.event_id,
            f"{_HEADER}Event-Type": delivery.event,
        }
        if integration["secret"]:
            headers[f"{_HEADER}Token"] = integration["secret"]
        for attempt in range(self.settings.webhook_attempts):
            if attempt:
                time.sleep(self.settings.webhook_retry_delay)
            delivery.statuses.append(_post(integration["webhook"], body, headers))
            if delivery.statuses[-1] is not None and 200 <= delivery.statuses[-1] < 300:
                return


def _body(event: str, addon: Addon, backup: dict[str, Any]) -> bytes:
    """Return a body. Only that of another event is documented, so the data is made up after it."""
    data = {
        "backup": {name: backup[name] for name in ("id", "name", "status", "createdAt")},
        "addon": {"id": addon.id, "name": addon.name or addon.id},
        "project": {"id": addon.project_id, "name": addon.project_id},
    }
    return json.dumps({"event": event, "data": data}).encode()


def _post(url: str, body: bytes, headers: dict[str, str]) -> int | None:
    """Send a request, and return the status of the response, None if there is none."""
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException):
        return None
