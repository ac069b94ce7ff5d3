# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source webhook: exactly the valid, distinct calls become events, whatever else is sent."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import socket
import ssl
import time
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import trustme
import yaml
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions
from ansible_collections.community.northflank.plugins.plugin_utils._event_source import validated_arguments

from events.calls import HEADER, SECRET, body, call, request
from events.sources import load, running, wait_until

HOSTILE = "{{ lookup('pipe', 'touch /tmp/hacked') }}\r\nERROR forged line"

# Bodies that are no events.
MALFORMED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"addon-backup:failure"',
    b"\xff\xfe{}",
    b'{"event": "addon-backup:failure"}',
    b'{"event": "addon-backup:failure", "data": []}',
    b'{"event": 1, "data": {}}',
    b'{"event": "failure", "data": {}}',
    b'{"event": "addon-backup:failure\\n", "data": {}}',
    b'{"event": "addon-backup:{{ 1 }}", "data": {}}',
    b'{"event": "addon-backup:failure", "event": "addon-backup:start", "data": {}}',
    b'{"event": "addon-backup:failure", "data": {"size": NaN}}',
    b'{"event": "addon-backup:failure", "data": {"size": 1e999}}',
    b'{"event": "addon-backup:failure", "data": {"size": ' + b"9" * 40 + b"}}",
    b'{"event": "addon-backup:failure", "data": {"size": ' + b"9" * 5000 + b"}}",
    b'{"event": "addon-backup:failure", "data": {"name": "\\ud800"}}',
    b'{"event": "addon-backup:failure", "data": {"__ansible_vault": "1"}}',
    b'{"event": "addon-backup:failure", "data": {"a": ' + b"[" * 20 + b"]" * 20 + b"}}",
    b'{"event": "addon-backup:failure", "data": {"a": ' + b"[" * 30_000 + b"]" * 30_000 + b"}}",
]


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("NORTHFLANK_WEBHOOK_SECRET", SECRET)
    return load("webhook")


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def wait_for_port(port: int) -> None:
    for _attempt in range(500):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return
    raise TimeoutError


def test_a_thousand_calls(
    webhook: Any,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Valid, repeated, forged, malformed, oversized, slow and other calls, up to 60 at the same time."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(webhook, "CONNECTION_SECONDS", 3.0)
    receivers: list[Any] = []
    make_receiver = webhook.Receiver
    monkeypatch.setattr(webhook, "Receiver", lambda options: receivers.append(make_receiver(options)) or receivers[-1])
    valid = [request(body(name=HOSTILE, number=number), f"event-{number}") for number in range(300)]
    large = b'{"event": "addon-backup:failure", "data": {"a": "' + b"a" * 70_000 + b'"}}'
    wrong_secrets = [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "\udcff" * 30]
    calls: list[tuple[str, int | None, bytes]] = [
        *(("valid", 200, data) for data in valid),
        *(("repeated", 200, valid[number * 2]) for number in range(150)),
        *(("forged", 401, request(body(), f"f-{n}", wrong_secrets[n % len(wrong_secrets)])) for n in range(130)),
        *(
            ("forged", 401, request(body(), f"d-{number}", headers={f"{HEADER.lower()}token": SECRET}))
            for number in range(20)
        ),
        *(("malformed", 400, request(MALFORMED[n % len(MALFORMED)], f"m-{n}")) for n in range(150)),
        *(("oversized", 413, request(large, f"o-{number}", chunked=number % 2 == 0)) for number in range(50)),
        *(("wrong path", 404, request(body(), f"p-{number}", path="/other")) for number in range(25)),
        *(("wrong method", 405, request(body(), f"g-{number}", method="GET")) for number in range(25)),
        *(("not HTTP", 400, b"\x16\x03\x01 " + HOSTILE.encode() + b"\r\n\r\n") for _number in range(50)),
        *(("slow headers", None, b"POST /northflank HTTP/1.1\r\nHost: a\r\n") for _number in range(50)),
        *(("slow body", None, request(body(), f"s-{number}")[:-5]) for number in range(50)),
    ]
    assert len(calls) == 1000
    random.Random(7).shuffle(calls)

    async def run() -> tuple[list[dict[str, Any]], Counter[tuple[str, int | None, int | None]]]:
        at_once = asyncio.Semaphore(60)
        results: Counter[tuple[str, int | None, int | None]] = Counter()

        async def send(kind: str, expected: int | None, data: bytes) -> None:
            async with at_once:
                results[kind, expected, await call(port, data)] += 1

        async with running(webhook, {"port": port}) as events:
            await wait_for_port(port)
            await asyncio.gather(*(send(*each) for each in calls))
            await wait_until(receivers[0].pending.empty)
            await asyncio.sleep(0.1)
            return list(events), results

    started = time.monotonic()
    events, results = asyncio.run(run())
    seconds = time.monotonic() - started
    assert {key: number for key, number in results.items() if key[1] != key[2]} == {}
    assert Counter(each["event_id"] for each in events) == Counter(f"event-{number}" for number in range(300))
    counts = {outcome.name: number for outcome, number in receivers[0].counts.items()}
    # One of the incomplete calls is that of wait_for_port(). Slow bodies end while they are read.
    assert counts == {
        "ACCEPTED": 300,
        "REPEATED": 150,
        "WRONG_SECRET": 150,
        "INVALID": 150,
        "TOO_LARGE": 50,
        "WRONG_PATH": 25,
        "WRONG_METHOD": 25,
        "INCOMPLETE": 151,
    }
    with capsys.disabled():
        print(f"\n1000 calls in {seconds:.1f} s: {len(events)} events, {counts}")
    everything = caplog.text + json.dumps(events)
    assert SECRET not in everything
    assert "forged line" not in caplog.text
    assert "{{" not in everything


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, 30))


def test_an_event(webhook: Any, port: int) -> None:
    """It has the IDs that are valid, and nothing that becomes a template."""
    data = body("trigger:addon-backup:failure", addon={"id": "orders-db", "name": HOSTILE}, backup={"id": "../b1"})

    async def receive() -> list[dict[str, Any]]:
        async with running(webhook, {"port": port}) as events:
            await wait_for_port(port)
            assert await call(port, request(data, "e1", headers={"X-Other": HOSTILE.partition("\r")[0]})) == 200
            await wait_until(lambda: events)
            return list(events)

    (event,) = run(receive())
    assert event == {
        "event": "addon-backup:failure",
        "event_id": "e1",
        "integration_id": "on-call",
        "project_id": "shop",
        "addon_id": "orders-db",
        "data": {
            "project": {"id": "shop"},
            "addon": {"id": "orders-db", "name": HOSTILE.replace("{{", "{ {")},
            "backup": {"id": "../b1"},
        },
    }


def test_only_selected_events_are_passed_on(webhook: Any, port: int) -> None:
    args = {"port": port, "path": "/other/path", "events": ["trigger:addon-backup:failure", "addon-backup:abort"]}
    names = ["addon-backup:start", "addon-backup:failure", "build:failure", "trigger:addon-backup:abort"]

    async def receive() -> list[str]:
        async with running(webhook, args) as events:
            await wait_for_port(port)
            for number, name in enumerate(names):
                assert await call(port, request(body(name), f"e{number}", path="/other/path?a=b")) == 200
            await wait_until(lambda: len(events) == 2)
            return [each["event"] for each in events]

    assert run(receive()) == ["addon-backup:failure", "addon-backup:abort"]


def test_events_without_an_id_are_identified_by_their_body(webhook: Any, port: int) -> None:
    async def receive() -> list[str]:
        async with running(webhook, {"port": port}) as events:
            await wait_for_port(port)
            for event_id in (None, "", "with space", "x" * 201):
                assert await call(port, request(body(), event_id)) == 200
            assert await call(port, request(body(number=2))) == 200
            await wait_until(lambda: len(events) == 2)
            return [each["event_id"][:7] for each in events]

    assert run(receive()) == ["sha256:", "sha256:"]


def test_back_pressure(webhook: Any, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the rulebook is busy, events wait, and further ones are refused until Northflank repeats them."""
    monkeypatch.setattr(webhook, "MAX_PENDING_EVENTS", 5)

    async def receive() -> tuple[Counter[int | None], list[str]]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1)
        task = asyncio.create_task(webhook.main(queue, {"port": port}))
        await wait_for_port(port)
        statuses = {number: await call(port, request(body(), f"e{number}")) for number in range(10)}
        received = []
        for number, status in statuses.items():
            if status == 503:
                received.append((await queue.get())["northflank"]["event_id"])
                await asyncio.sleep(0.05)
                assert await call(port, request(body(), f"e{number}")) == 200
        while len(received) < 10:
            received.append((await queue.get())["northflank"]["event_id"])
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return Counter(statuses.values()), received

    statuses, received = run(receive())
    # One is in the queue, one waits for it, and five are pending.
    assert statuses == {200: 7, 503: 3}
    assert sorted(received) == [f"e{number}" for number in range(10)]


def test_events_that_do_not_reach_the_rulebook_are_counted(
    webhook: Any, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def receive() -> None:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1)
        task = asyncio.create_task(webhook.main(queue, {"port": port}))
        await wait_for_port(port)
        # One is in the queue, one waits for it, and one is pending.
        for number in range(3):
            assert await call(port, request(body(), f"e{number}")) == 200
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(receive())
    assert "2 events did not reach the rulebook" in caplog.text


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_slow_connections_do_not_keep_out_events(
    webhook: Any, port: int, certfile: Path, client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, is_encrypted: bool
) -> None:
    """Beyond the maximum, the oldest connection is closed: in a TLS handshake, without a request, or in the middle."""
    monkeypatch.setattr(webhook, "MAX_CONNECTIONS", 3)
    monkeypatch.setattr(webhook, "CONNECTION_SECONDS", 60.0)
    args = {"port": port, **({"certfile": str(certfile)} if is_encrypted else {})}
    tls = client if is_encrypted else None
    receivers: list[Any] = []
    make_receiver = webhook.Receiver
    monkeypatch.setattr(webhook, "Receiver", lambda options: receivers.append(make_receiver(options)) or receivers[-1])

    async def receive() -> list[dict[str, Any]]:
        async with running(webhook, args) as events:
            await wait_for_port(port)
            await wait_until(lambda: receivers[0].counts)
            slow = []
            for number in range(20):
                slow.append(await asyncio.open_connection("127.0.0.1", port))
                slow.append(await asyncio.open_connection("127.0.0.1", port, ssl=tls))
                slow[-1][1].write(request(body(), "slow")[: 10 * number])
                assert await call(port, request(body(), f"e{number}"), tls) == 200
            # The last two, and maybe one that is just being closed, are still open.
            for reader, _writer in slow[:-3]:
                with suppress(ConnectionError):
                    assert await reader.read() == b""
            assert not any(reader.at_eof() for reader, _writer in slow[-2:])
            await wait_until(lambda: len(events) == 20)
            return list(events)

    assert [each["event_id"] for each in run(receive())] == [f"e{number}" for number in range(20)]
    counts = {outcome.name: number for outcome, number in receivers[0].counts.items()}
    assert counts["ACCEPTED"] == 20
    # That of wait_for_port() is one of them.
    assert counts["INCOMPLETE"] + counts["TOO_MANY_CONNECTIONS"] == 41
    assert counts["TOO_MANY_CONNECTIONS"] >= 37


@pytest.mark.parametrize("chunk", [b"a: b\r\n" * 1000, b"x: " + b"a" * 4000 + b"\r\n"])
def test_a_request_of_any_size_needs_little_memory(webhook: Any, chunk: bytes) -> None:
    """Whatever aiohttp limits itself: it gets only the beginning of a request."""
    received: list[bytes] = []

    async def send() -> None:
        handler = mock.Mock()
        handler.data_received = received.append
        receiver = webhook.Receiver(webhook.Options("127.0.0.1", 5000, "/", [], None, None))
        connection = webhook.Connection(handler, receiver, None)
        connection.connection_made(asyncio.Transport())
        for _number in range(1000):
            connection.data_received(chunk)
        connection.connection_lost(None)

    run(send())
    assert sum(map(len, received)) == webhook.MAX_REQUEST_BYTES


@pytest.fixture
def certfile(tmp_path: Path) -> Path:
    return tmp_path / "both.pem"


@pytest.fixture
def client(certfile: Path) -> ssl.SSLContext:
    """Return what trusts the certificate in the file."""
    authority = trustme.CA()
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certfile)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_connections_without_a_tls_handshake_count(
    webhook: Any, port: int, certfile: Path, client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "MAX_CONNECTIONS", 3)
    monkeypatch.setattr(webhook, "CONNECTION_SECONDS", 1.0)

    async def receive() -> list[int | None]:
        async with running(webhook, {"port": port, "certfile": str(certfile)}) as events:
            await wait_for_port(port)
            for _number in range(10):
                # Not TLS, and the end in the middle of a handshake.
                assert await call(port, request(body(), "plain")) is None
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"\x16\x03\x01")
                writer.close()
                await asyncio.sleep(0.02)
            statuses = [await call(port, request(body(), "e1"), client)]
            idle = [await asyncio.open_connection("127.0.0.1", port) for _number in range(3)]
            await asyncio.sleep(0.1)
            statuses.append(await call(port, request(body(), "e2"), client))
            # The oldest one is closed at once, the others after a second.
            assert [await reader.read() for reader, _writer in idle] == [b"", b"", b""]
            await wait_until(lambda: len(events) == 2)
            return statuses

    assert run(receive()) == [200, 200]


def test_tls(webhook: Any, port: int, certfile: Path, client: ssl.SSLContext) -> None:
    async def receive() -> list[dict[str, Any]]:
        async with running(webhook, {"port": port, "certfile": str(certfile)}) as events:
            await wait_for_port(port)
            assert await call(port, request(body(), "plain")) is None
            assert await call(port, request(body(), "tls"), client) == 200
            await wait_until(lambda: events)
            return list(events)

    assert [each["event_id"] for each in run(receive())] == ["tls"]


def test_after_the_end_of_the_source_events_are_refused(
    webhook: Any, port: int, certfile: Path, client: ssl.SSLContext
) -> None:
    """Northflank then repeats them."""

    async def receive() -> tuple[int, list[dict[str, Any]]]:
        async with running(webhook, {"port": port, "certfile": str(certfile)}) as events:
            await wait_for_port(port)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.sleep(0.1)
        # The TLS handshake was not over.
        await writer.start_tls(client, server_hostname="127.0.0.1")
        writer.write(request(body(), "late"))
        return int((await reader.read()).split()[1]), events

    assert run(receive()) == (503, [])


def test_rotation_of_the_secret(webhook: Any, port: int, tmp_path: Path) -> None:
    file = tmp_path / "secrets"
    file.write_text(f"{SECRET}\n\nthe-next-secret-0123456789\n")

    async def receive() -> list[int | None]:
        async with running(webhook, {"port": port, "secret_file": str(file)}):
            await wait_for_port(port)
            secrets = (SECRET, "the-next-secret-0123456789", "another-secret-0123456789")
            return [await call(port, request(body(), f"e-{secret}", secret)) for secret in secrets]

    assert run(receive()) == [200, 200, 401]


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("", "has no secret"),
        (" \n", "has no secret"),
        ("short", "has a secret of fewer than 16 characters"),
        ("a secret with many spaces", "has a secret with whitespace or invalid characters"),
        ("sécret-sécret-sécret", "has a secret with whitespace or invalid characters"),
        (f"{SECRET}\nshort", "has a secret of fewer than 16 characters"),
    ],
)
def test_bad_secrets(webhook: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secret: str, reason: str) -> None:
    (tmp_path / "secrets").write_text(secret)
    monkeypatch.setenv("NORTHFLANK_WEBHOOK_SECRET", secret)
    for args, name in (({}, "NORTHFLANK_WEBHOOK_SECRET"), ({"secret_file": str(tmp_path / "secrets")}, "secret_file")):
        with pytest.raises(InvalidOptions) as error:
            run(webhook.main(asyncio.Queue(), {"port": 5000, **args}))
        assert f"{name}: {reason}" in str(error.value)
        assert not secret.strip() or secret not in str(error.value)


def test_all_errors_of_the_arguments_at_once(webhook: Any, tmp_path: Path) -> None:
    args = {
        "port": 70000,
        "path": "northflank",
        "secret_file": str(tmp_path / "none"),
        "events": ["failure"],
        "certfile": str(tmp_path / "none"),
    }
    with pytest.raises(InvalidOptions) as error:
        run(webhook.main(asyncio.Queue(), args))
    assert [each.partition(":")[0] for each in error.value.validation_errors] == [
        "port",
        "path",
        "events[0]",
        "secret_file",
        "certfile",
    ]


@pytest.mark.parametrize("args", [{}, {"port": "many"}, {"port": 5000, "token": "x"}, {"port": True}])
def test_arguments_that_ansible_core_refuses(webhook: Any, args: dict[str, Any]) -> None:
    with pytest.raises(InvalidOptions, match="the source was not started"):
        run(webhook.main(asyncio.Queue(), args))


def test_a_port_that_is_in_use_is_an_error(webhook: Any, port: int) -> None:
    with socket.socket() as used:
        used.bind(("127.0.0.1", port))
        used.listen()
        with pytest.raises(OSError, match="in use"):
            run(webhook.main(asyncio.Queue(), {"port": port}))


def test_the_documentation_lists_the_arguments(webhook: Any) -> None:
    documented = yaml.safe_load(webhook.DOCUMENTATION)["options"]
    rules = ("type", "default", "required", "elements", "choices")
    assert {name: {rule: each[rule] for rule in rules if rule in each} for name, each in documented.items()} == {
        name: {rule: each[rule] for rule in rules if rule in each} for name, each in webhook.ARGUMENT_SPEC.items()
    }


def test_the_examples_are_valid(webhook: Any) -> None:
    for example in yaml.safe_load(webhook.EXAMPLES):
        assert validated_arguments(webhook.ARGUMENT_SPEC, example["community.northflank.webhook"])[1] == []
