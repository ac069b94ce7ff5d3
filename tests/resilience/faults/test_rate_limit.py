# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rollouts that need more requests than the rate limit allows in an hour."""

from __future__ import annotations

import re
from typing import Any

import pytest
from simulator.fleet import make_fleet
from simulator.server import Simulator, running

from .task_runner import FakeClock, TaskRunner

DAILY = {
    "scheduling": {"interval": "daily", "minute": [30], "hour": [2]},
    "backup_type": "snapshot",
    "retention_time": 14,
}
WEEKLY = {
    "scheduling": {"interval": "weekly", "minute": [30], "hour": [2], "day": [0]},
    "backup_type": "snapshot",
    "retention_time": 30,
}


@pytest.fixture
def task_runner() -> TaskRunner:
    clock = FakeClock()
    return TaskRunner(Simulator(clock=clock.monotonic), clock)


def set_up(task_runner: TaskRunner, addons: int, **settings: Any) -> dict[str, Any]:
    """Set up a project with addons, and return the options that roll out a schedule to each of them."""
    task_runner.simulator.reset(make_fleet(addons=addons))
    vars(task_runner.simulator.settings).update(settings)
    return {"project_id": "project-1", "all_addons": True, "schedules": [DAILY]}


def rejected(task_runner: TaskRunner) -> int:
    return sum(request["status"] == 429 for request in task_runner.simulator.log)


def test_2500_addons_at_1000_requests_an_hour(task_runner: TaskRunner) -> None:
    options = set_up(task_runner, 2500)
    result = task_runner.run(**options, rate_limit_max_wait=24 * 3600)
    assert not result.get("failed")
    assert sum(addon["changed"] for addon in result["addons"]) == 2500
    # 25 pages of addons, a read and a write for each: 5025 requests, so the task waits for the end of an hour 5 times.
    assert result["requests"] == len(task_runner.simulator.log) == 5025
    assert task_runner.clock.slept == [3601] * 5
    assert len(task_runner.warnings) == 5
    assert rejected(task_runner) == 0
    again = task_runner.run(**options, rate_limit_max_wait=24 * 3600)
    assert not again["changed"]
    assert again["requests"] == 2525


def test_no_schedule_is_deleted_at_the_end_of_a_window(task_runner: TaskRunner) -> None:
    options = set_up(task_runner, 30, rate_limit=1000)
    task_runner.run(**options)
    task_runner.simulator.settings.rate_limit = 20
    task_runner.simulator.gateway.limit.reset()
    task_runner.simulator.log.clear()
    longer = {**options, "schedules": [{**DAILY, "retention_time": 20}]}
    result = task_runner.run(**longer, rate_limit_max_wait=24 * 3600)
    assert not result.get("failed")
    assert sum(addon["changed"] for addon in result["addons"]) == 30
    # The task never waited between a DELETE and its POST.
    assert not any("still to be created" in text for text in task_runner.warnings)
    assert rejected(task_runner) == 0


def test_addons_beyond_the_rate_limit_are_reported_as_not_processed(task_runner: TaskRunner) -> None:
    options = set_up(task_runner, 6, rate_limit=9)
    result = task_runner.run(**options, rate_limit_max_wait=600, concurrency=1)
    # One request for the list, then two for each of four addons.
    message = re.sub(r"\d\d:\d\d:\d\d UTC", "TIME", result["msg"])
    assert message == (
        "2 of 6 addons failed."
        " 2 addons were not processed because the rate limit was reached: project-1/addon-5, project-1/addon-6."
        " GET /v1/projects/project-1/addons/addon-5/backup-schedules failed with status 429:"
        " the API's rate limit of 9 requests per hour is used up until TIME (in 3601 s)."
        " Run the task again then, or set rate_limit_max_wait to 3601 or more to wait (currently 600)."
    )
    assert [addon.get("failed", False) for addon in result["addons"]] == [False] * 4 + [True] * 2
    assert result["rate_limit"] == {"limit": 9, "remaining": 0, "reset": 3600}
    assert result["requests"] == 9


def test_a_partly_processed_addon_has_its_own_error(task_runner: TaskRunner) -> None:
    options = set_up(task_runner, 2, rate_limit=3)
    result = task_runner.run(**{**options, "schedules": [DAILY, WEEKLY]}, concurrency=1)
    assert result["msg"].startswith(
        "2 of 2 addons failed. project-1/addon-1: POST /v1/projects/project-1/addons/addon-1/backup-schedules failed"
        " with status 429: the API's rate limit of 3 requests per hour is used up"
    )
    assert " 1 addon was not processed because the rate limit was reached: project-1/addon-2. " in result["msg"]
    assert [action["action"] for action in result["addons"][0]["actions"]] == ["create"]


def test_the_reserve_is_left_to_other_users_of_the_token(task_runner: TaskRunner) -> None:
    options = set_up(task_runner, 50, rate_limit=60)
    task_runner.run(**options, rate_limit_reserve=20)
    assert len(task_runner.simulator.log) == 40


def test_another_user_of_the_token_exhausts_the_rate_limit(task_runner: TaskRunner) -> None:
    """Each thread gets at most one 429, then all wait together."""
    options = set_up(task_runner, 40, rate_limit=50)
    for path in ("addon-10/", "addon-30/"):
        task_runner.simulator.faults.add(kind="status", status=429, path=path, headers={"retry-after": "90"})
    result = task_runner.run(**options, rate_limit_max_wait=24 * 3600, concurrency=4)
    assert not result.get("failed")
    assert rejected(task_runner) == 2


def test_over_http_with_a_real_clock() -> None:
    """120 addons need 242 requests, so the task waits twice at 100 requests in 2 seconds."""
    with running(make_fleet(addons=120)) as simulator:
        simulator.settings.rate_limit, simulator.settings.rate_window = 100, 2.0
        task_runner = TaskRunner(simulator, RealClock())
        options = {"project_id": "project-1", "all_addons": True, "schedules": [DAILY]}
        result = task_runner.run(**options, rate_limit_max_wait=60)
        assert not result.get("failed"), result["msg"]
        assert sum(addon["changed"] for addon in result["addons"]) == 120
        assert rejected(task_runner) <= 8 * 3
        assert len({request["connection"] for request in simulator.log}) <= 9


class RealClock(FakeClock):
    """The clock and the sleep of the system."""

    def __init__(self) -> None:
        import time

        super().__init__()
        self.monotonic, self.sleep = time.monotonic, time.sleep  # type: ignore[method-assign]
