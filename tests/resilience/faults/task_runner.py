# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the tasks of modules against a simulator with a fake clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import datetime
from types import ModuleType
from typing import Any, cast
from unittest import mock

import requests
from ansible_collections.community.northflank.plugins.module_utils._api import transport
from ansible_collections.community.northflank.plugins.module_utils._api.connection_options import ConnectionOptions
from ansible_collections.community.northflank.plugins.module_utils._api.transport import Transport
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.times import utc_now
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup,
    addon_backup_schedule,
    addon_backup_schedules,
    addon_backup_status_info,
    addon_fork,
    addon_fork_info,
    addon_restore,
    backup_destination,
    connection,
    notification_integration,
    volume_backup_schedules,
    volume_backup_status_info,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context, uncached
from simulator.adapter import InProcessAdapter
from simulator.server import Simulator

from .injections import FaultySession, Injector

# By the kind of resource.
SCHEDULE_TASKS = {"addon": addon_backup_schedules, "volume": volume_backup_schedules}
STATUS_TASKS = {"addon": addon_backup_status_info, "volume": volume_backup_status_info}


def with_defaults(spec: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options with the defaults of omitted options and suboptions, as AnsibleModule does, unvalidated."""
    params = {name: rule.get("default") for name, rule in spec.items()}
    for name, value in given.items():
        options = spec.get(name, {}).get("options")
        if options and isinstance(value, list):
            value = [with_defaults(options, each) for each in value]
        elif options and value is not None:
            value = with_defaults(options, value)
        params[name] = value
    return params


class FakeClock:
    """A clock that only sleep() advances, so that hours of rate limit take no time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.slept.append(seconds)


class TaskRunner:
    """Runs tasks against a simulator: over HTTP if it has a URL, otherwise in-process.

    warnings: those of all runs. injector: raises exceptions in requests, in-process only.
    cached: shares what is read between the tasks of a run: see Context.
    """

    def __init__(self, simulator: Simulator, clock: FakeClock) -> None:
        self.simulator = simulator
        self.clock = clock
        self.warnings: list[str] = []
        self.injector = Injector()
        self.cached = uncached
        self._adapter = None if simulator.url else InProcessAdapter(simulator, clock.sleep)

    def run(self, check_mode: bool = False, kind: str = "addon", **options: Any) -> dict[str, Any]:
        """Run addon_backup_schedules or volume_backup_schedules, and return its result, also if it fails."""
        return self._run(SCHEDULE_TASKS[kind], check_mode, options)

    def run_one(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """Run addon_backup_schedule, and return its result, also if it fails."""
        return self._run(addon_backup_schedule, check_mode, options)

    def run_destination(
        self, interruption: Interruption | None = None, check_mode: bool = False, **options: Any
    ) -> dict[str, Any]:
        """Run backup_destination, and return its result, also if it fails."""
        return self._run(backup_destination, check_mode, options, interruption)

    def run_notification(
        self, interruption: Interruption | None = None, check_mode: bool = False, **options: Any
    ) -> dict[str, Any]:
        """Run notification_integration, and return its result, also if it fails."""
        return self._run(notification_integration, check_mode, options, interruption)

    def status(self, kind: str = "addon", now: Callable[[], datetime] = utc_now, **options: Any) -> dict[str, Any]:
        """Run addon_backup_status_info or volume_backup_status_info, and return its result.

        Options that it does not have are ignored.
        """
        known = STATUS_TASKS[kind].ARGUMENT_SPEC
        given = {name: value for name, value in options.items() if name in known}
        return self._run(STATUS_TASKS[kind], False, given, now=now)

    def back_up(self, interruption: Interruption | None = None, **options: Any) -> dict[str, Any]:
        """Run addon_backup at the time of the simulator, and return its result, also if it fails."""
        return self._run(addon_backup, False, options, interruption, now=self.simulator.store.backups.now)

    def restore(self, interruption: Interruption | None = None, **options: Any) -> dict[str, Any]:
        """Run addon_restore at the time of the simulator, and return its result, also if it fails."""
        return self._run(addon_restore, False, options, interruption, now=self.simulator.store.backups.now)

    def fork(
        self, interruption: Interruption | None = None, check_mode: bool = False, **options: Any
    ) -> dict[str, Any]:
        """Run addon_fork at the time of the simulator, and return its result, also if it fails."""
        return self._run(addon_fork, check_mode, options, interruption, now=self.simulator.store.backups.now)

    def forks(self, **options: Any) -> dict[str, Any]:
        """Run addon_fork_info, and return its result, also if it fails."""
        return self._run(addon_fork_info, False, options)

    def _run(
        self,
        task: ModuleType,
        check_mode: bool,
        options: Mapping[str, Any],
        interruption: Interruption | None = None,
        **arguments: Any,
    ) -> dict[str, Any]:
        params = with_defaults(
            task.ARGUMENT_SPEC,
            {
                "api_token": self.simulator.token,
                "api_url": self.simulator.url or "http://127.0.0.1",
                "timeout": 1,
                "retries": 0,
                "rate_limit_max_wait": 0,
                **options,
            },
        )
        with self.connected():
            try:
                context = Context(
                    check_mode, self.warnings.append, cached=self.cached, interruption=interruption or Interruption()
                )
                result: dict[str, Any] = task.run(params, context, **arguments)
                return result
            except NorthflankError as error:
                return {"changed": False, "addons": [], "volumes": [], **error.to_result(), "failed": True}

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Connect the tasks in the block to the simulator and the fake clock."""
        in_process = mock.patch.object(transport.requests, "Session", self._session) if self._adapter else nullcontext()
        with mock.patch.object(connection, "Transport", self._transport), in_process:
            yield

    def _transport(self, options: ConnectionOptions, warn: Callable[[str], None], **arguments: Any) -> Transport:
        return Transport(options, warn, self.clock.sleep, self.clock.monotonic, **arguments)

    def _session(self) -> requests.Session:
        return FaultySession(self.injector, cast(InProcessAdapter, self._adapter))
