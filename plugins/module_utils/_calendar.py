# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a backup schedule fires, and how to move that. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from fractions import Fraction
from itertools import product, takewhile
from typing import Any

# 0 is Monday, as in the API. (In cron, 0 is Sunday.)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

MINUTES_PER_HOUR = 60
HOURS_PER_DAY = 24
DAYS_PER_WEEK = 7

# The longest window that addons are staggered over, in minutes: a day.
LONGEST_STAGGER = HOURS_PER_DAY * MINUTES_PER_HOUR

# API reference: the fields that each interval has, and what each field may hold.
_TIMES = {"hourly": ("minute",), "daily": ("minute", "hour"), "weekly": ("minute", "hour", "day")}
_RANGES = {"minute": (0, 59), "hour": (0, 23), "day": (0, 6)}
INTERVALS = tuple(_TIMES)


def day_number(day: int | str) -> int | str:
    """Turn ``"Friday"``, ``"4"`` or ``4`` into 4; give back as it is what is neither, for problems() to name."""
    text = str(day).strip().lower()
    if text in DAYS:
        return DAYS.index(text)
    try:
        return int(text)
    except ValueError:
        return day


@dataclass(frozen=True)
class Scheduling:
    """The API's ``scheduling`` object: a backup at each minute of each hour of each day, times taken to be UTC.

    interval: hourly, daily or weekly.
    minute: minutes 0 to 59.
    hour: hours 0 to 23; empty for hourly.
    day: days 0 (Monday) to 6 (Sunday); empty for hourly and daily.

    The three are sorted and free of repeats, so two that fire alike are equal: make them with of().
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
        """Make the normal form of lists that are in any order, hold repeats or day names, or are left out (None)."""
        return cls(interval, _normal(minute), _normal(hour), _normal(day_number(each) for each in day or ()))

    def as_dict(self) -> dict[str, Any]:
        """Give ``{interval, minute, hour?, day?}``: the same names in the API and in results; empty lists left out."""
        times = {"minute": self.minute, "hour": self.hour, "day": self.day}
        return {"interval": self.interval, **{name: list(values) for name, values in times.items() if values}}

    def runs_per_day(self) -> Fraction:
        """Count the backups a day; for a weekly schedule the mean over the week."""
        if self.interval == "hourly":
            return Fraction(len(self.minute) * HOURS_PER_DAY)
        if self.interval == "daily":
            return Fraction(len(self.minute) * len(self.hour))
        return Fraction(len(self.minute) * len(self.hour) * len(self.day), DAYS_PER_WEEK)

    def problems(self) -> list[str]:
        """Return the validation errors of the times, each naming its option (``scheduling.hour``)."""
        if self.interval not in _TIMES:
            return [f"scheduling.interval: {self.interval!r} is not one of {', '.join(INTERVALS)}"]
        found = []
        for name, (lowest, highest) in _RANGES.items():
            values = getattr(self, name)
            option = f"scheduling.{name}"
            if name not in _TIMES[self.interval]:
                if values:
                    found.append(f"{option}: {with_article(self.interval)} schedule has none, leave it out")
                continue
            if not values:
                found.append(
                    f"{option}: {with_article(self.interval)} schedule needs at least one, {lowest} to {highest}"
                )
            for value in values:
                if isinstance(value, str):
                    found.append(f"{option}: {value!r} is no day, give 0 (Monday) to 6 (Sunday) or an English name")
                elif isinstance(value, bool) or not isinstance(value, int):
                    found.append(f"{option}: {value!r} is not a whole number")
                elif not lowest <= value <= highest:
                    found.append(f"{option}: {value} is not between {lowest} and {highest}")
        return found

    def runs_after(self, start: datetime) -> Iterator[datetime]:
        """Give the times that it fires after start, the next one first, without end. It must break no rule."""
        times = [time(hour, minute) for hour, minute in product(self._hours, self.minute)]
        for days in range((datetime.max - start.replace(tzinfo=None)).days):
            date = start.date() + timedelta(days)
            if date.weekday() in self._days:
                runs = (datetime.combine(date, each, start.tzinfo) for each in times)
                yield from (run for run in runs if run > start)

    def run_before(self, end: datetime) -> datetime:
        """Give the last time that it fired before end, or at it. It must break no rule."""
        start = end - timedelta(days=DAYS_PER_WEEK, minutes=1)
        return list(takewhile(lambda run: run <= end, self.runs_after(start)))[-1]

    def shifted(self, minutes: int) -> Scheduling | None:
        """Give the scheduling that fires so many minutes later each time; None where the API's lists cannot say it.

        The lists say "at each of these minutes of each of these hours of each of these days". So those that pass the
        end of their hour must all pass it, and so with the day, unless every hour, or every day, is there anyway.
        """
        hours, minutes = divmod(minutes, MINUTES_PER_HOUR)
        every_day = len(self._days) == DAYS_PER_WEEK
        every_hour = every_day and len(self._hours) == HOURS_PER_DAY
        minute, passed = _rotated(self.minute, minutes, MINUTES_PER_HOUR)
        if len(passed) > 1 and not every_hour:
            return None
        days, hours = divmod(hours + max(passed), HOURS_PER_DAY)
        hour, passed = _rotated(self._hours, hours, HOURS_PER_DAY)
        if len(passed) > 1 and not every_day:
            return None
        day, _weeks = _rotated(self._days, days + max(passed), DAYS_PER_WEEK)
        return replace(self, minute=minute, hour=hour if self.hour else (), day=day if self.day else ())

    @property
    def _hours(self) -> tuple[int, ...]:
        return self.hour or tuple(range(HOURS_PER_DAY))

    @property
    def _days(self) -> tuple[Any, ...]:
        return self.day or tuple(range(DAYS_PER_WEEK))


def stagger(schedulings: Sequence[Scheduling], window: int, project_id: str, addon_id: str) -> list[Scheduling]:
    """Give the schedulings of an addon so many minutes later that the addons of a fleet spread over a window.

    window: minutes, 0 (nothing moves) to LONGEST_STAGGER. How much later is drawn from the ids of the project and the
    addon alone, so it is the same each time, whatever else there is. All schedulings of the addon move alike: what did
    not fall together does not do so afterwards. Where one of them cannot be said that much later (see shifted()), all
    move by the nearest smaller amount at which each can.
    """
    drawn = int.from_bytes(hashlib.sha256(f"{project_id}/{addon_id}".encode()).digest()[:8], "big")
    for minutes in range(drawn % max(window, 1), 0, -1):
        moved = [each.shifted(minutes) for each in schedulings]
        if None not in moved:
            return [each for each in moved if each]
    return list(schedulings)


def stagger_problems(option: str, window: int) -> list[str]:
    """Say what is wrong with a window of stagger(), naming its option."""
    if 0 <= window <= LONGEST_STAGGER:
        return []
    return [f"{option}: {window} is not between 0 and {LONGEST_STAGGER}, the minutes of a day"]


def parse_time(text: Any) -> datetime | None:
    """Parse a time such as 2026-01-15T09:30:00.000Z; without a time zone it is in UTC. None for anything else."""
    try:
        # Python 3.9 knows neither the Z nor a fraction of other than three or six digits.
        parsed = datetime.fromisoformat(str(text).strip().replace("Z", "+00:00"))
        return parsed.replace(tzinfo=timezone.utc) if parsed.tzinfo is None else parsed.astimezone(timezone.utc)
    except (OverflowError, ValueError):
        # OverflowError: 9999-12-31T23:59:59-05:00 is beyond the last year of a datetime in UTC.
        return None


def with_article(interval: str) -> str:
    return f"an {interval}" if interval == "hourly" else f"a {interval}"


def _rotated(values: Iterable[int], by: int, size: int) -> tuple[tuple[int, ...], set[int]]:
    """Rotate values on a dial of this size; return them, and how often they passed its end."""
    moved = [divmod(value + by, size) for value in values]
    return tuple(sorted(value for _passed, value in moved)), {passed for passed, _value in moved}


def _normal(values: Iterable[Any] | None) -> tuple[Any, ...]:
    # Text sorts behind the numbers: a word that is no day must live on until problems() has named it.
    return tuple(sorted(set(values or ()), key=lambda value: (isinstance(value, str), value)))
