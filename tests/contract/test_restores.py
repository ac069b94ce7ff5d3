# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores: the modules and Northflank's official clients understand what the other writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from js_client import JsApiError, JsClient
from northflank import ApiCallError, ApiClient
from northflank import _types as types
from pydantic import TypeAdapter
from simulator.bodies.backups import Backup
from simulator.server import Simulator

Run = Callable[..., dict[str, Any]]

SOURCE = ("project-1", "addon-1")


class Client(Protocol):
    """The calls of an official client for the restores of an addon. error: the exception that it raises."""

    error: type[Exception]

    def restore(self, addon_id: str, backup_id: str, source_addon_id: str | None = None) -> dict[str, Any]: ...
    def list(self, addon_id: str) -> list[dict[str, Any]]: ...
    def list_of_backup(self, addon_id: str, backup_id: str) -> list[dict[str, Any]]: ...
    def abort(self, addon_id: str, backup_id: str, restore_id: str) -> Any: ...


class PythonClient:
    error = ApiCallError

    def __init__(self, simulator: Simulator) -> None:
        self._client = ApiClient(api_token=simulator.token, base_url=simulator.url)

    def restore(self, addon_id: str, backup_id: str, source_addon_id: str | None = None) -> dict[str, Any]:
        source = {"source_project_id": "project-1", "source_addon_id": source_addon_id} if source_addon_id else {}
        return self._client.restore.addon.backup(
            project_id="project-1", addon_id=addon_id, backup_id=backup_id, **source
        ).data

    def list(self, addon_id: str) -> list[dict[str, Any]]:
        return self._client.get.addon.restores(project_id="project-1", addon_id=addon_id).data["restores"]

    def list_of_backup(self, addon_id: str, backup_id: str) -> list[dict[str, Any]]:
        ids = {"project_id": "project-1", "addon_id": addon_id, "backup_id": backup_id}
        return self._client.get.addon.backup.restores(**ids).data["restores"]

    def abort(self, addon_id: str, backup_id: str, restore_id: str) -> Any:
        ids = {"project_id": "project-1", "addon_id": addon_id, "backup_id": backup_id}
        return self._client.abort.addon.restore(**ids, data={"restoreId": restore_id}).data


class JavaScriptClient:
    error = JsApiError

    def __init__(self, simulator: Simulator) -> None:
        self._client = JsClient(simulator)

    def restore(self, addon_id: str, backup_id: str, source_addon_id: str | None = None) -> dict[str, Any]:
        source = {"sourceProjectId": "project-1", "sourceAddonId": source_addon_id} if source_addon_id else None
        ids = {"projectId": "project-1", "addonId": addon_id, "backupId": backup_id}
        return self._client.call("restore.addon.backup", ids, options=source)

    def list(self, addon_id: str) -> list[dict[str, Any]]:
        return self._client.call("get.addon.restores", {"projectId": "project-1", "addonId": addon_id})["restores"]

    def list_of_backup(self, addon_id: str, backup_id: str) -> list[dict[str, Any]]:
        ids = {"projectId": "project-1", "addonId": addon_id, "backupId": backup_id}
        return self._client.call("get.addon.backup.restores", ids)["restores"]

    def abort(self, addon_id: str, backup_id: str, restore_id: str) -> Any:
        ids = {"projectId": "project-1", "addonId": addon_id, "backupId": backup_id}
        return self._client.call("abort.addon.restore", ids, {"restoreId": restore_id})


@pytest.fixture(params=[PythonClient, JavaScriptClient])
def client(request: pytest.FixtureRequest, simulator: Simulator) -> Client:
    return request.param(simulator)


@pytest.fixture
def backup_id(simulator: Simulator) -> str:
    """Return the ID of a backup of addon-1."""
    return simulator.store.backups.create(simulator.store.addon(*SOURCE), Backup(name="nightly"))["id"]


def test_the_client_lists_a_restore_of_the_module(client: Client, run: Run, backup_id: str) -> None:
    restore = run("addon_restore", addon_id="addon-1", backup_id=backup_id, overwrite=True)["restore"]
    (listed,) = client.list("addon-1")
    assert listed == {
        "id": restore["id"],
        "backupId": backup_id,
        "status": "completed",
        "restoreTimestamp": restore["started_at"],
        "completedAt": restore["completed_at"],
    }
    (of_backup,) = client.list_of_backup("addon-1", backup_id)
    assert {**of_backup, "backupId": backup_id} == listed


def test_a_restore_of_the_client_is_enough(client: Client, run: Run, backup_id: str, simulator: Simulator) -> None:
    restored = client.restore("addon-1", backup_id)
    result = run("addon_restore", addon_id="addon-1", backup_id=backup_id, overwrite=True, once=True)
    assert (result["changed"], result["restore"]["id"]) == (False, restored["restoreId"])
    (addon,) = run("addon_restore_info", addon_ids=["addon-1"])["addons"]
    assert addon["restores"] == [result["restore"]]
    assert len(simulator.store.restores.started) == 1


def test_both_restore_another_addon(client: Client, run: Run, backup_id: str, simulator: Simulator) -> None:
    client.restore("addon-2", backup_id, "addon-1")
    run("addon_restore", addon_id="addon-2", source_addon_id="addon-1", backup_id=backup_id, overwrite=True)
    first, second = simulator.store.restores.started
    assert (first[0], first[2]) == (second[0], second[2]) == ("project-1/addon-2", backup_id)


def test_a_restore_of_the_client_is_in_progress(client: Client, run: Run, backup_id: str, simulator: Simulator) -> None:
    simulator.settings.restore_duration = 3600
    client.restore("addon-1", backup_id)
    with pytest.raises(NorthflankError, match="Nothing was restored: Restore .* has been in progress since"):
        run("addon_restore", addon_id="addon-1", backup_id=backup_id, overwrite=True)
    with pytest.raises(client.error, match="Another restore of the addon is in progress"):
        client.restore("addon-1", backup_id)


def test_the_client_aborts_a_restore_of_the_module(
    client: Client, run: Run, backup_id: str, simulator: Simulator
) -> None:
    simulator.settings.restore_duration = 3600
    options = {"addon_id": "addon-1", "backup_id": backup_id, "overwrite": True}
    restore = run("addon_restore", **options, wait=False)["restore"]
    client.abort("addon-1", backup_id, restore["id"])
    assert client.list("addon-1")[0]["status"] == "aborted"
    simulator.settings.restore_duration = 0
    again = run("addon_restore", **options, once=True)
    assert (again["changed"], again["restore"]["status"]) == (True, "completed")


def test_responses_have_the_types_that_the_client_declares(simulator: Simulator, backup_id: str) -> None:
    client = PythonClient(simulator)
    restored = client.restore("addon-1", backup_id)
    assert TypeAdapter(types.RestoreAddonBackupResponse).validate_python(restored, strict=True)
    listed = {"restores": client.list("addon-1")}
    assert TypeAdapter(types.GetAddonRestoresResponse).validate_python(listed, strict=True)
    of_backup = {"restores": client.list_of_backup("addon-1", backup_id)}
    assert TypeAdapter(types.GetAddonBackupRestoresResponse).validate_python(of_backup, strict=True)
