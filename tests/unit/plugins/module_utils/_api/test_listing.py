# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's lists of addons and volumes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.listing import (
    addon_type,
    list_fleet,
    list_path,
    list_resources,
    tags_of,
)
from ansible_collections.community.northflank.plugins.module_utils._api.resources import ADDON, VOLUME
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)


def test_all_addons_of_a_project_are_listed() -> None:
    transport = StubTransport(
        page("addons", {"id": "a"}, hasNextPage=True, cursor="one"),
        page("addons", {"id": "b"}, hasNextPage=True, cursor="two"),
        page("addons", {"id": "c"}, hasNextPage=False, cursor="three"),
    )
    addons = list_resources(transport, ADDON, "shop", None)  # type: ignore[arg-type]
    assert [addon["id"] for addon in addons] == ["a", "b", "c"]
    assert [path for _method, path, _query in transport.requests] == ["/v1/projects/shop/addons"] * 3
    assert transport.hints == {
        403: "The token needs the permission Project > Addons > General > Read.",
        404: "Check project_id (shop). With an organization's token, also set team_id.",
    }


@pytest.mark.parametrize(
    "description",
    [
        None,
        7,
        "",
        "Fork of shop/a (run: ci-1, created by community.northflank)",
        "Fork of shop/a (run: drill-20261127T203131Z, created by community.northflank)",
        "Fork of shop/a (run: drill-20269927T203131Z-1a2b3c4d, created by community.northflank)",
        "Fork of shop/a (run: drill-20261127T203131Z-1a2b3c4d, created by community.northflank), kept",
    ],
)
def test_only_the_forks_of_restore_drills_do_not_belong_to_the_fleet(description: object) -> None:
    drill = "Fork of shop/a (run: drill-20261127T203131Z-1a2b3c4d, created by community.northflank)"
    transport = StubTransport(
        page(
            "addons",
            {"id": "a", "name": "drill-a-3227abe2", "description": description},
            {"id": "b", "name": "drill-a-3227abe2", "description": drill},
            {"id": "c", "name": "orders-db", "description": drill},
        )
    )
    assert [addon["id"] for addon in list_fleet(transport, ADDON, "shop", None)] == ["a", "c"]  # type: ignore[arg-type]


def test_the_addons_of_a_team() -> None:
    transport = StubTransport(page("addons"))
    list_resources(transport, ADDON, "shop", "our-team")  # type: ignore[arg-type]
    assert transport.requests == [("GET", "/v1/teams/our-team/projects/shop/addons", {"per_page": 100})]
    assert transport.hints[404] == "Check project_id (shop), and team_id (our-team)."


@pytest.mark.parametrize(
    ("response", "message"),
    [({"data": {}}, "has no list of addons"), (page("addons", {"name": "a"}), "has an addon without an ID")],
)
def test_an_unexpected_response_is_an_error(response: dict[str, Any], message: str) -> None:
    with pytest.raises(ApiError, match=message):
        list_resources(StubTransport(response), ADDON, "shop", None)  # type: ignore[arg-type]


def test_the_type_of_an_addon() -> None:
    assert addon_type({"spec": {"type": "redis"}}) == "redis"


@pytest.mark.parametrize("addon", [{}, {"spec": None}, {"spec": []}, {"spec": {}}, {"spec": {"type": None}}])
def test_an_addon_may_have_no_type(addon: dict[str, Any]) -> None:
    assert addon_type(addon) == ""


@pytest.mark.parametrize(
    "response", [{"data": [{"id": "data"}, {"id": "logs"}]}, page("volumes", {"id": "data"}, {"id": "logs"})]
)
def test_the_list_of_volumes_may_be_bare(response: dict[str, Any]) -> None:
    transport = StubTransport(response)
    volumes = list_resources(transport, VOLUME, "shop", None)  # type: ignore[arg-type]
    assert [volume["id"] for volume in volumes] == ["data", "logs"]
    assert transport.requests[0][1] == list_path(VOLUME, "shop", None) == "/v1/projects/shop/volumes"
    assert transport.hints[403] == "The token needs the permission Project > Volumes > General > Read."
    assert transport.hints[404].endswith(f"also set team_id. {VOLUME.availability}")
    assert transport.hints[405] == VOLUME.availability


def test_the_list_of_addons_may_not_be_bare() -> None:
    with pytest.raises(ApiError, match="has no list of addons"):
        list_resources(StubTransport({"data": [{"id": "db"}]}), ADDON, "shop", None)  # type: ignore[arg-type]


def test_a_volume_must_have_an_id() -> None:
    with pytest.raises(ApiError, match="has a volume without an ID"):
        list_resources(StubTransport({"data": [{"name": "data"}]}), VOLUME, "shop", None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("listed", "tags"), [({"tags": ["a", 7]}, ["a", "7"]), ({"tags": None}, []), ({"tags": "a"}, []), ({}, [])]
)
def test_the_tags(listed: dict[str, Any], tags: list[str]) -> None:
    assert tags_of(listed) == tags
