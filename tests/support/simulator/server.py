# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a whole, and as a server on this machine."""

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

DEFAULT_TOKEN = "token-of-the-simulator"


class Simulator:
    """A simulated Northflank, in this process; url is set while it is served.

    fleet: the form that fleet files have, see README.md. clock: the time of the rate limit, in seconds.
    """

    def __init__(
        self,
        fleet: Mapping[str, Any] | None = None,
        token: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        **settings: Any,
    ) -> None:
        fleet = fleet or {}
        self.token = token or fleet.get("token") or DEFAULT_TOKEN
        self.settings = Settings(**settings)
        self.store = Store(fleet, self.settings)
        self.url = ""
        self.checkpoints: list[dict[str, Any]] = []
        app = make_app(self.store)
        self.gateway = Gateway(app, self.store, self.settings, self.token, clock)
        self.faults = self.gateway.faults
        app.include_router(make_router(self))

    def begin(self, fleet: Mapping[str, Any]) -> None:
        """Begin anew with this fleet: usual settings, no faults, an empty log, a new rate-limit window.

        The token stays. If the fleet is wrong, everything does.
        """
        self.store.load(fleet)
        vars(self.settings).update(vars(Settings()))
        self.faults.set([])
        self.gateway.limit.reset()
        self.clear_log()

    def clear_log(self) -> None:
        """Forget all requests, and the checkpoints among them."""
        self.log.clear()
        self.checkpoints.clear()

    def add_checkpoint(self, note: Mapping[str, Any]) -> dict[str, Any]:
        """Record the requests since the last checkpoint, and the schedules that there are now."""
        before = sum(len(checkpoint["requests"]) for checkpoint in self.checkpoints)
        checkpoint = {"note": note, "requests": self.log[before:], "schedules": self.schedules()}
        self.checkpoints.append(checkpoint)
        return checkpoint

    def schedules(self) -> dict[str, list[dict[str, Any]]]:
        """Give the schedules of every addon as the API lists them, by project/addon."""
        return {f"{addon.project_id}/{addon.id}": self.store.list_schedules(addon) for addon in self.store.addons()}

    def come_to_rest(self, patience: float = 30.0) -> None:
        """Return when every request that was received has been answered; nobody may be sending any more.

        Raises TimeoutError after so many seconds.
        """
        deadline = time.monotonic() + patience
        # What was sent before this request has been received when it is answered.
        if self.url:
            urlopen(f"{self.url}{CONTROL}log").close()
        while not all("status" in entry for entry in self.log):
            if time.monotonic() > deadline:
                raise TimeoutError("the simulator does not come to rest")
            threading.Event().wait(0.005)

    @property
    def log(self) -> list[dict[str, Any]]:
        """All requests so far: time, method, path, query, body, status, connection, user_agent, fault.

        The time is that of the clock, a status of None means that there was no answer, and a body that is not JSON is
        there as text.
        """
        return self.gateway.log

    def requests(self, method: str | None = None) -> list[dict[str, Any]]:
        return [entry for entry in self.log if method in (None, entry["method"])]


def on_the_wire(simulator: Simulator) -> Callable[..., Awaitable[None]]:
    """Carry out on a socket of uvicorn's what the gateway asks for beside the messages of ASGI."""

    async def app(scope: Message, receive: Callable[[], Awaitable[Message]], send: Any) -> None:
        async def carry(message: Message) -> None:
            if message["type"] == "simulator.delay":
                await asyncio.sleep(message["seconds"])
            elif message["type"] == "simulator.raw":
                receive.__self__.transport.write(message["bytes"])  # type: ignore[attr-defined]
            elif message["type"] == "simulator.drop":
                # uvicorn's request cycle is who receive belongs to; ASGI has no word for closing a connection.
                receive.__self__.transport.close()  # type: ignore[attr-defined]
            else:
                await send(message)

        await simulator.gateway(scope, receive, carry)

    return app


def server_of(simulator: Simulator, tls: tuple[str, str] | None = None) -> uvicorn.Server:
    """Make a server. tls: the files of the certificate and of its key."""
    certfile, keyfile = tls or (None, None)
    return uvicorn.Server(
        uvicorn.Config(
            on_the_wire(simulator),
            lifespan="off",
            log_level="critical",
            access_log=False,
            ssl_certfile=certfile,
            ssl_keyfile=keyfile,
        )
    )


def listener(port: int = 0) -> socket.socket:
    """Listen on the loopback interface; port 0 is any that is free."""
    # asyncio turns off Nagle's delay only where the protocol is named.
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
    """Serve a simulator on a free port, in a thread of this process, while the block runs."""
    simulator = Simulator(fleet, token, **settings)
    server = server_of(simulator, tls)
    with listener() as sock:
        simulator.url = f"{'https' if tls else 'http'}://127.0.0.1:{sock.getsockname()[1]}"
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            threading.Event().wait(0.005)
        try:
            yield simulator
        finally:
            server.should_exit = server.force_exit = True
            thread.join()
