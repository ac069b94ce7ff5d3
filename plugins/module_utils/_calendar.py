# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a backup schedule fires. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

# 0 is Monday, as in the API. (In cron, 0 is Sunday.)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

HOURS_PER_DAY = 24
DAYS_PER_WEEK = 7


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


def _normal(values: Iterable[Any] | None) -> tuple[Any, ...]:
    # Text sorts behind the numbers: a word that is no day must live on until problems() has named it.
    return tuple(sorted(set(values or ()), key=lambda value: (isinstance(value, str), value)))
