# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the restore drills and of hosts that failed on the page. The other parts are tested in a browser."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._report import report
from ansible_collections.community.northflank.plugins.plugin_utils._report_html import as_html

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)
NEVER = {"status": "never", "verified_at": None, "seconds": None, "last": None}


def ago(**span: float) -> str:
    return f"{NOW - timedelta(**span):%Y-%m-%dT%H:%M:%SZ}"


def drill(status: str, completed_at: str | None, reason: str | None = None, **more: Any) -> dict[str, Any]:
    last = {"run_id": "r", "completed_at": completed_at, "restored": None, "verified": None, "reason": reason}
    return {**NEVER, "status": status, "last": last, **more}


def rows(drills: dict[str, Any] | None) -> list[str]:
    entry = {"project_id": "shop", "verdict": "ok", "reasons": []}
    result = {"addons": [{**entry, "addon_id": "db"}], "volumes": [{**entry, "volume_id": "logs"}]}
    built = report([result, {"msg": "No token."}], ["shop", "crm"], NOW, drills=drills)
    return as_html(built)["resources"].split("\n")


@pytest.mark.parametrize(
    ("state", "key", "shown"),
    [
        (NEVER, "", "never"),
        (
            drill("verified", ago(days=12), verified_at=ago(days=12), seconds=240),
            "2026-11-12 02:30:00",
            "verified 12 days ago, 4 min",
        ),
        (
            drill("verified", ago(hours=5), verified_at=ago(hours=5), seconds=0),
            "2026-11-23 21:30:00",
            "verified 5 h ago, 0 s",
        ),
        (drill("verified", ago(minutes=5), verified_at=ago(minutes=5)), "2026-11-24 02:25:00", "verified 5 min ago"),
        # The clock of the control node that ran the drill may be ahead.
        (drill("restored", ago(minutes=-5)), "2026-11-24 02:35:00", "restored 0 min ago, not verified"),
        (drill("failed", ago(days=2), "Empty."), "2026-11-22 02:30:00", "failed 2 days ago: Empty."),
        (drill("unknown", None, "<b>"), "", "unknown: &lt;b&gt;"),
        (
            drill("failed", ago(days=2), "Empty.", verified_at=ago(days=9), seconds=119),
            "2026-11-22 02:30:00",
            "<ul><li>failed 2 days ago: Empty.</li><li>last verified 9 days ago, 119 s</li></ul>",
        ),
        (
            drill("restored", ago(days=3), "No checks.", verified_at=ago(days=9), seconds=7200),
            "2026-11-21 02:30:00",
            "<ul><li>restored 3 days ago, not verified: No checks.</li><li>last verified 9 days ago, 2 h</li></ul>",
        ),
        (
            drill("unknown", None, "Odd.", verified_at=ago(days=9), seconds=120),
            "",
            "<ul><li>unknown: Odd.</li><li>last verified 9 days ago, 2 min</li></ul>",
        ),
    ],
)
def test_the_cell_of_an_addon(state: dict[str, Any], key: str, shown: str) -> None:
    row = rows({"shop/db": state})[1]
    assert row.endswith(
        f'<td data-label="Restore drill" class="drill {state["status"]}" data-key="{key}">{shown}</td></tr>'
    )


def test_a_volume_has_no_restore_drills_and_a_failed_host_unknown_ones() -> None:
    failed, _addon, volume = rows({})
    for row, shown in ((failed, "unknown"), (volume, "not applicable")):
        cell = f'<td data-label="Restore drill" data-key=""><span class="none">{shown}</span></td></tr>'
        assert row.endswith(cell)


def test_a_host_of_which_nothing_is_known_is_no_project() -> None:
    project = {"project_id": "shop", "addon_id": None, "verdict": "unknown", "reasons": ["HTTP 403."]}
    built = report([{"addons": [project]}, {"msg": "No token."}], ["shop", "db.crm"], NOW)
    host, whole = as_html(built)["resources"].split("\n")
    assert host.startswith('<tr><th scope="row">(host)</th>')
    assert whole.startswith('<tr><th scope="row">(whole project)</th>')


def test_without_evidence_there_is_no_column() -> None:
    assert len(rows(None)) == 3
    assert not any("Restore drill" in row for row in rows(None))


def test_the_summary_counts_the_restore_drills() -> None:
    entry = {"project_id": "shop", "addon_id": "db", "verdict": "ok", "reasons": []}
    built = report([{"addons": [entry]}], ["shop"], NOW, drills={})
    note = "<p>Restore drills: 0 verified, 0 restored, 0 failed, 1 never, 0 unknown</p>"
    assert as_html(built)["summary"].endswith(note)
    assert "Restore drills" not in as_html(report([{"addons": [entry]}], ["shop"], NOW))["summary"]
