# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The normal form of a scheduling, its runs, and how it is shifted."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from itertools import islice, takewhile
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.schedule_rules import time_errors
from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import Scheduling, day_number
from ansible_collections.community.northflank.plugins.module_utils._model.staggering import MAX_WINDOW
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import schedulings
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("Monday", 0),
        ("tuesday", 1),
        ("WEDNESDAY", 2),
        ("Thursday", 3),
        (" Friday ", 4),
        ("Saturday", 5),
        ("Sunday", 6),
        ("6", 6),
        (6, 6),
        ("-1", -1),
        ("Fri", "Fri"),
        ("", ""),
    ],
)
def test_days_are_converted_to_numbers_from_monday(day: int | str, number: int | str) -> None:
    assert day_number(day) == number


@pytest.mark.parametrize("day", ["\u0663", "0_4", "9" * 5000, "4.0", ""])
def test_what_is_not_a_day_is_kept_for_the_validation(day: str) -> None:
    assert day_number(day) == day


def test_the_normal_form_is_sorted_and_has_no_duplicates() -> None:
    scheduling = Scheduling.of("weekly", [30, 0, 30], [14, 2], ["Friday", "0", 4])
    assert scheduling == Scheduling("weekly", (0, 30), (2, 14), (0, 4))


def test_a_scheduling_is_immutable() -> None:
    with pytest.raises(FrozenInstanceError):
        Scheduling.of("daily", [0], [2], None).interval = "weekly"  # type: ignore[misc]


def test_an_invalid_day_is_kept_after_the_numbers() -> None:
    assert Scheduling.of("weekly", [0], [0], ["Someday", "9", "0"]).day == (0, 9, "Someday")


@pytest.mark.parametrize(
    ("scheduling", "fields"),
    [
        (Scheduling.of("hourly", [0], None, None), {"interval": "hourly", "minute": [0]}),
        (Scheduling.of("hourly", [0], [], []), {"interval": "hourly", "minute": [0]}),
        (Scheduling.of("daily", [0], [2], None), {"interval": "daily", "minute": [0], "hour": [2]}),
        (Scheduling.of("weekly", [0], [2], [4]), {"interval": "weekly", "minute": [0], "hour": [2], "day": [4]}),
        (Scheduling.of("daily", None, None, None), {"interval": "daily"}),
    ],
)
def test_as_dict_omits_empty_fields(scheduling: Scheduling, fields: dict) -> None:
    assert scheduling.as_dict() == fields


@pytest.mark.parametrize(
    ("scheduling", "runs"),
    [
        (Scheduling.of("hourly", [0, 30], None, None), 48),
        (Scheduling.of("daily", [0, 30], [2, 8, 14], None), 6),
        (Scheduling.of("weekly", [0], [2, 14], [0, 4, 6]), Fraction(6, 7)),
    ],
)
def test_runs_per_day(scheduling: Scheduling, runs: Fraction) -> None:
    assert scheduling.runs_per_day() == runs


STARTS = st.integers(0, 3_000_000).map(lambda minutes: datetime(2024, 1, 1) + timedelta(minutes=minutes))


def runs(scheduling: Scheduling, start: datetime, days: int = 14) -> set[datetime]:
    return set(takewhile(lambda run: run <= start + timedelta(days), scheduling.runs_after(start)))


def runs_minute_by_minute(scheduling: Scheduling, start: datetime, days: int) -> set[datetime]:
    """Return the runs, found minute by minute."""
    minutes = (start + timedelta(minutes=each) for each in range(1, days * 24 * 60 + 1))
    return {
        each
        for each in minutes
        if each.minute in scheduling.minute
        and each.hour in (scheduling.hour or range(24))
        and each.weekday() in (scheduling.day or range(7))
    }


@settings(max_examples=50, deadline=None)
@given(schedulings(), STARTS)
def test_the_next_runs_are_those_at_the_matching_minutes(scheduling: Scheduling, start: datetime) -> None:
    assert runs(scheduling, start, 8) == runs_minute_by_minute(scheduling, start, 8)


@settings(max_examples=50, deadline=None)
@given(schedulings())
def test_the_runs_of_a_week_are_those_after_its_start(scheduling: Scheduling) -> None:
    monday = datetime(2026, 11, 23, tzinfo=timezone.utc)
    minutes = {(run - monday) // timedelta(minutes=1) for run in runs(scheduling, monday - timedelta(minutes=1), 8)}
    assert scheduling.minutes_of_week() == {each for each in minutes if each < 7 * 24 * 60}


def test_the_next_runs_are_in_order_and_after_the_start() -> None:
    scheduling = Scheduling.of("weekly", [0, 30], [23], ["Sunday"])
    start = datetime(2026, 11, 22, 23, 0, 10, tzinfo=timezone.utc)  # a Sunday
    assert [each.isoformat() for each in islice(scheduling.runs_after(start), 3)] == [
        "2026-11-22T23:30:00+00:00",
        "2026-11-29T23:00:00+00:00",
        "2026-11-29T23:30:00+00:00",
    ]


def test_a_run_at_the_start_is_not_among_the_next() -> None:
    scheduling = Scheduling.of("daily", [30], [2], None)
    assert next(scheduling.runs_after(datetime(2026, 11, 24, 2, 30))) == datetime(2026, 11, 25, 2, 30)


@pytest.mark.parametrize(
    ("times", "end", "run"),
    [
        (("hourly", [0, 50], None, None), datetime(2026, 11, 24, 2, 49), datetime(2026, 11, 24, 2, 0)),
        (("daily", [30], [2, 14], None), datetime(2026, 11, 24, 2, 29), datetime(2026, 11, 23, 14, 30)),
        # 2026-11-22 is a Sunday.
        (("weekly", [30], [2], [6]), datetime(2026, 11, 29, 2, 29, 59), datetime(2026, 11, 22, 2, 30)),
        # A run at the end counts.
        (("weekly", [30], [2], [6]), datetime(2026, 11, 29, 2, 30), datetime(2026, 11, 29, 2, 30)),
    ],
)
def test_the_run_before_a_time(times: Any, end: datetime, run: datetime) -> None:
    assert Scheduling.of(*times).run_before(end) == run


@settings(max_examples=50, deadline=None)
@given(schedulings(), STARTS)
def test_no_run_follows_the_one_before_a_time(scheduling: Scheduling, end: datetime) -> None:
    run = scheduling.run_before(end)
    assert run <= end < next(scheduling.runs_after(run))


@settings(max_examples=300, deadline=None)
@given(schedulings(), st.integers(0, MAX_WINDOW - 1))
def test_a_shifted_scheduling_is_valid_and_runs_that_much_later(scheduling: Scheduling, minutes: int) -> None:
    shifted = scheduling.shifted(minutes)
    if shifted is None:
        return
    assert time_errors(shifted) == []
    assert shifted == Scheduling.of(shifted.interval, shifted.minute, shifted.hour, shifted.day)
    start = datetime(2026, 1, 5)
    later = {run + timedelta(minutes=minutes) for run in runs(scheduling, start)}
    begins = start + timedelta(minutes=minutes)
    assert runs(shifted, begins) == later


@settings(max_examples=300, deadline=None)
@given(schedulings(), st.integers(0, MAX_WINDOW - 1))
def test_a_scheduling_that_is_not_shifted_cannot_be_expressed(scheduling: Scheduling, minutes: int) -> None:
    if scheduling.shifted(minutes) is not None:
        return
    # Lists that contain all shifted runs contain others as well.
    start = datetime(2026, 1, 5)
    later = {run + timedelta(minutes=minutes) for run in runs(scheduling, start)}
    smallest = Scheduling.of(
        scheduling.interval,
        {run.minute for run in later},
        {run.hour for run in later} if scheduling.hour else (),
        {run.weekday() for run in later} if scheduling.day else (),
    )
    assert runs(smallest, start + timedelta(minutes=minutes)) > later


@pytest.mark.parametrize(
    ("before", "minutes", "after"),
    [
        (("hourly", [50], None, None), 20, ("hourly", [10], None, None)),
        (("hourly", [0, 50], None, None), 20, ("hourly", [10, 20], None, None)),
        (("daily", [30], [2], None), 45, ("daily", [15], [3], None)),
        (("daily", [30], [23], None), 45, ("daily", [15], [0], None)),
        (("daily", [0, 30], [2], None), 29, ("daily", [29, 59], [2], None)),
        (("daily", [0, 30], [2], None), 60, ("daily", [0, 30], [3], None)),
        (("weekly", [30], [23], [6]), 45, ("weekly", [15], [0], [0])),
        (("weekly", [30], [1, 23], range(7)), 45, ("weekly", [15], [0, 2], range(7))),
    ],
)
def test_a_shift_crosses_the_end_of_the_hour_the_day_and_the_week(before: Any, minutes: int, after: Any) -> None:
    assert Scheduling.of(*before).shifted(minutes) == Scheduling.of(*after)


@pytest.mark.parametrize(
    ("times", "minutes"),
    [
        (("daily", [0, 30], [2], None), 30),
        (("weekly", [0], [2, 23], [6]), 60),
        (("weekly", [0, 30], range(24), [6]), 30),
        (("weekly", [30], range(24), [6]), 30),
    ],
)
def test_a_shift_that_some_runs_carry_over_cannot_be_expressed(times: Any, minutes: int) -> None:
    assert Scheduling.of(*times).shifted(minutes) is None
