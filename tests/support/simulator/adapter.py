# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A transport adapter for requests that calls a simulator in the same process, without a socket or delays."""

from __future__ import annotations

import http.client
import io
import itertools
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter

from simulator.gateway import Message
from simulator.server import Simulator

# Converts responses of urllib3 into responses of requests. It opens no connection.
_BUILDER = HTTPAdapter()


def _skip_delay(seconds: float) -> None:
    """Return immediately."""


class InProcessAdapter(BaseAdapter):
    """Mount this adapter on a session. Faults of the connection raise the same exceptions as over a socket.

    sleep: called with the seconds of each delay while a response is received.
    """

    def __init__(self, simulator: Simulator, sleep: Callable[[float], None] = _skip_delay) -> None:
        super().__init__()
        self._simulator = simulator
        self._sleep = sleep

    def send(self, request: requests.PreparedRequest, timeout: Any = None, **options: Any) -> requests.Response:
        url = urlsplit(request.url or "")
        body = request.body or b""
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "path": unquote(url.path),
            "raw_path": url.path.encode(),
            "query_string": url.query.encode(),
            "headers": [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()],
            "client": ("in-process", threading.get_ident()),
            "scheme": "http",
            "server": ("in-process", 80),
        }
        return _response(
            request, self._run(scope, body.encode() if isinstance(body, str) else body), timeout, self._sleep
        )

    def close(self) -> None:
        pass

    def _run(self, scope: Message, body: bytes) -> list[Message]:
        """Return all messages that the simulator sends in response."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        # The simulator never awaits I/O, so this needs no event loop, which would take a third of the time.
        try:
            self._simulator.gateway(scope, receive, send).send(None)  # type: ignore[attr-defined]
        except StopIteration:
            return sent
        raise AssertionError("the simulator awaits I/O")


class _Socket(io.RawIOBase):
    """The client's end of a connection from which the client reads the messages as HTTP/1.1.

    Ignores delays before the response starts, which _response has handled.
    """

    def __init__(self, sent: Iterable[Message], timeout: float | None, sleep: Callable[[float], None]) -> None:
        super().__init__()
        self._parts = self._encode(sent, timeout, sleep)
        self._remaining = memoryview(b"")

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._remaining:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._remaining = memoryview(part)
        size = min(len(buffer), len(self._remaining))
        buffer[:size] = self._remaining[:size]
        self._remaining = self._remaining[size:]
        return size

    @staticmethod
    def _encode(
        sent: Iterable[Message], timeout: float | None, sleep: Callable[[float], None]
    ) -> Generator[bytes, None, None]:
        started = False
        for message in sent:
            if message["type"] == "http.response.start":
                started = True
                reason = http.client.responses.get(message["status"], "")
                lines = [f"HTTP/1.1 {message['status']} {reason}".encode()]
                lines += [name + b": " + value for name, value in message["headers"]]
                yield b"\r\n".join([*lines, b"", b""])
            elif message["type"] == "http.response.body":
                yield message.get("body", b"")
            elif message["type"] == "simulator.raw":
                yield message["bytes"]
            elif message["type"] == "simulator.delay" and started:
                if timeout is not None and message["seconds"] > timeout:
                    raise TimeoutError("timed out")
                sleep(message["seconds"])


def _response(
    request: requests.PreparedRequest, sent: list[Message], timeout: Any, sleep: Callable[[float], None]
) -> requests.Response:
    read_timeout = timeout[1] if isinstance(timeout, tuple) else timeout
    before = itertools.takewhile(lambda message: message["type"] == "simulator.delay", sent)
    if read_timeout is not None and sum(message["seconds"] for message in before) > read_timeout:
        raise requests.exceptions.ReadTimeout(f"no response within {read_timeout} s", request=request)
    received = http.client.HTTPResponse(_Socket(sent, read_timeout, sleep), method=request.method)  # type: ignore[arg-type]
    try:
        received.begin()
    except (http.client.HTTPException, OSError) as error:
        raise requests.exceptions.ConnectionError(
            urllib3.exceptions.ProtocolError("Connection aborted.", error), request=request
        ) from error
    raw = urllib3.HTTPResponse(
        body=received,
        headers=urllib3.HTTPHeaderDict(received.msg.items()),
        status=received.status,
        reason=received.reason,
        preload_content=False,
        decode_content=False,
        original_response=received,
        request_method=request.method,
    )
    return _BUILDER.build_response(request, raw)
