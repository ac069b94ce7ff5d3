# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's rate limit, shared by the threads of one task: who may send now, who waits, and for how long.

The API gives an account a number of requests an hour, counts them in a window that opens with the first one, and
tells in every answer how many are left and in how many seconds the window resets (API reference, "Rate limits").

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption

# The seconds to the reset come without fractions: wait this much longer, rather than be refused once more.
_MARGIN = 1.0

# The status of an answer that refuses a request because of the limit.
REFUSED = 429

# The API's window is an hour; a header that says more is not believed, in seconds.
_LONGEST_WINDOW = 3600.0

# When a refusal does not say how long: seconds to wait.
_UNTOLD_WAIT = 60.0


class WaitTooLong(Exception):
    """The next request would have to wait longer than rate_limit_max_wait allows. seconds: until the reset."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(seconds)


@dataclass
class Hold:
    """Requests that the window keeps for one thread.

    must_go: between a delete and the create that follows it a request is waited for however long it takes.
    """

    left: int
    must_go: bool = False


class RateLimit:
    """Lets requests go or wait.

    max_wait: seconds that the task may wait in all, however many of its threads wait.
    reserve: requests of each window that are left to others.
    say: called with a sentence before a wait.
    interruption: ends waits; see there for what may still be sent.
    """

    def __init__(
        self,
        max_wait: float,
        reserve: int,
        say: Callable[[str], None],
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        interruption: Interruption | None = None,
    ) -> None:
        self._max_wait = max_wait
        self._reserve = reserve
        self._say = say
        self._interruption = interruption or Interruption()
        self._sleep = sleep or self._interruption.sleep
        self._clock = clock
        self._changed = threading.Condition()
        self._thread = threading.local()
        self._known = False  # whether an answer has told what the window holds
        self._limit: int | None = None
        self._remaining: int | None = None
        self._reset_at: float | None = None
        self._in_flight = 0
        self._held = 0
        self._waited = 0.0
        self._somebody_waits = False

    def as_dict(self) -> dict[str, Any] | None:
        """Give ``{limit, remaining, reset}`` as last told, reset in seconds from now; None if the API never told."""
        with self._changed:
            if self._limit is None or self._reset_at is None:
                return None
            reset = max(0, round(self._reset_at - self._clock()))
            return {"limit": self._limit, "remaining": self._remaining, "reset": reset}

    def take(self) -> None:
        """Return when a request of this thread may go. Pair it with answered(). Raises WaitTooLong, Interrupted."""
        hold = getattr(self._thread, "hold", None) or Hold(0)

        def go() -> None:
            self._in_flight += 1
            if hold.left:
                hold.left -= 1
                self._held -= 1

        self._when(lambda: self._may_go(hold), go, hold)

    @contextmanager
    def hold(self, requests: int, ask: Callable[[], object]) -> Iterator[Hold]:
        """Keep requests of the window for this thread while the block runs.

        Raises WaitTooLong and Interrupted; then nothing is kept.

        ask: sends a harmless request; called when nothing is known of the window.
        """
        hold = Hold(0)

        def keep() -> None:
            hold.left = self._at_most(requests) if self._known else 0
            self._held += hold.left

        while True:
            self._when(lambda: not self._known or self._may_keep(requests), keep, hold)
            if hold.left:
                break
            ask()
        self._thread.hold = hold
        try:
            yield hold
        finally:
            self._thread.hold = None
            with self._changed:
                self._held -= hold.left
                self._changed.notify_all()

    def answered(self, status: int | None, headers: Mapping[str, str]) -> None:
        """Note what an answer tells; status None: there was no answer."""
        with self._changed:
            self._in_flight -= 1
            if status is not None:
                self._read(status, headers)
            self._changed.notify_all()

    def _when(self, ready: Callable[[], bool], do: Callable[[], None], hold: Hold) -> None:
        """Do something, under the lock, as soon as it is ready; until then wait for other threads or for the reset."""
        while True:
            self._interruption.check()
            with self._changed:
                self._forget_a_past_window()
                if ready():
                    return do()
                holds_nothing = not hold.left and not hold.must_go
                if self._in_flight or self._somebody_waits or (self._held and holds_nothing):
                    # An answer, or the end of another thread's wait or hold, may make room.
                    self._changed.wait()
                    continue
                seconds = self._start_waiting(hold)
            try:
                self._sleep(seconds)
            finally:
                with self._changed:
                    self._known = False
                    self._somebody_waits = False
                    self._changed.notify_all()

    def _may_go(self, hold: Hold) -> bool:
        if not self._known:
            # What the window holds is yet to be told: one request finds out for all.
            return not self._in_flight and not self._somebody_waits
        if self._remaining is None:
            return True
        reserve = 0 if hold.left or hold.must_go else self._reserve
        return self._free(hold) - reserve >= 1

    def _may_keep(self, requests: int) -> bool:
        return self._remaining is None or self._free(Hold(0)) - self._reserve >= self._at_most(requests)

    def _free(self, hold: Hold) -> int:
        return (self._remaining or 0) - self._in_flight - (self._held - hold.left)

    def _at_most(self, requests: int) -> int:
        # A window that never holds that many, beside the request that asks about it, must not be waited for endlessly.
        return requests if self._limit is None else max(1, min(requests, self._limit - self._reserve - 1))

    def _start_waiting(self, hold: Hold) -> float:
        seconds = max(0.0, (self._reset_at or 0.0) - self._clock()) + _MARGIN
        never_enough = self._limit is not None and self._limit <= self._reserve
        too_long = not hold.must_go and (never_enough or self._waited + seconds > self._max_wait)
        if too_long or seconds > self._interruption.seconds_left():
            raise WaitTooLong(seconds)
        self._waited += seconds
        self._somebody_waits = True
        why = " A deleted schedule is still to be created again, so rate_limit_max_wait does not count."
        self._say(f"Waiting {seconds:.0f} s for Northflank's rate limit to reset.{why if hold.must_go else ''}")
        return seconds

    def _forget_a_past_window(self) -> None:
        if self._known and self._reset_at is not None and self._clock() >= self._reset_at + _MARGIN:
            self._known = False

    def _read(self, status: int, headers: Mapping[str, str]) -> None:
        limit, remaining, reset = (
            _number(headers.get(f"x-ratelimit-{name}")) for name in ("limit", "remaining", "reset")
        )
        if status == REFUSED:
            remaining = 0.0
            retry_after = _number(headers.get("retry-after"))
            reset = next((each for each in (retry_after, reset) if each is not None), _UNTOLD_WAIT)
        if limit is not None:
            self._limit = int(limit)
        if remaining is not None and reset is not None:
            reset_at = self._clock() + min(reset, _LONGEST_WINDOW)
            same_window = self._known and self._reset_at is not None and reset_at <= self._reset_at + _MARGIN
            if same_window and self._remaining is not None:
                # Answers overtake one another; within a window what is left only falls.
                remaining = min(remaining, self._remaining)
            self._remaining = int(remaining)
            self._reset_at = reset_at
            self._known = True
        elif status < 500:
            # An API that tells no limit is asked freely; a proxy's error page tells nothing about the API.
            self._known = True


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None
