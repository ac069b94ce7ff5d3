# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What addon_backup_status_info reports: one odd addon does not cost the others their verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from types import ModuleType
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_info,
    addon_backup_status_info,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.utc)
SCHEDULE = {
    "id": "62cc20b90956ab62a58e8474",
    "scheduling": {"interval": "hourly", "minute": [0]},
    "backupType": "snapshot",
    "retentionTime": 7,
    "createdAt": "2026-01-15T00:00:00.000Z",
}


def listed(began: str) -> dict[str, Any]:
    return {
        "id": "1",
        "status": "completed",
        "createdAt": began,
        "config": {"size": "1", "source": {"type": "snapshot"}},
    }


GOOD = listed((NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"))


class Api:
    """The API's responses by addon; an exception among them is raised. Counts the backups that are read."""

    def __init__(self, **addons: tuple[list[Any], list[Any]]) -> None:
        self.addons = addons
        self.asked: list[str] = []
        self.read = 0

    def usage(self) -> dict[str, Any]:
        return {"requests": len(self.asked), "rate_limit": None}

    def read_schedules(self, resource: Resource) -> list[BackupSchedule]:
        self.asked.append(resource.id)
        schedules = self.addons[resource.id][0]
        return [BackupSchedule.from_api(each) for each in schedules]

    def list_backups(self, resource: Resource) -> Iterator[Backup]:
        for each in self.addons[resource.id][1]:
            self.read += 1
            if isinstance(each, Exception):
                raise each
            yield Backup.from_api(each)


@pytest.fixture
def status(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(api: Api, **options: Any) -> dict[str, Any]:
        @contextmanager
        def connect(*_arguments: Any) -> Iterator[Api]:
            yield api

        monkeypatch.setattr(addon_backup_status_info, "connect", connect)
        monkeypatch.setattr(addon_backup_status_info, "ScheduleApi", lambda transport: transport)
        monkeypatch.setattr(addon_backup_status_info, "list_backups", Api.list_backups)
        given = {"project_id": "shop", "addon_ids": list(api.addons), "api_token": "a-token", **options}
        params = params_of(addon_backup_status_info, given)
        return addon_backup_status_info.run(params, Context(False, pytest.fail), lambda: NOW)

    return run


def params_of(task: ModuleType, given: Mapping[str, Any]) -> dict[str, Any]:
    validated = ArgumentSpecValidator(task.ARGUMENT_SPEC).validate(given)
    assert not validated.error_messages
    return validated.validated_parameters


def verdicts(result: Mapping[str, Any]) -> dict[str, str]:
    return {addon["addon_id"]: addon["verdict"] for addon in result["addons"]}


def test_an_unexpected_error_on_one_addon_makes_this_one_unknown(status: Any) -> None:
    api = Api(broken=([SCHEDULE], [OverflowError("date value out of range")]), good=([SCHEDULE], [GOOD]))
    result = status(api)
    assert verdicts(result) == {"broken": "unknown", "good": "ok"}
    (broken, _good) = result["addons"]
    assert "Internal error in community.northflank" in broken["reasons"][0]
    assert "OverflowError('date value out of range')" in broken["reasons"][0]
    assert "Traceback" in broken["exception"]
    assert "failed" not in broken


@pytest.mark.parametrize(
    "backup",
    [
        listed("9999-12-31T23:59:59-05:00"),
        listed("2999-01-01T00:00:00.000Z"),
        {**GOOD, "config": {"size": float("inf"), "source": {"type": "snapshot"}}},
        {**GOOD, "completedAt": {}},
    ],
)
def test_an_odd_backup_leaves_the_verdict_to_the_others(status: Any, backup: dict[str, Any]) -> None:
    assert verdicts(status(Api(odd=([SCHEDULE], [backup, GOOD])))) == {"odd": "ok"}


def test_backups_are_read_on_behind_one_of_the_future(status: Any) -> None:
    hours_ago = [listed((NOW - timedelta(hours=each)).strftime("%Y-%m-%dT%H:%M:%S.000Z")) for each in (1, 2, 3)]
    api = Api(odd=([SCHEDULE], [listed("2999-01-01T00:00:00.000Z"), *hours_ago]))
    assert verdicts(status(api)) == {"odd": "ok"}
    assert api.read == 2


def test_a_schedule_of_an_unknown_interval_is_unknown(status: Any) -> None:
    monthly = {**SCHEDULE, "scheduling": {"interval": "monthly", "minute": [0], "hour": [2]}}
    result = status(Api(odd=([monthly, SCHEDULE], [GOOD]), good=([SCHEDULE], [GOOD])))
    assert verdicts(result) == {"odd": "unknown", "good": "ok"}
    assert "Its monthly snapshot schedule cannot be checked" in result["addons"][0]["reasons"][0]
    assert result["addons"][0]["next_runs"] == result["addons"][1]["next_runs"]


@pytest.mark.parametrize("status_of_it", ["deleting", "deleted"])
def test_an_addon_that_is_being_deleted_is_skipped_without_a_request(status: Any, status_of_it: str) -> None:
    api = Api(going=([], []), good=([SCHEDULE], [GOOD]))
    result = status(api, known_addon_statuses={"going": status_of_it, "good": "running"})
    assert verdicts(result) == {"going": "skipped", "good": "ok"}
    assert result["addons"][0]["reasons"] == [f"It is being deleted (its status is {status_of_it})."]
    assert api.asked == ["good"]


def test_the_name_of_the_policy_is_returned(status: Any) -> None:
    assert status(Api(), policy_name="critical")["policy_name"] == "critical"


def refused(task: ModuleType, **options: Any) -> list[str]:
    params = params_of(task, {"project_id": "My Shop", "api_token": "a-token-of-a-test", **options})
    with pytest.raises(InvalidOptions) as raised:
        task.run(params, Context(False, pytest.fail))
    return raised.value.to_result()["validation_errors"]


@pytest.mark.parametrize("minutes", [-1, 10081, 10**12])
def test_a_grace_out_of_range_is_reported_with_all_other_errors(minutes: int) -> None:
    errors = refused(addon_backup_status_info, grace_minutes=minutes)
    assert f"grace_minutes: {minutes} is not between 0 and 10080 minutes (one week)" in errors
    assert any(error.startswith("project_id:") for error in errors)


@pytest.mark.parametrize("since", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", "yesterday", ""])
def test_a_since_out_of_range_is_reported_with_all_other_errors(since: str) -> None:
    errors = refused(addon_backup_info, since=since)
    assert (
        f"since: {since!r} is not a time such as 2026-11-24T02:30:00Z,"
        " from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z"
    ) in errors
    assert any(error.startswith("project_id:") for error in errors)
