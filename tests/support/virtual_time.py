# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads in virtual time: hours pass in seconds, and each run is the same.

Only one thread runs at a time. It continues until it sleeps or waits; then the next one does, and once all of them
sleep, the clock advances to the first that wakes up.
"""

from __future__ import annotations

import heapq
import threading
from collections import deque
from collections.abc import Callable
from itertools import count


class VirtualTime:
    """A clock and the threads that it drives. run() returns when all of them have ended.

    threading: what replaces the module threading in the code under test.
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._batons: dict[threading.Thread, threading.Semaphore] = {}
        self._ready: deque[threading.Thread] = deque()
        self._sleeping: list[tuple[float, int, threading.Thread]] = []
        self._order = count()
        self._ended = threading.Event()
        self._error: BaseException | None = None
        self.threading = _Threading(self)

    def clock(self) -> float:
        """Return the seconds since the start."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let this thread sleep, and others run."""
        heapq.heappush(self._sleeping, (self._now + seconds, next(self._order), threading.current_thread()))
        self.block()

    def start(self, target: Callable[[], object]) -> None:
        """Add a thread, before run() or from another one."""

        def work() -> None:
            self._batons[thread].acquire()
            try:
                target()
            except BaseException as error:  # noqa: BLE001  # run() raises it
                self._error = self._error or error
            del self._batons[thread]
            self._pass_on()

        thread = threading.Thread(target=work, daemon=True)
        self._batons[thread] = threading.Semaphore(0)
        self.make_ready(thread)
        thread.start()

    def run(self) -> None:
        """Run the threads until all of them have ended. Raises what the first of them raised."""
        self._pass_on()
        self._ended.wait()
        if self._error:
            raise self._error

    def block(self) -> None:
        """Let others run until this thread is ready."""
        baton = self._batons[threading.current_thread()]
        self._pass_on()
        baton.acquire()

    def make_ready(self, thread: threading.Thread) -> None:
        """Let a thread continue after those that are ready."""
        self._ready.append(thread)

    def _pass_on(self) -> None:
        if self._error or not (self._ready or self._sleeping):
            if self._batons and not self._error:
                self._error = RuntimeError(f"{len(self._batons)} threads wait for each other")
            self._ended.set()
            return
        if not self._ready:
            self._now, _order, thread = heapq.heappop(self._sleeping)
            self._ready.append(thread)
        self._batons[self._ready.popleft()].release()


class _Threading:
    """What the code under test uses of the module threading."""

    local = threading.local

    def __init__(self, time: VirtualTime) -> None:
        self._time = time

    def Condition(self) -> _Condition:
        return _Condition(self._time)


class _Condition:
    """A condition variable. It needs no lock, because a thread never loses its turn inside the block."""

    def __init__(self, time: VirtualTime) -> None:
        self._time = time
        self._waiting: list[threading.Thread] = []

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_exception: object) -> None:
        pass

    def wait(self) -> None:
        self._waiting.append(threading.current_thread())
        self._time.block()

    def notify_all(self) -> None:
        for thread in self._waiting:
            self._time.make_ready(thread)
        self._waiting.clear()
