# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of parts of a fleet are merged, and what no part covers is unknown."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._report import report
from ansible_collections.community.northflank.plugins.plugin_utils._report_exceptions import parse_exceptions
from ansible_collections.community.northflank.plugins.plugin_utils._report_formats import as_json
from ansible_collections.community.northflank.plugins.plugin_utils._report_parts import read_parts

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)
DAY = timedelta(hours=24)
EXCEPTIONS, _errors = parse_exceptions(
    [{"project_id": "shop", "addon_id": "b", "control": "scheduled", "reason": "Being retired", "until": "2026-12-31"}],
    "exceptions",
)


def result(addon: str, verdict: str = "ok", status: str = "pass", **more: Any) -> dict[str, Any]:
    """Return the result of a module for a host with an addon of this name."""
    controls = {"scheduled": {"status": status, "reason": f"It is a {status}.", "parameters": {}}}
    entry = {"project_id": "shop", "addon_id": addon, "verdict": verdict, "reasons": [verdict], "controls": controls}
    return {"changed": False, "addons": [{**entry, **more}]}


def write(
    folder: Path, name: str, results: dict[str, Any], age: timedelta = timedelta(0), **options: Any
) -> tuple[str, dict[str, Any]]:
    """Write the report of a slice, and return its path and its content."""
    part = report(list(results.values()), list(results), NOW - age, exceptions=EXCEPTIONS, **options)
    path = folder / name
    path.write_text(as_json(part))
    return str(path), part


def merge(hosts: list[str], *paths: str, **options: Any) -> dict[str, Any]:
    results, _found = read_parts(paths, hosts, NOW, DAY)
    return report([results[host] for host in hosts], hosts, NOW, **options)


def without_time(merged: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in merged.items() if name != "generated_at"}


def test_parts_make_the_report_of_the_whole(tmp_path: Path) -> None:
    fleet = {
        "a.shop": result("a"),
        "b.shop": result("b", "unprotected", "fail"),
        "c.shop": result("c", "late"),
        "volume.shop": {"volumes": [{"project_id": "shop", "volume_id": "data", "verdict": "ok"}]},
        "empty": {"addons": []},
        "billing": {
            "addons": [{"project_id": "billing", "addon_id": None, "verdict": "unknown", "reasons": ["Forbidden"]}]
        },
        "invalid": {"msg": "policy: 'x' is not a policy", "failed": True},
    }
    whole = report(list(fleet.values()), list(fleet), NOW, ["invalid"], exceptions=EXCEPTIONS)
    paths = []
    for index in range(3):
        part = dict(list(fleet.items())[index::3])
        paths.append(write(tmp_path, f"{index}.json", part, timedelta(hours=index), failed_hosts=["invalid"])[0])
    for order in (paths, paths[::-1]):
        assert without_time(merge(list(fleet), *order, exceptions=EXCEPTIONS)) == without_time(whole)


def test_a_merged_report_can_be_merged_again(tmp_path: Path) -> None:
    path, part = write(tmp_path, "part.json", {"a": result("a"), "b": result("b", status="fail")})
    assert part["addons"][1]["controls"]["scheduled"]["status"] == "excepted"
    once = merge(["a", "b"], path, exceptions=EXCEPTIONS)
    again = tmp_path / "again.json"
    again.write_text(as_json(once))
    assert once == part
    assert merge(["a", "b"], str(again), exceptions=EXCEPTIONS) == once


def test_an_exception_of_a_part_does_not_count_in_the_whole(tmp_path: Path) -> None:
    path, _part = write(tmp_path, "part.json", {"b": result("b", status="fail")})
    (addon,) = merge(["b"], path)["addons"]
    assert addon["controls"]["scheduled"] == {"status": "fail", "reason": "It is a fail.", "parameters": {}}


def test_a_host_that_no_part_has_is_unknown(tmp_path: Path) -> None:
    path, _part = write(tmp_path, "part.json", {"a": result("a")})
    missing = str(tmp_path / "missing.json")
    merged = merge(["a", "b"], path, missing)
    unknown, known = merged["addons"]
    assert (known["host"], known["verdict"]) == ("a", "ok")
    assert (unknown["host"], unknown["verdict"]) == ("b", "unknown")
    assert unknown["reasons"] == [
        "No part of the report has this host. Run the report on it again."
        f" Parts that cannot be used: {missing} does not exist."
    ]
    assert unknown["controls"]["scheduled"]["status"] == "unknown"


def test_the_newest_part_counts(tmp_path: Path) -> None:
    old, _part = write(tmp_path, "old.json", {"a": result("a", "failing"), "b": result("b")}, timedelta(hours=2))
    new, _part = write(tmp_path, "new.json", {"a": result("a", "late")}, timedelta(hours=1))
    for paths in ((old, new), (new, old)):
        assert [(each["host"], each["verdict"]) for each in merge(["a", "b"], *paths)["addons"]] == [
            ("a", "late"),
            ("b", "ok"),
        ]


def test_hosts_that_are_not_in_the_play_are_ignored(tmp_path: Path) -> None:
    path, _part = write(tmp_path, "part.json", {"a": result("a"), "b": result("b")})
    assert [each["host"] for each in merge(["b"], path)["addons"]] == ["b"]


def test_a_project_without_addons_is_covered(tmp_path: Path) -> None:
    path, _part = write(tmp_path, "part.json", {"shop": {"addons": []}})
    assert merge(["shop"], path)["addons"] == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda part: part.update(version=2), "is not a report of version 1"),
        (lambda part: part.update(version=True), "is not a report of version 1"),
        (lambda part: part.pop("hosts"), "has no valid list of hosts"),
        (lambda part: part.update(hosts=[1]), "has no valid list of hosts"),
        (lambda part: part.update(hosts=[]), "has addons of a host that is not in its list of hosts"),
        (lambda part: part.pop("volumes"), "has no valid list of volumes"),
        (lambda part: part["addons"][0].update(host=["a"]), "has addons of a host that is not in its list of hosts"),
        (lambda part: part["addons"][0].update(host={}), "has addons of a host that is not in its list of hosts"),
        (lambda part: part.update(addons=["a"]), "has addons of a host that is not in its list of hosts"),
        (lambda part: part.update(generated_at=None), "has an invalid time: None"),
        (lambda part: part.update(generated_at="2026-11-25T12:00:00Z"), "was generated in the future"),
        (lambda part: part.update(generated_at="2026-11-23T11:00:00Z"), "more than 24 hours ago (see max_age_hours)"),
    ],
)
def test_a_part_that_cannot_be_used(tmp_path: Path, change: Any, error: str) -> None:
    path, part = write(tmp_path, "part.json", {"a": result("a")})
    change(part)
    Path(path).write_text(json.dumps(part))
    results, errors = read_parts([path], ["a"], NOW, DAY)
    assert len(errors) == 1
    assert error in errors[0]
    assert errors[0] in results["a"]["msg"]


@pytest.mark.parametrize("content", ["", "[]", "null", "{", '{"version": 1, "version": 1}', "NaN"])
def test_a_file_that_is_no_report(tmp_path: Path, content: str) -> None:
    path = tmp_path / "part.json"
    path.write_text(content)
    results, errors = read_parts([str(path)], ["a"], NOW, DAY)
    assert len(errors) == 1
    assert results["a"].keys() == {"msg"}


def test_a_malformed_entry_is_unknown(tmp_path: Path) -> None:
    path, part = write(tmp_path, "part.json", {"a": result("a"), "b": result("b")})
    part["addons"][0]["verdict"] = "perfect"
    part["addons"][1]["controls"] = {"scheduled": {"status": "excepted", "finding": {"status": "fine"}}}
    Path(path).write_text(json.dumps(part))
    assert [each["verdict"] for each in merge(["a", "b"], path)["addons"]] == ["unknown", "unknown"]


def test_a_host_that_failed_hides_nothing(tmp_path: Path) -> None:
    """An entry without a type says that nothing is known of a host, whatever else the part has of it."""
    path, part = write(tmp_path, "part.json", {"a": result("a")})
    failed = {**part["addons"][0], "resource_type": None, "addon_id": None, "reasons": []}
    for addons in ([failed, part["addons"][0]], [part["addons"][0], failed]):
        Path(path).write_text(json.dumps({**part, "addons": addons}))
        (addon,) = merge(["a"], path)["addons"]
        assert (addon["verdict"], addon["reasons"]) == ("unknown", ["Its backups could not be read."])


DRILL = {
    "status": "verified",
    "verified_at": "2026-11-01T00:00:00Z",
    "seconds": 60,
    "last": {
        "run_id": "drill-20261031T230000Z-1a2b3c4d",
        "completed_at": "2026-11-01T00:00:00Z",
        "restored": "passed",
        "verified": "passed",
        "reason": None,
    },
}


def test_the_newest_restore_counts_after_merging_too(tmp_path: Path) -> None:
    """A restore that took too long is newer than the drill, which the part did not read."""
    slow = {"status": "fail", "reason": "It took 3 h.", "parameters": {"minutes": 60}}
    fleet = {"a": result("a", controls={"restore_time": {**slow, "measured_at": "2026-11-20T00:00:00Z"}})}
    drills = {"shop/a": DRILL}
    path, _part = write(tmp_path, "part.json", fleet)
    merged = merge(["a"], path, drills=drills)
    assert merged["addons"][0]["controls"]["restore_time"]["status"] == "fail"
    assert merged == report(list(fleet.values()), ["a"], NOW, drills=drills)


@pytest.mark.parametrize(("drills", "status"), [(None, "fail"), ({}, "fail"), ({"shop/a": DRILL}, "pass")])
def test_the_evidence_that_a_part_has_read_counts_too(tmp_path: Path, drills: Any, status: str) -> None:
    unknown = {"status": "unknown", "reason": "No evidence.", "parameters": {"days": 90}, "needs_evidence": True}
    path, _part = write(tmp_path, "part.json", {"a": result("a", controls={"restore_tested": unknown})}, drills=drills)
    once = tmp_path / "once.json"
    once.write_text(as_json(merge(["a"], path)))
    for part in (path, str(once)):
        (addon,) = merge(["a"], part, drills={})["addons"]
        assert addon["controls"]["restore_tested"]["status"] == status


def test_many_unusable_parts(tmp_path: Path) -> None:
    paths = [str(tmp_path / f"{index}.json") for index in range(9)]
    results, errors = read_parts(paths, ["a"], NOW, DAY)
    assert len(errors) == 9
    assert results["a"]["msg"].endswith("2.json does not exist. (6 more)")
