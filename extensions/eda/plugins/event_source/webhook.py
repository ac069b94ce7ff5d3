# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source community.northflank.webhook: receive the events of a notification integration of Northflank."""

from __future__ import annotations

DOCUMENTATION = r"""
---
short_description: Receive events of Northflank, such as failed backups
version_added: 0.1.0
description:
  - Receives the events that a Northflank notification integration of the type C(RAW_WEBHOOK) sends, and checks its
    secret, which Northflank sends unchanged in the header C(X-Northflank-Notification-Integration-Token).
  - If the response to an event has another status than 2xx, Northflank repeats it a limited number of times. Repeated
    events with the same ID become one event.
  - An event is a hint. Northflank does not document the data of events about backups, and events that wait for the
    rulebook are lost if ansible-rulebook ends. Read the current state before you act on one.
author:
  - The community.northflank authors (@ansible-collections)
options:
  host:
    description:
      - The address to listen on, such as V(0.0.0.0) for all interfaces.
      - The default only accepts connections from the same machine, such as those of a reverse proxy with TLS.
    type: str
    default: 127.0.0.1
  port:
    description: The TCP port to listen on, from V(1) to V(65535).
    type: int
    required: true
  path:
    description: The path of the URL. Requests for other paths are rejected with the status 404.
    type: str
    default: /northflank
  secret_file:
    description:
      - A file with the secret of the integration. To change the secret without losing events, the file can contain both
        the old and the new one, one per line.
      - A secret has at least 16 characters and no whitespace. The file is read when the source starts.
      - If omitted, the environment variable E(NORTHFLANK_WEBHOOK_SECRET) is used. There is no argument for the secret
        itself, so that nobody stores it in a rulebook.
    type: path
  events:
    description:
      - The events to pass on, such as V(addon-backup:failure), with or without the prefix C(trigger:). Others are
        accepted and dropped.
      - If omitted, all events are passed on.
    type: list
    elements: str
  certfile:
    description:
      - A file with the TLS certificate, and the certificates of its issuers.
      - If omitted, the source accepts HTTP without TLS. Then use a reverse proxy with TLS, because every request
        contains the secret.
    type: path
  keyfile:
    description: A file with the private key. If omitted, O(certfile) must contain it, too.
    type: path
requirements:
  - aiohttp >= 3.9 (Python library, which ansible-rulebook depends on)
  - ansible-core >= 2.16 in the Python environment of ansible-rulebook
notes:
  - An event has the key C(northflank) with C(event), C(event_id), C(integration_id), C(project_id), C(addon_id),
    C(backup_id) and C(data). C(event) has no prefix C(trigger:). IDs are absent if they are not known or not valid.
    C(data) is as sent, except that a space separates the characters that begin a Jinja template, so that none of it is
    templated, and that U+FFFD replaces emojis and other characters that ansible-rulebook cannot pass on.
  - A body has at most 64 KiB, a request 128 KiB. A body must be strict JSON, without duplicate or empty keys. A
    connection that takes longer than 10 seconds is closed. At most 100 connections are open at the same time, including
    those whose TLS handshake has not ended. If there are more, the oldest is closed.
  - At most 1000 events wait for the rulebook. Further ones are rejected with the status 503, so Northflank repeats
    them.
  - The IDs of up to 10000 events of the last 24 hours are remembered while the source runs. An event without an ID is
    identified by its body.
"""

EXAMPLES = r"""
- community.northflank.webhook:
    port: 5000
    events: [addon-backup:failure, addon-backup:abort]

- community.northflank.webhook:
    host: 0.0.0.0
    port: 5000
    secret_file: /etc/northflank/webhook-secrets
    certfile: /etc/northflank/tls.crt
    keyfile: /etc/northflank/tls.key
"""

import asyncio
import hashlib
import hmac
import logging
import os
import re
import ssl
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, cast

from aiohttp import web

# ansible-rulebook runs this file without Ansible's collection loader. Installing the loader would keep ansible-rulebook
# from loading other plugins, so make the collection importable as a plain package.
_COLLECTIONS = Path(__file__).parents[6]
sys.path.append(str(_COLLECTIONS.parent))
import ansible_collections

if str(_COLLECTIONS) not in ansible_collections.__path__:
    # A regular package of this name was found in another folder first.
    ansible_collections.__path__.append(str(_COLLECTIONS))

from ansible_collections.community.northflank.plugins.module_utils._model.ids import is_id
from ansible_collections.community.northflank.plugins.module_utils._model.recent_ids import RecentIds
from ansible_collections.community.northflank.plugins.module_utils._model.text import inert, short_repr
from ansible_collections.community.northflank.plugins.module_utils._model.urls import is_loopback
from ansible_collections.community.northflank.plugins.module_utils._model.webhook_event import WebhookEvent, event_name
from ansible_collections.community.northflank.plugins.plugin_utils._event_source import (
    check_arguments,
    range_errors,
    validated_arguments,
)

logger = logging.getLogger(__name__)

# aiohttp's messages quote requests that it cannot parse.
_silent_logger = logging.getLogger("community.northflank.webhook.http")
_silent_logger.setLevel(logging.CRITICAL + 1)

ARGUMENT_SPEC: dict[str, Any] = {
    "host": {"type": "str", "default": "127.0.0.1"},
    "port": {"type": "int", "required": True},
    "path": {"type": "str", "default": "/northflank"},
    "secret_file": {"type": "path"},
    "events": {"type": "list", "elements": "str"},
    "certfile": {"type": "path"},
    "keyfile": {"type": "path"},
}

SECRET_VARIABLE = "NORTHFLANK_WEBHOOK_SECRET"
_MIN_SECRET = 16

# Northflank's guide "Configure notification integrations", "Request format".
_HEADER = "X-Northflank-Notification-Integration-"
_EVENT_ID = re.compile(r"[\x21-\x7e]{1,200}")

MAX_BODY_BYTES = 64 * 1024
MAX_REQUEST_BYTES = 128 * 1024
MAX_CONNECTIONS = 100
MAX_PENDING_EVENTS = 1000
MAX_EVENT_IDS = 10_000
EVENT_ID_SECONDS = 24 * 3600.0

# How long a connection may take, from its first byte to the end of the response. A connection has one request.
CONNECTION_SECONDS = 10.0

REPORT_SECONDS = 60.0


class Outcome(Enum):
    """What became of a request: for the log, and the status of the response."""

    ACCEPTED = ("accepted", 200)
    REPEATED = ("repeated", 200)
    NOT_SELECTED = ("not selected", 200)
    INVALID = ("invalid", 400)
    WRONG_SECRET = ("with a wrong secret", 401)
    WRONG_PATH = ("with a wrong path", 404)
    WRONG_METHOD = ("with a wrong method", 405)
    TOO_LARGE = ("too large", 413)
    BUSY = ("refused because too many events are waiting", 503)
    ENDING = ("refused because the source is ending", 503)
    # There is no response, or aiohttp sends one.
    INCOMPLETE = ("incomplete or not HTTP", None)
    TOO_MANY_CONNECTIONS = ("ended because too many connections were open", None)

    def __init__(self, text: str, status: int | None) -> None:
        self.text = text
        self.status = status

    @property
    def is_refused(self) -> bool:
        """Whether the request has no effect because of an error."""
        return self.status != 200


@dataclass(frozen=True)
class Options:
    """The arguments of the source. events: the names of those to pass on, None for all. tls: None without TLS."""

    host: str
    port: int
    path: str
    secrets: Sequence[bytes]
    events: frozenset[str] | None
    tls: ssl.SSLContext | None

    @classmethod
    def from_args(cls, args: Mapping[str, Any]) -> Options:
        """Validate the arguments, and read the files. Raises InvalidOptions with all errors."""
        params, errors = validated_arguments(ARGUMENT_SPEC, args)
        check_arguments(errors)
        errors.extend(range_errors(params, {"port": (1, 65535)}))
        if not re.fullmatch(r"/[A-Za-z0-9._~/-]*", params["path"]):
            errors.append(f"path: {short_repr(params['path'])} is not a path such as /northflank")
        events = params["events"]
        names = [event_name(each) for each in events or ()]
        errors.extend(
            f"events[{index}]: {short_repr(events[index])} is not the name of an event such as addon-backup:failure"
            for index, name in enumerate(names)
            if name is None
        )
        secrets = _secrets(params["secret_file"], errors)
        tls = _tls(params["certfile"], params["keyfile"], errors)
        check_arguments(errors)
        selected = None if events is None else frozenset(filter(None, names))
        return cls(params["host"], params["port"], params["path"], secrets, selected, tls)


class Receiver:
    """Turns requests into events. counts: the requests by their outcome. pending: events that wait for the rulebook."""

    def __init__(self, options: Options) -> None:
        self.counts: Counter[Outcome] = Counter()
        self.pending: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MAX_PENDING_EVENTS)
        self._options = options
        self._passed_on = 0
        self._is_ending = False
        self._seen = RecentIds(MAX_EVENT_IDS, EVENT_ID_SECONDS)
        # The oldest first.
        self._connections: dict[Connection, None] = {}
        self._reported: Counter[Outcome] = Counter()

    async def run(self, queue: asyncio.Queue[Any]) -> None:
        """Serve until cancelled, and pass the events on to the queue."""
        server = web.Server(
            self.handle, access_log=None, logger=_silent_logger, auto_decompress=False, lingering_time=1.0
        )
        options = self._options
        listener = await asyncio.get_running_loop().create_server(
            lambda: Connection(server(), self, options.tls), options.host, options.port
        )
        logger.info("Listening on %s port %d", options.host, options.port)
        if not options.tls and not is_loopback(options.host):
            logger.warning("Requests with the secret are not encrypted: set certfile, or use a reverse proxy with TLS")
        try:
            await asyncio.gather(self._forward(queue), self._report())
        finally:
            # Connections in a TLS handshake may continue, but nothing passes events on any more.
            self._is_ending = True
            listener.close()
            await server.shutdown(timeout=1.0)
            self._log_counts(logging.INFO)
            lost = self.counts[Outcome.ACCEPTED] - self._passed_on
            if lost:
                logger.warning("%d events did not reach the rulebook", lost)

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Respond to a request."""
        outcome = await self._receive(request)
        self.counts[outcome] += 1
        for connection in self._connections:
            if connection.handler is request.protocol:
                connection.is_counted = True
        response = web.Response(status=outcome.status or 500, text=f"{outcome.text}\n")
        if outcome is Outcome.WRONG_METHOD:
            response.headers["Allow"] = "POST"
        response.force_close()
        return response

    def open(self, connection: Connection) -> None:
        """Add a connection. If there are too many, end the oldest.

        A request takes milliseconds, so the oldest is a slow one. If the new one were refused, slow ones could keep out
        all events.
        """
        if len(self._connections) >= MAX_CONNECTIONS:
            oldest = next(iter(self._connections))
            del self._connections[oldest]
            if not oldest.is_counted:
                oldest.is_counted = True
                self.counts[Outcome.TOO_MANY_CONNECTIONS] += 1
            oldest.abort()
        self._connections[connection] = None

    def close(self, connection: Connection) -> None:
        """Remove a connection that has ended."""
        self._connections.pop(connection, None)
        if not connection.is_counted:
            self.counts[Outcome.INCOMPLETE] += 1

    async def _receive(self, request: web.BaseRequest) -> Outcome:
        if request.path != self._options.path:
            return Outcome.WRONG_PATH
        if request.method != "POST":
            return Outcome.WRONG_METHOD
        if not self._has_secret(request):
            return Outcome.WRONG_SECRET
        body = await _read(request)
        if body is None:
            return Outcome.TOO_LARGE
        try:
            event = WebhookEvent.from_body(body)
        except ValueError as error:
            logger.info("Rejected a request with the right secret, because of its body: %s", error)
            return Outcome.INVALID
        if self._options.events is not None and event.name not in self._options.events:
            return Outcome.NOT_SELECTED
        return self._accept(event, request.headers, body)

    def _has_secret(self, request: web.BaseRequest) -> bool:
        sent = request.headers.getall(f"{_HEADER}Token", [])
        if len(sent) != 1:
            return False
        secret = sent[0].encode("utf-8", "surrogateescape")
        # All of them, each in constant time.
        matches = [hmac.compare_digest(secret, each) for each in self._options.secrets]
        return any(matches)

    def _accept(self, event: WebhookEvent, headers: Mapping[str, str], body: bytes) -> Outcome:
        sent_id, integration_id = headers.get(f"{_HEADER}Event-Id", ""), headers.get(f"{_HEADER}Id")
        event_id = sent_id if _EVENT_ID.fullmatch(sent_id) else f"sha256:{hashlib.sha256(body).hexdigest()}"
        now = time.monotonic()
        if self._is_ending:
            return Outcome.ENDING
        if self._seen.contains(event_id, now):
            return Outcome.REPEATED
        known_id = integration_id if is_id(integration_id) else None
        try:
            self.pending.put_nowait(event.to_event(event_id=inert(event_id), integration_id=known_id))
        except asyncio.QueueFull:
            return Outcome.BUSY
        self._seen.add(event_id, now)
        return Outcome.ACCEPTED

    async def _forward(self, queue: asyncio.Queue[Any]) -> None:
        while True:
            await queue.put(await self.pending.get())
            self._passed_on += 1

    async def _report(self) -> None:
        """Log the requests of each minute, if some of them were refused."""
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            new = self.counts - self._reported
            if any(outcome.is_refused for outcome in new):
                self._log_counts(logging.WARNING)

    def _log_counts(self, level: int) -> None:
        self._reported = self.counts.copy()
        texts = (f"{number} {outcome.text}" for outcome, number in self.counts.items())
        logger.log(level, "Requests since the start: %s", ", ".join(texts) or "none")


class Connection(asyncio.Protocol):
    """A connection with one request, which is closed if it takes too long. aiohttp waits for a request forever.

    It begins before the TLS handshake, which must count as well, so a server with TLS from the start cannot be used.

    handler: aiohttp's protocol. tls: None without TLS. is_counted: whether the outcome of its request is counted.
    """

    def __init__(self, handler: asyncio.Protocol, receiver: Receiver, tls: ssl.SSLContext | None) -> None:
        self.handler = handler
        self.is_counted = False
        self._receiver = receiver
        self._tls = tls
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._handshake: asyncio.Task[None] | None = None
        self._is_ready = False
        # The first data may arrive before the end of the handshake is known.
        self._early = b""
        self._remaining_bytes = MAX_REQUEST_BYTES

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = connected = cast("asyncio.Transport", transport)
        self._receiver.open(self)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(CONNECTION_SECONDS, self.abort)
        if self._tls:
            connected.pause_reading()
            self._handshake = loop.create_task(self._begin_tls(connected, self._tls))
        else:
            self._begin(connected)

    def abort(self) -> None:
        """End the connection, whatever its state."""
        if self._transport:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
            self._receiver.close(self)
            if self._is_ready:
                self.handler.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # aiohttp limits the size of a header, but not in all versions how many there are.
        data = data[: self._remaining_bytes]
        self._remaining_bytes -= len(data)
        if not self._is_ready:
            self._early += data
        elif data:
            self.handler.data_received(data)

    def eof_received(self) -> bool | None:
        return self.handler.eof_received() if self._is_ready else None

    def pause_writing(self) -> None:
        self.handler.pause_writing()

    def resume_writing(self) -> None:
        self.handler.resume_writing()

    async def _begin_tls(self, transport: asyncio.Transport, tls: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        try:
            encrypted = await loop.start_tls(
                transport, self, tls, server_side=True, ssl_handshake_timeout=CONNECTION_SECONDS
            )
        except OSError:
            encrypted = None
        if encrypted and self._timer:
            self._begin(encrypted)
        else:
            transport.abort()
            self.connection_lost(None)

    def _begin(self, transport: asyncio.Transport) -> None:
        self._is_ready = True
        self.handler.connection_made(transport)
        if self._early:
            self.handler.data_received(self._early)


async def _read(request: web.BaseRequest) -> bytes | None:
    """Return the body of a request, None if it is too large."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        return None
    body = b""
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return body


def _secrets(path: str | None, errors: list[str]) -> list[bytes]:
    """Return the secrets, and add an error if there is none, or one that is too easy to guess."""
    name, text = SECRET_VARIABLE, os.environ.get(SECRET_VARIABLE, "")
    if path is not None:
        name = "secret_file"
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            errors.append(f"secret_file: cannot read {short_repr(path)}: {reason}")
            return []
    secrets = [line.strip() for line in text.splitlines() if line.strip()]
    if not secrets:
        errors.append(f"{name}: has no secret; set secret_file, or the environment variable {SECRET_VARIABLE}")
    elif any(len(each) < _MIN_SECRET for each in secrets):
        errors.append(f"{name}: has a secret of fewer than {_MIN_SECRET} characters")
    elif any(" " in each or not (each.isascii() and each.isprintable()) for each in secrets):
        errors.append(f"{name}: has a secret with whitespace or invalid characters")
    return [each.encode() for each in secrets]


def _tls(certfile: str | None, keyfile: str | None, errors: list[str]) -> ssl.SSLContext | None:
    if certfile is None:
        if keyfile is not None:
            errors.append("keyfile: requires certfile")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # A key with a passphrase must not make OpenSSL ask for it.
        context.load_cert_chain(certfile, keyfile, password="")
    except (OSError, ValueError) as error:
        errors.append(f"certfile: cannot load the certificate and its key: {error}")
    return context


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Run the source until it is cancelled. Raises InvalidOptions; OSError if the port cannot be used."""
    await Receiver(Options.from_args(args)).run(queue)
