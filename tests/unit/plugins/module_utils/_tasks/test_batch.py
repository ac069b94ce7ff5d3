# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on many addons at once: order, failures, interruptions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._tasks import batch
from ansible_collections.community.northflank.plugins.module_utils._tasks.batch import for_each
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.plugins.module_utils._tasks.progress import Progress

RESOURCES = [Resource("shop", f"addon-{number}") for number in range(20)]


class Transport:
    """A transport without a rate limit."""

    def usage(self) -> dict[str, Any]:
        return {"requests": 1, "rate_limit": None}


def run(
    work: Callable[[Resource], dict[str, Any]],
    concurrency: int = 2,
    resources: Sequence[Resource] = RESOURCES,
    interruption: Interruption | None = None,
    **more: Any,
) -> list[dict[str, Any]]:
    context = Context(False, print, interruption=interruption or Interruption())
    return for_each(Transport(), {"concurrency": concurrency, "timeout": 1}, context, resources, work, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("concurrency", [1, 8, 64])
def test_outcomes_come_in_the_order_of_the_addons(concurrency: int) -> None:
    entries = run(lambda resource: {"changed": resource.id == "addon-3"}, concurrency)
    assert [entry["addon_id"] for entry in entries] == [resource.id for resource in RESOURCES]
    assert [entry["addon_id"] for entry in entries if entry["changed"]] == ["addon-3"]


@pytest.mark.parametrize(("concurrency", "threads"), [(1, 1), (4, 4), (64, 20)])
def test_there_are_no_more_threads_than_allowed_and_than_addons(concurrency: int, threads: int) -> None:
    seen = set()
    together = threading.Barrier(threads)

    def work(resource: Resource) -> dict[str, Any]:
        seen.add(threading.get_ident())
        if resource in RESOURCES[:threads]:
            together.wait(timeout=10)
        return {}

    run(work, concurrency)
    assert len(seen) == threads


def test_a_failure_on_one_addon_does_not_affect_the_others() -> None:
    def work(resource: Resource) -> dict[str, Any]:
        if resource.id == "addon-2":
            raise ApiError("GET", "/path", "Forbidden", status=403)
        if resource.id == "addon-3":
            raise ZeroDivisionError("an internal error")
        return {"changed": True}

    entries = run(work, resources=RESOURCES[:5])
    assert [entry["changed"] for entry in entries] == [True, True, False, False, True]
    refused, faulty = entries[2:4]
    assert (refused["failed"], refused["msg"]) == (True, "GET /path failed with status 403: Forbidden.")
    assert refused["error"]["status"] == 403
    assert faulty["msg"] == (
        "Internal error in community.northflank, please report it at"
        " https://github.com/ansible-collections/community.northflank/issues: ZeroDivisionError('an internal error')."
    )
    assert "Traceback" in faulty["exception"]


def test_without_addons_there_are_no_outcomes() -> None:
    assert run(lambda resource: pytest.fail("there is no addon"), resources=[]) == []


def test_after_an_internal_error_the_partial_entry_is_reported() -> None:
    def work(resource: Resource) -> dict[str, Any]:
        raise SystemExit

    partial = {"changed": True, "lost_schedules": [1], "msg": "A note."}
    (entry,) = run(work, resources=RESOURCES[:1], partial_entry=lambda resource: partial)
    assert (entry["changed"], entry["lost_schedules"], entry["failed"]) == (True, [1], True)
    assert entry["msg"] == (
        "Internal error in community.northflank, please report it at"
        " https://github.com/ansible-collections/community.northflank/issues: SystemExit(). A note."
    )


def test_the_work_of_a_thread_that_dies_is_reported_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(progress: object) -> None:
        raise SystemExit

    monkeypatch.setattr(Progress, "step", die)
    entries = run(lambda resource: {"changed": True}, concurrency=2, resources=RESOURCES[:4])
    assert [entry["changed"] for entry in entries] == [True, True, False, False]
    assert entries[3]["msg"] == "Processing of shop/addon-3 ended unexpectedly."
    assert entries[3]["failed"]


def test_the_partial_entry_of_a_thread_that_dies_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*args: object) -> None:
        raise SystemExit

    monkeypatch.setattr(batch, "_entry_for", die)
    partial = {"changed": True, "msg": "A note."}
    (entry,) = run(lambda resource: {}, resources=RESOURCES[:1], partial_entry=lambda resource: partial)
    assert (entry["changed"], entry["failed"]) == (True, True)
    assert entry["msg"] == "Processing of shop/addon-0 ended unexpectedly. A note."


def test_the_work_is_done_by_fewer_threads_if_not_all_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = threading.Thread.start, []

    def start_one(thread: threading.Thread) -> None:
        if started:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_one)
    assert all(entry["changed"] for entry in run(lambda resource: {"changed": True}, concurrency=8))
    with pytest.raises(NorthflankError, match="No thread could be started, so nothing was processed"):
        run(lambda resource: {})


def test_work_whose_state_cannot_be_reported_does_not_affect_other_resources() -> None:
    def work(resource: Resource) -> dict[str, Any]:
        if resource is RESOURCES[0]:
            raise TypeError("unhashable")
        return {"changed": True}

    def fail(resource: Resource) -> dict[str, Any]:
        raise TypeError("unorderable")

    unknown, other = run(work, resources=RESOURCES[:2], partial_entry=fail)
    assert (unknown["failed"], unknown["changed"], other["changed"]) == (True, True, True)
    assert "It is unknown what was done." in unknown["msg"]


class TestInterruption:
    def test_no_work_is_started_after_it(self) -> None:
        interruption = Interruption()

        def work(resource: Resource) -> dict[str, Any]:
            if resource is RESOURCES[2]:
                interruption.request("SIGTERM")
            return {"changed": True}

        entries = run(work, concurrency=1, interruption=interruption)
        assert [entry["changed"] for entry in entries] == [True] * 3 + [False] * 17
        assert entries[3]["failed"]
        assert entries[3]["interrupted"]
        assert entries[3]["msg"] == "Interrupted by SIGTERM."

    def test_a_write_in_flight_is_waited_for(self) -> None:
        interruption, ended = Interruption(), threading.Event()

        def work(resource: Resource) -> dict[str, Any]:
            with interruption.write_in_flight():
                interruption.request("SIGTERM")
                ended.wait(1.5)
            return {"changed": True}

        (entry,) = run(work, resources=RESOURCES[:1], interruption=interruption)
        assert entry["changed"]
        assert "failed" not in entry

    def test_work_without_a_write_in_flight_is_abandoned(self) -> None:
        interruption, ended = Interruption(), threading.Event()

        def work(resource: Resource) -> dict[str, Any]:
            interruption.request("SIGTERM")
            ended.wait(30)
            return {"changed": True}

        (entry,) = run(work, resources=RESOURCES[:1], interruption=interruption)
        ended.set()
        assert entry["failed"]
        assert entry["interrupted"]

    def test_the_partial_entry_of_a_write_that_does_not_end_is_reported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch, "GRACE_SECONDS", -1.0)
        interruption, ended = Interruption(), threading.Event()

        def work(resource: Resource) -> dict[str, Any]:
            with interruption.write_in_flight():
                interruption.request("SIGTERM")
                ended.wait(30)
            return {"changed": True}

        partial = {"changed": True, "lost_schedules": ["the old one"], "msg": "A note."}
        (entry,) = run(work, resources=RESOURCES[:1], interruption=interruption, partial_entry=lambda resource: partial)
        ended.set()
        assert entry == {
            "project_id": "shop",
            "addon_id": "addon-0",
            "failed": True,
            **partial,
            "msg": "Processing of shop/addon-0 was interrupted. A note.",
        }
