# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read and write times. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

# A backup begins within its minute, and clocks differ.
CLOCK_SKEW = timedelta(minutes=5)


def utc_now() -> datetime:
    """Return the current time."""
    return datetime.now(timezone.utc)


def parse_time(text: Any) -> datetime | None:
    """Parse a time such as 2026-01-15T09:30:00.000Z, in UTC unless it names a time zone.

    Return None for anything else.
    """
    try:
        # Python 3.9 accepts neither Z nor a fraction of other than three or six digits.
        parsed = datetime.fromisoformat(str(text).strip().replace("Z", "+00:00"))
        return parsed.replace(tzinfo=timezone.utc) if parsed.tzinfo is None else parsed.astimezone(timezone.utc)
    except (OverflowError, ValueError):
        # OverflowError: 9999-12-31T23:59:59-05:00 is beyond the last year of a datetime in UTC.
        return None


def format_time(time: datetime) -> str:
    """Format a time in UTC: 2026-01-15T09:30:00Z."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def is_formatted(value: Any) -> bool:
    """Return whether a value is a time as format_time() returns it."""
    time = parse_time(value) if isinstance(value, str) else None
    return time is not None and format_time(time) == value


def format_duration(duration: timedelta) -> str:
    """Format a duration, rounded up: 31 min, 26 h 5 min, 12 days 3 h. A negative one is 0 min."""
    minutes = max(0, -(-duration // timedelta(minutes=1)))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return _with_rest(minutes // 60, "h", minutes % 60, "min")
    hours = -(-minutes // 60)
    return _with_rest(hours // 24, "days", hours % 24, "h")


def format_days(days: int) -> str:
    """Format a number of days: 1 day, 14 days."""
    return "1 day" if days == 1 else f"{days} days"


def _with_rest(count: int, unit: str, rest: int, smaller_unit: str) -> str:
    return f"{count} {unit} {rest} {smaller_unit}" if rest else f"{count} {unit}"


def seconds_between(start: Any, end: Any) -> int | None:
    """Return the seconds between two times as the API returns them; None if one is not valid, or the end is first."""
    started_at, ended_at = parse_time(start), parse_time(end)
    if started_at is None or ended_at is None or ended_at < started_at:
        return None
    return round((ended_at - started_at).total_seconds())


def is_in_future(time: datetime, now: datetime) -> bool:
    """Return whether a time is later than what different clocks can explain."""
    # A sum could be later than the last year of a datetime.
    return time - now > CLOCK_SKEW
