# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a long operation: intervals, deadline, progress, failed reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, Interrupted
from ansible_collections.community.northflank.plugins.module_utils._reconcile.waiting import WaitTimeout, wait_until


class Time:
    """A clock that only sleeping advances."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def reader(*states: Any) -> Callable[[], Any]:
    """Return or raise one state after the other, the last one forever."""
    remaining: Iterator[Any] = iter(states)
    last = states[-1]

    def read() -> Any:
        state = next(remaining, last)
        if isinstance(state, Exception):
            raise state
        return state

    return read


def wait(time: Time, *states: Any, timeout: float = 1000, interval: float = 2, **options: Any) -> Any:
    return wait_until(
        reader(*states),
        lambda state: state == "completed",
        timeout=timeout,
        interval=interval,
        sleep=time.sleep,
        clock=time.clock,
        **options,
    )


def error(status: int, transient: bool) -> ApiError:
    return ApiError("GET", "/path", "failed", status=status, transient=transient)


def test_a_finished_operation_needs_one_read_and_no_wait() -> None:
    time = Time()
    assert wait(time, "completed") == "completed"
    assert time.slept == []


def test_intervals_grow_up_to_a_minute() -> None:
    time = Time()
    wait(time, *["in-progress"] * 12, "completed")
    assert time.slept == [2, 3, 4.5, 6.75, 10.125, 15.1875, 22.78125, 34.171875, 51.2578125, 60, 60, 60]


def test_an_interval_of_more_than_a_minute_does_not_shrink() -> None:
    time = Time()
    wait(time, "in-progress", "in-progress", "completed", interval=90)
    assert time.slept == [90, 90]


def test_the_deadline_ends_the_wait_with_the_last_state() -> None:
    time = Time()
    with pytest.raises(WaitTimeout, match="not done after 5 s") as raised:
        wait(time, "scheduled", "in-progress", timeout=5)
    assert (raised.value.state, raised.value.seconds) == ("in-progress", 5)
    # The state is read once more at the deadline itself.
    assert time.slept == [2, 3]


def test_without_a_timeout_the_state_is_read_once() -> None:
    time = Time()
    with pytest.raises(WaitTimeout):
        wait(time, "in-progress", timeout=0)
    assert time.slept == []


def test_progress_is_shown_after_each_read() -> None:
    time = Time()
    shown: list[tuple[Any, float]] = []
    wait(time, "a", "b", "completed", show_progress=lambda state, seconds: shown.append((state, seconds)))
    assert shown == [("a", 0), ("b", 2), ("completed", 5)]


def test_a_transient_error_does_not_end_the_wait() -> None:
    assert wait(Time(), error(503, transient=True), error(502, transient=True), "completed") == "completed"


def test_an_error_of_the_server_does_not_end_the_wait() -> None:
    assert wait(Time(), error(500, transient=False), "completed") == "completed"


def test_transient_errors_until_the_deadline_leave_the_state_unknown() -> None:
    with pytest.raises(WaitTimeout) as raised:
        wait(Time(), error(503, transient=True), timeout=30)
    assert raised.value.state is None


@pytest.mark.parametrize("failure", [error(404, transient=False), Interrupted("SIGTERM")])
def test_other_errors_end_the_wait(failure: Exception) -> None:
    with pytest.raises(type(failure)):
        wait(Time(), "in-progress", failure)
