# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules and Northflank's official client understand what the other writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from northflank import ApiCallError, ApiClient
from northflank import _types as types  # not exported elsewhere
from pydantic import TypeAdapter
from simulator.fleet import make_fleet
from simulator.server import Simulator

Run = Callable[..., dict[str, Any]]

ADDON_1 = {"project_id": "project-1", "addon_id": "addon-1"}

# All fields of the request body, with both backup types.
BODIES: dict[str, dict[str, Any]] = {
    "hourly snapshot": {
        "scheduling": {"interval": "hourly", "minute": [0, 30]},
        "backupType": "snapshot",
        "retentionTime": 2,
    },
    "daily snapshot": {
        "scheduling": {"interval": "daily", "minute": [30, 0], "hour": [14, 2]},
        "backupType": "snapshot",
        "retentionTime": 14,
        "additionalDestinations": [{"destinationId": "cold-storage", "retentionTime": 60, "type": "custom"}],
    },
    "weekly dump": {
        "scheduling": {"interval": "weekly", "minute": [30], "hour": [18], "day": [4, 0]},
        "backupType": "dump",
        "retentionTime": 120,
        "compressionType": "zstd",
        "customDestinationId": "cold-storage",
    },
    "daily dump": {
        "scheduling": {"interval": "daily", "minute": [5], "hour": [3]},
        "backupType": "dump",
        "retentionTime": 7,
    },
}
each_body = pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)


@pytest.fixture
def client(simulator: Simulator) -> ApiClient:
    return ApiClient(api_token=simulator.token, base_url=simulator.url)


def listed(client: ApiClient, addon_id: str = "addon-1") -> list[dict[str, Any]]:
    return client.get.addon.backup_schedules(project_id="project-1", addon_id=addon_id).data["schedules"]


def settings_of(schedule: dict[str, Any]) -> dict[str, Any]:
    """Convert a listed schedule to a request body with sorted lists."""
    body = {name: schedule[name] for name in ("backupType", "retentionTime")}
    body["scheduling"] = {
        name: sorted(value) if isinstance(value, list) else value for name, value in schedule["scheduling"].items()
    }
    for name in ("additionalDestinations", "customDestinationId"):
        if name in schedule:
            body[name] = schedule[name]
    if schedule["backupType"] == "dump":
        body["compressionType"] = schedule.get("backupCompressionType") or schedule.get("compressionType", "gz")
    return body


@each_body
def test_a_schedule_of_the_client_is_up_to_date(
    client: ApiClient, run: Run, simulator: Simulator, body: dict[str, Any]
) -> None:
    client.create.addon.backup_schedule(project_id="project-1", addon_id="addon-1", data=body)
    before = len(simulator.log)
    result = run("addon_backup_schedule", addon_id="addon-1", **body)
    assert not result["changed"]
    assert [request["method"] for request in simulator.log[before:]] == ["GET"]


def test_an_empty_list_may_be_omitted(client: ApiClient, run: Run, simulator: Simulator) -> None:
    simulator.settings.omit_empty_lists = True
    assert client.get.addon.backup_schedules(project_id="project-1", addon_id="addon-1").data == {}
    assert run("addon_backup_schedule", addon_id="addon-1", **BODIES["daily snapshot"])["changed"]


@each_body
def test_module_and_client_create_the_same_schedule(client: ApiClient, run: Run, body: dict[str, Any]) -> None:
    client.create.addon.backup_schedule(project_id="project-1", addon_id="addon-2", data=body)
    result = run("addon_backup_schedule", addon_id="addon-1", **body)
    assert result["changed"]
    (by_module,), (by_client,) = listed(client, "addon-1"), listed(client, "addon-2")
    assert settings_of(by_module) == settings_of(by_client)
    assert result["backup_schedule"]["id"] == by_module["id"]


@pytest.mark.parametrize("write_method", ["schedule", "addon"])
def test_addon_backup_schedules_writes_what_the_client_writes(client: ApiClient, run: Run, write_method: str) -> None:
    bodies = list(BODIES.values())
    result = run("addon_backup_schedules", addon_ids=["addon-1"], schedules=bodies, write_method=write_method)
    assert result["changed"]
    for body in bodies:
        client.create.addon.backup_schedule(project_id="project-1", addon_id="addon-2", data=body)
    by_module, by_client = ([settings_of(each) for each in listed(client, addon)] for addon in ("addon-1", "addon-2"))
    assert sorted(by_module, key=str) == sorted(by_client, key=str)


@pytest.mark.parametrize("write_method", ["schedule", "addon"])
def test_schedules_that_the_client_patches_are_up_to_date(client: ApiClient, run: Run, write_method: str) -> None:
    bodies = list(BODIES.values())
    client.patch.addon(project_id="project-1", addon_id="addon-1", data={"backupSchedules": bodies})
    options = {"schedules": bodies, "prune": True, "write_method": write_method}
    assert not run("addon_backup_schedules", addon_ids=["addon-1"], **options)["changed"]


def test_info_module_and_client_list_the_same_schedules(client: ApiClient, run: Run) -> None:
    for body in BODIES.values():
        client.create.addon.backup_schedule(project_id="project-1", addon_id="addon-1", data=body)
    (addon,) = run("addon_backup_schedule_info", addon_ids=["addon-1"])["addons"]
    by_module = {schedule["id"]: schedule["retention_time"] for schedule in addon["backup_schedules"]}
    assert by_module == {schedule["id"]: schedule["retentionTime"] for schedule in listed(client)}


def test_the_module_creates_what_the_client_deleted(client: ApiClient, run: Run) -> None:
    body = BODIES["daily snapshot"]
    created = run("addon_backup_schedule", addon_id="addon-1", **body)["backup_schedule"]
    client.delete.addon.backup_schedule(project_id="project-1", addon_id="addon-1", schedule_id=created["id"])
    assert run("addon_backup_schedule", check_mode=True, addon_id="addon-1", **body)["changed"]


def test_the_client_does_not_list_what_the_module_deleted(client: ApiClient, run: Run) -> None:
    body = BODIES["daily snapshot"]
    client.create.addon.backup_schedule(project_id="project-1", addon_id="addon-1", data=body)
    absent = {"scheduling": {"interval": "daily"}, "backup_type": "snapshot", "state": "absent"}
    assert run("addon_backup_schedule", addon_id="addon-1", **absent)["changed"]
    assert listed(client) == []


def test_module_and_client_read_all_pages(client: ApiClient, run: Run, simulator: Simulator) -> None:
    simulator.settings.max_page_size = 1
    by_client = [addon["id"] for addon in client.list.addons.all(project_id="project-1").data["addons"]]
    by_module = [addon["addon_id"] for addon in run("addon_backup_schedule_info")["addons"]]
    assert by_client == by_module == ["addon-1", "addon-2"]


def test_team_routes(client: ApiClient, run: Run) -> None:
    body = BODIES["daily snapshot"]
    data = {"project_id": "project-1", "addon_id": "addon-1", "team_id": "our-team"}
    client.create.addon.backup_schedule(data=body, **data)
    assert not run("addon_backup_schedule", addon_id="addon-1", team_id="our-team", **body)["changed"]


def test_the_client_parses_errors_of_the_simulator(client: ApiClient) -> None:
    with pytest.raises(ApiCallError) as caught:
        client.create.addon.backup_schedule(
            project_id="project-1", addon_id="addon-1", data={**BODIES["daily snapshot"], "retentionTime": 61}
        )
    assert caught.value.status == 400
    assert "maximum retention of 60 days" in str(caught.value.details or caught.value)


BACKUP = {
    "id": "62cc20b90956ab62a58e8474",
    "name": "nightly",
    "uid": "7843acd5-e81b-5202-b727-9250771f5219",
    "status": "completed",
    "createdAt": "2026-01-15T02:00:00.000Z",
    "completedAt": "2026-01-15T02:03:00.000Z",
    "config": {"size": "1048576", "source": {"type": "snapshot"}, "compressionType": "gz"},
}

# Responses with all fields. For addon types and single addons, the simulator only has the fields that the modules read.
DECLARED: dict[str, tuple[type, Callable[[ApiClient], Any]]] = {
    "projects": (types.ListProjectsResponse, lambda client: client.list.projects()),
    "addons": (types.ListAddonsResponse, lambda client: client.list.addons(project_id="project-1")),
    "destinations": (types.ListBackupDestinationsResponse, lambda client: client.list.backup_destinations()),
    "schedules": (types.GetAddonBackupSchedulesResponse, lambda client: client.get.addon.backup_schedules(**ADDON_1)),
    "backups": (types.GetAddonBackupsResponse, lambda client: client.get.addon.backups(**ADDON_1)),
    "a new backup": (types.BackupAddonResponse, lambda client: client.backup.addon(data={}, **ADDON_1)),
}


@pytest.mark.parametrize(("type_", "send"), DECLARED.values(), ids=DECLARED)
def test_responses_have_the_types_that_the_client_declares(
    client: ApiClient, simulator: Simulator, type_: type, send: Callable[[ApiClient], Any]
) -> None:
    fleet = make_fleet(schedules=list(BODIES.values()))
    fleet["projects"][0]["addons"][0]["backups"] = [BACKUP]
    simulator.reset(fleet)
    data = send(client).data
    assert TypeAdapter(type_).validate_python(data, strict=True)
    assert all(data.values())


def test_the_response_to_a_patch_can_have_the_type_that_the_client_declares(
    client: ApiClient, simulator: Simulator
) -> None:
    """It is the form of requests: without IDs, and with their name of the compression."""
    simulator.settings.patch_returns_request_form = True
    schedules = client.patch.addon(data={"backupSchedules": list(BODIES.values())}, **ADDON_1).data["backupSchedules"]
    type_ = types.CreateAddonResponseBillingBackupSchedule
    assert len(TypeAdapter(list[type_]).validate_python(schedules, strict=True)) == len(BODIES)
    assert "id" not in type_.__annotations__
    assert not any("id" in schedule for schedule in schedules)


def test_the_module_accepts_a_response_in_the_form_of_requests(run: Run, simulator: Simulator) -> None:
    simulator.settings.patch_returns_request_form = True
    options = {"addon_ids": ["addon-1"], "schedules": list(BODIES.values()), "write_method": "addon"}
    assert run("addon_backup_schedules", **options)["changed"]
    assert not run("addon_backup_schedules", **options)["changed"]
