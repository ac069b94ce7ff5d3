# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times are parsed and formatted in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.times import (
    format_days,
    format_duration,
    format_time,
    is_in_future,
    parse_time,
    seconds_between,
)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-01-15T09:30:00.000Z", "2026-01-15T09:30:00+00:00"),
        ("2026-01-15 09:30", "2026-01-15T09:30:00+00:00"),
        ("2026-01-15T09:30:00+02:00", "2026-01-15T07:30:00+00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
        ("9999-12-31T23:59:59-05:00", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("soon", None),
        (None, None),
        (["2026-01-15"], None),
    ],
)
def test_a_valid_time_is_parsed_in_utc(text: Any, time: str | None) -> None:
    parsed = parse_time(text)
    assert (parsed and parsed.isoformat()) == time


def test_a_time_is_formatted_without_fractions_of_a_second() -> None:
    assert format_time(datetime(2026, 1, 15, 9, 30, 0, 999, tzinfo=timezone.utc)) == "2026-01-15T09:30:00Z"


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(seconds=-1), "0 min"),
        (timedelta(), "0 min"),
        (timedelta(seconds=1), "1 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(minutes=59, seconds=1), "1 h"),
        (timedelta(hours=26), "26 h"),
        (timedelta(hours=26, microseconds=1), "26 h 1 min"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=2, minutes=1), "2 days 1 h"),
        (timedelta(days=2, hours=23, minutes=1), "3 days"),
    ],
)
def test_a_duration_is_formatted_rounded_up(duration: timedelta, text: str) -> None:
    assert format_duration(duration) == text


@pytest.mark.parametrize(("days", "text"), [(1, "1 day"), (14, "14 days"), (10**12, "1000000000000 days")])
def test_days_are_formatted(days: int, text: str) -> None:
    assert format_days(days) == text


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-01-15T09:30:00Z", "2026-01-15T09:30:00Z", 0),
        ("2026-01-15T09:30:00.000Z", "2026-01-15T09:31:29.600Z", 90),
        ("2026-01-15T09:30:00Z", "2026-01-15T09:29:59Z", None),
        ("2026-01-15T09:30:00Z", None, None),
        ("soon", "2026-01-15T09:30:00Z", None),
    ],
)
def test_seconds_between_times(start: Any, end: Any, seconds: int | None) -> None:
    assert seconds_between(start, end) == seconds


def test_clocks_may_differ_by_five_minutes() -> None:
    now = datetime(2026, 1, 15, 9, 30, tzinfo=timezone.utc)
    assert not is_in_future(now + timedelta(minutes=5), now)
    assert is_in_future(now + timedelta(minutes=5, seconds=1), now)
