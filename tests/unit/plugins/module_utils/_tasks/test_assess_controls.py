# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls of addons and volumes are assessed with as few requests as possible."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, RateLimitReached, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_status_info,
    assess_backups,
    volume_backup_status_info,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import RunCache
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import Api

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.utc)
AN_HOUR_AGO = (NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")

SCHEDULES = {
    "data": {
        "schedules": [
            {
                "id": "62cc20b90956ab62a58e8474",
                "scheduling": {"interval": "hourly", "minute": [0]},
                "backupType": "snapshot",
                "retentionTime": 7,
            }
        ]
    }
}
BACKUP = {"id": "own", "status": "completed", "createdAt": AN_HOUR_AGO, "config": {"source": {"type": "snapshot"}}}
BACKUPS = {"data": {"backups": [BACKUP]}}
DESTINATIONS = {
    "data": {
        "backupDestinations": [
            {
                "name": "Archive",
                "type": "s3",
                "prefix": "",
                "credentials": {"enableObjectLock": True, "objectLockRetentionDays": 30},
            }
        ]
    }
}
COPIES = {
    "data": [
        {
            "id": "copy",
            "status": "completed",
            "createdAt": AN_HOUR_AGO,
            "config": {},
            "project": {"id": "shop"},
            "addon": {"id": "db"},
        }
    ]
}
RESTORE = {
    "id": "1",
    "backupId": "own",
    "status": "completed",
    "restoreTimestamp": AN_HOUR_AGO,
    "completedAt": AN_HOUR_AGO,
}
FORBIDDEN = ApiError("GET", "/path", "Forbidden", status=403)
RATE_LIMIT = RateLimitReached("GET", "/path", "Too many requests", status=429)
RESTORES = {"restore_tested": {"include_restores": True}, "restore_time": {"minutes": 5}}
COPIED = {"off_site": {"hours": 26}, "immutable": {"days": 30}}


@pytest.fixture
def assess(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(*responses: Any, task: Any = addon_backup_status_info, cache: Any = None, **options: Any) -> Any:
        api = Api(*responses)

        @contextmanager
        def connect(*_arguments: Any) -> Iterator[Api]:
            yield api

        monkeypatch.setattr(assess_backups, "connect", connect)
        ids = {"addon_ids": ["db"]} if task is addon_backup_status_info else {"volume_ids": ["db"]}
        params = params_of(task, **{**ids, **options})
        context = Context(False, pytest.fail, cached=(cache or RunCache()).cached)
        result = task.run(params, context, lambda: NOW)
        (entry,) = result.get("addons") or result["volumes"]
        assert api.responses == []
        return entry

    return run


def statuses(entry: dict[str, Any]) -> dict[str, str]:
    return {name: each["status"] for name, each in entry["controls"].items()}


def test_without_the_options_there_are_no_controls(assess: Any) -> None:
    assert "controls" not in assess(SCHEDULES, BACKUPS)


def test_two_requests_are_enough_for_schedules_and_backups(assess: Any) -> None:
    controls = {
        "scheduled": {},
        "frequency": {"hours": 1},
        "retention": {"days": 7},
        "last_backup": {"hours": 1},
        "no_failures": {"last": 1},
        "restore_tested": {},
        "restore_time": {"minutes": 5},
    }
    entry = assess(SCHEDULES, BACKUPS, controls=controls)
    assert statuses(entry) == {
        **dict.fromkeys(list(controls)[:5], "pass"),
        "restore_tested": "unknown",
        "restore_time": "unknown",
    }
    assert entry["controls"]["restore_tested"] == {
        "status": "unknown",
        "reason": "No evidence of restore drills was read.",
        "parameters": {"days": 90, "include_restores": False},
        "needs_evidence": True,
    }


@pytest.mark.parametrize("controls", [COPIED, {"off_site": {"hours": 1}}, {"immutable": {"days": 1}}])
def test_destinations_are_read_once_per_run(assess: Any, controls: dict[str, Any]) -> None:
    cache = RunCache()
    first = assess(SCHEDULES, BACKUPS, DESTINATIONS, COPIES, controls=controls, cache=cache)
    assert statuses(first) == dict.fromkeys(controls, "pass")
    assert assess(SCHEDULES, BACKUPS, controls=controls, cache=cache)["controls"] == first["controls"]


@pytest.mark.parametrize("error", [FORBIDDEN, RATE_LIMIT, RuntimeError("unexpected")])
def test_destinations_that_cannot_be_read_affect_nothing_else(assess: Any, error: Exception) -> None:
    controls = {**COPIED, "scheduled": {}}
    entry = assess(SCHEDULES, BACKUPS, error, controls=controls)
    assert statuses(entry) == {"scheduled": "pass", "off_site": "unknown", "immutable": "unknown"}
    assert (entry["verdict"], "error" in entry, "exception" in entry) == ("ok", False, False)


def test_a_restore_of_another_addons_backup_does_not_count(assess: Any) -> None:
    foreign = {**RESTORE, "id": "2", "backupId": "foreign"}
    listed = [foreign, {**RESTORE, "id": "3", "status": "failed"}]
    entry = assess(SCHEDULES, BACKUPS, {"data": {"restores": listed}}, controls=RESTORES)
    assert statuses(entry) == {"restore_tested": "fail", "restore_time": "fail"}
    entry = assess(SCHEDULES, BACKUPS, {"data": {"restores": [*listed, RESTORE]}}, controls=RESTORES)
    assert statuses(entry) == {"restore_tested": "pass", "restore_time": "pass"}
    assert entry["controls"]["restore_time"]["measured_at"] == "2026-11-24T09:30:00Z"


def test_a_restore_of_an_old_backup_that_was_read_counts(assess: Any) -> None:
    old = {**BACKUP, "id": "old", "createdAt": "2026-10-01T00:00:00.000Z"}
    restores = {"data": {"restores": [{**RESTORE, "backupId": "old"}]}}
    entry = assess(SCHEDULES, {"data": {"backups": [BACKUP, old]}}, restores, controls=RESTORES)
    assert statuses(entry)["restore_tested"] == "pass"


def test_restores_that_cannot_be_read_affect_nothing_else(assess: Any) -> None:
    entry = assess(SCHEDULES, BACKUPS, FORBIDDEN, controls={**RESTORES, "scheduled": {}})
    assert statuses(entry) == {"scheduled": "pass", "restore_tested": "unknown", "restore_time": "unknown"}
    assert entry["controls"]["restore_tested"]["reason"].startswith("Its restores could not be read: GET /path failed")
    assert entry["verdict"] == "ok"


@pytest.mark.parametrize("responses", [(FORBIDDEN,), (SCHEDULES, FORBIDDEN), (RuntimeError("unexpected"),)])
def test_an_addon_that_cannot_be_read_has_only_unknown_controls(assess: Any, responses: Any) -> None:
    controls = {**COPIED, **RESTORES, "scheduled": {}, "last_backup": {"hours": 1}}
    entry = assess(*responses, controls=controls)
    assert entry["verdict"] == "unknown"
    assert statuses(entry) == dict.fromkeys(controls, "unknown")
    assert {each["reason"] for each in entry["controls"].values()} == {f"It could not be read: {entry['reasons'][0]}"}


def test_an_addon_that_is_being_deleted_has_no_applicable_controls(assess: Any) -> None:
    entry = assess(known_addon_statuses={"db": "deleting"}, controls={**COPIED, "scheduled": {}})
    assert set(statuses(entry).values()) == {"not_applicable"}
    assert entry["controls"]["scheduled"]["reason"] == "It is being deleted (its status is deleting)."


def test_volumes_have_neither_copies_nor_restores(assess: Any) -> None:
    controls = {**COPIED, **RESTORES, "scheduled": {}}
    expected = {**dict.fromkeys([*COPIED, *RESTORES], "not_applicable"), "scheduled": "pass"}
    entry = assess(SCHEDULES, BACKUPS, task=volume_backup_status_info, controls=controls)
    assert statuses(entry) == expected
    assert list(entry["controls"]) == ["scheduled", *COPIED, *RESTORES]
    unread = assess(FORBIDDEN, task=volume_backup_status_info, controls=controls)
    assert statuses(unread) == {**expected, "scheduled": "unknown"}


def test_the_policy_determines_the_controls(assess: Any) -> None:
    policies = {
        "policy": "critical",
        "controls": {"scheduled": {}},
        "policy_controls": {"critical": {"retention": {"days": 8}}},
    }
    assert statuses(assess(SCHEDULES, BACKUPS, **policies)) == {"retention": "fail"}
    assert statuses(assess(SCHEDULES, BACKUPS, **{**policies, "policy": "standard"})) == {"scheduled": "pass"}


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"policy": "critical"}, ["retention"]),
        ({"policy": "standard"}, ["scheduled"]),
        # The policies of its addons are not known.
        ({"assignments": [{"policy": "critical"}]}, ["scheduled", "retention"]),
    ],
)
def test_a_project_that_could_not_be_listed_has_unknown_controls(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], names: list[str]
) -> None:
    def connect(*_arguments: Any) -> None:
        raise TaskFailed({"changed": False, **FORBIDDEN.to_result(), "requests": 1, "rate_limit": None})

    monkeypatch.setattr(assess_backups, "connect", connect)
    controls = {"controls": {"scheduled": {}}, "policy_controls": {"critical": {"retention": {"days": 8}}}}
    params = params_of(addon_backup_status_info, **options, **controls)
    (project,) = addon_backup_status_info.run(params, Context(False, pytest.fail), lambda: NOW)["addons"]
    assert statuses(project) == dict.fromkeys(names, "unknown")
