# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials: the module and Northflank's official clients read the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from js_client import JsApiError, JsClient
from northflank import ApiCallError, ApiClient
from northflank import _types as types
from pydantic import TypeAdapter
from simulator.fleet import make_fleet
from simulator.server import Simulator

Run = Callable[..., dict[str, Any]]
Read = Callable[..., dict[str, Any]]


def python_client(simulator: Simulator, addon_id: str, team_id: str | None = None) -> dict[str, Any]:
    client = ApiClient(api_token=simulator.token, base_url=simulator.url)
    team = {"team_id": team_id} if team_id else {}
    return client.get.addon.credentials(project_id="project-1", addon_id=addon_id, **team).data


def javascript_client(simulator: Simulator, addon_id: str, team_id: str | None = None) -> dict[str, Any]:
    team = {"teamId": team_id} if team_id else {}
    parameters = {"projectId": "project-1", "addonId": addon_id, **team}
    return JsClient(simulator).call("get.addon.credentials", parameters)


@pytest.fixture(params=[python_client, javascript_client])
def read(request: pytest.FixtureRequest) -> Read:
    return request.param


@pytest.mark.parametrize("team_id", [None, "our-team"])
def test_module_and_client_read_the_same(read: Read, run: Run, simulator: Simulator, team_id: str | None) -> None:
    by_client = read(simulator, "addon-1", team_id)
    result = run("addon_credentials_info", addon_id="addon-1", team_id=team_id)
    assert result["credentials"] == by_client
    assert by_client["secrets"]["PASSWORD"] in by_client["secrets"]["POSTGRES_URI"]
    assert (result["changed"], result["requests"]) == (False, 1)


def test_every_addon_has_its_own_secrets(read: Read, simulator: Simulator) -> None:
    first, second = (read(simulator, addon_id)["secrets"] for addon_id in ("addon-1", "addon-2"))
    assert not set(first.values()) & set(second.values())


def test_the_client_parses_errors_of_the_simulator(read: Read, run: Run, simulator: Simulator) -> None:
    with pytest.raises((ApiCallError, JsApiError), match="not found"):
        read(simulator, "gone")
    with pytest.raises(NorthflankError, match="status 404: Addon 'gone' not found"):
        run("addon_credentials_info", addon_id="gone")


def test_the_hint_names_the_permission(run: Run, simulator: Simulator) -> None:
    simulator.settings.forbidden = ["project-1/addon-1"]
    with pytest.raises(NorthflankError, match="The token needs the permission Project > Addons > General > Read Spec"):
        run("addon_credentials_info", addon_id="addon-1")


@pytest.mark.parametrize("type_", ["postgresql", "mysql", "mongodb", "redis", "minio", "rabbitmq"])
def test_responses_have_the_type_that_the_client_declares(simulator: Simulator, type_: str) -> None:
    simulator.reset(make_fleet(types=[type_]))
    data = python_client(simulator, "addon-1")
    TypeAdapter(types.GetAddonCredentialsResponse).validate_python(data, strict=True)
    assert data["envs"] and data["secrets"]
