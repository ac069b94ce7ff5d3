# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module volume_backup_info."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks import read_backups, volume_backup_info
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    connect_to,
)


@pytest.mark.parametrize(("options", "ids"), [({}, ["b", "a"]), ({"status": ["READY"]}, ["a"])])
def test_any_status_is_returned(options: dict[str, list[str]], ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    backups = [{"id": "a", "status": "READY"}, {"id": "b", "status": "completed", "createdAt": "2026-01-15T11:30:00Z"}]
    api = Api({"data": backups})
    connect_to(api, monkeypatch, read_backups)
    params = params_of(volume_backup_info, volume_ids=["uploads"], **options)
    (volume,) = volume_backup_info.run(params, Context(False, pytest.fail))["volumes"]
    assert [backup["id"] for backup in volume["backups"]] == ids
    assert (volume["volume_id"], api.requests[0][1]) == ("uploads", "/v1/projects/shop/volumes/uploads/backups")
