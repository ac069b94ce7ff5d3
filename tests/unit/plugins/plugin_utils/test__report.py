# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: counts, order, hosts without a result, odd values, cells that are no formulas."""

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


def told_of(*addons: dict[str, Any]) -> dict[str, Any]:
    return report([{"addons": list(addons), "policy_name": "standard"}], ["shop"], NOW)


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
    assert summary["verdicts"] == {
        "unknown": 0,
        "unprotected": 0,
        "failing": 0,
        "late": 1,
        "drift": 1,
        "ok": 1,
        "skipped": 0,
    }


def test_what_is_skipped_does_not_count_as_unprotected() -> None:
    summary = told_of(addon("a"), addon("b", "skipped"))["summary"]
    assert (summary["addons"], summary["protected"], summary["protected_share"]) == (2, 1, 1.0)
    assert told_of(addon("b", "skipped"))["summary"]["protected_share"] is None


def test_an_empty_fleet_has_no_share() -> None:
    summary = told_of()["summary"]
    assert (summary["addons"], summary["protected_share"]) == (0, None)


UNREACHED = "The host failed or was unreachable before its addons were assessed."


@pytest.mark.parametrize(
    ("result", "failed", "reason"),
    [
        ({"msg": "No token."}, [], "No token."),
        ({"addons": []}, [], None),
        ({"msg": "No token.", "failed": True}, ["billing"], "No token."),
        ({}, ["billing"], UNREACHED),
        (None, ["billing"], UNREACHED),
        # Of an earlier play: it proves nothing.
        ({"addons": [addon("a")]}, ["billing"], UNREACHED),
        ({"addons": "many"}, [], "The result of the host is malformed: addons is not a list of dictionaries."),
    ],
)
def test_a_host_that_failed_is_unknown_and_one_without_addons_is_none(
    result: Any, failed: list[str], reason: str | None
) -> None:
    addons = report([result], ["billing"], NOW, failed)["addons"]
    assert [(each["project_id"], each["verdict"], each["reasons"]) for each in addons] == (
        [("billing", "unknown", [reason])] if reason else []
    )


@pytest.mark.parametrize("result", [{}, None, {"skipped": True, "changed": False}, "text"])
def test_a_report_without_a_host_of_the_play_is_refused(result: Any) -> None:
    with pytest.raises(ValueError, match=r"no result of billing, crm \(2 hosts\)\. The report must cover every host"):
        report([{"addons": []}, result, result], ["shop", "billing", "crm"], NOW)


def test_a_result_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="there are 1 results of 2 hosts"):
        report([{"addons": []}], ["shop", "billing"], NOW)


@pytest.mark.parametrize(
    ("odd", "reason"),
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
def test_an_odd_addon_is_unknown_and_spoils_no_other(odd: dict[str, Any], reason: str) -> None:
    summed_up = told_of(addon("a"), {**addon("b"), **odd})
    assert [(each["addon_id"], each["verdict"]) for each in summed_up["addons"]] == [("b", "unknown"), ("a", "ok")]
    assert summed_up["addons"][0]["reasons"] == [f"The result of this addon is malformed: {reason}."]
    assert len(rows(summed_up)) == 2


HALF = "\ud800"


def test_no_text_and_no_number_keeps_the_report_from_being_written() -> None:
    schedule = {**DAILY, "id": HALF, HALF: float("inf"), "more": [float("nan"), 1.5]}
    backups = {"dump": {"newest": {"created_at": HALF, "size": 1, "name": HALF}}}
    odd = addon(HALF, reasons=[HALF, 5], backup_schedules=[schedule], backups=backups, next_runs=[HALF])
    results = [{"addons": [{**odd, "project_id": HALF}], "policy_name": HALF}]
    summed_up = report(results, [HALF], NOW, limit=HALF)
    as_csv(summed_up).encode()
    as_json(summed_up).encode()
    written = json.loads(as_json(summed_up), parse_constant=pytest.fail)
    assert written == summed_up
    (found,) = written["addons"]
    assert (found["host"], found["addon_id"], found["policy"], found["reasons"]) == ("\ufffd",) * 3 + (["\ufffd", "5"],)
    assert found["backup_schedules"] == [{**DAILY, "id": "\ufffd", "\ufffd": None, "more": [None, 1.5]}]


def test_no_text_ends_the_script_that_holds_the_report() -> None:
    summed_up = told_of(addon("a", reasons=["</script><!--"]))
    assert "<" not in as_json(summed_up)
    assert json.loads(as_json(summed_up)) == summed_up


def test_json_has_a_line_for_each_addon() -> None:
    assert len(as_json(told_of(addon("a"), addon("b"))).splitlines()) == 4
    assert json.loads(as_json(told_of()))["addons"] == []


def test_a_limited_report_says_so() -> None:
    assert told_of()["limit"] is None
    assert report([], [], NOW, limit="")["limit"] is None
    assert report([], [], NOW, limit="shop:billing")["limit"] == "shop:billing"


def test_the_time_and_the_policy_are_told() -> None:
    told = told_of(addon("a"))
    assert told["generated_at"] == "2026-11-24T02:30:00Z"
    assert report([{"addons": [addon("a")], "policy_name": None}], ["shop"], NOW)["addons"][0]["policy"] is None
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
def test_starts_leave_out_what_they_cannot_place(times: dict[str, Any]) -> None:
    assert sum(map(sum, starts([{**DAILY, "scheduling": times}]))) == 0


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


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(begin: str) -> None:
    (row,) = rows(told_of(addon("a", reasons=[f"{begin}1+1"])))
    assert row["reasons"] == f"'{begin}1+1"


def test_what_is_not_known_is_empty() -> None:
    (row,) = rows(report([{"msg": "No."}], ["shop"], NOW))
    assert (row["addon_id"], row["policy"], row["newest_backup"], row["next_run"]) == ("", "", "", "")
