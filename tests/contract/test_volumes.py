# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Northflank's official clients write to volumes, the modules read as it is, and the other way round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from js_client import JsClient
from northflank import ApiCallError, ApiClient
from northflank import _types as types  # which it exports nowhere else
from pydantic import TypeAdapter
from simulator.server import Simulator

Run = Callable[..., dict[str, Any]]

VOLUME_1 = {"project_id": "project-1", "volume_id": "volume-1"}
VOLUME_2 = {"project_id": "project-1", "volume_id": "volume-2"}

# Every field of the request body, for each interval.
BODIES: dict[str, dict[str, Any]] = {
    "hourly": {"scheduling": {"interval": "hourly", "minute": [30, 0]}, "retentionTime": 2},
    "daily": {"scheduling": {"interval": "daily", "minute": [30, 0], "hour": [14, 2]}, "retentionTime": 14},
    "weekly": {"scheduling": {"interval": "weekly", "minute": [30], "hour": [18], "day": [4, 0]}, "retentionTime": 120},
}
each_body = pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
each_form_of_lists = pytest.mark.parametrize(
    "settings",
    [{}, {"bare_lists": False}, {"omit_volume_backup_type": True}, {"max_page_size": 1}],
    ids=["bare", "in a field", "without a type", "pages"],
)


@pytest.fixture
def client(simulator: Simulator) -> ApiClient:
    return ApiClient(api_token=simulator.token, base_url=simulator.url)


def create(client: ApiClient, body: dict[str, Any], volume: dict[str, str] | None = None) -> str:
    return client.create.volume.backup_schedule(data=body, **(volume or VOLUME_1)).data["id"]


def listed(client: ApiClient, volume: dict[str, str] | None = None) -> list[dict[str, Any]]:
    return client.get.volume.backup_schedules(**(volume or VOLUME_1)).data["schedules"]


def configuration(schedule: dict[str, Any]) -> dict[str, Any]:
    """Return the request body of a listed schedule, with its lists sorted."""
    scheduling = {
        name: sorted(value) if isinstance(value, list) else value for name, value in schedule["scheduling"].items()
    }
    return {"scheduling": scheduling, "retentionTime": schedule["retentionTime"]}


@each_body
@each_form_of_lists
def test_what_the_client_creates_is_up_to_date_after_one_read(
    client: ApiClient, run: Run, simulator: Simulator, body: dict[str, Any], settings: dict[str, Any]
) -> None:
    schedule_id = create(client, body)
    vars(simulator.settings).update(settings)
    before = len(simulator.log)
    result = run("volume_backup_schedules", volume_ids=["volume-1"], schedules=[body], prune=True)
    assert not result["changed"]
    assert [request["method"] for request in simulator.log[before:]] == ["GET"]
    assert result["volumes"][0]["backup_schedules"][0]["id"] == schedule_id


def test_all_request_bodies_are_up_to_date_after_one_read(client: ApiClient, run: Run, simulator: Simulator) -> None:
    for body in BODIES.values():
        create(client, body)
    before = len(simulator.log)
    options = {"volume_ids": ["volume-1"], "schedules": list(BODIES.values()), "prune": True}
    assert not run("volume_backup_schedules", **options)["changed"]
    assert len(simulator.log) == before + 1


@each_form_of_lists
def test_the_module_writes_what_the_client_writes(
    client: ApiClient, run: Run, simulator: Simulator, settings: dict[str, Any]
) -> None:
    for body in BODIES.values():
        create(client, body, VOLUME_2)
    by_client = [request["body"] for request in simulator.requests("POST")]
    vars(simulator.settings).update(settings)
    result = run("volume_backup_schedules", volume_ids=["volume-1"], schedules=list(BODIES.values()))
    assert result["changed"]
    by_module = [request["body"] for request in simulator.requests("POST")][len(by_client) :]
    assert [set(body) for body in by_module] == [set(body) for body in by_client]
    written, expected = (sorted(map(configuration, listed(client, each)), key=str) for each in (VOLUME_1, VOLUME_2))
    assert written == expected


def test_the_module_deletes_what_the_client_has_created(client: ApiClient, run: Run) -> None:
    create(client, BODIES["daily"])
    assert run("volume_backup_schedules", volume_ids=["volume-1"], schedules=[], prune=True)["changed"]
    assert listed(client) == []


def test_the_client_deletes_what_the_module_has_created(client: ApiClient, run: Run) -> None:
    options = {"volume_ids": ["volume-1"], "schedules": [BODIES["daily"]]}
    run("volume_backup_schedules", **options)
    (created,) = listed(client)
    client.delete.volume.backup_schedule(schedule_id=created["id"], **VOLUME_1)
    assert run("volume_backup_schedules", check_mode=True, **options)["changed"]


def test_both_list_the_same_schedules(client: ApiClient, run: Run) -> None:
    for body in BODIES.values():
        create(client, body)
    (volume, _other) = run("volume_backup_schedule_info")["volumes"]
    ours = {schedule["id"]: schedule["retention_time"] for schedule in volume["backup_schedules"]}
    assert ours == {schedule["id"]: schedule["retentionTime"] for schedule in listed(client)}


@pytest.mark.parametrize("max_page_size", [1, 100])
def test_both_list_the_same_volumes(client: ApiClient, run: Run, simulator: Simulator, max_page_size: int) -> None:
    simulator.settings.max_page_size = max_page_size
    by_client = [volume["id"] for volume in client.list.volumes.all(project_id="project-1").data]
    by_module = [volume["volume_id"] for volume in run("volume_backup_schedule_info")["volumes"]]
    assert by_client == by_module == ["volume-1", "volume-2"]


def test_the_routes_of_a_team(client: ApiClient, run: Run) -> None:
    create(client, BODIES["daily"], {**VOLUME_1, "team_id": "our-team"})
    options = {"volume_ids": ["volume-1"], "schedules": [BODIES["daily"]], "team_id": "our-team"}
    assert not run("volume_backup_schedules", **options)["changed"]


def test_the_javascript_client_lists_the_same_volumes(run: Run, simulator: Simulator) -> None:
    by_client = JsClient(simulator).call("list.volumes", {"projectId": "project-1"})
    assert [volume["id"] for volume in by_client] == [
        volume["volume_id"] for volume in run("volume_backup_schedule_info")["volumes"]
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"retentionTime": 61},
        {"retentionTime": None},
        {"scheduling": {"interval": "daily", "minute": [0]}},
        {"backupType": "snapshot"},
        {"additionalDestinations": []},
    ],
)
def test_invalid_bodies_are_rejected(client: ApiClient, changes: dict[str, Any]) -> None:
    body = {name: value for name, value in {**BODIES["daily"], **changes}.items() if value is not None}
    with pytest.raises(ApiCallError) as caught:
        create(client, body)
    assert caught.value.status == 400


BACKUP = {
    "id": "62cc20b90956ab62a58e8474",
    "name": "nightly",
    "status": "completed",
    "createdAt": "2026-01-15T02:00:00.000Z",
    "spec": {"storageSize": 4096},
}

DECLARED: dict[str, tuple[Any, Callable[[ApiClient], Any]]] = {
    "volumes": (list[types.CreateVolumeResponse], lambda client: client.list.volumes(project_id="project-1")),
    "schedules": (types.GetAddonBackupSchedulesResponse, lambda client: client.get.volume.backup_schedules(**VOLUME_1)),
    "backups": (list[types.BackupVolumeResponse], lambda client: client.get.volume.backups(**VOLUME_1)),
}


@pytest.mark.parametrize(("declared", "call"), DECLARED.values(), ids=DECLARED)
def test_responses_have_the_types_that_the_client_declares(
    client: ApiClient, simulator: Simulator, declared: Any, call: Callable[[ApiClient], Any]
) -> None:
    create(client, BODIES["daily"])
    simulator.store.volume("project-1", "volume-1").backups.append(BACKUP)
    returned = call(client).data
    assert TypeAdapter(declared).validate_python(returned, strict=True)


@pytest.mark.parametrize("status", [404, 405])
def test_an_api_that_does_not_offer_backups_of_volumes(client: ApiClient, simulator: Simulator, status: int) -> None:
    simulator.settings.volume_backups_status = status
    with pytest.raises(ApiCallError) as caught:
        listed(client)
    assert caught.value.status == status
    assert client.list.volumes(project_id="project-1").data
