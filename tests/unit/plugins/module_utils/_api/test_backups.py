# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's backups of an addon and of a volume."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.backups import (
    abort_backup,
    create_backup,
    delete_backup,
    list_backups,
    read_backup,
    retain_backup,
)
from ansible_collections.community.northflank.plugins.module_utils._api.resources import VOLUME, Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)

RESOURCE = Resource("shop", "db", "our-team")


def listed(id_: str) -> dict[str, str]:
    return {"id": id_, "status": "completed", "createdAt": "2026-01-15T09:30:00.000Z"}


def test_each_page_is_requested_when_it_is_needed() -> None:
    transport = StubTransport(
        page("backups", listed("a"), hasNextPage=True, cursor="one"), page("backups", listed("b"))
    )
    backups = list_backups(transport, RESOURCE)  # type: ignore[arg-type]
    assert next(backups).id == "a"
    assert len(transport.requests) == 1
    assert [backup.id for backup in backups] == ["b"]
    assert transport.requests[0] == (
        "GET",
        "/v1/teams/our-team/projects/shop/addons/db/backups",
        {"per_page": 100},
    )
    assert transport.hints == RESOURCE.hints("GET")


def test_anything_but_a_backup_is_an_error() -> None:
    with pytest.raises(ApiError) as caught:
        list(list_backups(StubTransport(page("backups", {"id": "a"})), RESOURCE))  # type: ignore[arg-type]
    assert caught.value.message == "the response has an item that is not a backup: {'id': 'a'}"


def test_a_missing_list_is_an_error() -> None:
    with pytest.raises(ApiError, match="the response has no list of backups"):
        list(list_backups(StubTransport({"data": {}}), RESOURCE))  # type: ignore[arg-type]


def test_a_backup_that_moves_to_the_next_page_is_one_backup() -> None:
    transport = StubTransport(
        page("backups", listed("a"), listed("b"), hasNextPage=True, cursor="one"), page("backups", listed("b"))
    )
    assert [backup.id for backup in list_backups(transport, RESOURCE)] == ["a", "b"]  # type: ignore[arg-type]


def test_a_backup_may_end_between_two_pages() -> None:
    running = {**listed("a"), "status": "in-progress"}
    transport = StubTransport(
        page("backups", running, hasNextPage=True, cursor="one"), page("backups", listed("a"), listed("b"))
    )
    assert [backup.id for backup in list_backups(transport, RESOURCE)] == ["a", "b"]  # type: ignore[arg-type]


def test_two_different_backups_with_an_id_are_an_error() -> None:
    failed = {**listed("a"), "status": "failed"}
    transport = StubTransport(page("backups", listed("a"), failed))
    with pytest.raises(ApiError, match="the response has two different backups with the ID 'a'"):
        list(list_backups(transport, RESOURCE))  # type: ignore[arg-type]


PATH = "/v1/teams/our-team/projects/shop/addons/db/backups"


def test_one_backup_is_read_and_started() -> None:
    transport = StubTransport({"data": listed("a")}, {"data": listed("b")})
    assert read_backup(transport, RESOURCE, "a").id == "a"  # type: ignore[arg-type]
    assert create_backup(transport, RESOURCE, {"name": "nightly"}).id == "b"  # type: ignore[arg-type]
    assert transport.requests == [("GET", f"{PATH}/a"), ("POST", PATH, {"name": "nightly"})]
    assert transport.hints == RESOURCE.hints("POST")


def test_a_response_with_another_backup_is_an_error() -> None:
    with pytest.raises(ApiError, match="the response is the backup 'b'"):
        read_backup(StubTransport({"data": listed("b")}), RESOURCE, "a")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "request_"),
    [
        (retain_backup, ("POST", f"{PATH}/a/retain")),
        (abort_backup, ("POST", f"{PATH}/a/abort")),
        (delete_backup, ("DELETE", f"{PATH}/a")),
    ],
)
def test_a_backup_is_changed(call: Callable[..., None], request_: tuple[str, str]) -> None:
    transport = StubTransport({"data": {}})
    call(transport, RESOURCE, "a")
    assert transport.requests == [request_]
    assert transport.hints[404] == "Check project_id (shop), addon_id (db) and backup_id (a), and team_id (our-team)."
    assert transport.hints[403] == "The token needs the permission Project > Addons > General > Update."


@pytest.mark.parametrize("id_", ["", ".", "..", "a/b", "a?b"])
def test_an_id_that_would_change_the_path_is_not_sent(id_: str) -> None:
    transport = StubTransport()
    for call in (read_backup, retain_backup, abort_backup, delete_backup):
        with pytest.raises(ApiError, match="as the ID of a backup"):
            call(transport, RESOURCE, id_)  # type: ignore[operator]
    assert transport.requests == []


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"id": "a"},
        {"status": "completed"},
        *(
            {**listed("a"), name: value}
            for name in ("id", "status")
            for value in (None, "", 7, True, ["a"], {"a": "a"})
        ),
    ],
)
def test_a_response_that_is_not_a_backup_leaves_the_outcome_unknown(data: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match="the response is not a backup") as caught:
        create_backup(StubTransport({"data": data}), RESOURCE, {})  # type: ignore[arg-type]
    assert caught.value.outcome_unknown


def test_the_backups_of_a_volume_may_be_a_bare_list() -> None:
    volume = Resource("shop", "data", type=VOLUME)
    transport = StubTransport(
        {"data": [{"id": "a", "status": "READY"}]}, page("backups", {"id": "b", "status": "READY"})
    )
    assert [backup.id for backup in list_backups(transport, volume)] == ["a"]  # type: ignore[arg-type]
    assert [backup.id for backup in list_backups(transport, volume)] == ["b"]  # type: ignore[arg-type]
    assert transport.requests[0][1] == "/v1/projects/shop/volumes/data/backups"


def test_the_backups_of_an_addon_are_no_bare_list() -> None:
    with pytest.raises(ApiError, match="has no list of backups"):
        list(list_backups(StubTransport({"data": [listed("a")]}), RESOURCE))  # type: ignore[arg-type]
