# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulate, in virtual time, how the slices of a job share the rate limit of an account.

Each slice has its part of the addons, and sends one request per addon. The simulation has a server of its own, and runs
the code of the collection that decides when a request may be sent.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from unittest import mock

from ansible_collections.community.northflank.plugins.module_utils._api import rate_limit
from ansible_collections.community.northflank.plugins.module_utils._api.rate_limit import TOO_MANY_REQUESTS, RateLimit
from virtual_time import VirtualTime

_OK = 200
_HOUR = 3600
_FOREVER = 10**9

# The seconds that a request or a response is under way.
_MIN_DELAY, _MAX_DELAY = 0.01, 0.15

# The threads of a task, and the forks of ansible-playbook.
_THREADS, _FORKS = 8, 5


@dataclass(frozen=True)
class Case:
    """slices: how many runs of ansible-playbook share the limit. limit: requests per hour.

    task_per_addon: with hosts = addons, each addon has a task of its own. Otherwise a slice has one task with threads.
    clients: whether rate_limit_clients is set.
    """

    slices: int
    addons: int
    limit: int
    task_per_addon: bool = False
    clients: bool = True
    seed: int = 1


@dataclass(frozen=True)
class Figures:
    """windows: how many windows were opened. refused: how many requests. hours: until all slices had ended.

    longest_pause: the most hours that a slice had to wait for a response to its next request.
    """

    windows: int
    refused: int
    hours: float
    longest_pause: float


def simulate(case: Case) -> Figures:
    """Return the figures of a case."""
    time = VirtualTime()
    server = _Server(case.limit, time)
    rng = random.Random(case.seed)
    slices = [_Slice(case, list(range(case.addons)[index :: case.slices]), time) for index in range(case.slices)]
    with mock.patch.object(rate_limit, "threading", time.threading), mock.patch.object(rate_limit, "random", rng):
        for each in slices:
            each.start(server, rng)
        time.run()
    return Figures(server.windows, server.refused, time.clock() / _HOUR, max(each.longest_pause for each in slices))


def fewest_windows(case: Case) -> int:
    """Return how many windows a single client needs that wastes no request."""
    return math.ceil(case.addons / case.limit)


class _Server:
    """The rate limit of the API: a window opens with the first request, and resets an hour later."""

    def __init__(self, limit: int, time: VirtualTime) -> None:
        self._limit = limit
        self._time = time
        self._resets_at = 0.0
        self._used = 0
        self.windows = 0
        self.refused = 0

    def respond(self) -> tuple[int, dict[str, str]]:
        """Return the status and the headers of a response."""
        now = self._time.clock()
        if now >= self._resets_at:
            self._resets_at = now + _HOUR
            self._used = 0
            self.windows += 1
        is_refused = self._used >= self._limit
        self.refused += is_refused
        self._used += not is_refused
        figures = {"limit": self._limit, "remaining": self._limit - self._used, "reset": int(self._resets_at - now)}
        headers = {f"x-ratelimit-{name}": str(value) for name, value in figures.items()}
        return TOO_MANY_REQUESTS if is_refused else _OK, headers


class _Slice:
    """A run of ansible-playbook, and what its tasks share."""

    def __init__(self, case: Case, addons: list[int], time: VirtualTime) -> None:
        self._case = case
        self._addons = addons
        self._time = time
        self._window: Mapping[str, float] | None = None
        self._responded_at = 0.0
        self.longest_pause = 0.0

    def load(self) -> Mapping[str, float] | None:
        return self._window

    def save(self, window: Mapping[str, float]) -> None:
        self._window = window

    def start(self, server: _Server, rng: random.Random) -> None:
        limit = self._new_limit()

        def work() -> None:
            while self._addons:
                self._addons.pop()
                self._send(self._new_limit() if self._case.task_per_addon else limit, server, rng)

        for _worker in range(_FORKS if self._case.task_per_addon else _THREADS):
            self._time.start(work)

    def _new_limit(self) -> RateLimit:
        tasks = _FORKS if self._case.task_per_addon else 1
        clients = self._case.slices * tasks if self._case.clients and self._case.slices > 1 else 1
        return RateLimit(
            _FOREVER,
            0,
            lambda text: None,
            self._time.sleep,
            self._time.clock,
            clients=clients,
            shared=self,
            wall_clock=self._time.clock,
        )

    def _send(self, limit: RateLimit, server: _Server, rng: random.Random) -> None:
        status = None
        while status != _OK:
            limit.acquire()
            self._time.sleep(rng.uniform(_MIN_DELAY, _MAX_DELAY))
            status, headers = server.respond()
            self._time.sleep(rng.uniform(_MIN_DELAY, _MAX_DELAY))
            limit.on_response(status, headers)
        now = self._time.clock()
        self.longest_pause = max(self.longest_pause, (now - self._responded_at) / _HOUR)
        self._responded_at = now
