# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the controls in a report: what could not be read is unknown, and nothing malformed is a pass."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.controls import CONTROLS, RANGES, STATUSES
from ansible_collections.community.northflank.plugins.plugin_utils._report import all_entries, report
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)
DAILY: dict[str, Any] = {
    "scheduling": {"interval": "daily", "minute": [0], "hour": [2]},
    "backup_type": "snapshot",
    "retention_time": 7,
}


def result(name: str, status: str = "pass", **more: Any) -> dict[str, Any]:
    parameters = {parameter: 30 for parameter in RANGES[name]}
    return {"status": status, "reason": f"It is {status}.", "parameters": parameters, **more}


def addon(addon_id: str, controls: Any, verdict: str = "ok", **more: Any) -> dict[str, Any]:
    entry = {"project_id": "shop", "addon_id": addon_id, "verdict": verdict, "reasons": [f"{verdict}!"]}
    return {**entry, "backup_schedules": [DAILY], "controls": controls, **more}


def statuses(built: dict[str, Any]) -> dict[str | None, dict[str, str]]:
    return {
        entry.get("addon_id"): {name: each["status"] for name, each in entry["controls"].items()}
        for entry in all_entries(built)
    }


def test_the_controls_of_each_entry_are_in_the_report_and_counted() -> None:
    controls = {"off_site": result("off_site", "fail"), "scheduled": result("scheduled")}
    built = report([{"addons": [addon("a", controls), addon("b", {"scheduled": result("scheduled")})]}], ["shop"], NOW)
    assert [each["controls"] for each in built["addons"]] == [controls, {"scheduled": result("scheduled")}]
    assert list(built["addons"][0]["controls"]) == ["scheduled", "off_site"]
    none = dict.fromkeys(STATUSES, 0)
    assert built["summary"]["controls"] == {"scheduled": {**none, "pass": 2}, "off_site": {**none, "fail": 1}}


@pytest.mark.parametrize("more", [{}, {"controls": {}}])
def test_without_controls_the_counts_are_null(more: dict[str, Any]) -> None:
    entry = {"project_id": "shop", "addon_id": "a", "verdict": "ok", "reasons": [], **more}
    built = report([{"addons": [entry]}, None], ["shop", "crm"], NOW, ["crm"])
    assert [each["controls"] for each in built["addons"]] == [{}, {}]
    assert built["summary"]["controls"] is None


def test_what_was_not_read_has_every_control_of_the_report_as_unknown() -> None:
    unread = {"project_id": "shop", "addon_id": "b", "verdict": "unknown", "reasons": ["HTTP 403.", "Really."]}
    # A module must not know more of an addon that it could not read.
    own = {"scheduled": result("scheduled"), "off_site": {**result("off_site", "unknown"), "reason": "HTTP 500."}}
    results = [
        {
            "addons": [
                addon("a", {"scheduled": result("scheduled")}),
                unread,
                {**unread, "addon_id": "c", "controls": own},
            ]
        },
        {"addons": [], "msg": "ignored"},
        None,
    ]
    built = report(results, ["shop", "crm", "hr"], NOW, ["crm", "hr"])
    everything = {"scheduled": "unknown", "off_site": "unknown"}
    assert statuses(built) == {"b": everything, "c": everything, None: everything, "a": {"scheduled": "pass"}}
    reasons = {each["addon_id"]: [one["reason"] for one in each["controls"].values()] for each in built["addons"]}
    assert reasons["b"] == ["HTTP 403. Really."] * 2
    assert reasons["c"] == ["HTTP 403. Really.", "HTTP 500."]
    assert reasons[None] == ["The host failed, was unreachable or ended the play before its backups were read."] * 2
    assert built["summary"]["controls"]["off_site"]["unknown"] == 4


def test_an_addon_whose_schedule_is_unknown_was_read() -> None:
    built = report([{"addons": [addon("a", {"scheduled": result("scheduled")}, "unknown")]}], ["shop"], NOW)
    assert statuses(built) == {"a": {"scheduled": "pass"}}


@pytest.mark.parametrize(
    ("controls", "error"),
    [
        (None, "controls is not a dictionary"),
        ([], "controls is not a dictionary"),
        ("pass", "controls is not a dictionary"),
        ({"golden": result("scheduled")}, "the control 'golden' is unknown"),
        ({3: result("scheduled")}, "the control 3 is unknown"),
        *(
            ({"off_site": value}, "the control off_site has no valid status")
            for value in (
                None,
                "pass",
                {},
                result("off_site", "fine"),
                result("off_site", "PASS"),
                # Only the report has exceptions.
                result("off_site", "excepted"),
                {**result("off_site"), "status": ["pass"]},
                {**result("off_site"), "status": True},
            )
        ),
        ({"off_site": {**result("off_site"), "reason": None}}, "the control off_site has no valid reason"),
        ({"off_site": {"status": "pass", "parameters": {}}}, "the control off_site has no valid reason"),
        *(
            (
                {"restore_time": result("restore_time", measured_at=value)},
                "the control restore_time has no valid measured_at",
            )
            for value in (5, None, "yesterday", "2026-11-23")
        ),
        *(
            (
                {"restore_time": result("restore_time", needs_evidence=value)},
                "the control restore_time has no valid needs_evidence",
            )
            for value in (False, 1, None, "true")
        ),
        *(
            ({"off_site": {**result("off_site"), "parameters": value}}, "the control off_site has no valid parameters")
            for value in (
                None,
                [],
                {},
                {"hours": "30"},
                {"hours": True},
                {"hours": None},
                {"days": 5},
                {"hours": 0},
                {"hours": 10**12},
            )
        ),
    ],
)
def test_malformed_controls_are_unknown_and_do_not_affect_others(controls: Any, error: str) -> None:
    good = {"scheduled": result("scheduled")}
    built = report([{"addons": [addon("a", good), addon("b", controls)]}], ["shop"], NOW)
    found = statuses(built)
    assert found["a"] == {"scheduled": "pass"}
    assert found["b"]["scheduled"] == "unknown"
    assert set(found["b"].values()) == {"unknown"}
    # A control that only the malformed result has is not forgotten.
    assert ("off_site" in found["b"]) == (isinstance(controls, dict) and "off_site" in controls)
    (malformed,) = [each for each in built["addons"] if each["addon_id"] == "b"]
    assert malformed["verdict"] == "unknown"
    assert malformed["reasons"] == [f"The result of this addon is malformed: {error}."]
    assert {each["reason"] for each in malformed["controls"].values()} == {malformed["reasons"][0]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(STATUSES) | st.text(max_size=5),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from([*CONTROLS, "other"]), st.sampled_from(["fail", "unknown"]), min_size=1), st.data()
)
def test_no_change_of_a_result_makes_a_finding_a_pass(given_: dict[str, str], data: st.DataObject) -> None:
    """Replace one value of a result without a pass at random: no control passes, and the report can be written."""
    controls: dict[str, Any] = {
        name: result(name, status) if name in CONTROLS else {"status": status} for name, status in given_.items()
    }
    name = data.draw(st.sampled_from(sorted(controls)))
    key = data.draw(st.sampled_from([None, "reason", "parameters", "measured_at", "needs_evidence"]))
    value = data.draw(JSON)
    changed = {**controls, name: value} if key is None else {**controls, name: {**controls[name], key: value}}
    drill = {"status": "never", "verified_at": None, "seconds": None, "last": None}
    built = report([{"addons": [addon("a", changed)]}], ["shop"], NOW, drills={"shop/a": drill})
    json.dumps(built, allow_nan=False).encode()
    assert "pass" not in statuses(built)["a"].values()
    assert "excepted" not in statuses(built)["a"].values()


VERIFIED = {
    "status": "verified",
    "verified_at": "2026-11-22T02:30:00Z",
    "seconds": 240,
    "last": {
        "run_id": "r",
        "completed_at": "2026-11-22T02:30:00Z",
        "restored": "passed",
        "verified": "passed",
        "reason": None,
    },
}


def test_restore_drills_complete_the_controls_of_addons_that_were_read() -> None:
    unknown = {"status": "unknown", "reason": "No evidence.", "needs_evidence": True}
    controls = {name: {**result(name), **unknown} for name in ("restore_tested", "restore_time")}
    unread = {"project_id": "shop", "addon_id": "c", "verdict": "unknown", "reasons": ["No."], "controls": controls}
    without_parameters = {name: {**each, "parameters": {}} for name, each in controls.items()}
    results = [{"addons": [addon("a", controls), addon("b", controls), unread, addon("d", without_parameters)]}]
    built = report(results, ["shop"], NOW, drills={f"shop/{name}": VERIFIED for name in "acd"})
    assert statuses(built) == {
        "a": {"restore_tested": "pass", "restore_time": "pass"},
        "b": {"restore_tested": "fail", "restore_time": "fail"},
        "c": {"restore_tested": "unknown", "restore_time": "unknown"},
        "d": {"restore_tested": "unknown", "restore_time": "unknown"},
    }
    by_id = {each["addon_id"]: each["controls"]["restore_time"] for each in built["addons"]}
    assert {by_id[name]["parameters"]["minutes"] for name in "abc"} == {30}
    assert [name for name, each in by_id.items() if "needs_evidence" in each] == ["c", "d"]
    without = report(results, ["shop"], NOW)
    assert {status for each in statuses(without).values() for status in each.values()} == {"unknown"}


def test_only_the_fields_of_a_control_are_in_the_report() -> None:
    measured = result("restore_time", measured_at="2026-11-23T02:30:00Z")
    odd = {**measured, "<b>": 1, "finding": {"status": "pass"}}
    for drills in (None, {}):
        for verdict in ("ok", "unknown"):
            found = addon("a", {"restore_time": odd}, verdict)
            built = report([{"addons": [found]}], ["shop"], NOW, drills=drills)
            assert built["addons"][0]["controls"]["restore_time"] == measured


def test_any_text_of_a_control_can_be_written() -> None:
    odd = {**result("off_site"), "reason": "\ud800", "parameters": {"hours": 1, "\ud800": float("nan")}}
    built = report([{"addons": [addon("a", {"off_site": odd})]}], ["shop"], NOW)
    json.dumps(built, allow_nan=False, ensure_ascii=False).encode()
    assert built["addons"][0]["controls"]["off_site"] == {
        "status": "pass",
        "reason": "\ufffd",
        "parameters": {"hours": 1, "\ufffd": None},
    }
