# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The behavior of a task after an interruption."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Iterator

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import Interrupted
from ansible_collections.community.northflank.plugins.module_utils._interruption import (
    GRACE_SECONDS,
    SIGNALS,
    Interruption,
    signals_as_interruption,
)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def interruption(clock: Clock) -> Interruption:
    return Interruption(clock=clock)


def test_without_an_interruption_nothing_is_limited(interruption: Interruption) -> None:
    interruption.poll()
    assert not interruption.requested
    assert interruption.seconds_left() == math.inf
    interruption.check()
    with interruption.write_in_flight():
        assert interruption.writes_in_flight == 1
    assert interruption.writes_in_flight == 0


def test_after_an_interruption_writes_in_flight_continue_for_a_limited_time(
    interruption: Interruption, clock: Clock
) -> None:
    with interruption.write_in_flight():
        interruption.request("SIGTERM")
        clock.now += 4
        assert interruption.seconds_left() == GRACE_SECONDS - 4
        interruption.check()
        clock.now += GRACE_SECONDS
        with pytest.raises(Interrupted, match=r"^Interrupted by SIGTERM\.$"):
            interruption.check()
    assert interruption.seconds_left() == 0


def test_anything_but_a_write_ends_at_once(interruption: Interruption) -> None:
    interruption.request("SIGTERM")
    assert interruption.seconds_left() == 0
    with pytest.raises(Interrupted):
        interruption.check()
    with pytest.raises(Interrupted), interruption.write_in_flight():
        pytest.fail("a write was started")


def test_a_write_of_another_thread_does_not_count_for_this_one(interruption: Interruption) -> None:
    started, ended = threading.Event(), threading.Event()

    def write() -> None:
        with interruption.write_in_flight():
            started.set()
            ended.wait(10)

    thread = threading.Thread(target=write)
    thread.start()
    started.wait(10)
    interruption.request("SIGTERM")
    assert (interruption.seconds_left(), interruption.writes_in_flight) == (0, 1)
    ended.set()
    thread.join()


def test_a_write_that_fails_is_no_longer_in_flight(interruption: Interruption) -> None:
    with pytest.raises(ZeroDivisionError), interruption.write_in_flight():
        raise ZeroDivisionError
    assert interruption.writes_in_flight == 0


def test_only_the_first_request_has_an_effect(interruption: Interruption, clock: Clock) -> None:
    interruption.request("SIGINT", signal.SIGINT)
    clock.now += 5
    interruption.request("SIGTERM", signal.SIGTERM)
    assert (interruption.reason, interruption.signal) == ("SIGINT", signal.SIGINT)
    with pytest.raises(Interrupted, match="SIGINT"):
        interruption.check()


def test_a_task_that_nobody_waits_for_is_interrupted() -> None:
    abandoned: list[bool] = []
    interruption = Interruption(is_abandoned=lambda: bool(abandoned))
    interruption.poll()
    assert not interruption.requested
    abandoned.append(True)
    interruption.poll()
    assert interruption.requested
    assert interruption.signal is None


@pytest.mark.parametrize("in_write", [True, False])
def test_sleep_ends_when_the_thread_may_not_continue(in_write: bool) -> None:
    interruption = Interruption()
    started = threading.Event()

    def sleep() -> None:
        started.set()
        if in_write:
            with interruption.write_in_flight():
                interruption.sleep(0.6)
        else:
            interruption.sleep(600)

    thread = threading.Thread(target=sleep, daemon=True)
    thread.start()
    started.wait(10)
    if not in_write:
        interruption.request("SIGTERM")
    thread.join(30)
    assert not thread.is_alive()


class TestSignals:
    @pytest.fixture(autouse=True)
    def usual_handlers(self) -> Iterator[None]:
        # A background job of a shell starts with SIGINT ignored, and a job of nohup with SIGHUP ignored.
        usual = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
        inherited = {signum: signal.signal(signum, handler) for signum, handler in usual.items()}
        before = {each: signal.getsignal(each) for each in SIGNALS}
        yield
        assert {each: signal.getsignal(each) for each in SIGNALS} == before
        for signum, handler in inherited.items():
            signal.signal(signum, handler)

    @pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_they_request_an_interruption_while_the_block_runs(
        self, interruption: Interruption, signum: signal.Signals
    ) -> None:
        forwarded: list[int] = []
        with signals_as_interruption(interruption, forward=forwarded.append):
            for _time in range(3):
                signal.raise_signal(signum)
        assert (interruption.reason, interruption.signal) == (signum.name, signum)
        assert forwarded == [signum]

    def test_the_timeout_of_a_task(self, interruption: Interruption) -> None:
        def exceeded(*_arguments: object) -> None:
            pytest.fail("the timeout was raised")

        before = signal.signal(signal.SIGALRM, exceeded)
        try:
            with signals_as_interruption(interruption):
                signal.raise_signal(signal.SIGALRM)
            assert signal.getsignal(signal.SIGALRM) is exceeded
        finally:
            signal.signal(signal.SIGALRM, before)
        assert interruption.reason == "the task's timeout"

    def test_a_timeout_after_the_block_can_be_ignored(self, interruption: Interruption) -> None:
        before = signal.signal(signal.SIGALRM, lambda *_arguments: pytest.fail("the timeout was raised"))
        try:
            with signals_as_interruption(interruption, ignored_afterwards=[signal.SIGALRM]):
                pass
            signal.raise_signal(signal.SIGALRM)
        finally:
            signal.signal(signal.SIGALRM, before)
        assert not interruption.requested

    def test_without_a_timeout_its_signal_is_not_handled(self, interruption: Interruption) -> None:
        with signals_as_interruption(interruption):
            assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL

    def test_an_ignored_signal_stays_ignored(self, interruption: Interruption) -> None:
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            with signals_as_interruption(interruption):
                signal.raise_signal(signal.SIGHUP)
            assert not interruption.requested
        finally:
            signal.signal(signal.SIGHUP, before)

    def test_in_another_thread_no_signal_is_handled(self, interruption: Interruption) -> None:
        seen = []

        def block() -> None:
            with signals_as_interruption(interruption):
                seen.append(signal.getsignal(signal.SIGTERM))

        thread = threading.Thread(target=block)
        thread.start()
        thread.join()
        assert seen == [signal.getsignal(signal.SIGTERM)]

    def test_a_signal_can_be_ignored_afterwards(self, interruption: Interruption) -> None:
        before = signal.getsignal(signal.SIGTERM)
        try:
            with signals_as_interruption(interruption, ignored_afterwards=[signal.SIGTERM]):
                pass
            assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
        finally:
            signal.signal(signal.SIGTERM, before)
