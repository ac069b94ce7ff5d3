# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's rate limit: so many requests in a window that opens with the first of them."""

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
        """Open a new window with the next request."""
        with self._lock:
            self._resets_at = -math.inf
            self._used = 0

    def count(self) -> tuple[bool, dict[str, str]]:
        """Count a request; tell whether it may go, and the headers of its answer."""
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
            refused = self._used > limit
            if refused and self._settings.retry_after:
                headers["retry-after"] = reset
            return not refused, headers
