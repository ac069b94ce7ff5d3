# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: counts, order, hosts that tell nothing, cells that are no formulas."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._report import as_csv, report, starts

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)
DAILY = {
    "scheduling": {"interval": "daily", "minute": [0, 30], "hour": [2]},
    "backup_type": "snapshot",
    "retention_time": 7,
}


def addon(addon_id: str, verdict: str = "ok", **more: Any) -> dict[str, Any]:
    return {"project_id": "shop", "addon_id": addon_id, "verdict": verdict, "reasons": [f"{verdict}!"], **more}


def told_of(*addons: dict[str, Any]) -> dict[str, Any]:
    return report([{"addons": list(addons)}], ["shop"], ["standard"], NOW)


def rows(told: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(told))))


def test_the_worst_come_first_and_then_by_name() -> None:
    told = told_of(addon("b"), addon("a"), addon("z", "late"), addon("y", "unknown"))
    assert [each["addon_id"] for each in told["addons"]] == ["y", "z", "a", "b"]


def test_what_drifts_is_protected_and_what_is_late_is_not() -> None:
    summary = told_of(addon("a"), addon("b", "drift"), addon("c", "late"))["summary"]
    assert summary["addons"] == 3
    assert summary["protected"] == 2
    assert summary["protected_share"] == 0.6667
    assert summary["verdicts"] == {"unknown": 0, "unprotected": 0, "failing": 0, "late": 1, "drift": 1, "ok": 1}


def test_an_empty_fleet_has_no_share() -> None:
    summary = told_of()["summary"]
    assert (summary["addons"], summary["protected_share"]) == (0, None)


@pytest.mark.parametrize(
    ("result", "reason"), [({"msg": "No token."}, "No token."), ({}, "It was not looked at."), ({"addons": []}, None)]
)
def test_a_host_that_tells_nothing_is_unknown_and_one_without_addons_is_none(
    result: dict[str, Any], reason: str | None
) -> None:
    addons = report([result], ["billing"], [""], NOW)["addons"]
    assert [(each["project_id"], each["verdict"], each["reasons"]) for each in addons] == (
        [("billing", "unknown", [reason])] if reason else []
    )


def test_the_time_and_the_policy_are_told() -> None:
    told = told_of(addon("a"))
    assert told["generated_at"] == "2026-11-24T02:30:00Z"
    assert [(each["host"], each["policy"]) for each in told["addons"]] == [("shop", "standard")]


def test_starts_count_each_minute_of_each_day() -> None:
    weekly = {**DAILY, "scheduling": {"interval": "weekly", "minute": [0], "hour": [2, 23], "day": [0]}}
    hourly = {**DAILY, "scheduling": {"interval": "hourly", "minute": [0, 20, 40]}}
    week = starts([DAILY, weekly, hourly])
    assert [len(day) for day in week] == [24] * 7
    assert week[0][2] == 2 + 1 + 3
    assert week[0][23] == 1 + 3
    assert week[6][2] == 2 + 3
    assert week[6][5] == 3


def test_starts_leave_out_what_no_week_has() -> None:
    tomorrow = {**DAILY, "scheduling": {"interval": "weekly", "minute": [0], "hour": [2, 24], "day": [0, 7]}}
    assert sum(map(sum, starts([tomorrow]))) == 1


def test_a_row_has_what_a_reader_looks_for() -> None:
    newest = {kind: {"newest": {"created_at": f"2026-11-{day}"}} for kind, day in (("dump", 20), ("snapshot", 23))}
    backups = {**newest, "none": {"newest": None}}
    told = told_of(addon("a", backup_schedules=[DAILY], backups=backups, next_runs=["first", "second"]))
    assert rows(told) == [
        {
            "project_id": "shop",
            "addon_id": "a",
            "verdict": "ok",
            "reasons": "ok!",
            "policy": "standard",
            "schedules": "daily snapshot, 7 days",
            "newest_backup": "2026-11-23",
            "next_run": "first",
        }
    ]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(begin: str) -> None:
    (row,) = rows(told_of(addon("a", reasons=[f"{begin}1+1"])))
    assert row["reasons"] == f"'{begin}1+1"


def test_what_is_not_known_is_empty() -> None:
    (row,) = rows(report([{"msg": "No."}], ["shop"], [""], NOW))
    assert (row["addon_id"], row["policy"], row["newest_backup"], row["next_run"]) == ("", "", "", "")
