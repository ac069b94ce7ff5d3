# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of what makes a report fail."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.controls import RANGES
from ansible_collections.community.northflank.plugins.plugin_utils._report import report
from ansible_collections.community.northflank.plugins.plugin_utils._report_findings import findings

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)


def entry(verdict: str = "ok", id_: str = "db", option: str = "addon_id", **controls: str) -> dict[str, Any]:
    results = {
        name: {"status": status, "reason": f"It is {status}.", "parameters": dict.fromkeys(RANGES[name], 24)}
        for name, status in controls.items()
    }
    return {"project_id": "shop", option: id_, "verdict": verdict, "reasons": [], "controls": results}


def built(*addons: dict[str, Any], **more: Any) -> dict[str, Any]:
    return report([{"addons": list(addons), **more}, None], ["shop", "crm"], NOW, ["crm"])


def test_nothing_is_a_finding_unless_it_is_asked_for() -> None:
    assert findings(built(entry("late", off_site="fail")), [], [], []) == []


def test_each_finding_has_a_line_and_unknown_is_always_one() -> None:
    late = {**entry("late", "a"), "reasons": ["One.", "Two."]}
    found = built(late, entry("drift", "b"), entry("skipped", "c"), entry())
    assert findings(found, ["late"], [], []) == [
        "2 of 5 addons have a verdict that fails the play (see backup_report_fail_on):",
        "crm is unknown: The host failed, was unreachable or ended the play before its backups were read.",
        "shop/a is late: One. Two.",
    ]
    assert findings(found, ["unprotected"], [], ["crm"]) == []


def test_controls_that_fail_or_are_unknown_have_a_line_with_the_reason() -> None:
    found = built(
        entry("ok", "a", off_site="fail", scheduled="pass"),
        entry("ok", "b", off_site="unknown", scheduled="pass"),
        entry("ok", "c", off_site="pass", scheduled="pass"),
        volumes=[entry("ok", "data", "volume_id", off_site="not_applicable", scheduled="fail")],
    )
    assert findings(found, ["late"], ["off_site", "scheduled"], ["crm"]) == [
        "2 of 5 addons and volumes do not pass the control off_site (see backup_report_fail_on_controls):",
        "shop/a: off_site fails: It is fail.",
        "shop/b: off_site is unknown: It is unknown.",
        "1 of 5 addons and volumes do not pass the control scheduled (see backup_report_fail_on_controls):",
        "shop/volumes/data: scheduled fails: It is fail.",
    ]
    assert findings(found, [], ["off_site"], [])[1:2] == [
        "crm: off_site is unknown: The host failed, was unreachable or ended the play before its backups were read."
    ]


@pytest.mark.parametrize(
    "addons", [[], [entry()], [entry(scheduled="pass")], [entry("skipped", off_site="not_applicable")]]
)
def test_a_control_that_applies_to_nothing_proves_nothing(addons: list[dict[str, Any]]) -> None:
    found = report([{"addons": addons}], ["shop"], NOW)
    assert findings(found, [], ["off_site"], []) == [
        "The control off_site applies to no addon and no volume, so nothing proves it. Set it in"
        " backup_report_controls, or remove it from backup_report_fail_on_controls."
    ]


def test_a_report_without_addons_proves_nothing() -> None:
    assert findings(report([], [], NOW), ["late"], [], []) == [
        "The report contains neither addons nor volumes, so nothing proves that anything is backed up. Check the"
        " inventory and --limit."
    ]


def test_the_number_and_the_length_of_lines_are_bounded() -> None:
    many = built(*(entry("late", f"db-{each:03}", off_site="fail") for each in range(250)))
    many["addons"][1]["controls"]["off_site"]["reason"] = "x" * 10**5
    lines = findings(many, ["late"], ["off_site"], ["crm"])
    assert len(lines) == 2 * (1 + 100 + 1)
    assert lines[0].startswith("250 of 251 addons")
    assert (lines[100], lines[101]) == ("shop/db-099 is late", "... and 150 more")
    assert max(map(len, lines)) < 500


def test_a_line_is_a_line() -> None:
    found = built(entry("ok", "a", off_site="fail"))
    found["addons"][1]["controls"]["off_site"]["reason"] = "One.\nshop/b is ok\x1b[2J"
    assert findings(found, [], ["off_site"], ["crm"])[1:] == ["shop/a: off_site fails: One. shop/b is ok [2J"]
