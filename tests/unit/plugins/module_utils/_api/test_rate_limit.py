# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit, in a time that only waits move on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.rate_limit import RateLimit, WaitTooLong


class Server:
    """A rate-limited server and its time; a request takes no time, a sleep is the only thing that does."""

    def __init__(self, limit: int, window: float = 3600.0) -> None:
        self.limit = limit
        self.window = window
        self.now = 1000.0
        self.opened = 1000.0
        self.used = 0
        self.refused = 0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.slept.append(seconds)

    def answer(self) -> tuple[int, dict[str, str]]:
        with self._lock:
            if self.now >= self.opened + self.window:
                self.opened, self.used = self.now, 0
            self.used += 1
            self.refused += self.used > self.limit
            headers = {
                "x-ratelimit-limit": str(self.limit),
                "x-ratelimit-remaining": str(max(0, self.limit - self.used)),
                "x-ratelimit-reset": str(int(self.opened + self.window - self.now)),
            }
            return (429 if self.used > self.limit else 200), headers


@pytest.fixture
def said() -> list[str]:
    return []


def limit_of(server: Server, said: list[str], max_wait: float = 0, reserve: int = 0) -> RateLimit:
    return RateLimit(max_wait, reserve, said.append, server.sleep, server.clock)


def ask(limit: RateLimit, server: Server) -> int:
    """Send a request, and give its status."""
    limit.take()
    status, headers = server.answer()
    limit.answered(status, headers)
    return status


def test_nothing_is_known_before_the_first_answer(said: list[str]) -> None:
    assert limit_of(Server(10), said).as_dict() is None


def test_tells_what_the_last_answer_told(said: list[str]) -> None:
    server = Server(10)
    limit = limit_of(server, said)
    ask(limit, server)
    assert limit.as_dict() == {"limit": 10, "remaining": 9, "reset": 3600}
    server.now += 600
    assert limit.as_dict() == {"limit": 10, "remaining": 9, "reset": 3000}
    server.now += 6000
    assert limit.as_dict() == {"limit": 10, "remaining": 9, "reset": 0}


def test_sends_no_request_that_would_be_refused(said: list[str]) -> None:
    server = Server(3)
    limit = limit_of(server, said)
    for _request in range(3):
        ask(limit, server)
    with pytest.raises(WaitTooLong) as caught:
        limit.take()
    assert caught.value.seconds == 3601
    assert (server.used, server.slept, said) == (3, [], [])


def test_waits_once_for_the_end_of_a_window(said: list[str]) -> None:
    server = Server(3, window=30)
    limit = limit_of(server, said, max_wait=62)
    for _request in range(9):
        assert ask(limit, server) == 200
    assert server.slept == [31, 31]
    assert said == ["Waiting 31 s for Northflank's rate limit to reset."] * 2
    with pytest.raises(WaitTooLong):
        limit.take()


@pytest.mark.parametrize(("max_wait", "waits"), [(30, False), (31, True)])
def test_the_whole_wait_stays_within_its_bound(said: list[str], max_wait: int, waits: bool) -> None:
    server = Server(1, window=30)
    limit = limit_of(server, said, max_wait=max_wait)
    ask(limit, server)
    if waits:
        assert ask(limit, server) == 200
    else:
        with pytest.raises(WaitTooLong):
            limit.take()


def test_a_window_that_passes_meanwhile_needs_no_wait(said: list[str]) -> None:
    server = Server(1, window=30)
    limit = limit_of(server, said)
    ask(limit, server)
    server.now += 31
    assert ask(limit, server) == 200
    assert server.slept == []


def test_leaves_the_reserve_to_others(said: list[str]) -> None:
    server = Server(10)
    limit = limit_of(server, said, reserve=4)
    for _request in range(6):
        ask(limit, server)
    with pytest.raises(WaitTooLong):
        limit.take()
    assert server.used == 6


def test_a_reserve_as_large_as_the_limit_is_not_waited_for(said: list[str]) -> None:
    server = Server(10, window=5)
    limit = limit_of(server, said, max_wait=10**9, reserve=10)
    ask(limit, server)
    with pytest.raises(WaitTooLong):
        limit.take()
    assert server.slept == []


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset": "20"}, 21),
        ({"x-ratelimit-reset": "20", "retry-after": "7"}, 8),
        ({"x-ratelimit-reset": "20", "retry-after": "Mon, 23 Nov 2026 21:00:00 GMT"}, 21),
        ({"x-ratelimit-reset": "0"}, 1),
        ({"x-ratelimit-reset": "-5"}, 1),
        ({"x-ratelimit-reset": "1795467600"}, 3601),
        ({"x-ratelimit-reset": "inf"}, 61),
        ({"x-ratelimit-reset": "soon"}, 61),
        ({}, 61),
    ],
)
def test_a_refusal_says_how_long_to_wait(said: list[str], headers: dict[str, str], seconds: int) -> None:
    server = Server(10)
    limit = limit_of(server, said, max_wait=10**6)
    limit.take()
    limit.answered(429, headers)
    limit.take()
    assert server.slept == [seconds]


@pytest.mark.parametrize("headers", [{}, {"x-ratelimit-limit": "many", "x-ratelimit-remaining": "some"}])
def test_an_api_that_tells_no_limit_is_asked_freely(said: list[str], headers: dict[str, str]) -> None:
    limit = limit_of(Server(10), said)
    limit.take()
    limit.answered(200, headers)
    limit.take()
    limit.take()
    assert limit.as_dict() is None


@pytest.mark.parametrize(("status", "headers"), [(None, {}), (502, {})])
def test_until_the_api_has_answered_one_request_goes_at_a_time(
    said: list[str], status: int | None, headers: dict[str, str]
) -> None:
    limit = limit_of(Server(10), said)
    limit.take()
    with started(limit.take) as second:
        assert not second.done()
        limit.answered(status, headers)
        second.result(timeout=10)
        with started(limit.take) as third:
            assert not third.done()
            limit.answered(200, {})
            third.result(timeout=10)


def test_answers_that_overtake_one_another_raise_no_hope(said: list[str]) -> None:
    limit = limit_of(Server(10), said)
    told = {"x-ratelimit-limit": "10", "x-ratelimit-reset": "3600"}
    limit.take()
    limit.answered(200, {**told, "x-ratelimit-remaining": "2"})
    limit.take()
    limit.take()
    limit.answered(200, {**told, "x-ratelimit-remaining": "0"})
    limit.answered(200, {**told, "x-ratelimit-remaining": "1"})
    with pytest.raises(WaitTooLong):
        limit.take()


def test_many_threads_are_never_refused_and_wait_once_a_window(said: list[str]) -> None:
    server = Server(50, window=60)
    limit = limit_of(server, said, max_wait=10**6)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _request: ask(limit, server), range(240)))
    assert statuses == [200] * 240
    assert server.refused == 0
    assert server.slept == [61] * 4
    assert len(said) == 4


def test_a_hold_keeps_requests_from_the_others(said: list[str]) -> None:
    server = Server(5)
    limit = limit_of(server, said)
    ask(limit, server)
    with limit.hold(3, lambda: pytest.fail("the window is known")) as hold:
        assert hold.left == 3
        with started(lambda: ask(limit, server)) as other:
            assert other.result(timeout=10) == 200
        with started(lambda: ask(limit, server)) as other:
            assert not other.done()
            for left in (2, 1, 0):
                ask(limit, server)
                assert hold.left == left
            with pytest.raises(WaitTooLong):
                other.result(timeout=10)
    assert server.used == 5


def test_a_hold_that_was_not_used_up_is_given_back(said: list[str]) -> None:
    server = Server(4)
    limit = limit_of(server, said)
    ask(limit, server)
    with limit.hold(3, lambda: None):
        ask(limit, server)
    assert [ask(limit, server) for _request in range(2)] == [200, 200]


def test_a_hold_that_does_not_fit_waits_for_the_next_window(said: list[str]) -> None:
    server = Server(4, window=30)
    limit = limit_of(server, said, max_wait=31)
    ask(limit, server)
    ask(limit, server)
    asked: list[int] = []
    with limit.hold(3, lambda: asked.append(ask(limit, server))):
        # Of the new window nothing was known, so it was asked about first.
        assert asked == [200]
        assert server.slept == [31]
    ask(limit, server)
    with pytest.raises(WaitTooLong), limit.hold(3, lambda: None):
        pytest.fail("there are only two left")


@pytest.mark.parametrize(("limit", "reserve", "kept"), [(5, 0, 3), (5, 1, 3), (5, 2, 2), (3, 0, 2), (2, 0, 1)])
def test_a_hold_is_capped_by_the_size_of_the_limit(said: list[str], limit: int, reserve: int, kept: int) -> None:
    server = Server(limit)
    rate_limit = limit_of(server, said, reserve=reserve)
    with rate_limit.hold(3, lambda: ask(rate_limit, server)) as hold:
        assert hold.left == kept


def test_between_delete_and_create_a_refusal_is_waited_out(said: list[str]) -> None:
    server = Server(10, window=3600)
    limit = limit_of(server, said, max_wait=0)
    ask(limit, server)
    with limit.hold(3, lambda: None) as hold:
        ask(limit, server)
        hold.is_essential = True
        server.used = 10  # somebody else has used the window up
        assert ask(limit, server) == 429
        assert ask(limit, server) == 200
    assert said == [
        "Waiting 3601 s for Northflank's rate limit to reset."
        " A deleted schedule is still to be created again, so rate_limit_max_wait does not count."
    ]


class started:
    """Run a function in a thread of its own; the block gets its future, once it has had time to return."""

    def __init__(self, function: Callable[[], object]) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._future = self._pool.submit(function)

    def __enter__(self):
        self._future.exception(timeout=0.05) if self._future.done() else threading.Event().wait(0.05)
        return self._future

    def __exit__(self, *exc_info: object) -> None:
        self._pool.shutdown()
