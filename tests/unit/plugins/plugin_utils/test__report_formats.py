# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the report as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._report_formats import as_csv, as_json

DAILY = {
    "scheduling": {"interval": "daily", "minute": [0, 30], "hour": [2]},
    "backup_type": "snapshot",
    "retention_time": 7,
}


def addon(**fields: Any) -> dict[str, Any]:
    return {
        "resource_type": "addon",
        "project_id": "shop",
        "addon_id": "orders-db",
        "verdict": "ok",
        "reasons": [],
        "policy": None,
        "backup_schedules": [],
        "backups": {},
        "next_runs": [],
        "restore_drill": None,
        "controls": {},
        **fields,
    }


def volume(**fields: Any) -> dict[str, Any]:
    entry = {**addon(), "resource_type": "volume", "volume_id": "uploads", **fields}
    del entry["addon_id"]
    return entry


def report(*addons: dict[str, Any], volumes: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    return {"version": 1, "limit": None, "addons": list(addons), "volumes": list(volumes)}


def rows(*addons: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(report(*addons)))))


def test_a_row_summarizes_an_addon() -> None:
    backups = {
        "dump": {"newest": {"created_at": "2026-11-20"}},
        "snapshot": {"newest": {"created_at": "2026-11-23"}},
        "other": {"newest": None},
    }
    full = addon(
        verdict="late",
        reasons=["One.", "Two."],
        policy="standard",
        backup_schedules=[DAILY, {**DAILY, "retention_time": 14}],
        backups=backups,
        next_runs=["first", "second"],
        restore_drill={
            "status": "failed",
            "verified_at": "2026-11-21",
            "seconds": 0,
            "last": {"completed_at": "2026-11-22", "reason": "Empty."},
        },
        controls={name: {"status": status} for name, status in {"off_site": "fail", "scheduled": "pass"}.items()},
    )
    assert rows(full) == [
        {
            "project_id": "shop",
            "resource_type": "addon",
            "addon_id": "orders-db",
            "volume_id": "",
            "verdict": "late",
            "reasons": "One. Two.",
            "policy": "standard",
            "schedules": "daily snapshot, 7 days; daily snapshot, 14 days",
            "newest_backup": "2026-11-23",
            "next_run": "first",
            "restore_drill": "failed",
            "restore_drill_completed_at": "2026-11-22",
            "restore_drill_reason": "Empty.",
            "restore_drill_verified_at": "2026-11-21",
            "restore_drill_seconds": "0",
            "control_scheduled": "pass",
            "control_frequency": "",
            "control_retention": "",
            "control_last_backup": "",
            "control_no_failures": "",
            "control_off_site": "fail",
            "control_immutable": "",
            "control_restore_tested": "",
            "control_restore_time": "",
        }
    ]


def test_unknown_values_are_empty() -> None:
    (row,) = rows(addon(addon_id=None, resource_type=None))
    assert [name for name, value in row.items() if value] == ["project_id", "verdict"]


def test_an_addon_that_was_never_restored() -> None:
    never = {"status": "never", "verified_at": None, "seconds": None, "last": None}
    (row,) = rows(addon(restore_drill=never))
    assert {name: value for name, value in row.items() if name.startswith("restore_drill")} == {
        "restore_drill": "never",
        "restore_drill_completed_at": "",
        "restore_drill_reason": "",
        "restore_drill_verified_at": "",
        "restore_drill_seconds": "",
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(start: str) -> None:
    (row,) = rows(addon(reasons=[f"{start}1+1"], policy=f"{start}x", project_id=f"{start}y"))
    assert (row["reasons"], row["policy"], row["project_id"]) == (f"'{start}1+1", f"'{start}x", f"'{start}y")


def test_csv_has_a_line_per_addon_and_volume_after_the_header() -> None:
    assert len(as_csv(report()).splitlines()) == 1
    assert len(as_csv(report(addon(), addon(), volumes=[volume()])).splitlines()) == 4


def test_the_row_of_a_volume_is_among_the_others() -> None:
    text = as_csv(report(addon(), volumes=[volume(verdict="late")]))
    first, second = csv.DictReader(io.StringIO(text))
    assert (first["resource_type"], first["addon_id"], first["volume_id"]) == ("volume", "", "uploads")
    assert (second["resource_type"], second["addon_id"], second["volume_id"]) == ("addon", "orders-db", "")


def test_json_has_a_line_per_addon_and_volume() -> None:
    lines = as_json(report(addon(), addon(), volumes=[volume()])).splitlines()
    assert [line.count('"verdict"') for line in lines] == [0, 1, 1, 0, 1, 0]


@pytest.mark.parametrize("addons", [[], [addon()], [addon(), addon(addon_id="cache", reasons=["</script><!--"])]])
def test_json_is_the_report(addons: list[dict[str, Any]]) -> None:
    built = report(*addons, volumes=[volume(reasons=["</script>"])] if addons else [])
    assert json.loads(as_json(built)) == built


def test_no_string_ends_the_script_element_that_contains_the_json() -> None:
    assert "<" not in as_json(report(addon(reasons=["</script><!--"])))
