# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module addon_backup."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_backups import listed
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    connect_to,
)

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=timezone.utc)


def run(api: Api, monkeypatch: pytest.MonkeyPatch, **options: Any) -> dict[str, Any]:
    connect_to(api, monkeypatch)
    params = params_of(addon_backup, addon_id="db", **options)
    return addon_backup.run(params, Context(False, pytest.fail), lambda: NOW)


def test_the_options_are_those_of_the_request_body(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api({"data": listed("new", status="completed", type_="dump")})
    options = {"backupType": "dump", "compressionType": "zstd", "customDestinationId": "cold", "name": "nightly"}
    api.responses.insert(0, page("backups"))
    assert run(api, monkeypatch, **options)["changed"]
    assert api.requests[1] == ("POST", "/v1/projects/shop/addons/db/backups", options)


def test_the_age_is_measured_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not run(Api(page("backups", listed("old"))), monkeypatch, max_age=30)["changed"]
    api = Api(page("backups", listed("old")), {"data": listed("new", status="completed")})
    assert run(api, monkeypatch, max_age=29)["changed"]


def test_all_invalid_options_are_reported() -> None:
    params = params_of(
        addon_backup, addon_id="My DB", name="a", max_age=0, wait_timeout=0, wait_interval=0, backup_id="b"
    )
    with pytest.raises(InvalidOptions) as caught:
        addon_backup.run(params, Context(False, pytest.fail))
    options = [error.split(":")[0] for error in caught.value.validation_errors]
    assert options == ["addon_id", "name", "max_age", "backup_id", "wait_timeout", "wait_interval"]
