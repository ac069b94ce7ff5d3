# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs rollouts against a simulator, in a time that passes by itself and at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest import mock

import requests
from ansible_collections.community.northflank.plugins.module_utils import _connection, _fleet
from ansible_collections.community.northflank.plugins.module_utils._connection import Connection
from ansible_collections.community.northflank.plugins.module_utils._connection_options import ConnectionOptions
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._rollout import rollout
from ansible_collections.community.northflank.plugins.module_utils._task import Task
from simulator.adapter import InProcess
from simulator.server import Simulator


class Time:
    """A time that only waits move on, so that hours of rate limit pass at once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.slept.append(seconds)


class Laboratory:
    """A simulator and its time; rollouts go to it in-process, or where it has a url over the wire.

    said: what rollouts announced.
    """

    def __init__(self, simulator: Simulator, time: Time) -> None:
        self.simulator = simulator
        self.time = time
        self.said: list[str] = []
        self._adapter = None if simulator.url else InProcess(simulator)

    def run(self, **options: Any) -> dict[str, Any]:
        """Roll out with these options, and give the result, that of a failure too."""
        params = {
            "api_token": self.simulator.token,
            "api_url": self.simulator.url or "http://127.0.0.1",
            "team_id": None,
            "timeout": 1,
            "retries": 0,
            "validate_certs": True,
            "ca_path": None,
            "rate_limit_max_wait": 0,
            "rate_limit_reserve": 0,
            "addon_ids": None,
            "all_addons": False,
            "prune": False,
            "on_existing": "replace",
            "write_method": "schedule",
            "stagger_minutes": 0,
            "unsupported": None,
            "addon_types": None,
            "concurrency": 8,
            **options,
        }
        with self._connected():
            try:
                return rollout(params, Task(False, self.said.append))
            except NorthflankError as error:
                return {"changed": False, "addons": [], **error.to_result(), "failed": True}

    @contextmanager
    def _connected(self) -> Iterator[None]:
        in_process = (
            mock.patch.object(_connection.requests, "Session", self._session) if self._adapter else nullcontext()
        )
        with mock.patch.object(_fleet, "Connection", self._connection), in_process:
            yield

    def _connection(
        self, options: ConnectionOptions, say: Callable[[str], None], interruption: Interruption
    ) -> Connection:
        return Connection(options, say, self.time.sleep, self.time.clock, interruption)

    def _session(self) -> requests.Session:
        session = requests.sessions.Session()
        session.mount("http://", self._adapter)
        return session
