# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for a long operation of the API by reading its state, with few requests. Knows no HTTP.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from .._errors import ApiError

State = TypeVar("State")

# Each interval is this much longer than the one before, up to the maximum: short operations are noticed soon, long ones
# cost few requests.
_GROWTH = 1.5
_MAX_INTERVAL_SECONDS = 60.0

_SERVER_ERRORS = 500


class WaitTimeout(Exception):
    """The operation was not done by the deadline. state: as last read; None if no read succeeded."""

    def __init__(self, state: object, seconds: float) -> None:
        self.state = state
        self.seconds = seconds
        super().__init__(f"not done after {seconds:.0f} s")


def wait_until(
    read: Callable[[], State],
    is_done: Callable[[State], bool],
    *,
    timeout: float,
    interval: float,
    sleep: Callable[[float], None],
    clock: Callable[[], float] = time.monotonic,
    show_progress: Callable[[State, float], None] = lambda state, seconds: None,
) -> State:
    """Read the state of an operation until it is done, and return it.

    timeout: seconds until the deadline. interval: seconds before the second read; later intervals grow.
    show_progress: called after each read with the state and the seconds since the start.

    A read that fails with a transient ApiError, or an error of the server, is repeated at the next interval. Raises
    WaitTimeout, and what read raises otherwise. A read that waits for the rate limit holds back no other thread.
    """
    start = clock()
    state: State | None = None
    while True:
        try:
            state = read()
        except ApiError as error:
            # A wait of hours shall not end because of a single error of the server.
            if not error.transient and (error.status or 0) < _SERVER_ERRORS:
                raise
        else:
            show_progress(state, clock() - start)
            if is_done(state):
                return state
        left = start + timeout - clock()
        if left <= 0:
            raise WaitTimeout(state, clock() - start)
        sleep(min(interval, left))
        interval = min(interval * _GROWTH, max(interval, _MAX_INTERVAL_SECONDS))
