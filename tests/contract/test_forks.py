# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forks: the module and Northflank's official clients understand what the other writes."""

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

FORK = {"source_project_id": "project-1", "source_addon_id": "addon-1", "name": "Drill", "run_id": "ci-1"}
MARKER = "Fork of project-1/addon-1 (run: ci-1, created by community.northflank)"


class Client(Protocol):
    """The calls of an official client for addons. error: the exception that it raises."""

    error: type[Exception]

    def create(self, body: dict[str, Any]) -> dict[str, Any]: ...
    def get(self, addon_id: str) -> dict[str, Any]: ...
    def list(self) -> list[dict[str, Any]]: ...
    def delete(self, addon_id: str) -> Any: ...


class PythonClient:
    error = ApiCallError

    def __init__(self, simulator: Simulator) -> None:
        self._client = ApiClient(api_token=simulator.token, base_url=simulator.url)

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._client.create.addon(project_id="project-1", data=body).data

    def get(self, addon_id: str) -> dict[str, Any]:
        return self._client.get.addon(project_id="project-1", addon_id=addon_id).data

    def list(self) -> list[dict[str, Any]]:
        return self._client.list.addons(project_id="project-1").data["addons"]

    def delete(self, addon_id: str) -> Any:
        return self._client.delete.addon(project_id="project-1", addon_id=addon_id).data


class JavaScriptClient:
    error = JsApiError

    def __init__(self, simulator: Simulator) -> None:
        self._client = JsClient(simulator)

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._client.call("create.addon", {"projectId": "project-1"}, body)

    def get(self, addon_id: str) -> dict[str, Any]:
        return self._client.call("get.addon", {"projectId": "project-1", "addonId": addon_id})

    def list(self) -> list[dict[str, Any]]:
        return self._client.call("list.addons", {"projectId": "project-1"})["addons"]

    def delete(self, addon_id: str) -> Any:
        return self._client.call("delete.addon", {"projectId": "project-1", "addonId": addon_id})


@pytest.fixture(params=[PythonClient, JavaScriptClient])
def client(request: pytest.FixtureRequest, simulator: Simulator) -> Client:
    return request.param(simulator)


@pytest.fixture
def body(simulator: Simulator) -> dict[str, Any]:
    """Return the request body of a fork of a backup of addon-1."""
    backup = simulator.store.backups.create(simulator.store.addon("project-1", "addon-1"), Backup(name="nightly"))
    return {
        "name": "Drill",
        "description": MARKER,
        "type": "postgresql",
        "version": "16.4",
        "billing": {"deploymentPlan": "nf-compute-20", "storage": 4096, "replicas": 1, "storageClass": "ssd"},
        "tlsEnabled": True,
        "source": {"addonId": "addon-1", "backupId": backup["id"]},
    }


def test_module_and_client_create_the_same_fork(client: Client, run: Run, body: dict[str, Any]) -> None:
    fork = run("addon_fork", **FORK, backup="newest")["fork"]
    by_module = client.get("drill")
    assert (fork["addon_id"], by_module["status"], by_module["description"]) == ("drill", "running", MARKER)
    client.create({**body, "name": "Other drill"})
    by_client = client.get("other-drill")
    for name in ("spec", "description"):
        assert by_module[name] == by_client[name]


def test_forks_of_the_client_are_listed(client: Client, run: Run, body: dict[str, Any]) -> None:
    fork = run("addon_fork", **FORK, backup="newest")["fork"]
    client.create({**body, "name": "Other drill", "description": MARKER.replace("ci-1", "ci-2")})
    client.create({**body, "name": "By hand", "description": "by the client"})
    listed = run("addon_fork_info")["forks"]
    assert [(each["name"], each["run_id"]) for each in listed] == [("Drill", "ci-1"), ("Other drill", "ci-2")]
    unknown = dict.fromkeys(("backup_id", "started_at", "completed_at", "seconds"))
    assert listed[0] == {**fork, **unknown}


def test_a_fork_of_the_client_is_used_and_deleted(client: Client, run: Run, body: dict[str, Any]) -> None:
    created = client.create(body)
    result = run("addon_fork", **FORK, backup="newest")
    assert (result["changed"], result["fork"]["addon_id"]) == (False, created["id"])
    assert run("addon_fork", **FORK, state="absent")["changed"]
    assert [addon["id"] for addon in client.list()] == ["addon-1", "addon-2"]


def test_an_addon_of_the_client_is_left_alone(client: Client, run: Run, body: dict[str, Any]) -> None:
    client.create({**body, "description": "by the client"})
    for options in ({"backup": "newest"}, {"state": "absent"}):
        with pytest.raises(NorthflankError, match="its description is not the marker of a fork"):
            run("addon_fork", **FORK, **options)
    assert client.get("drill")["status"] == "running"


def test_the_client_deletes_a_fork(client: Client, run: Run, body: dict[str, Any]) -> None:
    run("addon_fork", **FORK, backup="newest")
    client.delete("drill")
    assert not run("addon_fork", **FORK, state="absent")["changed"]


def test_the_clients_parse_errors_of_the_simulator(client: Client, body: dict[str, Any]) -> None:
    client.create(body)
    with pytest.raises(client.error, match="already exists"):
        client.create(body)
    with pytest.raises(client.error, match="not completed|not found"):
        client.create({**body, "name": "Other", "source": {"addonId": "addon-1", "backupId": "gone"}})


def test_responses_have_the_types_that_the_client_declares(simulator: Simulator, body: dict[str, Any]) -> None:
    client = PythonClient(simulator)
    created = client.create(body)
    assert created["billing"] == body["billing"]
    assert TypeAdapter(types.GetAddonResponse).validate_python(client.get(created["id"]), strict=True)


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_settings_are_those_of_the_options(run: Run, body: dict[str, Any], check_mode: bool) -> None:
    options = {"version": "16-latest", "deploymentPlan": "nf-compute-50", "storage": 8192, "replicas": 2}
    result = run("addon_fork", check_mode, **FORK, **options, backup="newest", project_id="project-1")
    expected = {"version": "16-latest", "deployment_plan": "nf-compute-50", "storage": 8192, "replicas": 2}
    assert expected.items() <= result["diff"][0]["after"].items()
