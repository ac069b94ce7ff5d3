# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report finds what was planted, and is as its schema says."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path

import jsonschema
import pytest
from simulator.server import running

from page.planted import ADDONS_A_PROJECT, HOSTILE, plant
from page.reporting import Ran, run_role

SCHEMA = Path(__file__).parents[2] / "docs" / "backup-report.schema.json"
ADDONS = 200

# What the role left behind, the verdicts that were planted, and what was sent.
Planted = tuple[Ran, dict[str, str], Counter]


@pytest.fixture(scope="module", params=[1, 2])
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    fleet, forbidden, verdicts = plant(request.param, ADDONS, datetime.now(timezone.utc))
    with running(fleet, forbidden=forbidden) as simulator:
        ran = run_role(simulator, tmp_path_factory.mktemp("report"))
        return ran, verdicts, Counter(entry["method"] for entry in simulator.log)


def test_it_finds_exactly_what_was_planted(planted: Planted) -> None:
    ran, verdicts, _sent = planted
    assert ran.exit_code == 0, ran.output
    assert ran.verdicts == verdicts
    assert ran.report["summary"]["verdicts"] == {
        **dict.fromkeys(ran.report["summary"]["verdicts"], 0),
        **Counter(verdicts.values()),
    }


def test_it_sends_two_reads_an_addon(planted: Planted) -> None:
    _ran, verdicts, sent = planted
    projects = ADDONS // ADDONS_A_PROJECT
    # Of an addon whose schedules may not be read nobody asks for backups. The inventory reads the projects.
    assert sent == {"GET": 2 * ADDONS - Counter(verdicts.values())["unknown"] + projects + 1}


def test_it_is_as_its_schema_says(planted: Planted) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(planted[0].report, schema, jsonschema.Draft202012Validator)


def test_each_verdict_but_ok_has_its_reasons(planted: Planted) -> None:
    for addon in planted[0].report["addons"]:
        assert bool(addon["reasons"]) == (addon["verdict"] != "ok"), addon


def test_the_csv_has_a_line_for_each_addon(planted: Planted) -> None:
    ran, verdicts, _sent = planted
    with (ran.folder / "report.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {f"{row['project_id']}/{row['addon_id']}": row["verdict"] for row in rows} == verdicts


def test_no_template_of_the_api_has_run(planted: Planted) -> None:
    ran = planted[0]
    newest = [
        kind["newest"]["name"] for each in ran.report["addons"] for kind in each["backups"].values() if kind["newest"]
    ]
    assert set(newest) == {HOSTILE}


def test_the_play_fails_on_verdicts_that_are_asked_for(tmp_path: Path) -> None:
    fleet, forbidden, verdicts = plant(3, 12, datetime.now(timezone.utc))
    with running(fleet, forbidden=forbidden) as simulator:
        ran = run_role(simulator, tmp_path, hosts="addons", backup_report_fail_on=["late", "unprotected"])
        bad = {name for name, verdict in verdicts.items() if verdict in ("late", "unprotected")}
        assert bad
        assert ran.exit_code != 0
        assert f"{len(bad)} of 12 addons are not backed up as they should be" in ran.output
        assert all(f"{name} is {verdicts[name]}" in ran.output for name in bad)
        # The report is there all the same.
        assert ran.verdicts == verdicts
