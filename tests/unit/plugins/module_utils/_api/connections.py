# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that sends prepared responses, and transports to it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.connection_options import ConnectionOptions
from ansible_collections.community.northflank.plugins.module_utils._api.transport import Transport
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError

TOKEN = "token-0123456789"
PATH = "/v1/projects/shop/addons"
HINTS = {403: "Ask for the permission.", 404: "Check the IDs."}

Connect = Callable[..., Transport]

TLS_HELLO = b"\x16\x03"
CLOSE = b""  # close the connection without a response
SILENCE = None  # keep it open, and send nothing


def http(status: int = 200, body: object = None, **headers: str) -> bytes:
    """Return an HTTP response; a body that is not bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"content-type": "application/json", "content-length": str(len(raw))}
    lines.update({name.replace("_", "-"): value for name, value in headers.items()})
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Because\r\n{head}\r\n".encode() + raw


def error_response(status: int, message: str = "No", **more: object) -> bytes:
    """Return a response with an error of the API."""
    return http(status, {"error": {"status": status, "message": message, **more}})


DATA = http(body={"data": {"id": "abc"}})


class Server:
    """Sends a list of responses, one per request, and records the requests."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.responses: list[bytes | None] = []
        self.received: list[str] = []
        self.connections = 0
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._closed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.address}"

    def close(self) -> None:
        self._closed.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                while request := self._read(connection):
                    self.received.append(request)
                    response = self.responses.pop(0)
                    if response is SILENCE:
                        self._closed.wait(30)
                        return
                    connection.sendall(response)
                    if not response or b"connection: close" in response:
                        return
        except OSError:
            return

    @staticmethod
    def _read(connection: socket.socket) -> str:
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                return ""
            data += part
            if data.startswith(TLS_HELLO):
                return "a TLS hello"
        head, _end, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        while len(body) < length:
            body += connection.recv(65536)
        return (head + b"\r\n\r\n" + body).decode()


def options(url: str, **changes: Any) -> ConnectionOptions:
    """Return the options of a connection to this URL, with changes."""
    params: dict[str, Any] = {
        "api_token": TOKEN,
        "api_url": url,
        "timeout": 1,
        "retries": 0,
        "validate_certs": True,
        "ca_path": None,
        "rate_limit_max_wait": 0,
        "rate_limit_reserve": 0,
        "rate_limit_clients": 1,
    }
    return ConnectionOptions.from_params({**params, **changes})


def failure(transport: Transport, method: str = "GET", **request: Any) -> ApiError:
    """Send a request that fails, and return its error."""
    with pytest.raises(ApiError) as caught:
        transport.request(method, PATH, hints=HINTS, **request)
    return caught.value
