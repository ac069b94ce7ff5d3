# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module volume_backup_status_info."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model.times import parse_time
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    assess_backups,
    volume_backup_status_info,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import schedule
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import Api

NOW = parse_time("2026-11-24T10:30:00Z")
LISTED = {"id": "old", "scheduling": schedule("hourly").scheduling.as_dict(), "retentionTime": 7}


def backup(status: str, began: str = "2026-11-24T10:00:05.000Z") -> dict[str, Any]:
    return {"id": "1", "name": "hourly", "status": status, "createdAt": began}


def status_of(monkeypatch: pytest.MonkeyPatch, *responses: Any, **options: Any) -> dict[str, Any]:
    api = Api(*responses)
    monkeypatch.setattr(assess_backups, "connect", lambda *_arguments: nullcontext(api))
    given = params_of(volume_backup_status_info, volume_ids=["data"], **options)
    result = volume_backup_status_info.run(given, Context(False, pytest.fail), lambda: NOW)
    (volume,) = result["volumes"]
    return volume


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("completed", "ok"),
        ("failed", "failing"),
        ("in-progress", "late"),
        ("READY", "unknown"),
        ("COMPLETED", "unknown"),
    ],
)
@pytest.mark.parametrize("is_bare", [True, False])
def test_the_verdict_by_the_status_of_the_newest_backup(
    status: str, verdict: str, is_bare: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = {"data": [backup(status)]} if is_bare else page("backups", backup(status))
    volume = status_of(monkeypatch, page("schedules", LISTED), backups)
    assert volume["verdict"] == verdict
    assert (verdict != "unknown") or repr(status) in volume["reasons"][0]


def test_a_backup_of_any_source_is_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {**backup("completed"), "source": {"type": "anything"}}
    volume = status_of(monkeypatch, page("schedules", LISTED), {"data": [listed]})
    assert (volume["verdict"], list(volume["backups"])) == ("ok", ["snapshot"])


def test_the_schedules_are_compared_with_the_snapshots_of_a_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    volume = status_of(monkeypatch, page("schedules", LISTED), {"data": [backup("completed")]}, policy="critical")
    assert (volume["verdict"], volume["policy"]) == ("drift", "critical")
    assert [each["backup_type"] for each in volume["desired_schedules"]] == ["snapshot", "snapshot"]
    assert [each["action"] for each in volume["differences"]] == ["create"]


def test_a_volume_that_cannot_be_read_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    volume = status_of(monkeypatch, ApiError("GET", "/path", "Not found", status=404))
    assert (volume["verdict"], volume["error"]["status"]) == ("unknown", 404)
