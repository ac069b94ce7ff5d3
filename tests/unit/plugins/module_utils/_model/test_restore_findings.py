# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls restore_tested and restore_time, from restores that Northflank lists and from restore drills."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.finding import (
    Finding,
    failed,
    unknown,
)
from ansible_collections.community.northflank.plugins.module_utils._model.restore import Restore
from ansible_collections.community.northflank.plugins.module_utils._model.restore_findings import (
    newer_of,
    restore_tested_by_drill,
    restore_tested_by_restores,
    restore_time_by_drill,
    restore_time_by_restores,
)
from ansible_collections.community.northflank.plugins.module_utils._model.times import format_time

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.utc)
DAYS = {"days": 90, "include_restores": True}
MINUTES = {"minutes": 20}


def restore(days_ago: float, minutes: float = 10, status: str = "completed", **changes: Any) -> Restore:
    completed = NOW - timedelta(days=days_ago)
    times = {
        "started_at": (completed - timedelta(minutes=minutes)).isoformat(),
        "completed_at": completed.isoformat() if status in ("completed", "checked") else None,
    }
    return Restore("restore", "backup", status, **{**times, **changes})


@pytest.mark.parametrize(
    ("restores", "status", "reason"),
    [
        ([], "fail", "Northflank lists no completed restore of any of the addon's own backups."),
        ([restore(90)], "pass", "The newest restore was completed at 2026-08-26T10:30:00Z, 90 days ago."),
        (
            [restore(90.1)],
            "fail",
            "The newest restore was completed at 2026-08-26T08:06:00Z, 90 days 3 h ago, more than 90",
        ),
        ([restore(100), restore(3), restore(200)], "pass", "The newest restore was completed at 2026-11-21T"),
        (
            [restore(1, status="failed"), restore(2, status="in-progress")],
            "fail",
            "Northflank lists no completed restore ",
        ),
        ([restore(1, status="checked")], "unknown", "A restore has the unknown status 'checked'."),
        ([restore(1, status="checked"), restore(2)], "pass", "The newest restore was completed at 2026-11-22"),
        ([restore(-1)], "unknown", "A completed restore has invalid or future times: "),
        ([restore(1, completed_at=None)], "unknown", "A completed restore has invalid or future times: "),
        (
            [restore(100), restore(1, completed_at="soon")],
            "unknown",
            "A completed restore has invalid or future times: ",
        ),
    ],
)
def test_tested_by_restores(restores: Sequence[Restore], status: str, reason: str) -> None:
    finding = restore_tested_by_restores(DAYS, restores, NOW)
    assert finding.status == status
    assert finding.reason.startswith(reason)


@pytest.mark.parametrize(
    ("restores", "status", "reason"),
    [
        ([], "fail", "Northflank lists no completed restore of any of the addon's own backups."),
        ([restore(3, 20)], "pass", "The newest completed restore, completed at 2026-11-21T10:30:00Z, took 20 min."),
        (
            [restore(3, 21)],
            "fail",
            "The newest completed restore, completed at 2026-11-21T10:30:00Z, took 21 min, more than",
        ),
        ([restore(3, 90), restore(1, 5)], "pass", "The newest completed restore, completed at 2026-11-23T"),
        ([restore(1, 90), restore(3, 5)], "fail", "The newest completed restore, completed at 2026-11-23T"),
        ([restore(1, 90, "failed"), restore(3, 5)], "pass", "The newest "),
        ([restore(1, status="checked"), restore(3)], "unknown", "A restore has the unknown status 'checked'."),
        ([restore(-1), restore(3)], "unknown", "A completed restore has invalid or future times: "),
        (
            [restore(300, started_at=""), restore(3)],
            "unknown",
            "A completed restore has invalid or future times: '' to ",
        ),
        ([restore(1, -5)], "unknown", "A completed restore has invalid or future times: "),
    ],
)
def test_timed_by_restores(restores: Sequence[Restore], status: str, reason: str) -> None:
    finding = restore_time_by_restores(MINUTES, restores, NOW)
    assert finding.status == status
    assert finding.reason.startswith(reason)
    assert (finding.measured_at is not None) == (" took " in finding.reason)


def drill(status: str, days_ago: float | None = None, seconds: int | None = None, reason: str = "") -> dict[str, Any]:
    verified_at = None if days_ago is None else format_time(NOW - timedelta(days=days_ago))
    last = {"completed_at": "2026-11-23T00:00:00Z", "reason": reason}
    return {"status": status, "verified_at": verified_at, "seconds": seconds, "last": last}


NEVER = {"status": "never", "verified_at": None, "seconds": None, "last": None}


@pytest.mark.parametrize(
    ("drills", "status", "reason"),
    [
        (NEVER, "fail", "No restore drill has verified its backups."),
        (drill("restored"), "fail", "No restore drill has verified its backups."),
        (drill("failed"), "fail", "No restore drill has verified its backups."),
        (
            drill("verified", 90),
            "pass",
            "The newest verified restore drill was completed at 2026-08-26T10:30:00Z, 90 days ago.",
        ),
        (
            drill("verified", 91),
            "fail",
            "The newest verified restore drill was completed at 2026-08-25T10:30:00Z, 91 days ago, more",
        ),
        (drill("restored", 9), "pass", "The newest verified restore drill "),
        (drill("verified", -1), "unknown", "Its newest verified restore drill was completed in the future, at "),
        (
            drill("unknown", 9, 60, "x.json is not valid JSON"),
            "unknown",
            "The evidence of its newest restore drill cannot be",
        ),
    ],
)
def test_tested_by_drill(drills: dict[str, Any], status: str, reason: str) -> None:
    finding = restore_tested_by_drill(DAYS, drills, NOW)
    assert finding.status == status
    assert finding.reason.startswith(reason)


def test_a_pass_names_a_newer_drill_that_failed() -> None:
    finding = restore_tested_by_drill(DAYS, drill("failed", 9), NOW)
    assert finding.status == "pass"
    assert finding.reason.endswith(" A newer drill, completed at 2026-11-23T00:00:00Z, failed.")


@pytest.mark.parametrize(
    ("drills", "status", "reason"),
    [
        (NEVER, "fail", "No verified restore drill has measured how long a restore takes."),
        (drill("restored"), "fail", "No verified restore drill has measured "),
        (drill("verified", 9), "fail", "No verified restore drill has measured "),
        (
            drill("verified", 9, 1200),
            "pass",
            "The restore of the newest verified drill, completed at 2026-11-15T10:30:00Z, took 20",
        ),
        (
            drill("failed", 9, 1201),
            "fail",
            "The restore of the newest verified drill, completed at 2026-11-15T10:30:00Z, took 21",
        ),
        (drill("unknown", 9, 60, "x"), "unknown", "The evidence of its newest restore drill cannot be used: x."),
    ],
)
def test_timed_by_drill(drills: dict[str, Any], status: str, reason: str) -> None:
    finding = restore_time_by_drill(MINUTES, drills, NOW)
    assert finding.status == status
    assert finding.reason.startswith(reason)


OLD = Finding("pass", "Old.", "2026-10-01T00:00:00Z")
NEW = Finding("fail", "New.", "2026-11-01T00:00:00Z")


@pytest.mark.parametrize(
    ("restores", "drills", "expected"),
    [
        (OLD, NEW, NEW),
        (NEW, OLD, NEW),
        (OLD, failed("Never."), OLD),
        (failed("Never."), NEW, NEW),
        (failed("None."), failed("Never."), failed("Never.")),
        (OLD, unknown("Evidence."), unknown("Evidence.")),
        (NEW, unknown("Evidence."), unknown("Evidence.")),
        (unknown("Restores."), OLD, unknown("Restores.")),
        (unknown("Restores."), failed("Never."), unknown("Restores.")),
    ],
)
def test_the_newer_measurement_decides(restores: Finding, drills: Finding, expected: Finding) -> None:
    assert newer_of(restores, drills) == expected
