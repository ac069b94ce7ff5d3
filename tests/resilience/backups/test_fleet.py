# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to back up 200 addons at once: requests, and how late the ends of the backups are noticed."""

from __future__ import annotations

import heapq
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from faults.task_runner import FakeClock, TaskRunner, with_defaults
from simulator.fleet import make_fleet
from simulator.server import Simulator

ADDONS = 200
DURATIONS = (1.0, 20.0)


class SharedClock(FakeClock):
    """A fake clock for several threads: once all of them sleep, it advances to the next time at which one wakes up."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._awake = threads
        self._wakeups: list[float] = []
        self._condition = threading.Condition()

    def sleep(self, seconds: float) -> None:
        with self._condition:
            wakeup = self.now + seconds
            heapq.heappush(self._wakeups, wakeup)
            self._rest()
            self._condition.wait_for(lambda: self.now >= wakeup)

    def leave(self) -> None:
        """Do not wait for this thread any more."""
        with self._condition:
            self._rest()

    def _rest(self) -> None:
        self._awake -= 1
        if self._awake or not self._wakeups:
            return
        self.now = self._wakeups[0]
        while self._wakeups and self._wakeups[0] <= self.now:
            heapq.heappop(self._wakeups)
            self._awake += 1
        self._condition.notify_all()


@dataclass(frozen=True)
class Measurement:
    """requests: by method. delays: seconds from the end of each backup to the end of its task, by its duration."""

    requests: Counter[str]
    refused: int
    delays: dict[float, float]


def measure(simulator: Simulator, clock: SharedClock) -> Measurement:
    """Back up all addons at the same time, each with a task of its own."""
    rng = random.Random(1)
    durations = {addon.path: rng.uniform(*DURATIONS) for addon in simulator.store.addons()}
    simulator.settings.backup_durations = durations
    delays: dict[float, float] = {}

    def run(addon_id: str) -> None:
        options = {"api_token": simulator.token, "api_url": "http://127.0.0.1", "timeout": 60, "retries": 0}
        params = with_defaults(
            addon_backup.ARGUMENT_SPEC,
            {**options, "rate_limit_max_wait": 0, "project_id": "project-1", "addon_id": addon_id},
        )
        try:
            addon_backup.run(params, Context(False, print), simulator.store.backups.now)
            duration = durations[f"project-1/{addon_id}"]
            delays[duration] = clock.now - duration
        finally:
            clock.leave()

    with ThreadPoolExecutor(ADDONS) as pool:
        list(pool.map(run, [addon.id for addon in simulator.store.addons()]))
    refused = sum(entry["status"] == 429 for entry in simulator.log)
    return Measurement(Counter(entry["method"] for entry in simulator.log), refused, delays)


@pytest.fixture(scope="module")
def measured() -> Measurement:
    clock = SharedClock(ADDONS)
    simulator = Simulator(make_fleet(addons=ADDONS), clock=clock.monotonic)
    with TaskRunner(simulator, clock).connected():
        return measure(simulator, clock)


def test_the_default_limit_is_enough(measured: Measurement) -> None:
    print(f"{dict(measured.requests)}, {measured.requests.total()} in total")
    assert measured.requests["POST"] == ADDONS
    assert measured.requests.total() < 1000
    assert measured.refused == 0


def test_an_end_is_noticed_soon(measured: Measurement) -> None:
    """By the next read: 20 seconds are within the third interval, which is 5 * 1.5 * 1.5 seconds long."""
    print(f"longest delay {max(measured.delays.values()):.1f} s")
    assert len(measured.delays) == ADDONS
    assert all(0 <= delay <= 5 * 1.5**2 for delay in measured.delays.values())
