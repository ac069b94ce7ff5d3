# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the server of the benchmark as a process, and measure the throughput of servers."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simulator.fleet import make_fleet

from performance.fleet import BODIES, TOKEN, Fleet

TESTS = Path(__file__).resolve().parents[1]

_CONNECTIONS = 16

_LIST = "/v1/projects/project-1/addons/addon-1/backup-schedules"


class Server:
    """A running server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def reset(self, fleet: Fleet, latency: float, converged: bool) -> None:
        settings = {"addons": fleet.addons, "per_project": fleet.per_project}
        self.control("PUT", "reset", {**settings, "latency": latency, "converged": converged})

    def counts(self) -> dict[str, Any]:
        return self.control("GET", "counts")

    def control(self, method: str, what: str, body: Any = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/_control/{what}", data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)


@contextmanager
def serving() -> Iterator[Server]:
    """Run a server while the block runs."""
    command = [sys.executable, "-m", "performance.server"]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(int(process.stdout.readline()))
        finally:
            process.terminate()


def requests_per_second_of_simulator() -> float:
    with tempfile.TemporaryDirectory() as name:
        fleet, port_file = Path(name) / "fleet.yml", Path(name) / "port"
        fleet.write_text(json.dumps({"token": TOKEN, **make_fleet(schedules=BODIES)}))
        command = [sys.executable, "support/simulator", "--fleet", str(fleet), "--port-file", str(port_file)]
        with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.DEVNULL) as process:
            try:
                while not (port_file.exists() and port_file.read_text()):
                    time.sleep(0.01)
                server = Server(int(port_file.read_text()))
                server.control("PATCH", "settings", {"rate_limit": 10**8})
                return requests_per_second(server.port)
            finally:
                process.terminate()


def requests_per_second(port: int, seconds: float = 2.0) -> float:
    """Return the throughput of a server that returns the same list over 16 connections."""
    request = f"GET {_LIST} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode()
    connections = [socket.create_connection(("127.0.0.1", port)) for _each in range(_CONNECTIONS)]
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        for connection in connections:
            connection.sendall(request)
        for connection in connections:
            _receive(connection)
        done += len(connections)
    rate = done / (time.perf_counter() - started)
    for connection in connections:
        connection.close()
    return rate


def _receive(connection: socket.socket) -> None:
    """Read one response."""
    response = b""
    while b"\r\n\r\n" not in response:
        response += connection.recv(65536)
    head, _rest, body = response.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
