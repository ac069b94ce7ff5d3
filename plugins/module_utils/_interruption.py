# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stop a task safely: on a signal, on the task keyword ``timeout``, or when nothing waits for its result any more.

After an interruption no new write starts. A write in flight is finished or rolled back: it may send requests for
another GRACE_SECONDS. All writes run in threads of their own, so that what interrupts the main thread cannot strike
between two requests.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ._errors import Interrupted

# How long a write in flight may continue to send requests, in seconds.
GRACE_SECONDS = 10.0

# How often a wait checks for an interruption, in seconds.
_POLL_SECONDS = 0.25

# The task keyword timeout; Ctrl-C; kill, CI and AWX; a closed terminal.
SIGNALS = (signal.SIGALRM, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Whether a task was asked to stop, and what it may still do.

    is_abandoned: returns whether nobody waits for the task's result any more; polled in the main thread.
    """

    def __init__(
        self, is_abandoned: Callable[[], bool] = lambda: False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.signal: int | None = None
        self._is_abandoned = is_abandoned
        self._clock = clock
        self._requested_at = math.inf
        self._reason = ""
        self._lock = threading.Lock()
        self._stopped = False
        self._writes = 0
        self._thread = threading.local()

    @property
    def requested(self) -> bool:
        """Whether the task was asked to stop."""
        return self._requested_at < math.inf

    @property
    def reason(self) -> str:
        """What interrupted the task, for a sentence: ``SIGTERM``, ``the task's timeout``."""
        return self._reason

    def request(self, reason: str, signum: int | None = None) -> None:
        """Ask the task to stop. Only the first call has an effect. Takes no lock, so a signal handler may call it."""
        if not self.requested:
            self._reason = reason
            self.signal = signum
            self._requested_at = self._clock()

    def poll(self) -> None:
        """Stop the task if it was asked to stop, or if nobody waits for it. After that, no write starts."""
        if not self.requested and self._is_abandoned():
            self.request("the end of its parent process")
        if self.requested:
            with self._lock:
                self._stopped = True

    @property
    def writes_in_flight(self) -> int:
        """How many writes have started and not ended."""
        with self._lock:
            return self._writes

    @contextmanager
    def write_in_flight(self) -> Iterator[None]:
        """Count the block as a write in flight of this thread. Raises Interrupted if the task was asked to stop."""
        with self._lock:
            if self._stopped or self.requested:
                raise Interrupted(self.reason)
            self._writes += 1
        self._thread.writes = True
        try:
            yield
        finally:
            self._thread.writes = False
            with self._lock:
                self._writes -= 1

    def seconds_left(self) -> float:
        """Return for how many seconds this thread may send requests: infinity unless interrupted."""
        if not self.requested:
            return math.inf
        if not getattr(self._thread, "writes", False):
            return 0.0
        return max(0.0, self._requested_at + GRACE_SECONDS - self._clock())

    def check(self) -> None:
        """Raise Interrupted if this thread may not send a request."""
        if self.seconds_left() <= 0:
            raise Interrupted(self.reason)

    def sleep(self, seconds: float) -> None:
        """Sleep, but no longer than this thread may send requests."""
        end = self._clock() + seconds
        while True:
            left = min(end - self._clock(), self.seconds_left())
            if left <= 0:
                return
            time.sleep(min(left, _POLL_SECONDS))


@contextmanager
def signals_as_interruption(
    interruption: Interruption,
    signals: Sequence[int] = SIGNALS,
    forward: Callable[[int], None] = lambda signum: None,
    ignored_afterwards: Sequence[int] = (),
) -> Iterator[None]:
    """While the block runs, have signals request an interruption instead of ending the process or the task.

    forward: called with the first of them.
    ignored_afterwards: signals whose handlers are not restored.

    Has no effect outside the main thread, where Python runs signal handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(signum: int, _frame: Any) -> None:
        if not interruption.requested:
            reason = "the task's timeout" if signum == signal.SIGALRM else signal.Signals(signum).name
            interruption.request(reason, signum)
            forward(signum)

    replaced: dict[int, Any] = {}
    try:
        for each in signals:
            handler = signal.getsignal(each)
            # nohup ignores SIGHUP deliberately. Without a handler of SIGALRM, no timeout is set.
            if handler != signal.SIG_IGN and not (each == signal.SIGALRM and handler in (signal.SIG_DFL, None)):
                replaced[each] = handler
                signal.signal(each, interrupt)
        yield
    finally:
        for signum, handler in replaced.items():
            afterwards = signal.SIG_IGN if signum in ignored_afterwards else handler
            signal.signal(signum, signal.SIG_DFL if afterwards is None else afterwards)
