# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module volume_backup_schedules."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import volume_backup_schedules
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import params, schedule
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)

IDS = {"project_id": "shop", "volume_id": "data"}
LISTED = {"id": "old", "scheduling": schedule().scheduling.as_dict(), "backupType": "snapshot", "retentionTime": 7}
SETTINGS = {"scheduling": schedule().scheduling.as_dict(), "backup_type": "snapshot", "retention_time": 7}


def test_only_the_times_and_the_retention_time_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("schedules", {**LISTED, "retentionTime": 9}), {"data": {}}, {"data": {"id": "new"}})
    options = {"volume_ids": ["data"], "schedules": [{**params(), "id": "x", "created_at": "y", "updated_at": "z"}]}
    result = run_task(volume_backup_schedules, api, monkeypatch, **options)
    assert api.requests[1:] == [
        ("DELETE", "/v1/projects/shop/volumes/data/backup-schedules/old"),
        (
            "POST",
            "/v1/projects/shop/volumes/data/backup-schedules",
            {"scheduling": LISTED["scheduling"], "retentionTime": 7},
        ),
    ]
    (volume,) = result.pop("volumes")
    assert volume == {
        **IDS,
        "changed": True,
        "backup_schedules": [{"id": "new", **SETTINGS}],
        "actions": [
            {
                "action": "replace",
                "interval": "daily",
                "backup_type": "snapshot",
                "changed_options": ["retention_time"],
            }
        ],
        "kept": [],
    }
    assert [each["after"] for each in result.pop("diff")] == [{"daily snapshot": SETTINGS}]
    assert result == {"changed": True, "unchanged": 0, "requests": 3, "rate_limit": None}


@pytest.mark.parametrize("listed", [LISTED, {name: LISTED[name] for name in ("id", "scheduling", "retentionTime")}])
def test_an_up_to_date_volume_needs_one_request(listed: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("schedules", listed))
    result = run_task(volume_backup_schedules, api, monkeypatch, volume_ids=["data"], schedules=[params()])
    assert not result["changed"]
    assert api.methods == ["GET"]


@pytest.mark.parametrize("status", [404, 405])
def test_an_api_without_backups_of_volumes_is_explained(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(ApiError("GET", "/path", "Not found", status=status))
    with pytest.raises(TaskFailed, match=f"1 of 1 volumes failed. shop/data: GET /path failed with status {status}"):
        run_task(volume_backup_schedules, api, monkeypatch, volume_ids=["data"], schedules=[params()])
    assert api.hints[status].endswith("The API may not offer backups of volumes to this account yet.")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"backup_type": "dump"}, "value of backup_type must be one of: snapshot, got: dump found in schedules"),
        ({"additional_destinations": []}, "schedules.additional_destinations"),
        ({"compression_type": "gz"}, "schedules.compression_type"),
    ],
)
def test_options_that_volumes_do_not_have_are_rejected(changes: dict[str, Any], message: str) -> None:
    given = {"project_id": "shop", "volume_ids": ["data"], "schedules": [{**params(), **changes}]}
    (error,) = ArgumentSpecValidator(volume_backup_schedules.ARGUMENT_SPEC).validate(given).error_messages
    assert message in error


def test_all_validation_errors_are_reported_at_once() -> None:
    options = {
        "volume_ids": ["My Data", "data"],
        "all_volumes": True,
        "schedules": [params(retention_time=61), params()],
        "stagger_minutes": -1,
        "concurrency": 0,
    }
    with pytest.raises(InvalidOptions) as caught:
        volume_backup_schedules.run(params_of(volume_backup_schedules, **options), Context(False, pytest.fail))
    assert caught.value.validation_errors == [
        "volume_ids: set either volume_ids or all_volumes: true",
        "volume_ids[0]: 'My Data' is not an ID: use letters and digits, in groups joined by single hyphens",
        "concurrency: 0 is not between 1 and 64",
        "schedules[0].retention_time: 61 exceeds the maximum of 60 days for daily schedules",
        "schedules[1]: duplicates the daily snapshot schedule in schedules[0]; there can be only one schedule per"
        " interval and backup type",
        "stagger_minutes: -1 is not between 0 and 1440 minutes (one day)",
    ]
