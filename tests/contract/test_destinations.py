# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup destinations of the official client are up to date for the module, and the other way round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from destinations import BODIES, without_defaults
from northflank import ApiCallError, ApiClient
from northflank import _types as types  # which it exports nowhere else
from pydantic import TypeAdapter
from simulator.fleet import make_fleet
from simulator.server import Simulator

Run = Callable[..., dict[str, Any]]

each_body = pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)

BACKUP = {
    "id": "62cc20b90956ab62a58e8474",
    "name": "nightly",
    "status": "completed",
    "project": {"id": "project-1", "name": "Project 1"},
    "addon": {"id": "addon-1", "name": "Addon 1"},
    "config": {"addonType": "postgresql", "addonVersion": "16.4", "size": "1048576", "source": {"type": "global"}},
    "schedules": [{"interval": "daily", "minute": [30], "hour": [2]}],
    "expiredBy": 1771122600000.0,
    "createdAt": "2026-01-15T02:30:00.000Z",
    "completedAt": "2026-01-15T02:33:00.000Z",
}


@pytest.fixture
def client(simulator: Simulator) -> ApiClient:
    fleet = make_fleet()
    fleet["destinations"][0]["backups"] = [BACKUP]
    simulator.reset({**fleet, "team_id": "our-team"})
    return ApiClient(api_token=simulator.token, base_url=simulator.url)


def methods(simulator: Simulator) -> list[str]:
    return [request["method"] for request in simulator.log]


@each_body
def test_what_the_client_creates_is_up_to_date_after_one_request(
    client: ApiClient, run: Run, simulator: Simulator, body: dict[str, Any]
) -> None:
    created = client.add.backup_destination(data=body).data
    simulator.clear_log()
    result = run("backup_destination", **body)
    assert (result["changed"], result["backup_destination"]["id"]) == (False, created["id"])
    assert methods(simulator) == ["GET"]


@each_body
def test_what_the_module_creates_is_what_the_client_would_have(
    client: ApiClient, run: Run, body: dict[str, Any]
) -> None:
    by_module = run("backup_destination", **{**body, "name": "By the module"})
    assert by_module["changed"]
    client.add.backup_destination(data={**body, "name": "By the client"})
    ours, theirs = (
        without_defaults(client.get.backup_destination(backup_destination_id=each).data)
        for each in ("by-the-module", "by-the-client")
    )
    assert {**ours, "name": "By the client"} == theirs


@each_body
def test_a_pasted_body_converges_with_one_read(
    client: ApiClient, run: Run, simulator: Simulator, body: dict[str, Any]
) -> None:
    assert run("backup_destination", **body)["changed"]
    simulator.clear_log()
    assert not run("backup_destination", **body)["changed"]
    assert methods(simulator) == ["GET"]


CHANGES = {
    "name": {"name": "Renamed"},
    "description": {"description": "For tests"},
    "no description": {"description": ""},
    "secret": {"credentials": {**BODIES["object lock"]["credentials"], "secretKey": "another-secret-key"}},
    "region": {"credentials": {**BODIES["object lock"]["credentials"], "region": "us-east-1"}},
    "no object lock": {"credentials": {**BODIES["few fields"]["credentials"], "enableObjectLock": False}},
    "workload identity": {"credentials": BODIES["workload identity"]["credentials"]},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_what_the_module_changes_is_what_the_client_would_have(
    client: ApiClient, run: Run, changes: dict[str, Any]
) -> None:
    body = BODIES["object lock"]
    client.add.backup_destination(data=body)
    client.add.backup_destination(data={**body, "name": "By the client"})
    assert run("backup_destination", destination_id="locked", **{**body, **changes})["changed"]
    by_client = {**changes, "name": "By the client"}
    client.patch.backup_destination(backup_destination_id="by-the-client", data=by_client)
    ours, theirs = (
        client.get.backup_destination(backup_destination_id=each).data for each in ("locked", "by-the-client")
    )
    for name in changes.get("credentials", ()):
        assert ours["credentials"][name] == theirs["credentials"][name]
    assert ours["name"] == changes.get("name", "Locked")
    assert ours.get("description") == theirs.get("description")


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_what_the_client_changes_is_a_difference(client: ApiClient, run: Run, changes: dict[str, Any]) -> None:
    body = BODIES["object lock"]
    client.add.backup_destination(data=body)
    client.patch.backup_destination(backup_destination_id="locked", data=changes)
    result = run("backup_destination", check_mode=True, destination_id="locked", **body)
    assert result["changed"]
    assert result["actions"][0]["action"] == "update"
    assert not run("backup_destination", destination_id="locked", **{**body, **changes})["changed"]


def test_what_the_client_deletes_is_gone(client: ApiClient, run: Run) -> None:
    client.delete.backup_destination(backup_destination_id="cold-storage")
    assert not run("backup_destination", destination_id="cold-storage", state="absent")["changed"]


def test_what_the_module_deletes_is_gone(client: ApiClient, run: Run) -> None:
    assert run("backup_destination", name="Cold storage", state="absent")["changed"]
    with pytest.raises(ApiCallError) as caught:
        client.get.backup_destination(backup_destination_id="cold-storage")
    assert caught.value.status == 404


def test_the_client_finds_a_team(client: ApiClient, run: Run) -> None:
    body = BODIES["few fields"]
    client.add.backup_destination(data=body, team_id="our-team")
    assert not run("backup_destination", team_id="our-team", **body)["changed"]


@pytest.mark.parametrize("with_ids", [False, True])
def test_both_walk_the_same_pages(client: ApiClient, run: Run, simulator: Simulator, with_ids: bool) -> None:
    simulator.settings.max_page_size = 1
    simulator.settings.list_destination_ids = with_ids
    for body in BODIES.values():
        client.add.backup_destination(data=body)
    by_client = client.list.backup_destinations.all().data["backupDestinations"]
    by_module = run("backup_destination_info")["backup_destinations"]
    assert [each["name"] for each in by_client] == [each["name"] for each in by_module]
    assert [each["id"] for each in by_module] == [
        "cold-storage",
        "example-backup-destination",
        "locked",
        "without-keys",
    ]


def test_both_list_the_same_backups(client: ApiClient, run: Run) -> None:
    by_client = client.list.backup_destinations_backups(backup_destination_id="cold-storage").data
    (destination,) = run("backup_destination_info", include_backups=True)["backup_destinations"]
    assert [each["id"] for each in by_client] == [each["id"] for each in destination["backups"]] == [BACKUP["id"]]
    assert destination["backups"][0]["expires_at"] == "2026-02-15T02:30:00Z"


DECLARED: dict[str, tuple[Any, Callable[[ApiClient], Any]]] = {
    "list": (types.ListBackupDestinationsResponse, lambda client: client.list.backup_destinations()),
    "one": (
        types.AddBackupDestinationResponse,
        lambda client: client.get.backup_destination(backup_destination_id="cold-storage"),
    ),
    "created": (
        types.AddBackupDestinationResponse,
        lambda client: client.add.backup_destination(data=BODIES["object lock"]),
    ),
    "backups": (
        list[types.ListBackupDestinationsBackupsResponse],
        lambda client: client.list.backup_destinations_backups(backup_destination_id="cold-storage"),
    ),
}


@pytest.mark.parametrize(("declared", "call"), DECLARED.values(), ids=DECLARED)
def test_responses_have_the_shape_that_the_client_declares(
    client: ApiClient, declared: Any, call: Callable[[ApiClient], Any]
) -> None:
    response = call(client).data
    assert response
    assert TypeAdapter(declared).validate_python(response, strict=True)


@each_body
def test_the_bodies_have_the_shape_that_the_client_declares(body: dict[str, Any]) -> None:
    assert TypeAdapter(types.AddBackupDestinationRequest).validate_python(body, strict=True) == body


def test_the_module_has_all_fields_of_the_bodies_that_the_client_declares(run: Run) -> None:
    used = {name for body in BODIES.values() for name in body}
    assert used == types.AddBackupDestinationRequest.__annotations__.keys()
    used = {name for body in BODIES.values() for name in body["credentials"]}
    assert used == types.AddBackupDestinationResponseCredentials.__annotations__.keys()


def test_the_list_declares_no_ids_and_has_no_secrets(client: ApiClient) -> None:
    (listed,) = client.list.backup_destinations().data["backupDestinations"]
    assert "id" not in types.AddBackupDestinationRequest.__annotations__
    assert "id" not in listed
    assert not {"accessKey", "secretKey"} & listed["credentials"].keys()


def test_one_that_is_in_use_is_kept_and_the_reason_is_reported(client: ApiClient, run: Run) -> None:
    dump = {
        "scheduling": {"interval": "daily", "minute": [30], "hour": [2]},
        "backup_type": "dump",
        "retention_time": 7,
        "custom_destination_id": "cold-storage",
    }
    run("addon_backup_schedule", addon_id="addon-1", **dump)
    with pytest.raises(Exception, match="in use by project-1/addon-1 daily dump. .*remove it from them first"):
        run("backup_destination", name="Cold storage", state="absent")
    assert client.get.backup_destination(backup_destination_id="cold-storage").data["id"] == "cold-storage"
