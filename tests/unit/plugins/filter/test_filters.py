# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters reject invalid arguments with a message, without a traceback."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.filter.backup_report import backup_report
from ansible_collections.community.northflank.plugins.filter.backup_report_csv import backup_report_csv
from ansible_collections.community.northflank.plugins.filter.backup_report_errors import backup_report_errors
from ansible_collections.community.northflank.plugins.filter.backup_report_findings import backup_report_findings
from ansible_collections.community.northflank.plugins.filter.backup_report_texts import backup_report_texts
from ansible_collections.community.northflank.plugins.filter.next_runs import next_runs
from ansible_collections.community.northflank.plugins.filter.stagger import stagger

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)
HOURLY = {"interval": "hourly", "minute": [0]}
NO_INTERVAL = "has no scheduling with an interval of hourly, daily or weekly"
INVALID = [None, True, 5, 1.5, "text", b"bytes", [1], {"a": 1}, {"interval": []}, {"scheduling": 5}, object()]


@pytest.mark.parametrize("interval", ["monthly", "yearly"])
def test_the_next_runs_of_an_unknown_interval_are_unknown(interval: str) -> None:
    assert next_runs({"scheduling": {"interval": interval, "minute": [0]}}, NOW, 3) == []


@pytest.mark.parametrize(("count", "runs"), [(2, 2), ("2", 2), (" 2 ", 2), (1000, 1000)])
def test_a_count_may_be_a_string(count: Any, runs: int) -> None:
    assert len(next_runs(HOURLY, NOW, count)) == runs


@pytest.mark.parametrize(
    "count", [0, 1001, -1, "1001", True, False, "many", "", "1.5", 1.5, float("inf"), None, [1], {}]
)
def test_an_invalid_count_is_rejected(count: Any) -> None:
    with pytest.raises(AnsibleFilterError, match=r"next_runs: count: .+ 1 (and|to) 1000"):
        next_runs(HOURLY, NOW, count)


def test_runs_end_with_the_last_year() -> None:
    assert next_runs(HOURLY, "9999-12-31T23:30:00Z", 3) == []


@pytest.mark.parametrize("start", ["9999-12-31T23:59:59-05:00", "soon", None, 5, [NOW]])
def test_an_invalid_start_is_rejected(start: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="next_runs: start: .+ is not a time such as"):
        next_runs(HOURLY, start)


@pytest.mark.parametrize("schedule", INVALID)
def test_anything_but_a_schedule_is_rejected(schedule: Any) -> None:
    with pytest.raises(AnsibleFilterError, match=f"the schedule {NO_INTERVAL}"):
        next_runs(schedule, NOW)
    with pytest.raises(AnsibleFilterError, match=f"schedule 0 {NO_INTERVAL}"):
        stagger([schedule], 60, "shop", "orders-db")


@pytest.mark.parametrize("times", [{"minute": {}}, {"minute": [None]}, {"minute": [True]}, {"minute": [float("inf")]}])
def test_times_of_another_type_are_rejected(times: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="minute and hour must be lists of integers"):
        next_runs({**HOURLY, **times}, NOW)


@pytest.mark.parametrize("day", [{}, [[1]], [None], True])
def test_days_of_another_type_are_rejected(day: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="day must be a list of integers or English names"):
        next_runs({"interval": "weekly", "minute": [0], "hour": [2], "day": day}, NOW)


@pytest.mark.parametrize("minutes", [-1, 1441, "1441", True, None, "many", 1.5, [60]])
def test_an_invalid_window_is_rejected(minutes: Any) -> None:
    with pytest.raises(AnsibleFilterError, match=r"stagger: minutes: .+ 0 (and|to) 1440"):
        stagger([HOURLY], minutes, "shop", "orders-db")


def test_a_window_may_be_a_string() -> None:
    assert stagger([HOURLY], "60", "shop", "orders-db") == stagger([HOURLY], 60, "shop", "orders-db")


@pytest.mark.parametrize("schedules", [None, 5, "text", {"interval": "hourly"}, object()])
def test_anything_but_a_list_of_schedules_is_rejected(schedules: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="stagger expects a list of schedules, not"):
        stagger(schedules, 60, "shop", "orders-db")


@pytest.mark.parametrize("id_", [None, "", True, [], {}, 1.5])
def test_an_invalid_id_is_rejected(id_: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="stagger: project_id: .+ is not an ID"):
        stagger([HOURLY], 60, id_, "orders-db")
    with pytest.raises(AnsibleFilterError, match="stagger: addon_id: .+ is not an ID"):
        stagger([HOURLY], 60, "shop", id_)


@pytest.mark.parametrize("filter_", [backup_report, backup_report_texts])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, [], NOW), "expects a list of results, not None"),
        (("text", [], NOW), "expects a list of results, not 'text'"),
        (([], 5, NOW), "hosts expects a list of host names, not 5"),
        (([], [], "soon"), "now: 'soon' is not a time such as"),
        (([], [], NOW, "shop"), "failed_hosts expects a list of host names, not 'shop'"),
        (([5], ["shop"], NOW), "no result for shop"),
        (([{}], ["shop"], NOW), "no result for shop"),
        (([], ["shop"], NOW), "there are 0 results for 1 hosts"),
        (([{"addons": []}], [["shop"]], NOW, [[]]), "unhashable"),
        (([], [], NOW, [], "", []), r"restore_drills expects the result of the lookup .+\.restore_drills, not \[\]"),
        (([], [], NOW, [], "", ""), "restore_drills expects the result of the lookup .+, not ''"),
        (
            ([], [], NOW, [], "", {"shop/orders-db": {"status": "ok"}}),
            "restore_drills expects the result of the lookup",
        ),
    ],
)
def test_invalid_arguments_of_a_report_are_rejected(filter_: Any, arguments: Any, message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=message):
        filter_(*arguments)


@pytest.mark.parametrize("invalid", [None, "text", [], {}, {"addons": [1]}, {"addons": [{"backups": None}]}])
def test_anything_but_a_report_is_rejected(invalid: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="expects the result of community.northflank.backup_report"):
        backup_report_csv(invalid)


def test_results_may_come_from_a_generator() -> None:
    assert backup_report(iter([{"addons": []}]), iter(["shop"]), NOW)["summary"]["addons"] == 0


class HostVars(dict):  # type: ignore[type-arg]
    """A stub of hostvars."""

    def raw_get(self, host: str) -> Any:
        return self[host]

    def get(self, host: str, default: Any = None) -> Any:
        raise AssertionError("this evaluates the templates of all variables")


def test_results_may_come_from_hostvars() -> None:
    addon = {"project_id": "shop", "addon_id": "orders-db", "verdict": "ok", "reasons": []}
    hostvars = HostVars(shop={"backup_report_result": {"addons": [addon]}}, crm={}, other={})
    report_ = backup_report(hostvars, ["shop", "crm"], NOW, ["crm"])
    assert [(each["host"], each["verdict"]) for each in report_["addons"]] == [("crm", "unknown"), ("shop", "ok")]
    texts = backup_report_texts(hostvars, ["shop", "crm"], NOW, ["crm"])
    assert texts["csv"] == backup_report_csv(report_)
    with pytest.raises(AnsibleFilterError, match="no result for crm"):
        backup_report(hostvars, ["shop", "crm"], NOW)


CONTROL = {"status": "fail", "reason": "No copy.", "parameters": {"hours": 24}}
FOUND = [
    {
        "addons": [
            {"project_id": "shop", "addon_id": "db", "verdict": "ok", "reasons": [], "controls": {"off_site": CONTROL}}
        ]
    }
]
EXCEPTION = {"project_id": "shop", "addon_id": "db", "control": "off_site", "reason": "Later.", "until": "2999-12-31"}


def test_the_report_has_exceptions_and_labels() -> None:
    labels = {"off_site": ["A.8.13"]}
    for report in (
        backup_report(FOUND, ["shop"], NOW, exceptions=[EXCEPTION], control_labels=labels),
        json.loads(backup_report_texts(FOUND, ["shop"], NOW, exceptions=[EXCEPTION], control_labels=labels)["json"]),
    ):
        assert report["summary"]["controls"]["off_site"]["excepted"] == 1
        assert report["exceptions"] == [{**EXCEPTION, "state": "applied"}]
        assert report["control_labels"] == labels


def test_all_invalid_exceptions_and_labels_are_reported_at_once() -> None:
    message = "backup_report: exceptions.0.: 5 is not a dictionary; control_labels: 'x' is not a control"
    with pytest.raises(AnsibleFilterError, match=message):
        backup_report(FOUND, ["shop"], NOW, exceptions=[5], control_labels={"x": []})


def test_only_the_requested_formats_are_returned() -> None:
    assert list(backup_report_texts(FOUND, ["shop"], NOW)) == ["json", "csv", "html", "junit", "metrics"]
    assert list(backup_report_texts(FOUND, ["shop"], NOW, formats=["metrics", "history"])) == ["metrics", "history"]
    with pytest.raises(AnsibleFilterError, match="backup_report_texts: formats: 'pdf' is not one of json, csv, html"):
        backup_report_texts(FOUND, ["shop"], NOW, formats=["pdf"])
    for invalid in (None, 5, "json", [["json"]], [{}]):
        with pytest.raises(AnsibleFilterError, match="backup_report_texts: formats"):
            backup_report_texts(FOUND, ["shop"], NOW, formats=invalid)


def test_a_report_with_an_unknown_verdict_is_an_error() -> None:
    report_ = backup_report(FOUND, ["shop"], NOW)
    report_["addons"][0]["verdict"] = "fine"
    for convert in (backup_report_csv, backup_report_findings):
        with pytest.raises(AnsibleFilterError, match="expects the result of community.northflank.backup_report"):
            convert(report_)


def test_the_history_is_in_the_page_and_the_file() -> None:
    texts = backup_report_texts(FOUND, ["shop"], NOW, history={"runs": [], "error": None}, formats=["html", "history"])
    assert "There is no earlier run to compare with." in texts["html"]["history"]
    assert [run["verdicts"]["ok"] for run in json.loads(texts["history"])["runs"]] == [1]
    damaged = backup_report_texts(FOUND, ["shop"], NOW, history={"runs": [], "error": "<b>"})["html"]
    assert (damaged["history"], damaged["history_rows"]) == ('<p id="damaged">&lt;b&gt;</p>', "")
    assert backup_report_texts(FOUND, ["shop"], NOW)["html"]["history"] == ""


@pytest.mark.parametrize("history", ["", [], {"runs": []}, {"runs": [{}], "error": None}])
def test_anything_but_a_history_is_rejected(history: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="history expects the result of the lookup"):
        backup_report_texts(FOUND, ["shop"], NOW, history=history)


def test_findings() -> None:
    report = backup_report(FOUND, ["shop"], NOW)
    assert backup_report_findings(report, ["late"]) == []
    assert backup_report_findings(report, controls=["off_site"])[1:] == ["shop/db: off_site fails: No copy."]
    assert backup_report_findings(report, [], ["off_site"], ["shop"]) == []


@pytest.mark.parametrize("report", [None, 5, "text", [], {}, {"addons": 1, "volumes": 1}])
def test_findings_of_anything_but_a_report_are_rejected(report: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="backup_report_findings expects the result of"):
        backup_report_findings(report)


@pytest.mark.parametrize("value", ["off_site", None, 5, {"off_site": 1}])
def test_findings_need_lists(value: Any) -> None:
    with pytest.raises(
        AnsibleFilterError, match="backup_report_findings: controls expects a list of names of controls"
    ):
        backup_report_findings(backup_report(FOUND, ["shop"], NOW), [], value)


def test_the_errors_of_the_variables_of_the_role() -> None:
    assert backup_report_errors({}) == []
    assert backup_report_errors({"exceptions": [EXCEPTION], "control_labels": {}, "history": 5}) == []
    assert backup_report_errors({"exceptions": 5, "history": -1}) == [
        "backup_report_exceptions: 5 is not a list of exceptions",
        "backup_report_history: -1 is not a number of runs from 0 to 1000",
    ]


@pytest.mark.parametrize("values", [None, [], "text", {"exception": []}])
def test_errors_of_anything_else_are_rejected(values: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="backup_report_errors expects a dictionary with exceptions, "):
        backup_report_errors(values)
