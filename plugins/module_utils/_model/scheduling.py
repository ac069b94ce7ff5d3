# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a backup schedule runs: its interval, minutes, hours and days. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from fractions import Fraction
from itertools import product, takewhile
from typing import Any

# 0 is Monday, as in the API. (In cron, 0 is Sunday.)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

MINUTES_PER_HOUR = 60
HOURS_PER_DAY = 24
DAYS_PER_WEEK = 7

INTERVALS = ("hourly", "daily", "weekly")

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")


def day_number(day: int | str) -> int | str:
    """Convert ``"Friday"``, ``"4"`` or ``4`` to 4. Return anything else unchanged, for the validation to reject."""
    if not isinstance(day, str):
        return day
    text = day.strip().lower()
    if text in DAYS:
        return DAYS.index(text)
    # int() would also accept digits of other scripts, underscores and very long numbers.
    return int(text) if _NUMBER.fullmatch(text) else day


@dataclass(frozen=True)
class Scheduling:
    """The API's ``scheduling`` object: a backup at each minute of each hour of each day, in UTC.

    The API's reference does not state the time zone; this collection assumes UTC everywhere.

    interval: hourly, daily or weekly.
    minute: minutes from 0 to 59.
    hour: hours from 0 to 23; empty for hourly.
    day: days from 0 (Monday) to 6 (Sunday); empty for hourly and daily.

    The three are sorted and have no duplicates, so that equal times compare equal: construct it with of().
    """

    interval: str
    minute: tuple[int, ...] = ()
    hour: tuple[int, ...] = ()
    day: tuple[int | str, ...] = ()

    @classmethod
    def of(
        cls,
        interval: str,
        minute: Iterable[int] | None,
        hour: Iterable[int] | None,
        day: Iterable[int | str] | None,
    ) -> Scheduling:
        """Normalize lists that may be unordered, have duplicates or names of days, or be omitted (None)."""
        days = [day_number(each) for each in day or ()]
        return cls(interval, _normalized(minute), _normalized(hour), _normalized(days))

    def as_dict(self) -> dict[str, Any]:
        """Return ``{interval, minute, hour?, day?}``, which has the same names in the API and in results."""
        times = {"minute": self.minute, "hour": self.hour, "day": self.day}
        return {"interval": self.interval, **{name: list(values) for name, values in times.items() if values}}

    def runs_per_day(self) -> Fraction:
        """Return the number of backups per day, for a weekly schedule on average."""
        if self.interval == "hourly":
            return Fraction(len(self.minute) * HOURS_PER_DAY)
        if self.interval == "daily":
            return Fraction(len(self.minute) * len(self.hour))
        return Fraction(len(self.minute) * len(self.hour) * len(self.day), DAYS_PER_WEEK)

    def minutes_of_week(self) -> set[int]:
        """Return the runs of a week, in minutes since Monday 00:00. The scheduling must be valid."""
        return {
            (day * HOURS_PER_DAY + hour) * MINUTES_PER_HOUR + minute
            for day, hour, minute in product(self._days, self._hours, self.minute)
        }

    def runs_after(self, start: datetime) -> Iterator[datetime]:
        """Yield the runs after start, the next one first, without end. The scheduling must be valid."""
        times = [time(hour, minute) for hour, minute in product(self._hours, self.minute)]
        for days in range((datetime.max - start.replace(tzinfo=None)).days):
            date = start.date() + timedelta(days)
            if date.weekday() in self._days:
                runs = (datetime.combine(date, each, start.tzinfo) for each in times)
                yield from (run for run in runs if run > start)

    def run_before(self, end: datetime) -> datetime:
        """Return the last run before end, or at it. The scheduling must be valid."""
        start = end - timedelta(days=DAYS_PER_WEEK, minutes=1)
        return list(takewhile(lambda run: run <= end, self.runs_after(start)))[-1]

    def shifted(self, minutes: int) -> Scheduling | None:
        """Return the scheduling whose runs are that many minutes later; None if the API cannot express it.

        Its lists mean "at each of these minutes of each of these hours of each of these days". So either all minutes
        that are shifted must cross the end of their hour, or none, unless every hour is listed; likewise hours and
        days.
        """
        hours, minutes = divmod(minutes, MINUTES_PER_HOUR)
        every_day = len(self._days) == DAYS_PER_WEEK
        every_hour = every_day and len(self._hours) == HOURS_PER_DAY
        minute, carries = _rotated(self.minute, minutes, MINUTES_PER_HOUR)
        if len(carries) > 1 and not every_hour:
            return None
        days, hours = divmod(hours + max(carries), HOURS_PER_DAY)
        hour, carries = _rotated(self._hours, hours, HOURS_PER_DAY)
        if len(carries) > 1 and not every_day:
            return None
        day, _weeks = _rotated(self._days, days + max(carries), DAYS_PER_WEEK)
        return replace(self, minute=minute, hour=hour if self.hour else (), day=day if self.day else ())

    @property
    def _hours(self) -> tuple[int, ...]:
        return self.hour or tuple(range(HOURS_PER_DAY))

    @property
    def _days(self) -> tuple[Any, ...]:
        return self.day or tuple(range(DAYS_PER_WEEK))


def _rotated(values: Iterable[int], by: int, size: int) -> tuple[tuple[int, ...], set[int]]:
    """Add to each value, modulo size; return the sorted values and the carries."""
    moved = [divmod(value + by, size) for value in values]
    return tuple(sorted(value for _carry, value in moved)), {carry for carry, _value in moved}


def _normalized(values: Iterable[Any] | None) -> tuple[Any, ...]:
    # Strings sort after integers: an invalid name of a day must survive until the validation reports it.
    return tuple(sorted(set(values or ()), key=lambda value: (isinstance(value, str), value)))
