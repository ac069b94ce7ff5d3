# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a schedule fires."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
from ansible_collections.community.northflank.plugins.module_utils._calendar import Scheduling, day_number


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
