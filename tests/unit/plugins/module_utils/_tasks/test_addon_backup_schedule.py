# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module addon_backup_schedule."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_schedule
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import params, schedule
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)

OPTIONS = {"addon_id": "db", **params()}
DAILY = {"id": "old", **schedule().to_api()}
HOURLY = {"id": "other", **schedule("hourly").to_api()}
SETTINGS = schedule().with_defaults().settings()


def test_a_schedule_is_created(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("schedules", HOURLY), {"data": {"id": "new"}})
    result = run_task(addon_backup_schedule, api, monkeypatch, **OPTIONS)
    assert result.pop("diff")[0]["after_header"] == "shop/db"
    assert result == {
        "changed": True,
        "actions": [{"action": "create", "interval": "daily", "backup_type": "snapshot"}],
        "kept": [],
        "backup_schedule": {"id": "new", **SETTINGS},
        "requests": 2,
        "rate_limit": None,
    }


def test_an_up_to_date_schedule_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_task(addon_backup_schedule, Api(page("schedules", HOURLY, DAILY)), monkeypatch, **OPTIONS)
    assert (result["changed"], result["actions"], result["diff"]) == (False, [], [])
    assert result["backup_schedule"] == {"id": "old", **SETTINGS}


def test_absent_deletes_only_the_schedule_of_this_key(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("schedules", HOURLY, DAILY), {"data": {}})
    options = {**OPTIONS, "retention_time": None, "state": "absent"}
    result = run_task(addon_backup_schedule, api, monkeypatch, **options)
    assert result["actions"] == [{"action": "delete", "interval": "daily", "backup_type": "snapshot"}]
    assert result["backup_schedule"] == {"id": "old", **SETTINGS}
    assert [each[1].rsplit("/", 1)[-1] for each in api.requests] == ["backup-schedules", "old"]


@pytest.mark.parametrize(
    "response",
    [page("schedules", HOURLY), ApiError("GET", "/path", "Not found", status=404)],
    ids=["no schedule", "no addon"],
)
def test_absent_is_satisfied_without_the_schedule_and_without_the_addon(
    response: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run_task(addon_backup_schedule, Api(response), monkeypatch, **OPTIONS, state="absent")
    assert (result["changed"], result["backup_schedule"]) == (False, None)


def test_a_failure_has_the_message_of_the_addon(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("schedules"), ApiError("POST", "/path", "Forbidden", status=403))
    with pytest.raises(TaskFailed) as caught:
        run_task(addon_backup_schedule, api, monkeypatch, **OPTIONS)
    result = caught.value.to_result()
    assert result["msg"] == "POST /path failed with status 403: Forbidden."
    assert (result["error"]["status"], result["changed"], result["backup_schedule"]) == (403, False, None)


@pytest.mark.parametrize(
    ("options", "errors"),
    [
        ({"retention_time": 99}, ["retention_time: 99 exceeds the maximum of 60 days for daily schedules"]),
        ({"retention_time": 99, "state": "absent"}, []),
        # Before they are known to be integers, the other rules are not checked.
        ({"retention_time": True}, ["retention_time: true is a Boolean, not an integer"]),
    ],
)
def test_a_schedule_that_is_to_exist_must_be_valid(options: dict[str, Any], errors: list[str]) -> None:
    task_params = {**params_of(addon_backup_schedule, **OPTIONS), **options, "project_id": "My Shop"}
    with pytest.raises(InvalidOptions) as caught:
        addon_backup_schedule.run(task_params, Context(False, pytest.fail))
    (project_error, *others) = caught.value.validation_errors
    assert project_error.startswith("project_id: ")
    assert others == errors
