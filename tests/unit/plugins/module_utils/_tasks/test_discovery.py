# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The projects that a token can see, with their addons and volumes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import ADDON, VOLUME, ResourceType
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions
from ansible_collections.community.northflank.plugins.module_utils._tasks import discovery
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page

PARAMS = {
    "api_token": "a-token-of-a-test",
    "api_url": "https://api.northflank.com",
    "team_id": None,
    "timeout": 30,
    "retries": 5,
    "validate_certs": True,
    "ca_path": None,
    "rate_limit_max_wait": 60,
    "rate_limit_reserve": 0,
    "rate_limit_clients": 1,
    "concurrency": 2,
}


class Api:
    """Returns a response, or raises an error, by path; addons and volumes are requested in threads."""

    def __init__(self, **responses: dict[str, Any] | Exception) -> None:
        self.responses = responses
        self.requests: list[str] = []
        self.lock = threading.Lock()

    def request(self, _method: str, path: str, **_options: Any) -> dict[str, Any]:
        with self.lock:
            self.requests.append(path)
        segments = path.split("/")
        name = segments[-1] if len(segments) == 3 else segments[-2].replace("-", "_")
        response = self.responses[f"{name}_volumes" if segments[-1] == "volumes" else name]
        if isinstance(response, Exception):
            raise response
        return response


def discover(api: Api, monkeypatch: pytest.MonkeyPatch, *types: ResourceType) -> list[dict[str, Any]]:
    @contextmanager
    def connect(*_arguments: Any) -> Iterator[Api]:
        yield api

    monkeypatch.setattr(discovery, "connect", connect)
    return discovery.discover(PARAMS, types or [ADDON], pytest.fail)


def error(status: int) -> ApiError:
    return ApiError("GET", "/path", "no", status=status)


def test_each_project_has_its_addons(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(
        projects=page("projects", {"id": "shop", "name": "The Shop"}, {"id": "crm"}),
        shop=page("addons", {"id": "db"}),
        crm=page("addons"),
    )
    assert discover(api, monkeypatch) == [
        {"id": "shop", "name": "The Shop", "addons": [{"id": "db"}]},
        {"id": "crm", "addons": []},
    ]
    assert api.requests[0] == "/v1/projects"
    assert sorted(api.requests[1:]) == ["/v1/projects/crm/addons", "/v1/projects/shop/addons"]


@pytest.mark.parametrize("status", [403, 404])
def test_a_project_that_cannot_be_read_does_not_affect_the_others(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(
        projects=page("projects", {"id": "shop"}, {"id": "crm"}), shop=error(status), crm=page("addons", {"id": "db"})
    )
    failure = error(status).to_result()
    assert discover(api, monkeypatch) == [
        {"id": "shop", "addons": [], "unreadable": failure["msg"], "error": failure["error"]},
        {"id": "crm", "addons": [{"id": "db"}]},
    ]


def test_volumes_are_only_read_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(projects=page("projects", {"id": "shop"}), shop_volumes={"data": [{"id": "data"}]})
    assert discover(api, monkeypatch, VOLUME) == [{"id": "shop", "volumes": [{"id": "data"}]}]
    assert api.requests == ["/v1/projects", "/v1/projects/shop/volumes"]


def test_a_project_may_have_readable_addons_but_no_readable_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(projects=page("projects", {"id": "shop"}), shop=page("addons", {"id": "db"}), shop_volumes=error(403))
    failure = error(403).to_result()
    assert discover(api, monkeypatch, ADDON, VOLUME) == [
        {
            "id": "shop",
            "addons": [{"id": "db"}],
            "volumes": [],
            "unreadable": failure["msg"],
            "error": failure["error"],
        },
    ]


def test_all_reasons_why_a_project_cannot_be_read_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(projects=page("projects", {"id": "shop"}), shop=error(403), shop_volumes=error(404))
    (project,) = discover(api, monkeypatch, ADDON, VOLUME)
    assert project["unreadable"] == "GET /path failed with status 403: no. GET /path failed with status 404: no."


@pytest.mark.parametrize("status", [401, 429, 500])
def test_another_error_ends_the_discovery(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(projects=page("projects", {"id": "shop"}, {"id": "crm"}), shop=error(status), crm=page("addons"))
    with pytest.raises(ApiError) as caught:
        discover(api, monkeypatch)
    assert caught.value.status == status


def test_a_project_with_an_invalid_id_is_not_requested(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(projects=page("projects", {"id": ".."}))
    (project,) = discover(api, monkeypatch)
    assert project["addons"] == []
    assert project["unreadable"] == "The API lists it with the invalid ID '..'."
    assert api.requests == ["/v1/projects"]


def test_invalid_options_are_reported_at_once() -> None:
    with pytest.raises(InvalidOptions) as caught:
        discovery.discover({**PARAMS, "team_id": "Our Team", "concurrency": 0, "timeout": 0}, [ADDON], pytest.fail)
    assert [each.split(":")[0] for each in caught.value.validation_errors] == ["team_id", "concurrency", "timeout"]
