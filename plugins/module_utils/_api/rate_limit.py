# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's rate limit, shared by the threads of a task: who may send a request now, who waits, and how long.

The API grants an account a number of requests per hour, counted in a window that opens with the first request. Each
response reports how many are left and in how many seconds the window resets (API reference, "Rate limits").

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from .._interruption import Interruption

# The reset is reported in whole seconds: wait this much longer instead of being refused once more.
_MARGIN_SECONDS = 1.0

# The status of a response that refuses a request because of the limit.
TOO_MANY_REQUESTS = 429

# The API's window is one hour: a longer reported reset is capped.
_MAX_WINDOW_SECONDS = 3600.0

# How long to wait after a refusal that does not report it.
_DEFAULT_WAIT_SECONDS = 60.0

# After so many seconds without a response, other clients may have used up the window.
_STALE_SECONDS = 5.0

# Clients that share the limit do not all continue at the same time after a reset: they wait up to so many seconds more.
_MAX_JITTER_SECONDS = 10.0

# In its first seconds in a window, a client sends no more than its share of the whole limit: others may start later.
_FAIR_SECONDS = 20.0

# While requests are left, a task saves the window for the other tasks of the run at most this often.
_SAVE_INTERVAL_SECONDS = 0.2


class WaitTooLong(Exception):
    """The next request would have to wait longer than rate_limit_max_wait allows.

    seconds: until the reset. max_wait: the smallest value of rate_limit_max_wait that would have allowed it.
    never_enough: whether waiting is useless, because the limit is too low.
    """

    def __init__(self, seconds: float, max_wait: int, never_enough: bool) -> None:
        self.seconds = seconds
        self.max_wait = max_wait
        self.never_enough = never_enough
        super().__init__(seconds)


@dataclass
class Reservation:
    """Requests of the window that are reserved for one thread.

    is_essential: whether to ignore max_wait, because a schedule was deleted and must be created again.
    """

    requests_left: int
    is_essential: bool = False


class SharedWindow(Protocol):
    """What the tasks of a run know of the window: ``{limit, remaining, resets_at}``.

    resets_at: in seconds since 1970.
    """

    def load(self) -> Mapping[str, float] | None:
        """Return the window that a task saved last; None if there is none."""

    def save(self, window: Mapping[str, float]) -> None:
        """Save it for the other tasks."""


class RateLimit:
    """Decides when requests may be sent.

    max_wait: seconds that the task may wait in total, no matter how many of its threads wait.
    left_to_others: requests of each window that this task does not send.
    warn: called with a sentence before a wait.
    interruption: ends waits, and decides what may still be sent.
    clients: how many tasks share the limit at the same time, this one included. Each has at most its share of the
    remaining requests in flight, so that none is refused; the last ones, fewer than there are clients, stay unused.
    shared: what the other tasks of the run know of the window.
    """

    def __init__(
        self,
        max_wait: float,
        left_to_others: int,
        warn: Callable[[str], None],
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        interruption: Interruption | None = None,
        clients: int = 1,
        shared: SharedWindow | None = None,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._max_wait = max_wait
        self._left_to_others = left_to_others
        self._warn = warn
        self._interruption = interruption or Interruption()
        self._sleep = sleep or self._interruption.sleep
        self._clock = clock
        self._clients = clients
        self._shared = shared
        self._wall_clock = wall_clock
        self._condition = threading.Condition()
        self._thread = threading.local()
        # What is known of the current window.
        self._window_known = False
        self._limit: int | None = None
        self._remaining: int | None = None
        self._resets_at: float | None = None
        self._responded_at = 0.0
        self._saved_at = -math.inf
        # The window in which requests were last counted, and since when.
        self._counted_until = -math.inf
        self._counted_since = 0.0
        self._sent = 0
        self._in_flight = 0
        self._reserved = 0
        self._waited = 0.0
        self._has_waiter = False
        self._load_shared_window()

    def as_dict(self) -> dict[str, Any] | None:
        """Return ``{limit, remaining, reset}``, reset in seconds from now; None if the API has not reported them."""
        with self._condition:
            if self._limit is None or self._resets_at is None:
                return None
            reset = max(0, round(self._resets_at - self._clock()))
            return {"limit": self._limit, "remaining": self._remaining, "reset": reset}

    def acquire(self) -> None:
        """Wait until this thread may send a request. Pair it with on_response(). Raises WaitTooLong, Interrupted."""
        reservation = getattr(self._thread, "reservation", None) or Reservation(0)

        def send() -> None:
            self._thread.sent_at = self._clock()
            self._in_flight += 1
            self._sent += 1
            if reservation.requests_left:
                reservation.requests_left -= 1
                self._reserved -= 1

        self._run_when(lambda: self._may_send(reservation), send, reservation, 0)

    @contextmanager
    def reserve(self, requests: int, probe: Callable[[], object]) -> Iterator[Reservation]:
        """Reserve requests of the window for this thread while the block runs.

        probe: sends a harmless request; called if the state of the window is unknown.

        Raises WaitTooLong and Interrupted; then nothing is reserved.
        """
        reservation = Reservation(0)

        def acquire() -> None:
            reservation.requests_left = self._at_most(requests) if self._window_known else 0
            self._reserved += reservation.requests_left

        while True:
            self._run_when(
                lambda: not self._window_known or self._may_reserve(requests), acquire, reservation, requests
            )
            if reservation.requests_left:
                break
            probe()
        self._thread.reservation = reservation
        try:
            yield reservation
        finally:
            self._thread.reservation = None
            with self._condition:
                self._reserved -= reservation.requests_left
                self._condition.notify_all()

    def on_response(self, status: int | None, headers: Mapping[str, str]) -> None:
        """Record what a response reports; status is None if there was no response."""
        with self._condition:
            self._in_flight -= 1
            if status is not None:
                self._record(status, headers)
            self._condition.notify_all()

    def _run_when(
        self, is_ready: Callable[[], bool], act: Callable[[], None], reservation: Reservation, requests: int
    ) -> None:
        """Act under the lock, as soon as it is ready; until then wait for other threads or for the reset.

        requests: how many act() reserves, 0 if it sends one.
        """
        while True:
            self._interruption.check()
            with self._condition:
                self._forget_expired_window()
                if is_ready():
                    return act()
                has_nothing = not reservation.requests_left and not reservation.is_essential
                if self._in_flight or self._has_waiter or (self._reserved and has_nothing):
                    # A response, or the end of another thread's wait or reservation, may make room.
                    self._condition.wait()
                    continue
                seconds = self._begin_wait(reservation, requests)
            try:
                self._sleep(seconds)
            finally:
                with self._condition:
                    self._window_known = False
                    self._has_waiter = False
                    self._condition.notify_all()

    def _may_send(self, reservation: Reservation) -> bool:
        if not self._window_known:
            # The state of the window is unknown: one request finds out for all threads.
            return reservation.is_essential or not (self._in_flight or self._has_waiter)
        if self._remaining is None:
            return True
        if reservation.is_essential:
            # It comes before other reservations, for which nothing has been deleted yet.
            return self._remaining - self._in_flight >= 1
        if reservation.requests_left:
            # Other clients may have used up what was reserved: nothing is deleted without room for what follows.
            others = self._reserved - reservation.requests_left
            return self._remaining - self._in_flight - others >= reservation.requests_left
        return self._available(self._remaining) >= 1 and not self._fair_wait(1)

    def _may_reserve(self, requests: int) -> bool:
        if self._remaining is None:
            return True
        requests = self._at_most(requests)
        return self._available(self._remaining) >= requests and not self._fair_wait(requests)

    def _available(self, remaining: int) -> int:
        """Return how many requests threads without a reservation may send or reserve."""
        return self._share(remaining) - self._in_flight - self._reserved

    def _share(self, requests: int) -> int:
        return (requests - self._left_to_others) // self._clients

    def _fair_wait(self, requests: int) -> float:
        """Return the seconds for which further requests would take the share of clients that have just started."""
        seconds = self._counted_since + _FAIR_SECONDS - self._clock()
        if (
            self._clients == 1
            or self._limit is None
            # A reservation after the request that probes the window must fit in, however short the window is.
            or self._sent + self._reserved + requests <= max(self._share(self._limit), requests + 1)
        ):
            return 0.0
        # It is a courtesy, not a reason to fail.
        return seconds if 0 < seconds <= self._max_wait - self._waited else 0.0

    def _at_most(self, requests: int) -> int:
        # Do not wait forever for a window that never has that many, besides the request that probes it. If only the
        # share is too small, nothing is reserved: other clients would use up what is needed after a DELETE.
        return requests if self._limit is None else max(1, min(requests, self._limit - self._left_to_others - 1))

    def _begin_wait(self, reservation: Reservation, requests: int) -> float:
        # A reservation comes after the request that probes the window.
        probes = 1 if requests else 0
        requests = self._at_most(requests or 1)
        is_fair = not reservation.is_essential and self._available(self._remaining or 0) >= requests
        seconds = max(0.0, (self._resets_at or 0.0) - self._clock()) + _MARGIN_SECONDS
        if is_fair:
            seconds = min(seconds, self._fair_wait(requests))
        elif not reservation.is_essential:
            seconds += random.uniform(0.0, self._max_jitter(seconds))
        is_never_enough = not is_fair and self._limit is not None and self._share(self._limit - probes) < requests
        is_too_long = not reservation.is_essential and (is_never_enough or self._waited + seconds > self._max_wait)
        if is_too_long or seconds > self._interruption.seconds_left():
            raise WaitTooLong(seconds, math.ceil(self._waited + seconds), is_never_enough)
        self._waited += seconds
        self._has_waiter = True
        reason = " rate_limit_max_wait is ignored, because a deleted schedule must still be created again."
        self._warn(
            f"Waiting {seconds:.0f} s so that other clients can use their share of Northflank's rate limit."
            if is_fair
            else f"Waiting {seconds:.0f} s for Northflank's rate limit to reset."
            f"{reason if reservation.is_essential else ''}"
        )
        return seconds

    def _max_jitter(self, seconds: float) -> float:
        # It is a courtesy, too.
        return max(0.0, min(self._clients - 1, _MAX_JITTER_SECONDS, self._max_wait - self._waited - seconds))

    def _forget_expired_window(self) -> None:
        """Forget what is known of a window that has ended, or that other clients may have used up."""
        now = self._clock()
        is_stale = self._clients > 1 and not self._in_flight and now >= self._responded_at + _STALE_SECONDS
        # What is used up stays used up.
        is_used_up = not self._remaining or self._share(self._remaining) < 1
        if self._window_known and (self._has_ended() or (is_stale and not is_used_up)):
            self._window_known = False

    def _has_ended(self) -> bool:
        return self._resets_at is not None and self._clock() >= self._resets_at + _MARGIN_SECONDS

    def _record(self, status: int, headers: Mapping[str, str]) -> None:
        limit, remaining, reset = (
            _number(headers.get(f"x-ratelimit-{name}")) for name in ("limit", "remaining", "reset")
        )
        # Something else, such as a proxy, may refuse a request, too. That is no reason for other tasks to wait.
        is_of_window = remaining is not None and (status != TOO_MANY_REQUESTS or remaining == 0)
        if status == TOO_MANY_REQUESTS:
            remaining = 0.0
            retry_after = _number(headers.get("retry-after"))
            reset = next((each for each in (retry_after, reset) if each is not None), _DEFAULT_WAIT_SECONDS)
        if limit is not None:
            self._limit = int(limit)
        if remaining is not None and reset is not None:
            reset = min(reset, _MAX_WINDOW_SECONDS)
            resets_at = self._clock() + reset
            # The response may be as old as the request.
            earliest_reset = getattr(self._thread, "sent_at", self._clock()) + reset
            if (
                self._window_known
                and self._remaining is not None
                and self._resets_at is not None
                and earliest_reset <= self._resets_at + _MARGIN_SECONDS
            ):
                # It is the same window: the remaining requests only decrease, but responses overtake one another.
                remaining = min(remaining, self._remaining)
                resets_at = min(resets_at, self._resets_at)
            self._remaining = int(remaining)
            self._resets_at = resets_at
            self._responded_at = self._clock()
            self._window_known = True
            if abs(resets_at - self._counted_until) > 2 * _MARGIN_SECONDS:
                self._counted_since, self._sent = self._clock(), self._in_flight + 1
            self._counted_until = resets_at
            if is_of_window:
                self._save_shared_window()
        elif status < 500:
            # An API that reports no limit has none; a proxy's error page says nothing about the API.
            if self._has_ended():
                self._remaining = self._resets_at = None
            self._responded_at = self._clock()
            self._window_known = True

    def _load_shared_window(self) -> None:
        """Start with what an earlier task of the run knew, instead of finding out by a request that may be refused."""
        window = self._shared.load() if self._shared else None
        if window is None or window["resets_at"] + _MARGIN_SECONDS <= self._wall_clock():
            return
        self._limit, self._remaining = int(window["limit"]), int(window["remaining"])
        self._resets_at = self._clock() + min(window["resets_at"] - self._wall_clock(), _MAX_WINDOW_SECONDS)
        self._responded_at = self._clock()
        self._window_known = True

    def _save_shared_window(self) -> None:
        if self._shared is None or self._limit is None or self._remaining is None or self._resets_at is None:
            return
        now = self._clock()
        if self._share(self._remaining) >= 1 and now < self._saved_at + _SAVE_INTERVAL_SECONDS:
            return
        self._saved_at = now
        resets_at = self._wall_clock() + self._resets_at - now
        self._shared.save({"limit": self._limit, "remaining": self._remaining, "resets_at": resets_at})


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None
