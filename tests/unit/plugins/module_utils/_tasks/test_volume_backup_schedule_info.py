# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module volume_backup_schedule_info."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    volume_backup_schedule_info,
    volume_backup_schedules,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import schedule
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)

IDS = {"project_id": "shop", "volume_id": "data"}
LISTED = {"id": "old", "scheduling": schedule().scheduling.as_dict(), "backupType": "snapshot", "retentionTime": 7}
SETTINGS = {"scheduling": schedule().scheduling.as_dict(), "backup_type": "snapshot", "retention_time": 7}


def test_the_schedules_of_all_volumes_of_a_project(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api({"data": [{"id": "data"}]}, page("schedules", LISTED))
    result = run_task(volume_backup_schedule_info, api, monkeypatch)
    assert result["volumes"] == [{**IDS, "changed": False, "backup_schedules": [{"id": "old", **SETTINGS}]}]
    assert [each[1] for each in api.requests] == [
        "/v1/projects/shop/volumes",
        "/v1/projects/shop/volumes/data/backup-schedules",
    ]


def test_returned_schedules_can_be_passed_back(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {**LISTED, "createdAt": "2026-01-15T09:30:00.000Z", "updatedAt": "2026-01-15T09:30:00.000Z", "new": 1}
    api = Api(page("schedules", listed), page("schedules", listed))
    (volume,) = run_task(volume_backup_schedule_info, api, monkeypatch, volume_ids=["data"])["volumes"]
    options = {"volume_ids": ["data"], "schedules": volume["backup_schedules"], "prune": True}
    assert not run_task(volume_backup_schedules, api, monkeypatch, **options)["changed"]
