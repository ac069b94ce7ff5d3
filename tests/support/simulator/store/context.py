# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all parts of a store share."""

from __future__ import annotations

import itertools
import re
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from simulator.settings import Settings


class Context:
    """The settings, the lock, the sources of IDs and times, and the journal.

    IDs and the times of schedules start at the same values in every store, so that the same fleet always has the same
    ones. Backups begin and end at real times, because tasks compare these with their own.

    clock: the time in seconds.
    journal: one entry per write that took effect after the fleet was loaded: the path of the resource
    (project/addon), create or delete, the interval and backup type of the schedule, and who wrote.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self.settings = settings
        self.clock = clock
        self._epoch = datetime.now(timezone.utc) - timedelta(seconds=clock())
        self.lock = threading.RLock()
        self.journal: list[tuple[str, str, str, str]] = []
        self._numbers = itertools.count(1)
        self._seconds = itertools.count()

    def new_id(self) -> str:
        number = next(self._numbers)
        return f"{0x62CC20B90956 + number:012x}{number:012x}"

    def now(self) -> str:
        """Return the current time, which advances by a second per call."""
        seconds = next(self._seconds)
        return f"2026-01-15T{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000Z"

    def to_datetime(self, time: float) -> datetime:
        """Return a time of the clock in UTC."""
        return self._epoch + timedelta(seconds=time)

    def to_text(self, time: float) -> str:
        """Return a time of the clock as the API returns it."""
        moment = self.to_datetime(time)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def slug(name: str) -> str:
    """Return the ID of a new object with this name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def make_uid(*ids: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(ids)))
