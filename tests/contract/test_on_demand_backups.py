# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On-demand backups: the module and Northflank's official clients understand what the other writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest
from js_client import JsApiError, JsClient
from northflank import ApiCallError, ApiClient
from northflank import _types as types
from pydantic import TypeAdapter
from simulator.server import Simulator

Run = Callable[..., dict[str, Any]]

DUMP = {"backupType": "dump", "compressionType": "zstd", "customDestinationId": "cold-storage"}
SNAPSHOT = {
    "backupType": "snapshot",
    "additionalDestinations": [{"destinationId": "cold-storage", "retentionTime": 7, "type": "custom"}],
}
each_body = pytest.mark.parametrize("body", [DUMP, SNAPSHOT], ids=["dump", "snapshot"])


class Client(Protocol):
    """The calls of an official client for the backups of addon-1. error: the exception that it raises."""

    error: type[Exception]

    def take(self, body: dict[str, Any]) -> dict[str, Any]: ...
    def list(self) -> list[dict[str, Any]]: ...
    def get(self, backup_id: str) -> dict[str, Any]: ...
    def abort(self, backup_id: str) -> Any: ...
    def retain(self, backup_id: str) -> Any: ...
    def delete(self, backup_id: str) -> Any: ...


class PythonClient:
    error = ApiCallError

    def __init__(self, simulator: Simulator) -> None:
        self._client = ApiClient(api_token=simulator.token, base_url=simulator.url)
        self._addon = {"project_id": "project-1", "addon_id": "addon-1"}

    def take(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._client.backup.addon(**self._addon, data=body).data

    def list(self) -> list[dict[str, Any]]:
        return self._client.get.addon.backups(**self._addon).data["backups"]

    def get(self, backup_id: str) -> dict[str, Any]:
        return self._client.get.addon.backup(**self._addon, backup_id=backup_id).data

    def abort(self, backup_id: str) -> Any:
        return self._client.abort.addon.backup(**self._addon, backup_id=backup_id).data

    def retain(self, backup_id: str) -> Any:
        return self._client.retain.addon.backup(**self._addon, backup_id=backup_id).data

    def delete(self, backup_id: str) -> Any:
        return self._client.delete.backup(**self._addon, backup_id=backup_id).data


class JavaScriptClient:
    error = JsApiError

    def __init__(self, simulator: Simulator) -> None:
        self._client = JsClient(simulator)
        self._addon = {"projectId": "project-1", "addonId": "addon-1"}

    def take(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._client.call("backup.addon", self._addon, body)

    def list(self) -> list[dict[str, Any]]:
        return self._client.call("get.addon.backups", self._addon)["backups"]

    def get(self, backup_id: str) -> dict[str, Any]:
        return self._client.call("get.addon.backup", {**self._addon, "backupId": backup_id})

    def abort(self, backup_id: str) -> Any:
        return self._client.call("abort.addon.backup", {**self._addon, "backupId": backup_id})

    def retain(self, backup_id: str) -> Any:
        return self._client.call("retain.addon.backup", {**self._addon, "backupId": backup_id})

    def delete(self, backup_id: str) -> Any:
        return self._client.call("delete.backup", {**self._addon, "backupId": backup_id})


@pytest.fixture(params=[PythonClient, JavaScriptClient])
def client(request: pytest.FixtureRequest, simulator: Simulator) -> Client:
    return request.param(simulator)


@each_body
def test_a_backup_that_the_client_takes_makes_another_one_unnecessary(
    client: Client, run: Run, simulator: Simulator, body: dict[str, Any]
) -> None:
    taken = client.take({**body, "name": "before-release"})
    for options in ({"name": "before-release"}, {"max_age": 5}):
        result = run("addon_backup", addon_id="addon-1", **body, **options)
        assert (result["changed"], result["backup"]["id"]) == (False, taken["id"])
    assert len(simulator.store.backups.taken) == 1


@each_body
def test_module_and_client_take_the_same_backup(client: Client, run: Run, body: dict[str, Any]) -> None:
    taken = run("addon_backup", addon_id="addon-1", name="before-release", **body)["backup"]
    (by_module,) = client.list()
    assert (by_module["id"], by_module["name"], by_module["status"]) == (taken["id"], "before-release", "completed")
    by_client = client.list()[-1] if client.take({**body, "name": "by the client"}) else {}
    for name in ("config", "customDestinationId"):
        assert by_module.get(name) == by_client.get(name)


def test_the_api_accepts_the_default_name(client: Client, run: Run) -> None:
    run("addon_backup", addon_id="addon-1")
    assert client.list()[0]["name"].startswith("ansible-")


def test_the_module_waits_for_a_backup_of_the_client(client: Client, run: Run, simulator: Simulator) -> None:
    simulator.settings.backup_duration = 3600
    taken = client.take({"name": "before-release"})
    result = run("addon_backup", addon_id="addon-1", name="before-release", wait=False)
    assert (result["changed"], result["backup"]["id"]) == (False, taken["id"])
    assert result["backup"]["status"] == client.get(taken["id"])["status"] == "scheduled"


def test_module_and_client_abort_a_backup(client: Client, run: Run, simulator: Simulator) -> None:
    simulator.settings.backup_duration = 3600
    by_client = client.take({})
    client.abort(by_client["id"])
    assert not run("addon_backup", addon_id="addon-1", backup_id=by_client["id"], state="aborted")["changed"]
    by_module = run("addon_backup", addon_id="addon-1", wait=False)["backup"]
    assert run("addon_backup", addon_id="addon-1", backup_id=by_module["id"], state="aborted", wait_interval=1)[
        "changed"
    ]
    assert client.get(by_module["id"])["status"] == "aborted"


def test_module_and_client_retain_a_backup(client: Client, run: Run, simulator: Simulator) -> None:
    taken = client.take({})
    before = client.get(taken["id"])
    client.retain(taken["id"])
    assert client.get(taken["id"]) == before
    assert run("addon_backup", addon_id="addon-1", backup_id=taken["id"], state="retained")["changed"]
    assert client.get(taken["id"]) == before
    assert [request["status"] for request in simulator.requests("POST")] == [200, 200, 200]


def test_module_and_client_delete_a_backup(client: Client, run: Run) -> None:
    client.delete(client.take({"name": "by the client"})["id"])
    assert not run("addon_backup", addon_id="addon-1", name="by the client", state="absent")["changed"]
    client.take({"name": "by the module"})
    assert run("addon_backup", addon_id="addon-1", name="by the module", state="absent")["changed"]
    assert client.list() == []


def test_the_clients_parse_errors_of_the_simulator(client: Client, simulator: Simulator) -> None:
    simulator.settings.backup_duration = 3600
    client.take({})
    with pytest.raises(client.error, match="Another backup of the addon is in progress"):
        client.take({})


def test_responses_have_the_types_that_the_client_declares(simulator: Simulator) -> None:
    client = PythonClient(simulator)
    simulator.settings.backup_duration = 3600
    taken = client.take(SNAPSHOT)
    single = TypeAdapter(types.BackupAddonResponse)
    assert single.validate_python(taken, strict=True)
    assert single.validate_python(client.get(taken["id"]), strict=True)
    client.abort(taken["id"])
    client.take({"name": "other"})
    simulator.settings.backup_duration = 0
    assert TypeAdapter(types.GetAddonBackupsResponse).validate_python(
        {"backups": [each for each in client.list() if "completedAt" in each]}, strict=True
    )


VOLUME = {"name": "before-release", "description": "Before the release"}


class VolumeClient(Protocol):
    """What both official clients can do with the backups of volume-1."""

    def take(self, body: dict[str, Any]) -> dict[str, Any]: ...
    def list(self) -> Any: ...
    def get(self, backup_id: str) -> dict[str, Any]: ...
    def delete(self, backup_id: str) -> Any: ...


class PythonVolumeClient:
    def __init__(self, simulator: Simulator) -> None:
        self._client = ApiClient(api_token=simulator.token, base_url=simulator.url)
        self._volume = {"project_id": "project-1", "volume_id": "volume-1"}

    def take(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._client.backup.volume(**self._volume, data=body).data

    def list(self) -> Any:
        return self._client.get.volume.backups(**self._volume).data

    def get(self, backup_id: str) -> dict[str, Any]:
        return self._client.get.volume.backup(**self._volume, backup_id=backup_id).data

    def delete(self, backup_id: str) -> Any:
        return self._client.delete.volume.backup(**self._volume, backup_id=backup_id).data


class JavaScriptVolumeClient:
    def __init__(self, simulator: Simulator) -> None:
        self._client = JsClient(simulator)
        self._volume = {"projectId": "project-1", "volumeId": "volume-1"}

    def take(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._client.call("backup.volume", self._volume, body)

    def list(self) -> Any:
        return self._client.call("get.volume.backups", self._volume)

    def get(self, backup_id: str) -> dict[str, Any]:
        return self._client.call("get.volume.backup", {**self._volume, "backupId": backup_id})

    def delete(self, backup_id: str) -> Any:
        return self._client.call("delete.volume.backup", {**self._volume, "backupId": backup_id})


@pytest.fixture(params=[PythonVolumeClient, JavaScriptVolumeClient])
def volume_client(request: pytest.FixtureRequest, simulator: Simulator) -> VolumeClient:
    simulator.settings.bare_lists = True
    return request.param(simulator)


def test_a_volume_backup_of_the_client_makes_another_one_unnecessary(volume_client: VolumeClient, run: Run) -> None:
    taken = volume_client.take(VOLUME)
    for options in ({"name": "before-release"}, {"max_age": 5}):
        result = run("volume_backup", volume_id="volume-1", **options)
        assert (result["changed"], result["backup"]["id"]) == (False, taken["id"])


def test_module_and_client_return_the_same_volume_backup(volume_client: VolumeClient, run: Run) -> None:
    taken = run("volume_backup", volume_id="volume-1", **VOLUME)["backup"]
    (listed,) = volume_client.list()
    assert (listed["id"], listed["name"], listed["description"]) == (taken["id"], *VOLUME.values())
    assert volume_client.get(taken["id"]) == listed
    (volume,) = run("volume_backup_info", volume_ids=["volume-1"])["volumes"]
    assert volume["backups"] == [taken]


def test_module_and_client_delete_a_volume_backup(volume_client: VolumeClient, run: Run) -> None:
    volume_client.delete(volume_client.take(VOLUME)["id"])
    assert not run("volume_backup", volume_id="volume-1", name="before-release", state="absent")["changed"]
    volume_client.take(VOLUME)
    assert run("volume_backup", volume_id="volume-1", name="before-release", state="absent")["changed"]
    assert volume_client.list() == []


def test_volume_backups_have_the_shape_that_the_client_declares(simulator: Simulator) -> None:
    simulator.settings.bare_lists = True
    client = PythonVolumeClient(simulator)
    taken = client.take(VOLUME)
    single = TypeAdapter(types.BackupVolumeResponse)
    assert single.validate_python(taken, strict=True)
    assert single.validate_python(client.get(taken["id"]), strict=True)
    assert TypeAdapter(list[types.BackupVolumeResponse]).validate_python(client.list(), strict=True)
