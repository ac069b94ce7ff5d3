# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules are spread over time, each addon always by the same offset."""

from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.schedule_rules import time_errors
from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import Scheduling
from ansible_collections.community.northflank.plugins.module_utils._model.staggering import (
    MAX_WINDOW,
    stagger,
    stagger_schedules,
    window_errors,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    schedule,
    schedulings,
)
from hypothesis import given, settings
from hypothesis import strategies as st

NIGHTLY = Scheduling.of("daily", [0], [2], None)


def starts_per_minute(addons: int, window: int) -> Counter[tuple[int, int]]:
    """Count the addons of a fleet by the hour and minute at which they start."""
    staggered = (stagger([NIGHTLY], window, f"project-{each // 50}", f"addon-{each % 50}") for each in range(addons))
    return Counter((each.hour[0], each.minute[0]) for (each,) in staggered)


def test_at_most_two_percent_of_a_staggered_fleet_start_in_one_minute() -> None:
    starts = starts_per_minute(1000, 120)
    assert max(starts.values()) <= 20
    assert {hour for hour, _minute in starts} == {2, 3}
    assert len(starts) > 110


def test_the_offset_depends_only_on_the_ids() -> None:
    # The values of the first version: another hash would move every backup of every fleet.
    assert stagger([NIGHTLY], 120, "shop", "orders-db") == [Scheduling.of("daily", [59], [3], None)]
    assert stagger([NIGHTLY], 120, "shop", "orders-db") != stagger([NIGHTLY], 120, "shop", "customers-db")
    assert stagger([NIGHTLY], 120, "shop", "orders-db") != stagger([NIGHTLY], 120, "billing", "orders-db")


def test_an_empty_window_has_no_offset() -> None:
    assert stagger([NIGHTLY], 0, "shop", "orders-db") == [NIGHTLY]
    assert stagger([NIGHTLY], 1, "shop", "orders-db") == [NIGHTLY]


def test_an_offset_that_cannot_be_expressed_is_replaced_by_the_largest_smaller_one() -> None:
    # Minutes 0 and 30 of an hour can be moved by up to 29 minutes.
    half_hourly = Scheduling.of("daily", [0, 30], [2], None)
    for number in range(100):
        ids = ("shop", f"addon-{number}")
        (exact,), (limited,) = stagger([NIGHTLY], 60, *ids), stagger([half_hourly], 60, *ids)
        offset = min(exact.minute[0], 29)
        assert limited.minute == (offset, offset + 30)


def test_a_window_of_two_minutes_has_an_offset() -> None:
    assert starts_per_minute(100, 2).keys() == {(2, 0), (2, 1)}


@settings(max_examples=200, deadline=None)
@given(st.lists(schedulings(), min_size=1, max_size=3), st.integers(0, MAX_WINDOW), st.text(), st.text())
def test_all_schedules_of_an_addon_get_the_same_offset_within_the_window(
    before: list[Scheduling], window: int, project_id: str, addon_id: str
) -> None:
    after = stagger(before, window, project_id, addon_id)
    assert any([each.shifted(minutes) for each in before] == after for minutes in range(max(window, 1)))
    assert all(time_errors(each) == [] for each in after)
    assert [each.runs_per_day() for each in before] == [each.runs_per_day() for each in after]


@pytest.mark.parametrize(("window", "is_valid"), [(-1, False), (0, True), (1440, True), (1441, False)])
def test_a_window_is_one_day_at_most(window: int, is_valid: bool) -> None:
    error = f"stagger_minutes: {window} is not between 0 and 1440 minutes (one day)"
    assert window_errors("stagger_minutes", window) == ([] if is_valid else [error])


def test_only_the_times_of_schedules_are_staggered() -> None:
    before = [schedule(), schedule("weekly", "dump")]
    after = stagger_schedules(before, 120, "shop", "orders-db")
    expected = stagger([each.scheduling for each in before], 120, "shop", "orders-db")
    assert [each.scheduling for each in after] == expected != [each.scheduling for each in before]
    assert [(each.key, each.retention_time) for each in after] == [(each.key, each.retention_time) for each in before]
