# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module volume_backup."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import volume_backup
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    connect_to,
)

PATH = "/v1/projects/shop/volumes/uploads/backups"


def listed(id_: str, status: str = "completed", name: str = "nightly") -> dict[str, Any]:
    return {"id": id_, "name": name, "status": status, "createdAt": "2026-01-15T11:30:00.000Z"}


def run(api: Api, monkeypatch: pytest.MonkeyPatch, **options: Any) -> dict[str, Any]:
    connect_to(api, monkeypatch)
    return volume_backup.run(params_of(volume_backup, volume_id="uploads", **options), Context(False, pytest.fail))


def test_a_backup_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api({"data": [listed("old", name="other")]}, {"data": listed("new", "PENDING")}, {"data": listed("new")})
    result = run(api, monkeypatch, name="nightly", description="before the release")
    assert api.requests == [
        ("GET", PATH, {"per_page": 100}),
        ("POST", PATH, {"name": "nightly", "description": "before the release"}),
        ("GET", f"{PATH}/new"),
    ]
    assert (result["changed"], result["backup"]["status"]) == (True, "completed")
    assert result["diff"][0]["after"] == {"name": "nightly", "description": "before the release"}
    assert result["backup"].keys() == {
        "id",
        "name",
        "description",
        "status",
        "created_at",
        "updated_at",
        "storage_size",
    }


def test_an_existing_backup_is_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    for response in ({"data": [listed("old")]}, page("backups", listed("old"))):
        assert not run(Api(response), monkeypatch, name="nightly")["changed"]


def test_a_status_that_is_not_known_is_not_success(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api({"data": listed("new", "READY")}, *[{"data": listed("new", "READY")}] * 9)
    with pytest.raises(TaskFailed, match="has not ended after 10 s.*continues in Northflank: its status is 'READY'"):
        run(api, monkeypatch, wait_timeout=10)


def test_without_a_wait_any_status_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api({"data": listed("new", "READY")})
    assert run(api, monkeypatch, wait=False)["backup"]["status"] == "READY"


def test_a_backup_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api({"data": [listed("old")]}, {"data": {}})
    assert run(api, monkeypatch, name="nightly", state="absent")["changed"]
    assert api.requests[1] == ("DELETE", f"{PATH}/old")


def test_the_name_is_not_limited() -> None:
    params = params_of(volume_backup, volume_id="My Volume", name="a_name of more than 39 characters, with others")
    with pytest.raises(InvalidOptions) as caught:
        volume_backup.run(params, Context(False, pytest.fail))
    assert [error.split(":")[0] for error in caught.value.validation_errors] == ["volume_id"]
