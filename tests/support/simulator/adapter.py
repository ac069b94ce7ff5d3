# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls a simulator from requests without a socket, and without really waiting."""

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

# Turns a response of urllib3 into one of requests; it opens no connection.
_BUILDER = HTTPAdapter()


def _at_once(seconds: float) -> None:
    """Wait for nothing."""


class InProcess(BaseAdapter):
    """Mount it on a session. What the simulator does to a connection becomes the exception of requests.

    sleep: called for the time that passes while a body arrives.
    """

    def __init__(self, simulator: Simulator, sleep: Callable[[float], None] = _at_once) -> None:
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
        """Give all that the simulator sends in answer."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        # Nothing in the simulator waits for anything, so no event loop is needed, which would cost a third of the time.
        try:
            self._simulator.gateway(scope, receive, send).send(None)  # type: ignore[attr-defined]
        except StopIteration:
            return sent
        raise AssertionError("the simulator waits for something")


class _Socket(io.RawIOBase):
    """The client's end of a connection: what the simulator sent, as bytes of HTTP/1.1; at its end it is closed.

    Delays before the response begins are past already, later ones are slept.
    """

    def __init__(self, sent: Iterable[Message], patience: float | None, sleep: Callable[[float], None]) -> None:
        super().__init__()
        self._parts = self._bytes_of(sent, patience, sleep)
        self._left = memoryview(b"")

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._left = memoryview(part)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    @staticmethod
    def _bytes_of(
        sent: Iterable[Message], patience: float | None, sleep: Callable[[float], None]
    ) -> Generator[bytes, None, None]:
        has_begun = False
        for message in sent:
            if message["type"] == "http.response.start":
                has_begun = True
                reason = http.client.responses.get(message["status"], "")
                lines = [f"HTTP/1.1 {message['status']} {reason}".encode()]
                lines += [name + b": " + value for name, value in message["headers"]]
                yield b"\r\n".join([*lines, b"", b""])
            elif message["type"] == "http.response.body":
                yield message.get("body", b"")
            elif message["type"] == "simulator.raw":
                yield message["bytes"]
            elif message["type"] == "simulator.delay" and has_begun:
                if patience is not None and message["seconds"] > patience:
                    raise TimeoutError("timed out")
                sleep(message["seconds"])


def _response(
    request: requests.PreparedRequest, sent: list[Message], timeout: Any, sleep: Callable[[float], None]
) -> requests.Response:
    patience = timeout[1] if isinstance(timeout, tuple) else timeout  # to connect, to read
    before = itertools.takewhile(lambda message: message["type"] == "simulator.delay", sent)
    if patience is not None and sum(message["seconds"] for message in before) > patience:
        raise requests.exceptions.ReadTimeout(f"no answer within {patience} s", request=request)
    received = http.client.HTTPResponse(_Socket(sent, patience, sleep), method=request.method)  # type: ignore[arg-type]
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
