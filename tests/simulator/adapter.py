# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls a simulator from requests without a socket, and without really waiting."""

from __future__ import annotations

import asyncio
import http.client
import io
import threading
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3.response import HTTPResponse

from simulator.gateway import Message
from simulator.server import Simulator


class InProcess(BaseAdapter):
    """Mount it on a session. What the simulator does to a connection becomes the exception of requests."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._simulator = simulator
        self._thread = threading.local()

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
        return _response(request, self._run(scope, body.encode() if isinstance(body, str) else body), timeout)

    def close(self) -> None:
        pass

    def _run(self, scope: Message, body: bytes) -> list[Message]:
        """Give all that the simulator sends in answer."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        if not hasattr(self._thread, "loop"):
            self._thread.loop = asyncio.new_event_loop()
        self._thread.loop.run_until_complete(self._simulator.gateway(scope, receive, send))
        return sent


def _response(request: requests.PreparedRequest, sent: list[Message], timeout: Any) -> requests.Response:
    delay = sum(message["seconds"] for message in sent if message["type"] == "simulator.delay")
    patience = timeout[1] if isinstance(timeout, tuple) else timeout  # to connect, to read
    if patience is not None and delay > patience:
        raise requests.exceptions.ReadTimeout(f"no answer within {patience} s", request=request)
    start = next((message for message in sent if message["type"] == "http.response.start"), None)
    if start is None:
        raise requests.exceptions.ConnectionError("closed without an answer", request=request)
    if sent[-1]["type"] == "simulator.drop":
        raise requests.exceptions.ChunkedEncodingError("closed before the answer was whole", request=request)
    raw = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    response = requests.Response()
    response.status_code = start["status"]
    response.reason = http.client.responses.get(start["status"], "")
    response.headers.update({name.decode(): value.decode() for name, value in start["headers"]})
    response.raw = HTTPResponse(io.BytesIO(raw), preload_content=False)
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.request = request
    response.url = request.url or ""
    return response
