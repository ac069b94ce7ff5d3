# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module addon_backup_status_info: an unexpected addon does not affect the verdicts on others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any, NoReturn

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_status_info,
    assess_backups,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


RECENT = listed((NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"))


class Api:
    """The schedules and backups of each addon; an exception among the backups is raised. Counts the backups read."""

    def __init__(self, **addons: tuple[list[Any], list[Any]]) -> None:
        self.addons = addons
        self.reads: list[str] = []
        self.backups_read = 0

    def usage(self) -> dict[str, Any]:
        return {"requests": len(self.reads), "rate_limit": None}

    def read_schedules(self, resource: Resource) -> list[BackupSchedule]:
        self.reads.append(resource.id)
        schedules = self.addons[resource.id][0]
        return [BackupSchedule.from_api(each) for each in schedules]

    def list_backups(self, resource: Resource) -> Iterator[Backup]:
        for each in self.addons[resource.id][1]:
            self.backups_read += 1
            if isinstance(each, Exception):
                raise each
            yield Backup.from_api(each)


@pytest.fixture
def status(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(api: Api, **options: Any) -> dict[str, Any]:
        @contextmanager
        def connect(*_arguments: Any) -> Iterator[Api]:
            yield api

        monkeypatch.setattr(assess_backups, "connect", connect)
        monkeypatch.setattr(assess_backups, "ScheduleApi", lambda transport: transport)
        monkeypatch.setattr(assess_backups, "list_backups", Api.list_backups)
        params = params_of(addon_backup_status_info, addon_ids=list(api.addons), **options)
        return addon_backup_status_info.run(params, Context(False, pytest.fail), lambda: NOW)

    return run


def verdicts(result: Mapping[str, Any]) -> dict[str, str]:
    return {addon["addon_id"]: addon["verdict"] for addon in result["addons"]}


def test_an_unexpected_error_on_one_addon_makes_this_one_unknown(status: Any) -> None:
    api = Api(broken=([SCHEDULE], [OverflowError("date value out of range")]), other=([SCHEDULE], [RECENT]))
    result = status(api)
    assert verdicts(result) == {"broken": "unknown", "other": "ok"}
    (broken, _other) = result["addons"]
    assert "Internal error in community.northflank" in broken["reasons"][0]
    assert "OverflowError('date value out of range')" in broken["reasons"][0]
    assert "Traceback" in broken["exception"]
    assert "failed" not in broken


@pytest.mark.parametrize(
    "backup",
    [
        listed("9999-12-31T23:59:59-05:00"),
        listed("2999-01-01T00:00:00.000Z"),
        {**RECENT, "config": {"size": float("inf"), "source": {"type": "snapshot"}}},
        {**RECENT, "completedAt": {}},
    ],
)
def test_an_unexpected_backup_does_not_affect_the_verdict(status: Any, backup: dict[str, Any]) -> None:
    assert verdicts(status(Api(unusual=([SCHEDULE], [backup, RECENT])))) == {"unusual": "ok"}


def test_reading_continues_after_a_backup_of_the_future(status: Any) -> None:
    hours_ago = [listed((NOW - timedelta(hours=each)).strftime("%Y-%m-%dT%H:%M:%S.000Z")) for each in (1, 2, 3)]
    api = Api(unusual=([SCHEDULE], [listed("2999-01-01T00:00:00.000Z"), *hours_ago]))
    assert verdicts(status(api)) == {"unusual": "ok"}


def listed_backup(minutes_ago: int, status: str = "completed", source: str = "snapshot") -> dict[str, Any]:
    began = (NOW - timedelta(minutes=minutes_ago)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"id": str(minutes_ago), "status": status, "createdAt": began, "config": {"source": {"type": source}}}


# Around the page of 100, and the last 15 days.
BACKUPS = st.lists(
    st.builds(
        listed_backup,
        st.one_of(st.integers(-30, 120), st.integers(0, 16 * 24 * 60)),
        st.sampled_from(["completed", "completed", "failed", "aborted", "in-progress"]),
        st.sampled_from(["snapshot", "snapshot", "snapshot", "liveInstance"]),
    ),
    max_size=20,
)


class TestOrder:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(BACKUPS, st.integers(0, 250), st.booleans(), st.randoms(use_true_random=False))
    def test_the_verdict_does_not_depend_on_the_order_of_the_list(
        self, status: Any, some: list[Any], hourly: int, has_dump_schedule: bool, random: Any
    ) -> None:
        daily_dump = {**SCHEDULE, "scheduling": {"interval": "daily", "minute": [0], "hour": [2]}, "backupType": "dump"}
        schedules = [SCHEDULE, daily_dump] if has_dump_schedule else [SCHEDULE]
        backups = some + [listed_backup(31 + 60 * each) for each in range(hourly)]
        oldest_first = sorted(backups, key=lambda each: each["createdAt"])
        shuffled = random.sample(backups, len(backups))
        orders = {"oldest": oldest_first, "newest": oldest_first[::-1], "shuffled": shuffled}
        results = [status(Api(db=(schedules, listed)))["addons"][0] for listed in orders.values()]
        assert results[0] == results[1] == results[2]

    @pytest.mark.parametrize("minutes_ago", [3, 200, 10_000])
    def test_a_failed_backup_of_a_type_that_is_not_scheduled_does_not_count(
        self, status: Any, minutes_ago: int
    ) -> None:
        backups = [listed_backup(31 + 60 * each) for each in range(200)]
        backups.append(listed_backup(minutes_ago, "failed", "liveInstance"))
        newest_first = sorted(backups, key=lambda each: each["createdAt"], reverse=True)
        for listed in (newest_first, newest_first[::-1]):
            (addon,) = status(Api(db=([SCHEDULE], listed)))["addons"]
            assert (addon["verdict"], list(addon["backups"])) == ("ok", ["snapshot"])

    def test_without_schedules_all_types_are_assessed(self, status: Any) -> None:
        backups = [listed_backup(3, "failed", "liveInstance"), listed_backup(31)]
        (addon,) = status(Api(db=([], backups)))["addons"]
        assert (addon["verdict"], sorted(addon["backups"])) == ("unprotected", ["dump", "snapshot"])

    def test_reading_ends_after_a_page_if_each_scheduled_type_has_a_successful_backup(self, status: Any) -> None:
        api = Api(db=([SCHEDULE], [listed_backup(each) for each in range(300)]))
        assert verdicts(status(api)) == {"db": "ok"}
        assert api.backups_read == 100


def test_a_schedule_of_an_unknown_interval_is_unknown(status: Any) -> None:
    monthly = {**SCHEDULE, "scheduling": {"interval": "monthly", "minute": [0], "hour": [2]}}
    result = status(Api(unusual=([monthly, SCHEDULE], [RECENT]), other=([SCHEDULE], [RECENT])))
    assert verdicts(result) == {"unusual": "unknown", "other": "ok"}
    assert "Its monthly snapshot schedule cannot be checked" in result["addons"][0]["reasons"][0]
    assert result["addons"][0]["next_runs"] == result["addons"][1]["next_runs"]


@pytest.mark.parametrize("addon_status", ["deleting", "deleted"])
def test_an_addon_that_is_being_deleted_is_skipped_without_a_request(status: Any, addon_status: str) -> None:
    api = Api(leaving=([], []), other=([SCHEDULE], [RECENT]))
    result = status(api, known_addon_statuses={"leaving": addon_status, "other": "running"})
    assert verdicts(result) == {"leaving": "skipped", "other": "ok"}
    assert result["addons"][0]["reasons"] == [f"It is being deleted (its status is {addon_status})."]
    assert api.reads == ["other"]


@pytest.mark.parametrize(
    ("options", "policy"),
    [({}, None), ({"schedules": []}, None), ({"policy": "mine", "custom_policies": {"mine": []}}, "mine")],
)
def test_the_policy_of_each_addon_is_returned(status: Any, options: dict[str, Any], policy: str | None) -> None:
    result = status(Api(shop=([SCHEDULE], [RECENT])), **options)
    assert [addon["policy"] for addon in result["addons"]] == [policy]


@pytest.mark.parametrize("minutes", [-1, 10081, 10**12])
def test_an_invalid_grace_period_is_reported_with_all_other_errors(minutes: int) -> None:
    params = params_of(addon_backup_status_info, project_id="My Shop", grace_minutes=minutes)
    with pytest.raises(InvalidOptions) as raised:
        addon_backup_status_info.run(params, Context(False, pytest.fail))
    errors = raised.value.validation_errors
    assert f"grace_minutes: {minutes} is not between 0 and 10080 minutes (one week)" in errors
    assert any(error.startswith("project_id:") for error in errors)


POLICY = {"scheduling": SCHEDULE["scheduling"], "backup_type": "snapshot", "retention_time": 7}
DAILY = {
    "scheduling": {"interval": "daily", "minute": [0], "hour": [2]},
    "backup_type": "snapshot",
    "retention_time": 7,
}


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ([POLICY, DAILY], "The daily snapshot schedule of its policy is missing."),
        ([], "Its hourly snapshot schedule is not in its policy."),
        (
            [{**POLICY, "retention_time": 3, "scheduling": {"interval": "hourly", "minute": [30]}}],
            "Its hourly snapshot schedule differs from its policy in scheduling.minute, retention_time.",
        ),
    ],
)
def test_differences_from_the_policy_are_drift(status: Any, policy: list[dict[str, Any]], reason: str) -> None:
    result = status(Api(db=([SCHEDULE], [RECENT])), schedules=policy, prune=True)
    (addon,) = result["addons"]
    assert (addon["verdict"], addon["reasons"]) == ("drift", [reason])
    assert len(addon["differences"]) == 1


def test_an_addon_that_matches_its_policy_is_ok(status: Any) -> None:
    (addon,) = status(Api(db=([SCHEDULE], [RECENT])), schedules=[POLICY])["addons"]
    assert (addon["verdict"], addon["reasons"], addon["differences"]) == ("ok", [], [])
    assert [each["retention_time"] for each in addon["desired_schedules"]] == [7]


def test_a_rollout_that_would_fail_is_drift(status: Any) -> None:
    policy = [{**POLICY, "retention_time": 3}]
    (addon,) = status(Api(db=([SCHEDULE], [RECENT])), schedules=policy, on_difference="keep_and_fail")["addons"]
    assert addon["verdict"] == "drift"
    assert addon["reasons"][0].startswith("A rollout would fail: shop/db has schedules that differ and are kept")
    assert addon["differences"] == []


def test_without_a_policy_there_is_no_drift(status: Any) -> None:
    (addon,) = status(Api(db=([SCHEDULE], [RECENT])))["addons"]
    assert (addon["verdict"], addon["desired_schedules"], addon["differences"]) == ("ok", None, [])


def test_an_error_of_the_api_makes_the_addon_unknown(status: Any) -> None:
    error = ApiError("GET", "/path", "Forbidden", status=403)
    (addon,) = status(Api(db=([SCHEDULE], [error])))["addons"]
    assert (addon["verdict"], addon["reasons"]) == ("unknown", ["GET /path failed with status 403: Forbidden."])
    assert addon["error"]["status"] == 403
    assert "failed" not in addon


def test_a_project_that_could_not_be_listed_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ApiError("GET", "/path", "Forbidden", status=403)

    def connect(*_arguments: Any) -> NoReturn:
        raise TaskFailed({"changed": False, **error.to_result(), "requests": 1, "rate_limit": None})

    monkeypatch.setattr(assess_backups, "connect", connect)
    params = params_of(addon_backup_status_info, policy="critical")
    assert addon_backup_status_info.run(params, Context(False, pytest.fail), lambda: NOW) == {
        "changed": False,
        "requests": 1,
        "rate_limit": None,
        "addons": [
            {
                "project_id": "shop",
                "addon_id": None,
                "changed": False,
                "policy": "critical",
                "verdict": "unknown",
                "reasons": ["GET /path failed with status 403: Forbidden."],
                "error": error.to_result()["error"],
            }
        ],
    }
