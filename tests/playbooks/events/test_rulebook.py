# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebook retry_failed_backups in ansible-rulebook: from a failed backup to the next one, and no other effect."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from examples.documents import COLLECTION, examples_of
from programs import NotAvailable, program
from simulator.bodies.backups import Backup
from simulator.server import Simulator
from simulator.server import running as running_simulator

from events.calls import SECRET, body, call, request
from events.rulebooks import Rulebook, running

RULEBOOK = "community.northflank.retry_failed_backups"


@pytest.fixture(scope="module", autouse=True)
def java() -> None:
    try:
        program("java", "default-jre-headless")
    except NotAvailable as error:
        pytest.skip(f"No Java: {error}")


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def simulator(port: int) -> Iterator[Simulator]:
    integration = {
        "id": "on-call",
        "webhook": f"http://127.0.0.1:{port}/northflank",
        "secret": SECRET,
        "events": {"trigger:addon-backup:failure": True, "trigger:addon-backup:success": True},
    }
    project = {"id": "shop", "addons": [{"id": "orders-db"}, {"id": "stock-db"}]}
    with running_simulator({"notifications": [integration], "projects": [project]}, webhook_attempts=3) as simulator:
        yield simulator


def back_up(simulator: Simulator, addon: str, outcome: str) -> str:
    """Take a backup as a schedule does, wait until it has ended and its event is delivered, and return its ID."""
    delivered = len(simulator.webhooks.deliveries)
    simulator.settings.backup_outcomes = {f"shop/{addon}": outcome}
    backup = simulator.store.backups.create(simulator.store.addon("shop", addon), Backup(name="nightly"), by="schedule")
    simulator.settings.backup_outcomes = {}
    deadline = time.monotonic() + 30
    while len(simulator.webhooks.deliveries) == delivered or not simulator.webhooks.deliveries[-1].statuses:
        assert time.monotonic() < deadline, "the event was not delivered"
        time.sleep(0.005)
    return str(backup["id"])


def retries(simulator: Simulator) -> list[tuple[str, str]]:
    """Return the addon and the name of each backup that was not taken by a schedule."""
    return [(path, name) for path, _id, name, by in simulator.store.backups.taken if by != "schedule"]


def wait_for_webhook(rulebook: Rulebook, port: int) -> None:
    def is_open() -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    rulebook.wait_until(is_open)


def send(port: int, event_id: str, secret: str = SECRET, **data: Any) -> int | None:
    return asyncio.run(call(port, request(body(**data), event_id, secret)))


def test_from_a_failed_backup_to_the_next(
    simulator: Simulator, port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    variables = {"northflank_webhook_port": port}
    with running(RULEBOOK, simulator, tmp_path, variables, NORTHFLANK_WEBHOOK_SECRET=SECRET) as rulebook:
        wait_for_webhook(rulebook, port)
        back_up(simulator, "stock-db", "completed")

        # Forged calls, and true ones that are not about a failure. The hostile one takes effect after five minutes.
        assert send(port, "forged", secret="another-secret-0123456789") == 401
        assert send(port, "no-failure", addon={"id": "stock-db", "name": "\U0001f600"}) == 200
        # ansible-rulebook would process no further event after it.
        assert send(port, "empty-key", labels={"": "a"}) == 400
        rulebook.wait_for_playbooks(1)
        assert send(port, "not-in-the-inventory", addon={"id": "other-db"}) == 200
        rulebook.wait_for_playbooks(2)
        assert send(port, "hostile", addon={"id": "{{ lookup('pipe', 'touch hacked') }}"}) == 200
        assert "No host of the inventory has the addon shop/other-db" in rulebook.output
        assert retries(simulator) == []

        failed = back_up(simulator, "orders-db", "failed")
        failed_at = time.monotonic()
        rulebook.wait_until(lambda: retries(simulator))
        seconds = time.monotonic() - failed_at
        with capsys.disabled():
            print(f"\n{seconds:.1f} s from the failed backup to the next one")
        rulebook.wait_for_playbooks(3)
        expected = [("shop/orders-db", f"retry-{failed}")]
        assert retries(simulator) == expected

        # The same event again, and another failure within the cooldown.
        assert send(port, "again") == 200
        rulebook.wait_for_playbooks(4)
        back_up(simulator, "orders-db", "failed")
        rulebook.wait_for_playbooks(5)
        assert "was taken less than 60 minutes ago" in " ".join(rulebook.output.split())
        assert retries(simulator) == expected

    # The cooldown survives a restart, which forgets all events.
    with running(RULEBOOK, simulator, tmp_path, variables, NORTHFLANK_WEBHOOK_SECRET=SECRET) as rulebook:
        wait_for_webhook(rulebook, port)
        assert send(port, "again") == 200
        rulebook.wait_for_playbooks(6)
        assert retries(simulator) == expected

    assert {tuple(each.statuses) for each in simulator.webhooks.deliveries} == {(200,)}
    assert not list(tmp_path.rglob("hacked"))
    assert SECRET not in rulebook.output
    assert simulator.token not in rulebook.output


def test_events_without_ids(simulator: Simulator, port: int, tmp_path: Path) -> None:
    """The playbook runs once for several of them, after the last, so it finds the addons of all."""
    rulebook_file = COLLECTION / "extensions" / "eda" / "rulebooks" / "retry_failed_backups.yml"
    text = rulebook_file.read_text()
    assert text.count("once_after: 5 minutes") == 1
    (tmp_path / "short.yml").write_text(text.replace("once_after: 5 minutes", "once_after: 5 seconds"))
    variables = {"northflank_webhook_port": port}
    simulator.store.notifications.delete("on-call", by="test")
    with running(
        str(tmp_path / "short.yml"), simulator, tmp_path, variables, NORTHFLANK_WEBHOOK_SECRET=SECRET
    ) as rulebook:
        wait_for_webhook(rulebook, port)
        expected = []
        for addon in ("orders-db", "stock-db"):
            simulator.settings.backup_outcomes = {f"shop/{addon}": "failed"}
            backup = simulator.store.backups.create(
                simulator.store.addon("shop", addon), Backup(name="nightly"), by="schedule"
            )
            simulator.settings.backup_outcomes = {}
            expected.append((f"shop/{addon}", f"retry-{backup['id']}"))
            assert send(port, addon, addon={"name": addon}) == 200
        rulebook.wait_until(lambda: len(retries(simulator)) == 2)
        rulebook.wait_for_playbooks(1)
        assert sorted(retries(simulator)) == expected


def test_a_failed_retry_is_not_retried(simulator: Simulator, port: int, tmp_path: Path) -> None:
    variables = {"northflank_webhook_port": port, "retry_backups_cooldown": 0}
    simulator.settings.backup_outcome = "failed"
    with running(RULEBOOK, simulator, tmp_path, variables, NORTHFLANK_WEBHOOK_SECRET=SECRET) as rulebook:
        wait_for_webhook(rulebook, port)
        failed = back_up(simulator, "orders-db", "failed")
        # The retry fails, which is an event as well.
        rulebook.wait_until(lambda: "and is a retry already" in " ".join(rulebook.output.split()))
        assert retries(simulator) == [("shop/orders-db", f"retry-{failed}")]


def test_a_slow_backup_does_not_delay_others(simulator: Simulator, port: int, tmp_path: Path) -> None:
    variables = {"northflank_webhook_port": port}
    with running(RULEBOOK, simulator, tmp_path, variables, NORTHFLANK_WEBHOOK_SECRET=SECRET) as rulebook:
        wait_for_webhook(rulebook, port)
        first = back_up(simulator, "orders-db", "failed")
        simulator.settings.backup_durations = {"shop/orders-db": 3600}
        rulebook.wait_until(lambda: retries(simulator))
        # An event about the same addon waits, so it cannot start a second backup.
        assert send(port, "again") == 200
        second = back_up(simulator, "stock-db", "failed")
        expected = [("shop/orders-db", f"retry-{first}"), ("shop/stock-db", f"retry-{second}")]
        rulebook.wait_until(lambda: retries(simulator) == expected)
        addon = simulator.store.addon("shop", "orders-db")
        simulator.store.backups.abort(addon, simulator.store.backups.list_all(addon)[-1]["id"])
        rulebook.wait_until(lambda: "is aborted." in rulebook.output)
        assert retries(simulator) == expected


def test_without_a_secret_it_does_not_start(simulator: Simulator, port: int, tmp_path: Path) -> None:
    with running(RULEBOOK, simulator, tmp_path, {"northflank_webhook_port": port}) as rulebook:
        assert rulebook.process.wait(timeout=90) != 0
        assert "NORTHFLANK_WEBHOOK_SECRET: has no secret" in rulebook.output


def guide_rulebook(file: str, folder: Path, **changes: Any) -> str:
    """Write a rulebook of the guide into a folder, with changed arguments of its source, and return its path."""
    (example,) = [each for each in examples_of(COLLECTION / "docs/docsite/rst/events.rst") if each.file == file]
    rulebook = example.data
    (args,) = rulebook[0]["sources"][0].values()
    args.update(changes)
    (folder / file).write_text(json.dumps(rulebook))
    return str(folder / file)


def test_tls(simulator: Simulator, port: int, tmp_path: Path) -> None:
    """The rulebook of the guide with a certificate."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "tls.crt")
    certificate.private_key_pem.write_to_path(tmp_path / "tls.key")
    (tmp_path / "webhook-secret").write_text(SECRET)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    with running(guide_rulebook("tls.yml", tmp_path, port=port), simulator, tmp_path, {}) as rulebook:
        wait_for_webhook(rulebook, port)
        assert asyncio.run(call(port, request(body(), "tls"), client)) == 200
        rulebook.wait_for_playbooks(1)
        assert "shop/orders-db: There is no backup." in rulebook.output


def test_polling(simulator: Simulator, tmp_path: Path) -> None:
    """The rulebook of the guide that watches restores and backups of volumes."""
    file = guide_rulebook("watch.yml", tmp_path, interval=10, max_requests_per_hour=10_000)
    addon = simulator.store.addon("shop", "orders-db")
    with running(file, simulator, tmp_path, {}) as rulebook:
        rulebook.wait_until(lambda: len(simulator.requests("GET")) >= 4)
        backup = back_up(simulator, "orders-db", "completed")
        simulator.settings.restore_outcome = "failed"
        restore = simulator.store.restores.create(addon, addon, backup)
        rulebook.wait_until(lambda: f"'restore_id': '{restore}'" in rulebook.output)
        simulator.settings.forbidden = ["shop/orders-db"]
        rulebook.wait_until(lambda: "'polling:failure'" in rulebook.output)
        assert simulator.token not in rulebook.output
