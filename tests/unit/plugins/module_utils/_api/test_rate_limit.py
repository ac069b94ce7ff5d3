# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit, with a clock that only waits advance."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.rate_limit import RateLimit, WaitTooLong


class Server:
    """A rate-limited server and its clock: a request takes no time, only a sleep does."""

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

    def respond(self) -> tuple[int, dict[str, str]]:
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
def warnings() -> list[str]:
    return []


def limit_of(server: Server, warnings: list[str], max_wait: float = 0, reserve: int = 0) -> RateLimit:
    return RateLimit(max_wait, reserve, warnings.append, server.sleep, server.clock)


def send(limit: RateLimit, server: Server) -> int:
    """Send a request and return its status."""
    limit.acquire()
    status, headers = server.respond()
    limit.on_response(status, headers)
    return status


def test_nothing_is_known_before_the_first_response(warnings: list[str]) -> None:
    assert limit_of(Server(10), warnings).as_dict() is None


def test_as_dict_returns_the_last_report(warnings: list[str]) -> None:
    server = Server(10)
    limit = limit_of(server, warnings)
    send(limit, server)
    assert limit.as_dict() == {"limit": 10, "remaining": 9, "reset": 3600}
    server.now += 600
    assert limit.as_dict() == {"limit": 10, "remaining": 9, "reset": 3000}
    server.now += 6000
    assert limit.as_dict() == {"limit": 10, "remaining": 9, "reset": 0}


def test_a_request_that_would_be_refused_is_not_sent(warnings: list[str]) -> None:
    server = Server(3)
    limit = limit_of(server, warnings)
    for _request in range(3):
        send(limit, server)
    with pytest.raises(WaitTooLong) as caught:
        limit.acquire()
    assert caught.value.seconds == 3601
    assert (server.used, server.slept, warnings) == (3, [], [])


def test_the_reset_of_a_window_is_waited_for_once(warnings: list[str]) -> None:
    server = Server(3, window=30)
    limit = limit_of(server, warnings, max_wait=62)
    for _request in range(9):
        assert send(limit, server) == 200
    assert server.slept == [31, 31]
    assert warnings == ["Waiting 31 s for Northflank's rate limit to reset."] * 2
    with pytest.raises(WaitTooLong):
        limit.acquire()


@pytest.mark.parametrize(("max_wait", "waits"), [(30, False), (31, True)])
def test_the_total_wait_does_not_exceed_its_maximum(warnings: list[str], max_wait: int, waits: bool) -> None:
    server = Server(1, window=30)
    limit = limit_of(server, warnings, max_wait=max_wait)
    send(limit, server)
    if waits:
        assert send(limit, server) == 200
    else:
        with pytest.raises(WaitTooLong):
            limit.acquire()


def test_an_expired_window_needs_no_wait(warnings: list[str]) -> None:
    server = Server(1, window=30)
    limit = limit_of(server, warnings)
    send(limit, server)
    server.now += 31
    assert send(limit, server) == 200
    assert server.slept == []


def test_the_reserve_is_left_to_others(warnings: list[str]) -> None:
    server = Server(10)
    limit = limit_of(server, warnings, reserve=4)
    for _request in range(6):
        send(limit, server)
    with pytest.raises(WaitTooLong):
        limit.acquire()
    assert server.used == 6


def test_with_a_reserve_as_large_as_the_limit_nothing_is_waited_for(warnings: list[str]) -> None:
    server = Server(10, window=5)
    limit = limit_of(server, warnings, max_wait=10**9, reserve=10)
    send(limit, server)
    with pytest.raises(WaitTooLong):
        limit.acquire()
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
def test_a_refusal_determines_how_long_to_wait(warnings: list[str], headers: dict[str, str], seconds: int) -> None:
    server = Server(10)
    limit = limit_of(server, warnings, max_wait=10**6)
    limit.acquire()
    limit.on_response(429, headers)
    limit.acquire()
    assert server.slept == [seconds]


@pytest.mark.parametrize("headers", [{}, {"x-ratelimit-limit": "many", "x-ratelimit-remaining": "some"}])
def test_an_api_that_reports_no_limit_has_none(warnings: list[str], headers: dict[str, str]) -> None:
    limit = limit_of(Server(10), warnings)
    limit.acquire()
    limit.on_response(200, headers)
    limit.acquire()
    limit.acquire()
    assert limit.as_dict() is None


@pytest.mark.parametrize(("status", "headers"), [(None, {}), (502, {})])
def test_until_the_first_response_one_request_is_in_flight_at_a_time(
    warnings: list[str], status: int | None, headers: dict[str, str]
) -> None:
    limit = limit_of(Server(10), warnings)
    limit.acquire()
    with running(limit.acquire) as second:
        assert not second.done()
        limit.on_response(status, headers)
        second.result(timeout=10)
        with running(limit.acquire) as third:
            assert not third.done()
            limit.on_response(200, {})
            third.result(timeout=10)


def test_responses_that_overtake_one_another_do_not_increase_the_remaining_requests(warnings: list[str]) -> None:
    limit = limit_of(Server(10), warnings)
    headers = {"x-ratelimit-limit": "10", "x-ratelimit-reset": "3600"}
    limit.acquire()
    limit.on_response(200, {**headers, "x-ratelimit-remaining": "2"})
    limit.acquire()
    limit.acquire()
    limit.on_response(200, {**headers, "x-ratelimit-remaining": "0"})
    limit.on_response(200, {**headers, "x-ratelimit-remaining": "1"})
    with pytest.raises(WaitTooLong):
        limit.acquire()


def test_a_slow_response_does_not_increase_the_remaining_requests_either(warnings: list[str]) -> None:
    """Its reset seems to be later by the seconds that it was under way."""
    server = Server(10)
    limit = limit_of(server, warnings)
    headers = {"x-ratelimit-limit": "10", "x-ratelimit-reset": "3600"}
    limit.acquire()
    limit.on_response(200, {**headers, "x-ratelimit-remaining": "3"})
    limit.acquire()

    def overtake() -> None:
        limit.acquire()
        limit.on_response(200, {**headers, "x-ratelimit-remaining": "1"})

    with running(overtake) as other:
        other.result(timeout=10)
    server.now += 30
    limit.on_response(200, {**headers, "x-ratelimit-remaining": "2"})
    assert limit.as_dict() == {"limit": 10, "remaining": 1, "reset": 3570}


def test_a_window_that_opens_earlier_than_expected_is_noticed(warnings: list[str]) -> None:
    server = Server(10)
    limit = limit_of(server, warnings)
    headers = {"x-ratelimit-limit": "10", "x-ratelimit-reset": "3600"}
    limit.acquire()
    limit.on_response(200, {**headers, "x-ratelimit-remaining": "1"})
    server.now += 1800
    limit.acquire()
    limit.on_response(200, {**headers, "x-ratelimit-remaining": "9"})
    assert limit.as_dict() == {"limit": 10, "remaining": 9, "reset": 3600}


def test_many_threads_are_never_refused_and_wait_once_per_window(warnings: list[str]) -> None:
    server = Server(50, window=60)
    limit = limit_of(server, warnings, max_wait=10**6)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _request: send(limit, server), range(240)))
    assert statuses == [200] * 240
    assert server.refused == 0
    assert server.slept == [61] * 4
    assert len(warnings) == 4


def test_a_reservation_keeps_requests_from_other_threads(warnings: list[str]) -> None:
    server = Server(5)
    limit = limit_of(server, warnings)
    send(limit, server)
    with limit.reserve(3, lambda: pytest.fail("the window is known")) as reservation:
        assert reservation.requests_left == 3
        with running(lambda: send(limit, server)) as other:
            assert other.result(timeout=10) == 200
        with running(lambda: send(limit, server)) as other:
            assert not other.done()
            for left in (2, 1, 0):
                send(limit, server)
                assert reservation.requests_left == left
            with pytest.raises(WaitTooLong):
                other.result(timeout=10)
    assert server.used == 5


def test_unused_requests_of_a_reservation_are_released(warnings: list[str]) -> None:
    server = Server(4)
    limit = limit_of(server, warnings)
    send(limit, server)
    with limit.reserve(3, lambda: None):
        send(limit, server)
    assert [send(limit, server) for _request in range(2)] == [200, 200]


def test_a_reservation_that_does_not_fit_waits_for_the_next_window(warnings: list[str]) -> None:
    server = Server(4, window=30)
    limit = limit_of(server, warnings, max_wait=31)
    send(limit, server)
    send(limit, server)
    probed: list[int] = []
    with limit.reserve(3, lambda: probed.append(send(limit, server))):
        # The state of the new window was unknown, so it was probed first.
        assert probed == [200]
        assert server.slept == [31]
    send(limit, server)
    with pytest.raises(WaitTooLong), limit.reserve(3, lambda: None):
        pytest.fail("only two requests are left")


@pytest.mark.parametrize(("limit", "reserve", "reserved"), [(5, 0, 3), (5, 1, 3), (5, 2, 2), (3, 0, 2), (2, 0, 1)])
def test_a_reservation_is_capped_by_the_limit(warnings: list[str], limit: int, reserve: int, reserved: int) -> None:
    server = Server(limit)
    rate_limit = limit_of(server, warnings, reserve=reserve)
    with rate_limit.reserve(3, lambda: send(rate_limit, server)) as reservation:
        assert reservation.requests_left == reserved


def test_between_delete_and_create_a_refusal_is_waited_for_however_long_it_takes(warnings: list[str]) -> None:
    server = Server(10, window=3600)
    limit = limit_of(server, warnings, max_wait=0)
    send(limit, server)
    with limit.reserve(3, lambda: None) as reservation:
        send(limit, server)
        reservation.is_essential = True
        server.used = 10  # something else has used up the window
        assert send(limit, server) == 429
        assert send(limit, server) == 200
    assert warnings == [
        "Waiting 3601 s for Northflank's rate limit to reset."
        " rate_limit_max_wait is ignored, because a deleted schedule must still be created again."
    ]


class running:
    """Run a function in a thread of its own; the block gets its future, once it has had time to return."""

    def __init__(self, function: Callable[[], object]) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._future = self._pool.submit(function)

    def __enter__(self):
        self._future.exception(timeout=0.05) if self._future.done() else threading.Event().wait(0.05)
        return self._future

    def __exit__(self, *exc_info: object) -> None:
        self._pool.shutdown()


class Window:
    """What the tasks of a run share."""

    def __init__(self, window: dict[str, float] | None = None) -> None:
        self.window = window
        self.saved = 0

    def load(self) -> Mapping[str, float] | None:
        return self.window

    def save(self, window: Mapping[str, float]) -> None:
        self.window = dict(window)
        self.saved += 1


def client_of(
    server: Server,
    warnings: list[str],
    clients: int = 1,
    shared: Window | None = None,
    max_wait: float = 10_000,
    reserve: int = 0,
) -> RateLimit:
    return RateLimit(
        max_wait,
        reserve,
        warnings.append,
        server.sleep,
        server.clock,
        clients=clients,
        shared=shared,
        wall_clock=server.clock,
    )


def test_a_client_leaves_the_last_requests_to_the_others(warnings: list[str]) -> None:
    server = Server(40)
    limit = client_of(server, warnings, clients=4, max_wait=0)
    for _request in range(37):
        assert send(limit, server) == 200
    with pytest.raises(WaitTooLong) as caught:
        limit.acquire()
    assert not caught.value.never_enough


def test_a_client_has_its_share_in_flight(warnings: list[str]) -> None:
    server = Server(40)
    limit = client_of(server, warnings, clients=4, max_wait=0)
    send(limit, server)  # 39 are left: 9 for each
    for _request in range(9):
        limit.acquire()
    entered = threading.Event()

    def acquire() -> None:
        limit.acquire()
        entered.set()

    thread = threading.Thread(target=acquire, daemon=True)
    thread.start()
    assert not entered.wait(0.1)
    limit.on_response(*server.respond())  # its share of 38 is 9, of which 8 are in flight
    assert entered.wait(10)


def test_a_client_sends_its_share_of_the_limit_first(warnings: list[str]) -> None:
    """Others may start a few seconds later, and what they do not use is left."""
    server = Server(40)
    limit = client_of(server, warnings, clients=4)
    for _request in range(10):
        send(limit, server)
    assert not server.slept
    send(limit, server)
    assert server.slept == [20]
    assert warnings == ["Waiting 20 s so that other clients can use their share of Northflank's rate limit."]
    for _request in range(20):
        send(limit, server)
    assert server.slept == [20]


def test_without_time_to_wait_a_client_may_exceed_its_share_of_the_limit(warnings: list[str]) -> None:
    server = Server(40)
    limit = client_of(server, warnings, clients=4, max_wait=19)
    for _request in range(20):
        send(limit, server)
    assert not server.slept


def test_clients_do_not_all_continue_at_the_same_time(warnings: list[str]) -> None:
    pauses = set()
    for _run in range(5):
        server = Server(4)
        limit = client_of(server, warnings, clients=4)
        for _request in range(2):
            send(limit, server)
        (pause,) = server.slept
        assert 3601 <= pause <= 3604
        pauses.add(pause)
    assert len(pauses) == 5


def test_a_limit_that_is_too_low_to_share(warnings: list[str]) -> None:
    server = Server(5)
    limit = client_of(server, warnings, clients=6)
    send(limit, server)
    with pytest.raises(WaitTooLong) as caught:
        limit.acquire()
    assert caught.value.never_enough


def test_after_a_pause_a_client_finds_out_what_the_others_left(warnings: list[str]) -> None:
    server = Server(40)
    limit = client_of(server, warnings, clients=4, max_wait=0)
    send(limit, server)
    server.now += 6
    server.used = 37
    send(limit, server)
    with pytest.raises(WaitTooLong):
        limit.acquire()
    server.now += 6
    with pytest.raises(WaitTooLong):  # what is used up stays used up
        limit.acquire()
    assert server.refused == 0


def test_a_reservation_is_within_the_share(warnings: list[str]) -> None:
    server = Server(20)
    limit = client_of(server, warnings, clients=4, max_wait=0)
    send(limit, server)
    with limit.reserve(3, pytest.fail) as reservation:
        assert reservation.requests_left == 3
        for _request in range(3):
            send(limit, server)
    with limit.reserve(4, pytest.fail) as reservation:
        assert reservation.requests_left == 4
    send(limit, server)
    with pytest.raises(WaitTooLong) as caught, limit.reserve(4, pytest.fail):
        pytest.fail("15 requests are left to four clients")
    assert not caught.value.never_enough


@pytest.mark.parametrize(("clients", "requests"), [(4, 5), (10, 2), (10, 3), (20, 1)])
def test_nothing_is_reserved_if_the_share_of_a_window_is_too_small(
    warnings: list[str], clients: int, requests: int
) -> None:
    """After the DELETEs of all clients, nothing would be left for their POSTs."""
    server = Server(20)
    limit = client_of(server, warnings, clients=clients)
    for _request in range(3):
        send(limit, server)
    with pytest.raises(WaitTooLong) as caught, limit.reserve(requests, lambda: send(limit, server)):
        pytest.fail("the share of the limit is too small")
    assert caught.value.never_enough


def test_the_next_task_knows_that_the_window_is_used_up(warnings: list[str]) -> None:
    server, shared = Server(3), Window()
    first = client_of(server, warnings, shared=shared)
    for _request in range(3):
        send(first, server)
    assert shared.window == {"limit": 3, "remaining": 0, "resets_at": 4600}
    second = client_of(server, warnings, shared=shared)
    assert second.as_dict() == {"limit": 3, "remaining": 0, "reset": 3600}
    assert send(second, server) == 200
    assert server.slept == [3601]
    assert server.refused == 0


def test_a_window_that_has_ended_is_not_shared(warnings: list[str]) -> None:
    server = Server(3)
    limit = client_of(server, warnings, shared=Window({"limit": 3, "remaining": 0, "resets_at": 999}))
    assert limit.as_dict() is None
    assert send(limit, server) == 200
    assert not server.slept


def test_a_window_is_not_shared_with_each_response(warnings: list[str]) -> None:
    server, shared = Server(1000), Window()
    limit = client_of(server, warnings, shared=shared)
    for _request in range(100):
        send(limit, server)
    assert shared.saved == 1
    server.now += 1
    send(limit, server)
    assert shared.saved == 2


def test_the_wait_for_a_shared_window_is_at_most_an_hour(warnings: list[str]) -> None:
    shared = Window({"limit": 3, "remaining": 0, "resets_at": 1e12})
    limit = client_of(Server(3), warnings, shared=shared)
    assert limit.as_dict() == {"limit": 3, "remaining": 0, "reset": 3600}


def test_a_reservation_waits_for_other_clients_no_longer_than_a_request(warnings: list[str]) -> None:
    """One more request is within its share of the limit, three are not. It used to wait for the reset."""
    server = Server(40)
    limit = client_of(server, warnings, clients=4, max_wait=60)
    for _request in range(9):
        send(limit, server)
    with limit.reserve(3, lambda: send(limit, server)) as reservation:
        assert reservation.requests_left == 3
    assert server.slept == [20]


def test_the_pause_between_clients_is_not_a_reason_to_fail(warnings: list[str]) -> None:
    for _run in range(20):
        server = Server(10)
        limit = client_of(server, warnings, clients=10, max_wait=3601)
        send(limit, server)
        assert send(limit, server) == 200
        assert server.slept == [3601]


@pytest.mark.parametrize(("clients", "seconds"), [(1, 3601), (4, 6)])
def test_a_probe_whose_response_reports_no_limit_is_not_repeated(
    warnings: list[str], clients: int, seconds: int
) -> None:
    server = Server(40)
    limit = client_of(server, warnings, clients=clients, max_wait=0)
    send(limit, server)
    server.now += seconds
    probed: list[int] = []

    def probe() -> None:
        probed.append(200)
        assert len(probed) == 1
        limit.acquire()
        limit.on_response(200, {})

    with limit.reserve(3, probe) as reservation:
        assert reservation.requests_left == 3


def test_nothing_is_deleted_without_room_for_what_follows(warnings: list[str]) -> None:
    """Other clients may use up what is reserved."""
    server = Server(10)
    limit = limit_of(server, warnings)
    send(limit, server)
    with limit.reserve(3, pytest.fail):
        server.used = 8
        with running(lambda: send(limit, server)) as other:
            assert other.result(timeout=10) == 200
        with pytest.raises(WaitTooLong):  # a single request is left
            limit.acquire()
    assert server.used == 9


def test_after_a_delete_the_create_comes_before_other_reservations(warnings: list[str]) -> None:
    server = Server(10)
    limit = limit_of(server, warnings)
    send(limit, server)
    reserved, created = threading.Event(), threading.Event()

    def reserve() -> None:
        with limit.reserve(3, pytest.fail):
            reserved.set()
            assert created.wait(10)
            with pytest.raises(WaitTooLong):
                limit.acquire()

    with running(reserve) as other:
        assert reserved.wait(10)
        with limit.reserve(3, pytest.fail) as reservation:
            server.used = 7
            send(limit, server)
            reservation.is_essential = True
            assert send(limit, server) == 200
        created.set()
        other.result(timeout=10)
    assert server.slept == []


def test_between_delete_and_create_no_other_thread_is_waited_for(warnings: list[str]) -> None:
    """A few seconds after the last response, the window is unknown to one of several clients."""
    server = Server(40)
    sleeping, created = threading.Event(), threading.Event()

    def sleep(seconds: float) -> None:
        sleeping.set()
        assert created.wait(10)
        server.sleep(seconds)

    def reserve() -> None:
        with limit.reserve(3, lambda: send(limit, server)):
            pass

    limit = RateLimit(10_000, 0, warnings.append, sleep, server.clock, clients=4)
    send(limit, server)
    with limit.reserve(1, pytest.fail) as reservation:
        server.used = 28
        send(limit, server)  # the share of the 11 that are left is too small for the other thread
        reservation.is_essential = True
        with running(reserve) as other:
            assert sleeping.wait(10)
            server.now += 6
            rescue = threading.Timer(5, created.set)
            rescue.start()
            assert send(limit, server) == 200
            assert not created.is_set()
            rescue.cancel()
            created.set()
            other.result(timeout=10)


def test_in_short_windows_a_reservation_does_not_wait_forever(warnings: list[str]) -> None:
    """Each window ends before its first seconds have passed."""
    server = Server(40, window=5)
    limit = client_of(server, warnings, clients=15, max_wait=60)
    with limit.reserve(2, lambda: send(limit, server)) as reservation:
        assert reservation.requests_left == 2


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"retry-after": "30"},
        {"x-ratelimit-limit": "1000", "x-ratelimit-remaining": "900", "x-ratelimit-reset": "3000"},
    ],
)
def test_a_refusal_that_is_not_about_the_window_is_not_shared(headers: dict[str, str], warnings: list[str]) -> None:
    server, shared = Server(1000), Window({"limit": 1000, "remaining": 950, "resets_at": 4600})
    limit = client_of(server, warnings, shared=shared)
    limit.acquire()
    limit.on_response(429, headers)
    assert shared.saved == 0
    assert send(limit, server) == 200
    assert len(server.slept) == 1


def test_a_refusal_that_reports_the_end_of_the_window_is_shared(warnings: list[str]) -> None:
    server, shared = Server(3), Window()
    limit = client_of(server, warnings, shared=shared)
    server.used = 3
    limit.acquire()
    limit.on_response(*server.respond())
    assert shared.window == {"limit": 3, "remaining": 0, "resets_at": 4600}
