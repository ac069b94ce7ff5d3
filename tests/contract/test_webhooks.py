# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator delivers the events of addon backups as Northflank's guide to notification integrations describes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from simulator.bodies.backups import Backup
from simulator.server import Simulator, running

EVENTS = {f"trigger:addon-backup:{each}": True for each in ("start", "success", "failure", "abort")}
HEADER = "X-Northflank-Notification-Integration-"


class Webhook(HTTPServer):
    """A webhook that responds with the statuses in turn, and then with 200. calls: the headers and the body of each."""

    def __init__(self, *statuses: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses = list(statuses)
        self.calls: list[tuple[dict[str, str], dict[str, Any]]] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def events(self) -> list[str]:
        return [body["event"] for _headers, body in self.calls]


class _Handler(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    webhook = Webhook()
    yield webhook
    webhook.shutdown()
    webhook.server_close()


@pytest.fixture
def simulator(webhook: Webhook) -> Iterator[Simulator]:
    common = {"webhook": webhook.url, "events": EVENTS}
    notifications = [
        {**common, "id": "on-call", "name": "On call", "secret": "secret-of-on-call"},
        {**common, "id": "billing", "restricted": True, "projects": ["billing"]},
        {**common, "id": "chat", "type": "DISCORD"},
        {**common, "id": "builds", "events": {"trigger:build:failure": True}},
    ]
    projects = [{"id": "shop", "addons": [{"id": "orders-db"}], "volumes": [{"id": "uploads"}]}, {"id": "billing"}]
    fleet = {"notifications": notifications, "projects": projects}
    with running(fleet, webhook_attempts=3, webhook_retry_delay=0.01) as simulator:
        yield simulator


def wait_until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def back_up(simulator: Simulator, outcome: str) -> str:
    simulator.settings.backup_outcome = outcome
    addon = simulator.store.addon("shop", "orders-db")
    return str(simulator.store.backups.create(addon, Backup(name="nightly"))["id"])


@pytest.mark.parametrize(("outcome", "event"), [("completed", "success"), ("failed", "failure")])
def test_the_start_and_the_end_of_a_backup(simulator: Simulator, webhook: Webhook, outcome: str, event: str) -> None:
    """The end is delivered without a request to the API."""
    simulator.settings.backup_duration = 0.1
    backup_id = back_up(simulator, outcome)
    wait_until(lambda: len(webhook.calls) == 2)
    assert webhook.events() == ["addon-backup:start", f"addon-backup:{event}"]
    headers, body = webhook.calls[1]
    assert headers[f"{HEADER}Id"] == "on-call"
    assert headers[f"{HEADER}Name"] == "On call"
    assert headers[f"{HEADER}Token"] == "secret-of-on-call"
    assert headers[f"{HEADER}Event-Type"] == f"addon-backup:{event}"
    assert headers[f"{HEADER}Event-Id"] != webhook.calls[0][0][f"{HEADER}Event-Id"]
    assert body["data"]["project"]["id"] == "shop"
    assert body["data"]["addon"]["id"] == "orders-db"
    assert body["data"]["backup"]["id"] == backup_id
    assert simulator.log == []


def test_an_aborted_backup(simulator: Simulator, webhook: Webhook) -> None:
    simulator.settings.backup_duration = 60
    backup_id = back_up(simulator, "completed")
    simulator.store.backups.abort(simulator.store.addon("shop", "orders-db"), backup_id)
    wait_until(lambda: webhook.events() == ["addon-backup:start", "addon-backup:abort"])


def test_failed_deliveries_are_repeated(simulator: Simulator, webhook: Webhook) -> None:
    """A limited number of times, with the same ID."""
    webhook.statuses = [500, 301, 200, 404, 503, 401]
    back_up(simulator, "completed")
    wait_until(lambda: [each.statuses for each in simulator.webhooks.deliveries] == [[500, 301, 200], [404, 503, 401]])
    ids = [headers[f"{HEADER}Event-Id"] for headers, _body in webhook.calls]
    assert len(set(ids[:3])) == len(set(ids[3:])) == 1
    assert [each.event for each in simulator.webhooks.deliveries] == ["addon-backup:start", "addon-backup:success"]


def test_a_webhook_that_is_not_reachable(simulator: Simulator, webhook: Webhook) -> None:
    webhook.shutdown()
    webhook.server_close()
    back_up(simulator, "completed")
    wait_until(lambda: [each.statuses for each in simulator.webhooks.deliveries] == [[None] * 3, [None] * 3])
