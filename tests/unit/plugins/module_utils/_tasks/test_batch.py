# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many addons at once: order, failures, progress."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils import _batch
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._tasks.batch import for_each
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context

RESOURCES = [Resource("shop", f"addon-{number}") for number in range(20)]


class Client:
    """Tells of a rate limit, or of none."""

    def __init__(self, rate_limit: dict[str, int] | None = None) -> None:
        self.rate_limit = rate_limit

    def usage(self) -> dict[str, Any]:
        return {"requests": 1, "rate_limit": self.rate_limit}


def run(
    work: Callable[[Resource], dict[str, Any]],
    concurrency: int = 2,
    resources: Sequence[Resource] = RESOURCES,
    interruption: Interruption | None = None,
    **more: Any,
) -> list[dict[str, Any]]:
    task = Context(False, print, interruption=interruption or Interruption())
    return for_each(Client(), {"concurrency": concurrency, "timeout": 1}, task, resources, work, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("concurrency", [1, 8, 64])
def test_outcomes_come_in_the_order_of_the_addons(concurrency: int) -> None:
    outcomes = run(lambda resource: {"changed": resource.id == "addon-3"}, concurrency)
    assert [outcome["addon_id"] for outcome in outcomes] == [resource.id for resource in RESOURCES]
    assert [outcome["addon_id"] for outcome in outcomes if outcome["changed"]] == ["addon-3"]


@pytest.mark.parametrize(("concurrency", "threads"), [(1, 1), (4, 4), (64, 20)])
def test_no_more_threads_than_allowed_and_than_addons(concurrency: int, threads: int) -> None:
    seen = set()
    together = threading.Barrier(threads)

    def work(resource: Resource) -> dict[str, Any]:
        seen.add(threading.get_ident())
        if resource in RESOURCES[:threads]:
            together.wait(timeout=10)
        return {}

    run(work, concurrency)
    assert len(seen) == threads


def test_a_failure_leaves_the_others_be() -> None:
    def work(resource: Resource) -> dict[str, Any]:
        if resource.id == "addon-2":
            raise ApiError("GET", "/path", "Forbidden", status=403)
        if resource.id == "addon-3":
            raise ZeroDivisionError("a fault of our own")
        return {"changed": True}

    outcomes = run(work, resources=RESOURCES[:5])
    assert [outcome["changed"] for outcome in outcomes] == [True, True, False, False, True]
    refused, faulty = outcomes[2:4]
    assert (refused["failed"], refused["msg"]) == (True, "GET /path failed with status 403: Forbidden.")
    assert refused["error"]["status"] == 403
    assert faulty["msg"] == (
        "Internal error in community.northflank, please report it: ZeroDivisionError('a fault of our own')"
    )
    assert "Traceback" in faulty["exception"]


def test_nothing_to_do() -> None:
    assert run(lambda resource: pytest.fail("there is no addon"), resources=[]) == []


@pytest.mark.parametrize(
    ("rate_limit", "line"),
    [
        ({"limit": 1000, "remaining": 640, "reset": 60}, "3 of 20 addons, 640 requests left of 1000"),
        (None, "3 of 20 addons"),
    ],
)
def test_progress_is_shown_every_few_seconds(rate_limit: dict[str, int] | None, line: str) -> None:
    shown: list[str] = []
    times = iter([0.0, 1.0, 4.9, 5.0, 5.0, 6.0, 9.0])
    steps = _batch._Progress(shown.append, Client(rate_limit), len(RESOURCES), lambda: next(times))  # type: ignore[arg-type]
    for _addon in range(5):
        steps.step()
    assert shown == [line]


def test_a_fault_after_the_work_was_begun_tells_what_is_known() -> None:
    def work(resource: Resource) -> dict[str, Any]:
        raise SystemExit

    (outcome,) = run(work, resources=RESOURCES[:1], known=lambda resource: {"changed": True, "lost_schedules": [1]})
    assert (outcome["changed"], outcome["lost_schedules"], outcome["failed"]) == (True, [1], True)


def test_a_thread_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(progress: object) -> None:
        raise SystemExit

    monkeypatch.setattr(_batch._Progress, "step", die)
    outcomes = run(lambda resource: {"changed": True}, concurrency=2, resources=RESOURCES[:4])
    assert [outcome["changed"] for outcome in outcomes] == [True, True, False, False]
    assert outcomes[3]["msg"] == "The work on it ended unexpectedly."
    assert outcomes[3]["failed"]


def test_fewer_threads_do_where_there_is_no_room_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = threading.Thread.start, []

    def start_one(thread: threading.Thread) -> None:
        if started:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_one)
    assert all(outcome["changed"] for outcome in run(lambda resource: {"changed": True}, concurrency=8))
    with pytest.raises(NorthflankError, match="No thread could be started, so no request was sent"):
        run(lambda resource: {})


class TestInterruption:
    def test_no_addon_is_begun_after_it(self) -> None:
        interruption = Interruption()

        def work(resource: Resource) -> dict[str, Any]:
            if resource is RESOURCES[2]:
                interruption.request("SIGTERM")
            return {"changed": True}

        outcomes = run(work, concurrency=1, interruption=interruption)
        assert [outcome["changed"] for outcome in outcomes] == [True] * 3 + [False] * 17
        assert outcomes[3]["failed"]
        assert outcomes[3]["interrupted"]
        assert outcomes[3]["msg"] == "Interrupted by SIGTERM."

    def test_a_write_in_flight_is_waited_for(self) -> None:
        interruption, ended = Interruption(), threading.Event()

        def work(resource: Resource) -> dict[str, Any]:
            with interruption.write():
                interruption.request("SIGTERM")
                ended.wait(1.5)
            return {"changed": True}

        (outcome,) = run(work, resources=RESOURCES[:1], interruption=interruption)
        assert outcome["changed"]
        assert "failed" not in outcome

    def test_what_is_no_write_is_given_up_on(self) -> None:
        interruption, ended = Interruption(), threading.Event()

        def work(resource: Resource) -> dict[str, Any]:
            interruption.request("SIGTERM")
            ended.wait(30)
            return {"changed": True}

        (outcome,) = run(work, resources=RESOURCES[:1], interruption=interruption)
        ended.set()
        assert outcome["failed"]
        assert outcome["interrupted"]

    def test_a_write_that_does_not_end_is_told_as_far_as_it_is_known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_batch, "GRACE_SECONDS", -1.0)
        interruption, ended = Interruption(), threading.Event()

        def work(resource: Resource) -> dict[str, Any]:
            with interruption.write():
                interruption.request("SIGTERM")
                ended.wait(30)
            return {"changed": True}

        known = {"changed": True, "lost_schedules": ["the old one"], "msg": "It was interrupted."}
        (outcome,) = run(work, resources=RESOURCES[:1], interruption=interruption, known=lambda resource: known)
        ended.set()
        assert outcome == {"project_id": "shop", "addon_id": "addon-0", "failed": True, **known}
