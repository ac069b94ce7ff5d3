# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the progress of a task that takes more than a few seconds.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from .._api.transport import Transport

_SECONDS_BETWEEN_REPORTS = 5.0


class Progress:
    """Shows at intervals how many resources are done: ``12 of 20 addons processed, 640 of 1000 requests left``.

    show: called with that text. noun: for what is processed, such as addon.
    """

    def __init__(
        self,
        show: Callable[[str], None],
        transport: Transport,
        total: int,
        noun: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._show = show
        self._transport = transport
        self._total = f"{total} {noun}s"
        self._clock = clock
        self._lock = threading.Lock()
        self._done = 0
        self._shown_at = clock()

    def step(self) -> None:
        """Count a resource as done."""
        with self._lock:
            self._done += 1
            if self._clock() < self._shown_at + _SECONDS_BETWEEN_REPORTS:
                return
            self._shown_at = self._clock()
            limit = self._transport.usage()["rate_limit"]
            left = f", {limit['remaining']} of {limit['limit']} requests left" if limit else ""
            self._show(f"{self._done} of {self._total} processed{left}")
