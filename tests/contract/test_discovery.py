# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing the projects and addons of the simulator concurrently, including errors."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import ADDON
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks.discovery import discover
from simulator.fleet import make_fleet
from simulator.server import Simulator


def find(simulator: Simulator, **options: Any) -> list[dict[str, Any]]:
    params = {
        "api_token": simulator.token,
        "api_url": simulator.url,
        "team_id": None,
        "timeout": 5,
        "retries": 0,
        "validate_certs": True,
        "ca_path": None,
        "rate_limit_max_wait": 0,
        "rate_limit_reserve": 0,
        "rate_limit_clients": 1,
        "concurrency": 4,
    }
    return discover({**params, **options}, [ADDON], print)


@pytest.fixture
def fleet(simulator: Simulator) -> Simulator:
    simulator.reset({**make_fleet(projects=12, addons=3), "team_id": "our-team"})
    return simulator


def test_projects_are_in_order_with_their_addons(fleet: Simulator) -> None:
    found = find(fleet)
    assert [project["id"] for project in found] == [f"project-{number + 1}" for number in range(12)]
    assert {len(project["addons"]) for project in found} == {3}
    assert len(fleet.log) == 13


def test_team_routes(fleet: Simulator) -> None:
    assert len(find(fleet, team_id="our-team")) == 12
    assert {entry["path"].startswith("/v1/teams/our-team/projects") for entry in fleet.log} == {True}


@pytest.mark.parametrize("status", [403, 404])
def test_a_project_that_cannot_be_read_does_not_affect_the_others(fleet: Simulator, status: int) -> None:
    fleet.faults.add(kind="status", status=status, path="project-3/addons")
    found = find(fleet)
    assert [project["id"] for project in found if "unreadable" in project] == ["project-3"]
    assert f"failed with status {status}" in found[2]["unreadable"]
    assert found[2]["addons"] == []


def test_any_other_error_ends_the_task_without_further_requests(fleet: Simulator) -> None:
    fleet.settings.latency = 0.02
    fleet.faults.add(kind="status", status=500, path="project-1/addons")
    with pytest.raises(TaskFailed, match="GET /v1/projects/project-1/addons failed with status 500"):
        find(fleet, concurrency=1)
    assert len(fleet.log) < 13


def test_the_rate_limit_is_respected(fleet: Simulator) -> None:
    fleet.settings.rate_limit = 5
    with pytest.raises(TaskFailed, match="the API's rate limit of 5 requests per hour is used up"):
        find(fleet)
    assert 429 not in {entry["status"] for entry in fleet.log}


def test_invalid_options_send_no_request(fleet: Simulator) -> None:
    with pytest.raises(InvalidOptions, match="concurrency: 0"):
        find(fleet, concurrency=0)
    assert fleet.log == []


@pytest.mark.parametrize("listed", [[{"name": "no id"}], [{"id": 7}], ["text"], {"a": 1}, None])
def test_an_invalid_response(fleet: Simulator, listed: Any) -> None:
    body = {"data": {"projects": listed}}
    fleet.faults.add(kind="status", status=200, body=body)
    with pytest.raises(
        TaskFailed, match="GET /v1/projects returned an unexpected response with status 200: the response"
    ):
        find(fleet)
