# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the work of modules against a simulator, in a time that passes by itself and at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any, cast
from unittest import mock

import requests
from ansible_collections.community.northflank.plugins.module_utils import _connection, _fleet
from ansible_collections.community.northflank.plugins.module_utils._argspec import (
    ADDON_BACKUP_SCHEDULE,
    ADDON_BACKUP_SCHEDULES,
    ADDON_BACKUP_STATUS_INFO,
)
from ansible_collections.community.northflank.plugins.module_utils._connection import Connection
from ansible_collections.community.northflank.plugins.module_utils._connection_options import ConnectionOptions
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._rollout import rollout, rollout_one
from ansible_collections.community.northflank.plugins.module_utils._status_info import status_info
from ansible_collections.community.northflank.plugins.module_utils._task import Task
from simulator.adapter import InProcess
from simulator.server import Simulator

from .injections import Injector, StruckSession


def with_defaults(spec: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in what AnsibleModule does where an option, or a suboption, is omitted; nothing is validated."""
    params = {name: rule.get("default") for name, rule in spec.items()}
    for name, value in given.items():
        options = spec.get(name, {}).get("options")
        if options and isinstance(value, list):
            value = [with_defaults(options, each) for each in value]
        elif options and value is not None:
            value = with_defaults(options, value)
        params[name] = value
    return params


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

    said: what rollouts announced. injector: raises exceptions in-process, once it is armed.
    """

    def __init__(self, simulator: Simulator, time: Time) -> None:
        self.simulator = simulator
        self.time = time
        self.said: list[str] = []
        self.injector = Injector()
        self._adapter = None if simulator.url else InProcess(simulator, time.sleep)

    def run(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """Run addon_backup_schedules with these options, and give the result, that of a failure too."""
        return self._run(rollout, ADDON_BACKUP_SCHEDULES, check_mode, options)

    def run_one(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """Run addon_backup_schedule with these options, otherwise as run()."""
        return self._run(rollout_one, ADDON_BACKUP_SCHEDULE, check_mode, options)

    def status(self, **options: Any) -> dict[str, Any]:
        """Run addon_backup_status_info with those of these options that it has, otherwise as run()."""
        known = ADDON_BACKUP_STATUS_INFO["argument_spec"]
        given = {name: value for name, value in options.items() if name in known}
        return self._run(status_info, ADDON_BACKUP_STATUS_INFO, False, given)

    def _run(
        self,
        work: Callable[[Mapping[str, Any], Task], dict[str, Any]],
        spec: Mapping[str, Any],
        check_mode: bool,
        options: Mapping[str, Any],
    ) -> dict[str, Any]:
        params = with_defaults(
            spec["argument_spec"],
            {
                "api_token": self.simulator.token,
                "api_url": self.simulator.url or "http://127.0.0.1",
                "timeout": 1,
                "retries": 0,
                "rate_limit_max_wait": 0,
                **options,
            },
        )
        with self._connected():
            try:
                return work(params, Task(check_mode, self.said.append))
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
        return StruckSession(self.injector, cast(InProcess, self._adapter))
