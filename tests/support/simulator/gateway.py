# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands before the API: the token, the rate limit, latency, faults, and the log of all requests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

from simulator.faults import HTML, Fault, Faults
from simulator.problem import Problem
from simulator.rate_limit import RateLimit
from simulator.settings import Settings
from simulator.store import Store

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]

# What this sends beside the messages of ASGI. Whoever carries them to the client knows what to do: a socket is closed,
# bytes are written to it as they are, a delay is slept or, where nothing really waits, only looked at.
DROP = {"type": "simulator.drop"}

CONTROL = "/_control/"


class Gateway:
    """An ASGI application around that of the API. What begins with /_control/ passes untouched and unseen."""

    def __init__(
        self, app: App, store: Store, settings: Settings, token: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.faults = Faults()
        self.limit = RateLimit(settings, clock)
        self.log: list[dict[str, Any]] = []
        self.token = token
        self._app = app
        self._store = store
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()

    async def __call__(self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        body = await _read(receive)
        may_go, headers = self.limit.count()
        fault = self.faults.next_for(method, path) if may_go else None  # what is refused does not use one up
        entry = self._note(scope, body, fault)
        if self._settings.latency:
            await send(_delay(self._settings.latency))
        if not may_go:
            answer = _error(429, "Too many requests, the rate limit is reached.", "rate-limited")
        elif not self._knows(scope):
            answer = _error(401, self._echo(scope, "The token is not valid."), "unauthorized")
        else:
            answer = await self._answer(scope, body, fault)
        answer.headers.update(headers)
        answer = _spoiled(fault, answer) if fault else answer
        if answer.status >= 400:
            answer.body = self._repeat_the_token(scope, answer.body)
        entry["status"] = None if fault and fault.kind == "drop" else answer.status
        await _deliver(fault, answer, send)

    def _note(self, scope: Message, body: bytes, fault: Fault | None) -> dict[str, Any]:
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        entry = {
            "time": self._clock(),
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode(),
            "body": _parsed(body),
            "connection": (scope.get("client") or (None, None))[1],
            "user_agent": headers.get("user-agent"),
            "fault": fault.kind if fault else None,
        }
        with self._lock:
            self.log.append(entry)
        return entry

    def _knows(self, scope: Message) -> bool:
        return _authorization(scope) == f"Bearer {self.token}"

    async def _answer(self, scope: Message, body: bytes, fault: Fault | None) -> Answer:
        if fault and fault.kind == "call" and fault.call:
            fault.call(self._store)
        elif fault and not fault.after_commit and fault.kind != "slow":
            return Answer(200, {"content-type": "application/json"}, b'{"data":{}}')
        answer = Answer(200, {}, b"")

        async def give() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            elif message["type"] == "http.response.body":
                answer.body += message.get("body", b"")

        await self._app(scope, give, take)
        return answer

    def _echo(self, scope: Message, text: str) -> str:
        return f"{text} It was {_authorization(scope)!r}." if self._settings.echo_token else text

    def _repeat_the_token(self, scope: Message, body: bytes) -> bytes:
        if not self._settings.echo_token:
            return body
        told = _parsed(body)
        if not isinstance(told, dict) or "error" not in told:
            return body
        told["error"]["details"] = {"headers": {"authorization": _authorization(scope)}}
        return json.dumps(told).encode()


class Answer:
    """A whole answer, before it goes out."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    async def send(self, send: Send, part: int | None = None) -> None:
        """Send it, or with part only so many bytes of its body, as if the rest were to come."""
        raw = [(name.encode(), value.encode()) for name, value in self._with_length().items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        await send({"type": "http.response.body", "body": self.body[:part], "more_body": part is not None})

    async def drip(self, send: Send, seconds: float) -> None:
        """Send it with a delay before each byte of the body."""
        raw = [(name.encode(), value.encode()) for name, value in self._with_length().items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        for position in range(len(self.body)):
            await send(_delay(seconds))
            await send({"type": "http.response.body", "body": self.body[position : position + 1], "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def in_chunks(self, first_length: str) -> bytes:
        """Give the response as it is on the wire with chunked encoding, and this as the length of the first chunk."""
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        lines = [f"HTTP/1.1 {self.status} Simulated", *(f"{name}: {value}" for name, value in headers.items())]
        head = "\r\n".join([*lines, "transfer-encoding: chunked", "", first_length, ""])
        return head.encode() + self.body + b"\r\n0\r\n\r\n"

    def _with_length(self) -> dict[str, str]:
        # A 204 has no body, and no length either.
        length = {} if self.status == 204 else {"content-length": str(len(self.body))}
        return {**{name: value for name, value in self.headers.items() if name.lower() != "content-length"}, **length}


async def _deliver(fault: Fault | None, answer: Answer, send: Send) -> None:
    """Send the answer, as far as the fault lets it through."""
    kind = fault.kind if fault else None
    if fault and kind == "slow":
        await send(_delay(fault.seconds))
    if kind == "truncate":
        await answer.send(send, part=len(answer.body) // 2)
    elif fault and kind == "chunks":
        await send({"type": "simulator.raw", "bytes": answer.in_chunks(fault.text)})
    elif fault and kind == "drip":
        await answer.drip(send, fault.seconds)
    elif kind != "drop":
        await answer.send(send)
    if kind in ("drop", "truncate", "chunks"):
        await send(DROP)


def _spoiled(fault: Fault, answer: Answer) -> Answer:
    """Give what the fault makes of the answer."""
    if fault.kind == "status":
        answer = _error(fault.status, f"Simulated fault {fault.status}.", "simulated")
        if fault.body is not None:
            answer.body = json.dumps(fault.body).encode()
    elif fault.kind == "garbage":
        answer.body = b'{"data": {"id": '
    elif fault.kind == "html":
        answer = Answer(fault.status, {"content-type": "text/html"}, HTML)
    elif fault.kind == "empty":
        answer.body = b""
    elif fault.kind == "redirect":
        status = fault.status if 300 <= fault.status < 400 else 302
        answer = Answer(status, {"location": "https://login.example.org/"}, b"")
    elif fault.kind == "no_content":
        answer = Answer(204, {}, b"")
    elif fault.kind == "text":
        status = fault.status if "status" in fault.model_fields_set else 200
        answer = Answer(status, {**answer.headers, "content-type": "application/json"}, fault.text.encode())
    elif fault.kind == "large":
        answer.body = b'{"data": {}, "padding": "' + b"x" * (fault.size - 27) + b'"}'
    answer.headers.update(fault.headers)
    return answer


def _error(status: int, message: str, id: str) -> Answer:
    body = json.dumps(Problem(status, message, id).body()).encode()
    return Answer(status, {"content-type": "application/json"}, body)


def _delay(seconds: float) -> Message:
    return {"type": "simulator.delay", "seconds": seconds}


def _authorization(scope: Message) -> str:
    return next((value.decode() for name, value in scope["headers"] if name.lower() == b"authorization"), "")


def _parsed(body: bytes) -> Any:
    """Give JSON as what it stands for, and anything else as text."""
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")


async def _read(receive: Callable[[], Awaitable[Message]]) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
