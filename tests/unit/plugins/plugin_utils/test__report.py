# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the report: counts, order, hosts without a result, malformed results."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._report import all_entries, report
from ansible_collections.community.northflank.plugins.plugin_utils._report_entries import id_of
from ansible_collections.community.northflank.plugins.plugin_utils._report_formats import as_csv, as_json

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)
DAILY: dict[str, Any] = {
    "scheduling": {"interval": "daily", "minute": [0, 30], "hour": [2]},
    "backup_type": "snapshot",
    "retention_time": 7,
}


def addon(addon_id: str, verdict: str = "ok", **more: Any) -> dict[str, Any]:
    entry = {"project_id": "shop", "addon_id": addon_id, "policy": "standard", "verdict": verdict}
    return {**entry, "reasons": [f"{verdict}!"], **more}


def report_on(*addons: dict[str, Any]) -> dict[str, Any]:
    return report([{"addons": list(addons)}], ["shop"], NOW)


def test_the_worst_verdict_comes_first_then_the_name() -> None:
    built = report_on(addon("b"), addon("a"), addon("z", "late"), addon("y", "unknown"))
    assert [each["addon_id"] for each in built["addons"]] == ["y", "z", "a", "b"]


def test_addons_that_drift_are_protected_and_late_ones_are_not() -> None:
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


def test_skipped_addons_do_not_count_as_unprotected() -> None:
    summary = report_on(addon("a"), addon("b", "skipped"))["summary"]
    assert (summary["addons"], summary["protected"], summary["protected_share"]) == (2, 1, 1.0)
    assert report_on(addon("b", "skipped"))["summary"]["protected_share"] is None


def test_an_empty_fleet_has_no_protected_share() -> None:
    summary = report_on()["summary"]
    assert (summary["addons"], summary["protected_share"]) == (0, None)


UNREACHABLE = "The host failed, was unreachable or ended the play before its backups were read."


@pytest.mark.parametrize(
    ("result", "failed", "reason"),
    [
        ({"msg": "No token."}, [], "No token."),
        ({"addons": []}, [], None),
        ({"msg": "No token.", "failed": True}, ["billing"], "No token."),
        ({}, ["billing"], UNREACHABLE),
        (None, ["billing"], UNREACHABLE),
        # The result of an earlier play may be stale.
        ({"addons": [addon("a")]}, ["billing"], UNREACHABLE),
        ({"addons": [addon("a")], "volumes": []}, ["billing"], UNREACHABLE),
        ({"addons": "many"}, [], "The result of the host is malformed: addons is not a list of dictionaries."),
    ],
)
def test_the_entries_of_a_host_without_a_usable_result(result: Any, failed: list[str], reason: str | None) -> None:
    addons = report([result], ["billing"], NOW, failed)["addons"]
    assert [(each["project_id"], each["verdict"], each["reasons"]) for each in addons] == (
        [("billing", "unknown", [reason])] if reason else []
    )


@pytest.mark.parametrize("result", [{}, None, {"skipped": True, "changed": False}, "text"])
def test_a_missing_result_is_an_error(result: Any) -> None:
    with pytest.raises(ValueError, match=r"no result for billing, crm\. The report must cover every host"):
        report([{"addons": []}, result, result], ["shop", "billing", "crm"], NOW)


def test_only_some_of_many_missing_results_are_listed() -> None:
    hosts = [f"host{number}" for number in range(13)]
    with pytest.raises(ValueError, match=r"no result for host0, .*, host9 and 3 more\. "):
        report([None] * 13, hosts, NOW)


def test_fewer_results_than_hosts_are_an_error() -> None:
    with pytest.raises(ValueError, match="there are 1 results for 2 hosts"):
        report([{"addons": []}], ["shop", "billing"], NOW)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"verdict": "fine"}, "the verdict 'fine' is unknown"),
        ({"verdict": ["ok"]}, "the verdict ['ok'] is unknown"),
        ({"reasons": "text"}, "reasons is not a list"),
        ({"backup_schedules": [{"scheduling": None}]}, "backup_schedules is not a list of schedules"),
        ({"backup_schedules": [{"scheduling": {"interval": []}}]}, "backup_schedules is not a list of schedules"),
        *(
            ({name: value}, f"{name} is not a list of schedules")
            for name in ("backup_schedules", "desired_schedules")
            for value in ({}, "", 0, False, {"daily": DAILY}, [None])
        ),
        ({"backup_schedules": None}, "backup_schedules is not a list of schedules"),
        *(
            (
                {"backup_schedules": [{**DAILY, "scheduling": {**DAILY["scheduling"], name: value}}]},
                "backup_schedules is not a list of schedules",
            )
            for name in ("minute", "hour", "day")
            for value in (5, "5", None, {"a": 1})
        ),
        ({"desired_schedules": "none"}, "desired_schedules is not a list of schedules"),
        ({"differences": [1]}, "differences is not a list of actions"),
        ({"next_runs": 1}, "next_runs is not a list"),
        ({"backups": {"dump": {"newest": "text"}}}, "backups is not a dictionary by backup type"),
        ({"backups": []}, "backups is not a dictionary by backup type"),
    ],
)
def test_a_malformed_addon_is_unknown_and_does_not_affect_others(fields: dict[str, Any], reason: str) -> None:
    built = report_on(addon("a"), {**addon("b"), **fields})
    assert [(each["addon_id"], each["verdict"]) for each in built["addons"]] == [("b", "unknown"), ("a", "ok")]
    assert built["addons"][0]["reasons"] == [f"The result of this addon is malformed: {reason}."]


SURROGATE = "\ud800"


def test_any_text_and_number_can_be_written() -> None:
    schedule = {**DAILY, "id": SURROGATE, SURROGATE: float("inf"), "more": [float("nan"), 1.5]}
    backups = {"dump": {"newest": {"created_at": SURROGATE, "size": 1, "name": SURROGATE}}}
    malformed = addon(
        SURROGATE,
        policy=SURROGATE,
        reasons=[SURROGATE, 5],
        backup_schedules=[schedule],
        backups=backups,
        next_runs=[SURROGATE],
    )
    results = [{"addons": [{**malformed, "project_id": SURROGATE}]}]
    built = report(results, [SURROGATE], NOW, limit=SURROGATE)
    as_csv(built).encode()
    as_json(built).encode()
    written = json.loads(as_json(built), parse_constant=pytest.fail)
    assert written == built
    (found,) = written["addons"]
    assert (found["host"], found["addon_id"], found["policy"], found["reasons"]) == ("\ufffd",) * 3 + (["\ufffd", "5"],)
    assert found["backup_schedules"] == [{**DAILY, "id": "\ufffd", "\ufffd": None, "more": [None, 1.5]}]


def test_the_limit() -> None:
    assert report_on()["limit"] is None
    assert report([], [], NOW, limit="")["limit"] is None
    assert report([], [], NOW, limit="shop:billing")["limit"] == "shop:billing"


def test_the_time_and_the_policy() -> None:
    built = report_on(addon("a"))
    assert built["generated_at"] == "2026-11-24T02:30:00Z"
    assert report_on(addon("a", policy=None))["addons"][0]["policy"] is None
    assert [(each["host"], each["policy"]) for each in built["addons"]] == [("shop", "standard")]


def test_the_heat_map_counts_the_schedules_of_all_addons() -> None:
    built = report_on(addon("a", backup_schedules=[DAILY, DAILY]), addon("b", backup_schedules=[DAILY]), addon("c"))
    assert built["starts"] == [[0, 0, 6, *[0] * 21]] * 7


def volume(volume_id: str, verdict: str = "ok", **more: Any) -> dict[str, Any]:
    entry = {**addon("", verdict, **more), "volume_id": volume_id}
    del entry["addon_id"]
    return entry


def test_volumes_are_listed_separately_and_counted_with_the_addons() -> None:
    result = {"addons": [addon("a"), addon("b", "late")], "volumes": [volume("b"), volume("a", "drift")]}
    built = report([result], ["shop"], NOW)
    assert [(each["resource_type"], each["addon_id"]) for each in built["addons"]] == [("addon", "b"), ("addon", "a")]
    assert [(each["resource_type"], each["volume_id"]) for each in built["volumes"]] == [
        ("volume", "a"),
        ("volume", "b"),
    ]
    summary = built["summary"]
    assert (summary["addons"], summary["volumes"], summary["protected"], summary["protected_share"]) == (2, 2, 3, 0.75)
    assert (summary["verdicts"]["ok"], summary["verdicts"]["drift"]) == (2, 1)
    assert [id_of(each) for each in all_entries(built)] == ["b", "a", "a", "b"]


def test_the_schedules_of_volumes_are_in_the_heat_map() -> None:
    built = report([{"volumes": [volume("a", backup_schedules=[DAILY])]}], ["shop"], NOW)
    assert built["starts"] == [[0, 0, 2, *[0] * 21]] * 7
    assert built["addons"] == []


def test_the_type_of_a_failed_host_is_unknown() -> None:
    built = report([None], ["shop"], NOW, ["shop"])
    (unknown,) = built["addons"]
    assert (unknown["resource_type"], unknown["addon_id"], id_of(unknown)) == (None, None, None)
    assert built["volumes"] == []


def test_malformed_volumes_do_not_affect_the_addons() -> None:
    built = report([{"addons": [addon("a")], "volumes": 7}], ["shop"], NOW)
    (unknown,) = built["volumes"]
    assert (unknown["resource_type"], unknown["volume_id"], unknown["verdict"]) == ("volume", None, "unknown")
    assert unknown["reasons"] == ["The result of the host is malformed: volumes is not a list of dictionaries."]
    assert [each["verdict"] for each in built["addons"]] == ["ok"]
    built = report([{"volumes": [volume("a", next_runs=1)]}], ["shop"], NOW)
    assert built["volumes"][0]["reasons"] == ["The result of this volume is malformed: next_runs is not a list."]


LAST = {"run_id": "r", "completed_at": None, "restored": None, "verified": None, "reason": "Why."}
UNKNOWN = {"status": "unknown", "verified_at": None, "seconds": None, "last": LAST}
VERIFIED = {"status": "verified", "verified_at": "2026-11-22T02:30:00Z", "seconds": 240, "last": LAST}
NEVER = {"status": "never", "verified_at": None, "seconds": None, "last": None}
DRILLS = {"shop/a": VERIFIED, "shop/b": UNKNOWN, "crm/c": VERIFIED, "shop/gone": VERIFIED}


def test_every_addon_has_its_restore_drills_and_its_verdict_does_not_change() -> None:
    results = [{"addons": [addon("a"), addon("b"), addon("c", "skipped")], "volumes": [volume("a")]}, None]
    before = report(results, ["shop", "crm"], NOW, ["crm"])
    built = report(results, ["shop", "crm"], NOW, ["crm"], drills=DRILLS)
    # Of a host that failed, nobody knows which addons it has.
    assert [(each["addon_id"], each["restore_drill"]) for each in built["addons"]] == [
        (None, None),
        ("a", VERIFIED),
        ("b", UNKNOWN),
        ("c", NEVER),
    ]
    assert [each["restore_drill"] for each in built["volumes"]] == [None]
    counts = {"verified": 1, "restored": 0, "failed": 0, "never": 1, "unknown": 1}
    assert built["summary"] == {**before["summary"], "restore_drills": counts}
    assert [each["verdict"] for each in all_entries(built)] == [each["verdict"] for each in all_entries(before)]


def test_without_evidence_restore_drills_are_null() -> None:
    built = report([{"addons": [addon("a")], "volumes": [volume("a")]}], ["shop"], NOW)
    assert [each["restore_drill"] for each in all_entries(built)] == [None, None]
    assert built["summary"]["restore_drills"] is None


def test_an_empty_directory_of_evidence_means_never() -> None:
    built = report([{"addons": [addon("a")]}], ["shop"], NOW, drills={})
    assert built["addons"][0]["restore_drill"] == NEVER
    assert built["summary"]["restore_drills"]["never"] == 1
