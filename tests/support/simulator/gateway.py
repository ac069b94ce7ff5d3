# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What precedes the API: authentication, the rate limit, latency, faults, and the log of all requests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

from simulator.errors import ApiError
from simulator.faults import HTML, Fault, Faults
from simulator.rate_limit import RateLimit
from simulator.settings import Settings
from simulator.store import Store

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# Besides the messages of ASGI, the gateway sends simulator.drop, simulator.raw and simulator.delay. The caller
# implements them: it closes the connection, writes the bytes to it unchanged, or waits.
DROP = {"type": "simulator.drop"}

CONTROL = "/_control/"


class Gateway:
    """An ASGI application that wraps that of the API. Requests to /_control/ pass through unlogged.

    get_store: the store that faults of kind call receive. clock: the time of the rate limit and the log, in seconds.
    """

    def __init__(
        self,
        app: App,
        get_store: Callable[[], Store],
        settings: Settings,
        token: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.faults = Faults()
        self.limit = RateLimit(settings, clock)
        self.log: list[dict[str, Any]] = []
        self.token = token
        self._app = app
        self._get_store = get_store
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        body = await _read_body(receive)
        allowed, headers = self.limit.acquire()
        fault = self.faults.next_for(method, path) if allowed else None  # a rejected request does not use one up
        entry = self._log_request(scope, body, fault)
        if self._settings.latency:
            await send(_delay(self._settings.latency))
        if not allowed:
            response = _error_response(429, "Too many requests: the rate limit was reached.", "rate-limited")
        elif not self._is_authenticated(scope):
            response = _error_response(401, self._invalid_token_message(scope), "unauthorized")
        else:
            response = await self._handle(scope, body, fault)
        response.headers.update(headers)
        response = _apply_fault(fault, response) if fault else response
        if response.status >= 400:
            response.body = self._with_echoed_token(scope, response.body)
        entry["status"] = None if fault and fault.kind == "drop" else response.status
        await _send_response(fault, response, send)

    def _log_request(self, scope: Message, body: bytes, fault: Fault | None) -> dict[str, Any]:
        """Add the request to the log, and return its entry, which has no status yet."""
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        entry = {
            "time": self._clock(),
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode(),
            "body": _parse(body),
            "connection": (scope.get("client") or (None, None))[1],
            "user_agent": headers.get("user-agent"),
            "fault": fault.kind if fault else None,
        }
        with self._lock:
            self.log.append(entry)
        return entry

    def _is_authenticated(self, scope: Message) -> bool:
        return _authorization(scope) == f"Bearer {self.token}"

    async def _handle(self, scope: Message, body: bytes, fault: Fault | None) -> Response:
        """Return the response of the API, or an empty one if the fault prevents the request from taking effect."""
        if fault and fault.kind == "call" and fault.call:
            fault.call(self._get_store())
        elif fault and not fault.after_commit and fault.kind != "slow":
            return Response(200, {"content-type": "application/json"}, b'{"data":{}}')
        response = Response(200, {}, b"")

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                response.status = message["status"]
                response.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            elif message["type"] == "http.response.body":
                response.body += message.get("body", b"")

        await self._app(scope, receive, send)
        return response

    def _invalid_token_message(self, scope: Message) -> str:
        echo = f" The Authorization header was {_authorization(scope)!r}." if self._settings.echo_token else ""
        return f"The token is invalid.{echo}"

    def _with_echoed_token(self, scope: Message, body: bytes) -> bytes:
        """Return the body of an error response, with the Authorization header if echo_token is set."""
        if not self._settings.echo_token:
            return body
        content = _parse(body)
        if not isinstance(content, dict) or "error" not in content:
            return body
        content["error"]["details"] = {"headers": {"authorization": _authorization(scope)}}
        return json.dumps(content).encode()


class Response:
    """A complete response before it is sent."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    async def send(self, send: Send, size: int | None = None) -> None:
        """Send the response.

        size: send only this many bytes of the body, as if more were to follow.
        """
        await self._send_start(send)
        await send({"type": "http.response.body", "body": self.body[:size], "more_body": size is not None})

    async def drip(self, send: Send, seconds: float) -> None:
        """Send the response with a delay before each byte of the body."""
        await self._send_start(send)
        for position in range(len(self.body)):
            await send(_delay(seconds))
            await send({"type": "http.response.body", "body": self.body[position : position + 1], "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def to_chunked(self, first_length: str) -> bytes:
        """Return the raw response with chunked encoding, and with this text as the length of the first chunk."""
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        lines = [f"HTTP/1.1 {self.status} Simulated", *(f"{name}: {value}" for name, value in headers.items())]
        head = "\r\n".join([*lines, "transfer-encoding: chunked", "", first_length, ""])
        return head.encode() + self.body + b"\r\n0\r\n\r\n"

    async def _send_start(self, send: Send) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        if self.status != 204:  # no content, so no length either
            headers["content-length"] = str(len(self.body))
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})


async def _send_response(fault: Fault | None, response: Response, send: Send) -> None:
    """Send the response as far as the fault allows."""
    kind = fault.kind if fault else None
    if fault and kind == "slow":
        await send(_delay(fault.seconds))
    if kind == "truncate":
        await response.send(send, size=len(response.body) // 2)
    elif fault and kind == "chunks":
        await send({"type": "simulator.raw", "bytes": response.to_chunked(fault.text)})
    elif fault and kind == "drip":
        await response.drip(send, fault.seconds)
    elif kind != "drop":
        await response.send(send)
    if kind in ("drop", "truncate", "chunks"):
        await send(DROP)


def _apply_fault(fault: Fault, response: Response) -> Response:
    """Return the response that the fault produces instead of this one, which may be the same object."""
    if fault.kind == "status":
        response = _error_response(fault.status, f"Simulated fault {fault.status}.", "simulated")
        if fault.body is not None:
            response.body = json.dumps(fault.body).encode()
    elif fault.kind == "garbage":
        response.body = b'{"data": {"id": '
    elif fault.kind == "html":
        response = Response(fault.status, {"content-type": "text/html"}, HTML)
    elif fault.kind == "empty":
        response.body = b""
    elif fault.kind == "redirect":
        status = fault.status if 300 <= fault.status < 400 else 302
        response = Response(status, {"location": "https://login.example.org/"}, b"")
    elif fault.kind == "no_content":
        response = Response(204, {}, b"")
    elif fault.kind == "text":
        status = fault.status if "status" in fault.model_fields_set else 200
        response = Response(status, {**response.headers, "content-type": "application/json"}, fault.text.encode())
    elif fault.kind == "large":
        response.body = b'{"data": {}, "padding": "' + b"x" * (fault.size - 27) + b'"}'
    response.headers.update(fault.headers)
    return response


def _error_response(status: int, message: str, id: str) -> Response:
    body = json.dumps(ApiError(status, message, id).body()).encode()
    return Response(status, {"content-type": "application/json"}, body)


def _delay(seconds: float) -> Message:
    return {"type": "simulator.delay", "seconds": seconds}


def _authorization(scope: Message) -> str:
    return next((value.decode() for name, value in scope["headers"] if name.lower() == b"authorization"), "")


def _parse(body: bytes) -> Any:
    """Return the value of a JSON body, and any other body as text."""
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")


async def _read_body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
