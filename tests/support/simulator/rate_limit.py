# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit of the API: a number of requests per window, which opens with the first of them."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

from simulator.settings import Settings


class RateLimit:
    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """End the current window, so that the next request opens a new one."""
        with self._lock:
            self._resets_at = -math.inf
            self._used = 0

    def acquire(self) -> tuple[bool, dict[str, str]]:
        """Count a request. Return whether it is allowed, and the rate-limit headers of its response."""
        with self._lock:
            now = self._clock()
            if now >= self._resets_at:
                self._resets_at, self._used = now + self._settings.rate_window, 0
            self._used += 1
            limit = self._settings.rate_limit
            reset = str(math.ceil(round(self._resets_at - now, 6)))
            headers = {
                "x-ratelimit-limit": str(limit),
                "x-ratelimit-remaining": str(max(0, limit - self._used)),
                "x-ratelimit-reset": reset,
            }
            exceeded = self._used > limit
            if exceeded and self._settings.retry_after:
                headers["retry-after"] = reset
            return not exceeded, headers
