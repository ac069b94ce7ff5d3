# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server for the requests of the benchmark, which is much faster than the simulator.

It validates neither bodies nor the token, unlike the simulator. ``python -m performance.server`` starts it, and prints
its port.

``PUT /_control/reset`` sets up a fleet: addons, per_project, latency (seconds), converged (whether the addons have
their schedules). ``GET /_control/counts`` returns the requests by method, the connections and the CPU seconds since
then.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections import Counter
from typing import Any

from performance.fleet import BODIES, Fleet

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_CONTROL = "/_control/"
_LIMIT = 10**8
_WINDOW = 3600
_HEAD = (
    "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
    f"X-RateLimit-Limit: {_LIMIT}\r\nX-RateLimit-Remaining: %d\r\nX-RateLimit-Reset: %d\r\n\r\n"
)
_NOW = "2026-01-15T00:00:00.000Z"


class Addon:
    """The schedules of an addon by ID, and the cached response that lists them."""

    def __init__(self) -> None:
        self.schedules: dict[str, dict[str, Any]] = {}
        self.listed: bytes | None = None


class Api:
    """Responds to requests, and counts them."""

    def __init__(self) -> None:
        self._ids = map("{:024x}".format, itertools.count(0x62CC20B90956))
        self.reset(Fleet(0, 1), latency=0.0, converged=False)

    def reset(self, fleet: Fleet, latency: float, converged: bool) -> None:
        self.latency = latency
        self.requests: Counter[str] = Counter()
        self.connections = 0
        self._resets_at = time.monotonic() + _WINDOW
        self._cpu = time.process_time()
        self._addons = {f"/v1/projects/{project}/addons/{addon}": Addon() for project, addon in fleet.pairs()}
        self._lists = {
            "/v1/addon-types": _data({"addonTypes": []}),
            "/v1/projects": _data({"projects": [{"id": project} for project in fleet.projects()]}),
            **{
                f"/v1/projects/{project}/addons": _data(
                    {"addons": [{"id": addon, "spec": {"type": "postgresql"}} for addon in addons]}
                )
                for project, addons in fleet.projects().items()
            },
        }
        if converged:
            for addon in self._addons.values():
                self._replace(addon, BODIES)

    def counts(self) -> dict[str, Any]:
        cpu = time.process_time() - self._cpu
        return {"requests": dict(self.requests), "connections": self.connections, "cpu": cpu}

    def respond(self, method: str, path: str, body: bytes) -> bytes:
        """Return the response to a request, including its head."""
        self.requests[method] += 1
        status, content = self._respond(method, path, body)
        left = _LIMIT - self.requests.total()
        return (_HEAD % (status, len(content), left, self._resets_at - time.monotonic())).encode() + content

    def _respond(self, method: str, path: str, body: bytes) -> tuple[str, bytes]:
        listed = self._lists.get(path.partition("?")[0])
        if listed is not None:
            return "200 OK", listed
        addon_path, _rest, rest = path.partition("?")[0].partition("/backup-schedules")
        addon = self._addons.get(addon_path)
        if addon is None:
            return "404 Not Found", b'{"error": {"status": 404, "message": "There is no such addon."}}'
        if method == "GET":
            return "200 OK", self._list(addon)
        if method == "POST":
            return "200 OK", _data({"id": self._add(addon, json.loads(body))})
        if method == "PATCH":
            self._replace(addon, json.loads(body)["backupSchedules"])
            return "200 OK", _data({"backupSchedules": list(addon.schedules.values())})
        addon.schedules.pop(rest.strip("/"), None)
        addon.listed = None
        return "200 OK", _data({})

    def _list(self, addon: Addon) -> bytes:
        if addon.listed is None:
            addon.listed = _data({"schedules": list(addon.schedules.values())})
        return addon.listed

    def _replace(self, addon: Addon, bodies: list[dict[str, Any]]) -> None:
        addon.schedules.clear()
        for body in bodies:
            self._add(addon, body)

    def _add(self, addon: Addon, body: dict[str, Any]) -> str:
        schedule_id = next(self._ids)
        compression = body.get("compressionType", "gz")
        read_only = {"id": schedule_id, "createdAt": _NOW, "updatedAt": _NOW, "backupCompressionType": compression}
        addon.schedules[schedule_id] = {**body, **read_only}
        addon.listed = None
        return schedule_id

    def control(self, path: str, body: bytes) -> bytes:
        data: dict[str, Any] = {}
        if path == f"{_CONTROL}reset":
            settings = json.loads(body)
            fleet = Fleet(settings["addons"], settings["per_project"])
            self.reset(fleet, settings["latency"], settings["converged"])
        else:
            data = self.counts()
        content = json.dumps(data).encode()
        return (_HEAD % ("200 OK", len(content), 0, 0)).encode() + content


class Connection(asyncio.Protocol):
    """Parses the requests of a connection, and responds to them in order."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._buffer = b""
        self._is_counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._handle_request():
            pass

    def _handle_request(self) -> bool:
        """Respond to the first request in the buffer. Return whether it was complete."""
        end = self._buffer.find(b"\r\n\r\n") + 4
        if end < 4:
            return False
        head = self._buffer[:end]
        length = _LENGTH.search(head)
        size = end + (int(length[1]) if length else 0)
        if len(self._buffer) < size:
            return False
        body, self._buffer = self._buffer[end:size], self._buffer[size:]
        method, path = head[: head.index(b"\r\n")].decode().split(" ")[:2]
        self._respond(method, path, body, closes=bool(_CLOSE.search(head)))
        return True

    def _respond(self, method: str, path: str, body: bytes, closes: bool) -> None:
        if path.startswith(_CONTROL):
            self._send(self._api.control(path, body), closes)
            return
        if not self._is_counted:
            self._is_counted = True
            self._api.connections += 1
        response = self._api.respond(method, path, body)
        if self._api.latency:
            asyncio.get_running_loop().call_later(self._api.latency, self._send, response, closes)
        else:
            self._send(response, closes)

    def _send(self, response: bytes, closes: bool) -> None:
        self._transport.write(response)
        if closes:
            self._transport.close()


def _data(data: dict[str, Any]) -> bytes:
    return json.dumps({"data": data}).encode()


async def serve() -> None:
    api = Api()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(api), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
