# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: counts, order, hosts without a result, unexpected values, cells that are not formulas."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._report import as_csv, as_json, report, starts

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)
DAILY = {
    "scheduling": {"interval": "daily", "minute": [0, 30], "hour": [2]},
    "backup_type": "snapshot",
    "retention_time": 7,
}


def addon(addon_id: str, verdict: str = "ok", **more: Any) -> dict[str, Any]:
    return {"project_id": "shop", "addon_id": addon_id, "verdict": verdict, "reasons": [f"{verdict}!"], **more}


def report_on(*addons: dict[str, Any]) -> dict[str, Any]:
    return report([{"addons": list(addons), "policy_name": "standard"}], ["shop"], NOW)


def rows(report_: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(report_))))


def test_addons_are_ordered_by_verdict_the_worst_first_and_by_name() -> None:
    report_ = report_on(addon("b"), addon("a"), addon("z", "late"), addon("y", "unknown"))
    assert [each["addon_id"] for each in report_["addons"]] == ["y", "z", "a", "b"]


def test_an_addon_with_drift_is_protected_and_a_late_one_is_not() -> None:
    summary = report_on(addon("a"), addon("b", "drift"), addon("c", "late"))["summary"]
    assert summary["addons"] == 3
    assert summary["protected"] == 2
    assert summary["protected_share"] == 0.6667
    assert summary["verdicts"] == {
        "unknown": 0,
        "unprotected": 0,
        "failing": 0,
        "late": 1,
        "drift": 1,
        "ok": 1,
        "skipped": 0,
    }


def test_a_skipped_addon_does_not_count_as_unprotected() -> None:
    summary = report_on(addon("a"), addon("b", "skipped"))["summary"]
    assert (summary["addons"], summary["protected"], summary["protected_share"]) == (2, 1, 1.0)
    assert report_on(addon("b", "skipped"))["summary"]["protected_share"] is None


def test_an_empty_fleet_has_no_share() -> None:
    summary = report_on()["summary"]
    assert (summary["addons"], summary["protected_share"]) == (0, None)


NOT_ASSESSED = "The host failed or was unreachable before its addons were assessed."


@pytest.mark.parametrize(
    ("result", "failed", "reason"),
    [
        ({"msg": "No token."}, [], "No token."),
        ({"addons": []}, [], None),
        ({"msg": "No token.", "failed": True}, ["billing"], "No token."),
        ({}, ["billing"], NOT_ASSESSED),
        (None, ["billing"], NOT_ASSESSED),
        # From an earlier play.
        ({"addons": [addon("a")]}, ["billing"], NOT_ASSESSED),
        ({"addons": "many"}, [], "The result of the host is malformed: addons is not a list of dictionaries."),
    ],
)
def test_a_failed_host_is_unknown_and_a_host_without_addons_is_omitted(
    result: Any, failed: list[str], reason: str | None
) -> None:
    addons = report([result], ["billing"], NOW, failed)["addons"]
    assert [(each["project_id"], each["verdict"], each["reasons"]) for each in addons] == (
        [("billing", "unknown", [reason])] if reason else []
    )


@pytest.mark.parametrize("result", [{}, None, {"skipped": True, "changed": False}, "text"])
def test_a_report_without_a_host_of_the_play_is_rejected(result: Any) -> None:
    with pytest.raises(ValueError, match=r"no result of billing, crm \(2 hosts\)\. The report must cover every host"):
        report([{"addons": []}, result, result], ["shop", "billing", "crm"], NOW)


def test_a_missing_result_is_rejected() -> None:
    with pytest.raises(ValueError, match="there are 1 results of 2 hosts"):
        report([{"addons": []}], ["shop", "billing"], NOW)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"verdict": "fine"}, "the verdict 'fine' is unknown"),
        ({"verdict": ["ok"]}, "the verdict ['ok'] is unknown"),
        ({"reasons": "text"}, "reasons is not a list"),
        ({"backup_schedules": [{"scheduling": None}]}, "backup_schedules is not a list of schedules"),
        ({"backup_schedules": [{"scheduling": {"interval": []}}]}, "backup_schedules is not a list of schedules"),
        ({"desired_schedules": "none"}, "desired_schedules is not a list of schedules"),
        ({"differences": [1]}, "differences is not a list of actions"),
        ({"next_runs": 1}, "next_runs is not a list"),
        ({"backups": {"dump": {"newest": "text"}}}, "backups is not a dictionary by backup type"),
        ({"backups": []}, "backups is not a dictionary by backup type"),
    ],
)
def test_a_malformed_addon_is_unknown_and_does_not_affect_others(changes: dict[str, Any], reason: str) -> None:
    report_ = report_on(addon("a"), {**addon("b"), **changes})
    assert [(each["addon_id"], each["verdict"]) for each in report_["addons"]] == [("b", "unknown"), ("a", "ok")]
    assert report_["addons"][0]["reasons"] == [f"The result of this addon is malformed: {reason}."]
    assert len(rows(report_)) == 2


HALF = "\ud800"


def test_any_text_and_number_can_be_written() -> None:
    schedule = {**DAILY, "id": HALF, HALF: float("inf"), "more": [float("nan"), 1.5]}
    backups = {"dump": {"newest": {"created_at": HALF, "size": 1, "name": HALF}}}
    unusual = addon(HALF, reasons=[HALF, 5], backup_schedules=[schedule], backups=backups, next_runs=[HALF])
    results = [{"addons": [{**unusual, "project_id": HALF}], "policy_name": HALF}]
    report_ = report(results, [HALF], NOW, limit=HALF)
    as_csv(report_).encode()
    as_json(report_).encode()
    written = json.loads(as_json(report_), parse_constant=pytest.fail)
    assert written == report_
    (found,) = written["addons"]
    assert (found["host"], found["addon_id"], found["policy"], found["reasons"]) == ("\ufffd",) * 3 + (["\ufffd", "5"],)
    assert found["backup_schedules"] == [{**DAILY, "id": "\ufffd", "\ufffd": None, "more": [None, 1.5]}]


def test_no_text_ends_the_script_that_contains_the_report() -> None:
    report_ = report_on(addon("a", reasons=["</script><!--"]))
    assert "<" not in as_json(report_)
    assert json.loads(as_json(report_)) == report_


def test_json_has_one_line_per_addon() -> None:
    assert len(as_json(report_on(addon("a"), addon("b"))).splitlines()) == 4
    assert json.loads(as_json(report_on()))["addons"] == []


def test_a_report_contains_its_limit() -> None:
    assert report_on()["limit"] is None
    assert report([], [], NOW, limit="")["limit"] is None
    assert report([], [], NOW, limit="shop:billing")["limit"] == "shop:billing"


def test_a_report_contains_its_time_and_the_policies() -> None:
    report_ = report_on(addon("a"))
    assert report_["generated_at"] == "2026-11-24T02:30:00Z"
    assert report([{"addons": [addon("a")], "policy_name": None}], ["shop"], NOW)["addons"][0]["policy"] is None
    assert [(each["host"], each["policy"]) for each in report_["addons"]] == [("shop", "standard")]


def test_starts_are_counted_per_hour_of_the_week() -> None:
    weekly = {**DAILY, "scheduling": {"interval": "weekly", "minute": [0], "hour": [2, 23], "day": [0]}}
    hourly = {**DAILY, "scheduling": {"interval": "hourly", "minute": [0, 20, 40]}}
    week = starts([DAILY, weekly, hourly])
    assert [len(day) for day in week] == [24] * 7
    assert week[0][2] == 2 + 1 + 3
    assert week[0][23] == 1 + 3
    assert week[6][2] == 2 + 3
    assert week[6][5] == 3


def test_starts_at_invalid_times_are_not_counted() -> None:
    invalid = {**DAILY, "scheduling": {"interval": "weekly", "minute": [0], "hour": [2, 24], "day": [0, 7]}}
    assert sum(map(sum, starts([invalid]))) == 1


@pytest.mark.parametrize(
    "times",
    [
        {"interval": "monthly", "minute": [0], "hour": [2]},
        {"interval": "hourly"},
        {"interval": "hourly", "minute": "0"},
        {"interval": "daily", "minute": [{}], "hour": [2]},
        {"interval": "daily", "minute": [0], "hour": ["2"]},
        {"interval": "weekly", "minute": [0], "hour": [2], "day": "Monday"},
    ],
)
def test_starts_of_unknown_schedules_are_not_counted(times: dict[str, Any]) -> None:
    assert sum(map(sum, starts([{**DAILY, "scheduling": times}]))) == 0


def test_a_row_of_csv() -> None:
    newest = {type_: {"newest": {"created_at": f"2026-11-{day}"}} for type_, day in (("dump", 20), ("snapshot", 23))}
    backups = {**newest, "none": {"newest": None}}
    report_ = report_on(addon("a", backup_schedules=[DAILY], backups=backups, next_runs=["first", "second"]))
    assert rows(report_) == [
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


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_is_never_a_formula(begin: str) -> None:
    (row,) = rows(report_on(addon("a", reasons=[f"{begin}1+1"])))
    assert row["reasons"] == f"'{begin}1+1"


def test_an_unknown_value_is_an_empty_cell() -> None:
    (row,) = rows(report([{"msg": "No."}], ["shop"], NOW))
    assert (row["addon_id"], row["policy"], row["newest_backup"], row["next_run"]) == ("", "", "", "")
