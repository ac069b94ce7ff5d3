# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a schedule fires."""

from __future__ import annotations

from collections import Counter
from dataclasses import FrozenInstanceError
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from itertools import islice, takewhile
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.schedule_rules import scheduling_errors
from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import Scheduling, day_number
from ansible_collections.community.northflank.plugins.module_utils._model.staggering import (
    MAX_WINDOW,
    stagger,
    window_errors,
)
from ansible_collections.community.northflank.plugins.module_utils._model.times import parse_time
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
def test_days_go_by_name_or_number_from_monday(day: int | str, number: int | str) -> None:
    assert day_number(day) == number


def test_the_normal_form_is_sorted_and_free_of_repeats() -> None:
    scheduling = Scheduling.of("weekly", [30, 0, 30], [14, 2], ["Friday", "0", 4])
    assert scheduling == Scheduling("weekly", (0, 30), (2, 14), (0, 4))


def test_a_scheduling_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Scheduling.of("daily", [0], [2], None).interval = "weekly"  # type: ignore[misc]


def test_what_is_no_day_is_kept_behind_the_numbers() -> None:
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
def test_as_dict_has_the_fields_that_are_there(scheduling: Scheduling, fields: dict) -> None:
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


INTERVALS = st.sampled_from(["hourly", "daily", "weekly"])
STARTS = st.integers(0, 3_000_000).map(lambda minutes: datetime(2024, 1, 1) + timedelta(minutes=minutes))


@st.composite
def schedulings(draw: st.DrawFn) -> Scheduling:
    interval = draw(INTERVALS)
    minute = draw(st.sets(st.integers(0, 59), min_size=1, max_size=4))
    hour = draw(st.sets(st.integers(0, 23), min_size=1)) if interval != "hourly" else ()
    day = draw(st.sets(st.integers(0, 6), min_size=1)) if interval == "weekly" else ()
    return Scheduling.of(interval, minute, hour, day)


def runs(scheduling: Scheduling, start: datetime, days: int = 14) -> set[datetime]:
    return set(takewhile(lambda run: run <= start + timedelta(days), scheduling.runs_after(start)))


def by_the_minute(scheduling: Scheduling, start: datetime, days: int) -> set[datetime]:
    """Find the runs as slowly as can be, minute for minute."""
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
def test_the_next_runs_are_those_that_a_clock_would_find(scheduling: Scheduling, start: datetime) -> None:
    assert runs(scheduling, start, 8) == by_the_minute(scheduling, start, 8)


def test_the_next_runs_come_in_their_order_behind_the_start() -> None:
    scheduling = Scheduling.of("weekly", [0, 30], [23], ["Sunday"])
    start = datetime(2026, 11, 22, 23, 0, 10, tzinfo=timezone.utc)  # a Sunday
    assert [each.isoformat() for each in islice(scheduling.runs_after(start), 3)] == [
        "2026-11-22T23:30:00+00:00",
        "2026-11-29T23:00:00+00:00",
        "2026-11-29T23:30:00+00:00",
    ]


def test_a_run_at_the_start_is_not_the_next_one() -> None:
    scheduling = Scheduling.of("daily", [30], [2], None)
    assert next(scheduling.runs_after(datetime(2026, 11, 24, 2, 30))) == datetime(2026, 11, 25, 2, 30)


@settings(max_examples=300, deadline=None)
@given(schedulings(), st.integers(0, MAX_WINDOW - 1))
def test_what_is_shifted_fires_so_much_later_and_breaks_no_rule(scheduling: Scheduling, minutes: int) -> None:
    shifted = scheduling.shifted(minutes)
    if shifted is None:
        return
    assert scheduling_errors(shifted) == []
    assert shifted == Scheduling.of(shifted.interval, shifted.minute, shifted.hour, shifted.day)
    start = datetime(2026, 1, 5)
    later = {run + timedelta(minutes=minutes) for run in runs(scheduling, start)}
    begins = start + timedelta(minutes=minutes)
    assert runs(shifted, begins) == later


@settings(max_examples=300, deadline=None)
@given(schedulings(), st.integers(0, MAX_WINDOW - 1))
def test_what_is_not_shifted_cannot_be_said(scheduling: Scheduling, minutes: int) -> None:
    if scheduling.shifted(minutes) is not None:
        return
    # The lists that say at least what is wanted say more than that.
    start = datetime(2026, 1, 5)
    later = {run + timedelta(minutes=minutes) for run in runs(scheduling, start)}
    said = Scheduling.of(
        scheduling.interval,
        {run.minute for run in later},
        {run.hour for run in later} if scheduling.hour else (),
        {run.weekday() for run in later} if scheduling.day else (),
    )
    assert runs(said, start + timedelta(minutes=minutes)) > later


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
def test_a_shift_passes_the_end_of_the_hour_the_day_and_the_week(before: Any, minutes: int, after: Any) -> None:
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
def test_a_shift_that_tears_the_runs_apart_cannot_be_said(times: Any, minutes: int) -> None:
    assert Scheduling.of(*times).shifted(minutes) is None


NIGHTLY = Scheduling.of("daily", [0], [2], None)


def started_at(addons: int, window: int) -> Counter[tuple[int, int]]:
    """Count the addons of a made-up fleet by the hour and minute at which they start."""
    staggered = (stagger([NIGHTLY], window, f"project-{each // 50}", f"addon-{each % 50}") for each in range(addons))
    return Counter((each.hour[0], each.minute[0]) for (each,) in staggered)


def test_no_minute_of_a_staggered_night_holds_more_than_two_percent() -> None:
    at = started_at(1000, 120)
    assert max(at.values()) <= 20
    assert {hour for hour, _minute in at} == {2, 3}
    assert len(at) > 110


def test_staggering_is_drawn_from_the_ids_alone() -> None:
    # Figures from the first version: another draw would move every backup of every fleet.
    assert stagger([NIGHTLY], 120, "shop", "orders-db") == [Scheduling.of("daily", [59], [3], None)]
    assert stagger([NIGHTLY], 120, "shop", "orders-db") != stagger([NIGHTLY], 120, "shop", "customers-db")
    assert stagger([NIGHTLY], 120, "shop", "orders-db") != stagger([NIGHTLY], 120, "billing", "orders-db")


def test_a_window_of_nothing_moves_nothing() -> None:
    assert stagger([NIGHTLY], 0, "shop", "orders-db") == [NIGHTLY]
    assert stagger([NIGHTLY], 1, "shop", "orders-db") == [NIGHTLY]


@settings(max_examples=200, deadline=None)
@given(st.lists(schedulings(), min_size=1, max_size=3), st.integers(0, MAX_WINDOW), st.text(), st.text())
def test_all_schedules_of_an_addon_move_alike_and_within_the_window(
    before: list[Scheduling], window: int, project_id: str, addon_id: str
) -> None:
    after = stagger(before, window, project_id, addon_id)
    assert any([each.shifted(minutes) for each in before] == after for minutes in range(max(window, 1)))
    assert all(scheduling_errors(each) == [] for each in after)
    assert [each.runs_per_day() for each in before] == [each.runs_per_day() for each in after]


@pytest.mark.parametrize(("window", "told"), [(-1, True), (0, False), (1440, False), (1441, True)])
def test_a_window_is_a_day_at_most(window: int, told: bool) -> None:
    assert bool(window_errors("stagger_minutes", window)) == told
    assert all(each.startswith(f"stagger_minutes: {window} ") for each in window_errors("stagger_minutes", window))


def test_an_unknown_interval_is_a_validation_error() -> None:
    assert scheduling_errors(Scheduling("monthly", (0,), (2,))) == [
        "scheduling.interval: 'monthly' is not one of hourly, daily, weekly"
    ]


@pytest.mark.parametrize("value", [True, 1.5, None])
def test_a_time_of_another_type_is_a_validation_error(value: Any) -> None:
    assert scheduling_errors(Scheduling("hourly", (value,))) == [f"scheduling.minute: {value!r} is not a whole number"]


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
def test_a_time_is_parsed_to_utc_or_not_at_all(text: Any, time: str | None) -> None:
    parsed = parse_time(text)
    assert (parsed and parsed.isoformat()) == time
