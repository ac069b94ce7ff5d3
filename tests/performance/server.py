# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of the few requests that the benchmark makes, many times as fast as the simulator.

It checks no bodies and no token; the simulator and its tests do that. ``python -m performance.server`` serves, and
writes its port to its standard output.

``PUT /_control/begin`` begins anew with a fleet: addons, per_project, latency (seconds), converged (whether the
addons have their schedules). ``GET /_control/counts`` tells the requests by method, the connections and the seconds of
CPU since then.
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
    """The schedules of an addon by id, and the answer that lists them, as long as it stands."""

    def __init__(self) -> None:
        self.schedules: dict[str, dict[str, Any]] = {}
        self.listed: bytes | None = None


class Api:
    """Answers requests and counts them."""

    def __init__(self) -> None:
        self._ids = map("{:024x}".format, itertools.count(0x62CC20B90956))
        self.begin(Fleet(0, 1), latency=0.0, converged=False)

    def begin(self, fleet: Fleet, latency: float, converged: bool) -> None:
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

    def answer(self, method: str, path: str, body: bytes) -> bytes:
        """Give a whole answer, with its head."""
        self.requests[method] += 1
        status, content = self._answer(method, path, body)
        left = _LIMIT - self.requests.total()
        return (_HEAD % (status, len(content), left, self._resets_at - time.monotonic())).encode() + content

    def _answer(self, method: str, path: str, body: bytes) -> tuple[str, bytes]:
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
        made = {"id": schedule_id, "createdAt": _NOW, "updatedAt": _NOW, "backupCompressionType": compression}
        addon.schedules[schedule_id] = {**body, **made}
        addon.listed = None
        return schedule_id

    def control(self, path: str, body: bytes) -> bytes:
        answer: dict[str, Any] = {}
        if path == f"{_CONTROL}begin":
            told = json.loads(body)
            self.begin(Fleet(told["addons"], told["per_project"]), told["latency"], told["converged"])
        else:
            answer = self.counts()
        content = json.dumps(answer).encode()
        return (_HEAD % ("200 OK", len(content), 0, 0)).encode() + content


class Connection(asyncio.Protocol):
    """Cuts what comes over a connection into requests, and answers them in their order."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._buffer = b""
        self._seen = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._take():
            pass

    def _take(self) -> bool:
        """Answer the first request of the buffer; tell whether there was a whole one."""
        end = self._buffer.find(b"\r\n\r\n") + 4
        if end < 4:
            return False
        head = self._buffer[:end]
        length = _LENGTH.search(head)
        whole = end + (int(length[1]) if length else 0)
        if len(self._buffer) < whole:
            return False
        body, self._buffer = self._buffer[end:whole], self._buffer[whole:]
        method, path = head[: head.index(b"\r\n")].decode().split(" ")[:2]
        self._answer(method, path, body, closes=bool(_CLOSE.search(head)))
        return True

    def _answer(self, method: str, path: str, body: bytes, closes: bool) -> None:
        if path.startswith(_CONTROL):
            self._send(self._api.control(path, body), closes)
            return
        if not self._seen:
            self._seen = True
            self._api.connections += 1
        answer = self._api.answer(method, path, body)
        if self._api.latency:
            asyncio.get_running_loop().call_later(self._api.latency, self._send, answer, closes)
        else:
            self._send(answer, closes)

    def _send(self, answer: bytes, closes: bool) -> None:
        self._transport.write(answer)
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
