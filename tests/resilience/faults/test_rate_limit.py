# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet that is larger than what the rate limit allows in an hour."""

from __future__ import annotations

import re
from typing import Any

import pytest
from simulator.fleet import make_fleet
from simulator.server import Simulator, running

from .laboratory import Laboratory, Time

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
def laboratory() -> Laboratory:
    time = Time()
    return Laboratory(Simulator(clock=time.clock), time)


def begin(laboratory: Laboratory, addons: int, **settings: Any) -> dict[str, Any]:
    """Begin with a project of so many addons; give the options that roll a schedule out to each of them."""
    laboratory.simulator.reset(make_fleet(addons=addons))
    vars(laboratory.simulator.settings).update(settings)
    return {"project_id": "project-1", "all_addons": True, "schedules": [DAILY]}


def refused(laboratory: Laboratory) -> int:
    return sum(request["status"] == 429 for request in laboratory.simulator.log)


def test_2500_addons_at_1000_requests_an_hour(laboratory: Laboratory) -> None:
    options = begin(laboratory, 2500)
    result = laboratory.run(**options, rate_limit_max_wait=24 * 3600)
    assert not result.get("failed")
    assert sum(addon["changed"] for addon in result["addons"]) == 2500
    # 25 pages of addons, a read and a write for each: 5025 requests, so five ends of an hour are waited for, once each.
    assert result["requests"] == len(laboratory.simulator.log) == 5025
    assert laboratory.time.slept == [3601] * 5
    assert len(laboratory.said) == 5
    assert refused(laboratory) == 0
    again = laboratory.run(**options, rate_limit_max_wait=24 * 3600)
    assert not again["changed"]
    assert again["requests"] == 2525


def test_no_schedule_is_deleted_at_the_end_of_a_window(laboratory: Laboratory) -> None:
    options = begin(laboratory, 30, rate_limit=1000)
    laboratory.run(**options)
    laboratory.simulator.settings.rate_limit = 20
    laboratory.simulator.gateway.limit.reset()
    laboratory.simulator.log.clear()
    longer = {**options, "schedules": [{**DAILY, "retention_time": 20}]}
    result = laboratory.run(**longer, rate_limit_max_wait=24 * 3600)
    assert not result.get("failed")
    assert sum(addon["changed"] for addon in result["addons"]) == 30
    # Between a DELETE and its POST there was never a wait.
    assert not any("still to be created" in text for text in laboratory.said)
    assert refused(laboratory) == 0


def test_when_it_cannot_wait_it_says_what_is_done_and_what_is_not(laboratory: Laboratory) -> None:
    options = begin(laboratory, 6, rate_limit=9)
    result = laboratory.run(**options, rate_limit_max_wait=600, concurrency=1)
    # One list, then four addons with two requests each.
    message = re.sub(r"\d\d:\d\d:\d\d UTC", "TIME", result["msg"])
    assert message == (
        "2 of 6 addons failed."
        " 2 addons were not processed because the rate limit was reached: project-1/addon-5, project-1/addon-6."
        " GET /v1/projects/project-1/addons/addon-5/backup-schedules failed with status 429:"
        " the API's rate limit of 9 requests per hour is used up until TIME (in 3601 s)."
        " Run the task again then, or set rate_limit_max_wait to 3601 or more to wait (it is 600)."
    )
    assert [addon.get("failed", False) for addon in result["addons"]] == [False] * 4 + [True] * 2
    assert result["rate_limit"] == {"limit": 9, "remaining": 0, "reset": 3600}
    assert result["requests"] == 9


def test_an_addon_that_the_limit_caught_half_done_is_told_by_itself(laboratory: Laboratory) -> None:
    options = begin(laboratory, 2, rate_limit=3)
    result = laboratory.run(**{**options, "schedules": [DAILY, WEEKLY]}, concurrency=1)
    assert result["msg"].startswith(
        "2 of 2 addons failed. project-1/addon-1: POST /v1/projects/project-1/addons/addon-1/backup-schedules failed"
        " with status 429: the API's rate limit of 3 requests per hour is used up"
    )
    assert " 1 addon was not processed because the rate limit was reached: project-1/addon-2. " in result["msg"]
    assert [action["action"] for action in result["addons"][0]["actions"]] == ["create"]


def test_other_users_of_the_token_keep_their_reserve(laboratory: Laboratory) -> None:
    options = begin(laboratory, 50, rate_limit=60)
    laboratory.run(**options, rate_limit_reserve=20)
    assert len(laboratory.simulator.log) == 40


def test_another_user_of_the_token_uses_it_up(laboratory: Laboratory) -> None:
    """Each thread is refused once at most, then all wait together."""
    options = begin(laboratory, 40, rate_limit=50)
    for path in ("addon-10/", "addon-30/"):
        laboratory.simulator.faults.add(kind="status", status=429, path=path, headers={"retry-after": "90"})
    result = laboratory.run(**options, rate_limit_max_wait=24 * 3600, concurrency=4)
    assert not result.get("failed")
    assert refused(laboratory) == 2


def test_in_real_time_over_the_wire() -> None:
    """120 addons at 100 requests in 2 seconds: 242 requests, so two windows end on the way."""
    with running(make_fleet(addons=120)) as simulator:
        simulator.settings.rate_limit, simulator.settings.rate_window = 100, 2.0
        laboratory = Laboratory(simulator, RealTime())
        options = {"project_id": "project-1", "all_addons": True, "schedules": [DAILY]}
        result = laboratory.run(**options, rate_limit_max_wait=60)
        assert not result.get("failed"), result["msg"]
        assert sum(addon["changed"] for addon in result["addons"]) == 120
        assert refused(laboratory) <= 8 * 3
        assert len({request["connection"] for request in simulator.log}) <= 9


class RealTime(Time):
    """The time of the clock on the wall."""

    def __init__(self) -> None:
        import time

        super().__init__()
        self.clock, self.sleep = time.monotonic, time.sleep  # type: ignore[method-assign]
