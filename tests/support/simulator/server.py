# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as an object, and as a server on the loopback interface."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

import uvicorn

from simulator.app import make_app
from simulator.control import make_router
from simulator.gateway import CONTROL, Gateway, Message
from simulator.settings import Settings
from simulator.store import Store
from simulator.store.databases import Databases
from simulator.webhooks import Webhooks

DEFAULT_TOKEN = "token-of-the-simulator"


class Simulator:
    """A simulated Northflank.

    fleet: in the format of fleet files, see README.md. Raises ValueError or ApiError if it is invalid.
    token: the token to accept, if not that of the fleet.
    clock: the time of the rate limit, the log and the backups, in seconds.
    databases: stores the data of addons, such as PostgresDatabases; by default, they have none.
    settings: see Settings.
    url: the base URL, empty unless the simulator is served.
    webhooks: the deliveries to the webhooks of notification integrations.
    """

    def __init__(
        self,
        fleet: Mapping[str, Any] | None = None,
        token: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        databases: Databases | None = None,
        **settings: Any,
    ) -> None:
        fleet = fleet or {}
        self.token = token or fleet.get("token") or DEFAULT_TOKEN
        self.settings = Settings(**settings)
        self._clock = clock
        self._databases = databases
        self.webhooks = Webhooks(self._get_store, self.settings)
        self.store = self._make_store(fleet)
        self.url = ""
        self.checkpoints: list[dict[str, Any]] = []
        app = make_app(self._get_store)
        self.gateway = Gateway(app, self._get_store, self.settings, self.token, clock)
        self.faults = self.gateway.faults
        app.include_router(make_router(self))

    def _get_store(self) -> Store:
        return self.store

    def _make_store(self, fleet: Mapping[str, Any]) -> Store:
        store = Store(fleet, self.settings, self._clock, self._databases)
        store.backups.on_event = self.webhooks.on_event
        return store

    def reset(self, fleet: Mapping[str, Any]) -> None:
        """Start over with this fleet: default settings, no faults, an empty log, a new rate-limit window.

        The token does not change. Raises ValueError or ApiError, and changes nothing, if the fleet is invalid.
        """
        self.store = self._make_store(fleet)
        vars(self.settings).update(vars(Settings()))
        self.faults.set([])
        self.gateway.limit.reset()
        self.clear_log()

    def clear_log(self) -> None:
        """Remove all requests and checkpoints."""
        self.log.clear()
        self.checkpoints.clear()

    def add_checkpoint(self, note: Mapping[str, Any]) -> dict[str, Any]:
        """Record the requests since the last checkpoint, and the current schedules, and return the record."""
        before = sum(len(checkpoint["requests"]) for checkpoint in self.checkpoints)
        checkpoint = {"note": note, "requests": self.log[before:], "schedules": self.schedules()}
        self.checkpoints.append(checkpoint)
        return checkpoint

    def schedules(self) -> dict[str, list[dict[str, Any]]]:
        """Return the schedules as the API lists them, by project/addon and project/volumes/volume."""
        resources = [*self.store.addons(), *self.store.volumes()]
        return {resource.path: self.store.schedules.list_all(resource) for resource in resources}

    def backups(self) -> dict[str, list[dict[str, Any]]]:
        """Return the backups as the API lists them, and whether they are retained, by project/addon or volume."""
        backups = self.store.backups
        resources = [*self.store.addons(), *self.store.volumes()]
        return {
            resource.path: [
                {**each, "retained": each.get("id") in backups.retained} for each in backups.list_all(resource)
            ]
            for resource in resources
        }

    def wait_until_idle(self, timeout: float = 30.0) -> None:
        """Wait until every request has been handled. Clients must have stopped sending requests.

        timeout: in seconds. Raises TimeoutError.
        """
        deadline = time.monotonic() + timeout
        # All requests that were sent before this one have been received when it returns.
        if self.url:
            urlopen(f"{self.url}{CONTROL}log").close()
        while not all("status" in entry for entry in self.log):
            if time.monotonic() > deadline:
                raise TimeoutError("the simulator is still handling requests")
            threading.Event().wait(0.005)

    @property
    def log(self) -> list[dict[str, Any]]:
        """All requests so far: time, method, path, query, body, status, connection, user_agent, fault.

        time: of the clock. body: the value of JSON, otherwise text. status: absent until the request has been handled;
        None if there was no response. connection: different for each connection. fault: the kind of fault, or None.
        """
        return self.gateway.log

    def requests(self, method: str | None = None) -> list[dict[str, Any]]:
        """Return the log, optionally only the requests with this method."""
        return [entry for entry in self.log if method in (None, entry["method"])]


def socket_app(simulator: Simulator) -> Callable[..., Awaitable[None]]:
    """Return the gateway as an application for uvicorn, which implements the additional messages on its socket."""

    async def app(scope: Message, receive: Callable[[], Awaitable[Message]], send: Any) -> None:
        async def send_or_simulate(message: Message) -> None:
            if message["type"] == "simulator.delay":
                await asyncio.sleep(message["seconds"])
            elif message["type"] == "simulator.raw":
                receive.__self__.transport.write(message["bytes"])  # type: ignore[attr-defined]
            elif message["type"] == "simulator.drop":
                # receive is a method of uvicorn's request cycle. ASGI has no message that closes a connection.
                receive.__self__.transport.close()  # type: ignore[attr-defined]
            else:
                await send(message)

        await simulator.gateway(scope, receive, send_or_simulate)

    return app


def make_server(simulator: Simulator, tls: tuple[str, str] | None = None) -> uvicorn.Server:
    """Return a server for the simulator.

    tls: the files of the certificate and its key.
    """
    certfile, keyfile = tls or (None, None)
    return uvicorn.Server(
        uvicorn.Config(
            socket_app(simulator),
            lifespan="off",
            log_level="critical",
            access_log=False,
            ssl_certfile=certfile,
            ssl_keyfile=keyfile,
        )
    )


def listen(port: int = 0) -> socket.socket:
    """Return a socket that listens on the loopback interface.

    port: 0 for any free port.
    """
    # asyncio disables Nagle's algorithm only if the protocol is explicit.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen(2048)
    return sock


@contextmanager
def running(
    fleet: Mapping[str, Any] | None = None,
    token: str | None = None,
    tls: tuple[str, str] | None = None,
    **settings: Any,
) -> Iterator[Simulator]:
    """Serve a simulator on a free port, in a thread of this process.

    tls: the files of the certificate and its key. The other arguments are those of Simulator.
    """
    simulator = Simulator(fleet, token, **settings)
    server = make_server(simulator, tls)
    with listen() as sock:
        simulator.url = f"{'https' if tls else 'http'}://127.0.0.1:{sock.getsockname()[1]}"
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            threading.Event().wait(0.005)
        try:
            yield simulator
        finally:
            simulator.webhooks.stop()
            server.should_exit = server.force_exit = True
            thread.join()
