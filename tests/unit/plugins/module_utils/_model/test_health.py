# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on the backups of an addon, and its reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._model.health import (
    LOOK_BACK_DAYS,
    MAX_GRACE_MINUTES,
    health_of,
    verdict,
)
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import Scheduling

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def schedule(interval: str = "hourly", backup_type: str = "snapshot", **read_only: Any) -> BackupSchedule:
    times = {"hourly": {"minute": [0]}, "daily": {"minute": [30], "hour": [2]}}[interval]
    params = {"scheduling": {"interval": interval, **times}, "backup_type": backup_type, "retention_time": 2}
    return replace(BackupSchedule.from_params(params), **{"created_at": "2026-01-15T00:00:00.000Z", **read_only})


def backup(hours_ago: float, status: str = "completed", backup_type: str = "snapshot") -> Backup:
    began = (NOW - timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return Backup("1", "", status, backup_type, began, None, None, None)


def verdict_on(
    schedules: list[BackupSchedule], backups: list[Backup], grace: timedelta = HOUR
) -> tuple[str, list[str]]:
    return verdict(schedules, [health_of("snapshot", schedules, backups, NOW, grace)])


def test_an_hourly_schedule_whose_newest_backup_is_five_hours_old_is_late() -> None:
    assert verdict_on([schedule()], [backup(5)]) == (
        "late",
        ["A snapshot was due at 2026-11-24 09:00 UTC, but the newest successful one is from 2026-11-24T05:30:00.000Z."],
    )


@pytest.mark.parametrize(
    ("hours_ago", "grace", "expected"),
    [
        (1.5, HOUR, "ok"),  # from 9:00; the one from 10:00 may still be in progress
        (1.5, timedelta(minutes=30), "late"),
        (1.5, timedelta(minutes=31), "ok"),
        (1.58, HOUR, "ok"),  # from 8:55: clocks differ
        (1.6, HOUR, "late"),
        (0.5, timedelta(0), "ok"),
    ],
)
def test_the_backup_that_is_due_is_the_last_one_before_the_grace_period(
    hours_ago: float, grace: timedelta, expected: str
) -> None:
    assert verdict_on([schedule()], [backup(hours_ago)], grace)[0] == expected


def test_a_backup_counts_for_all_schedules_of_its_type() -> None:
    assert verdict_on([schedule("daily")], [backup(2)])[0] == "ok"
    assert verdict_on([schedule("daily"), schedule("hourly")], [backup(8)])[0] == "late"


def test_a_backup_of_the_other_type_does_not_count() -> None:
    assert verdict_on([schedule()], [backup(1, backup_type="dump")])[0] == "late"


def test_a_new_schedule_promises_no_backup_from_before_its_creation() -> None:
    assert verdict_on([schedule(created_at="2026-11-24T09:30:00.000Z")], []) == ("ok", [])
    assert verdict_on([schedule(created_at="2026-11-24T08:59:00.000Z")], [])[0] == "late"


def test_a_schedule_with_an_unknown_time_of_creation_counts_as_old() -> None:
    assert verdict_on([schedule(created_at=None)], []) == (
        "late",
        ["A snapshot was due at 2026-11-24 09:00 UTC, but there is no successful one from the last 15 days."],
    )


def test_a_schedule_that_breaks_another_rule_runs_all_the_same() -> None:
    assert verdict_on([replace(schedule(), retention_time=10_000)], [])[0] == "late"


MONTHLY = Scheduling("monthly", (0,), (2,))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"scheduling": MONTHLY}, "scheduling.interval: 'monthly' is not one of hourly, daily, weekly"),
        ({"scheduling": Scheduling("hourly", (60,))}, "scheduling.minute: 60 is not between 0 and 59"),
        (
            {"scheduling": Scheduling("hourly")},
            "scheduling.minute: required for hourly schedules, with values from 0 to 59",
        ),
        ({"backup_type": "mirror"}, "backup_type: 'mirror' is not one of dump, snapshot"),
    ],
)
def test_an_unpredictable_schedule_is_unknown_and_not_ok(changed: dict[str, Any], reason: str) -> None:
    unknown = replace(schedule(), **changed)
    expected = ("unknown", [f"Its {unknown.name} schedule cannot be checked: {reason}."])
    assert verdict_on([unknown, schedule("daily")], [backup(2)]) == expected


def test_predictable_schedules_are_assessed_beside_unpredictable_ones() -> None:
    worst, reasons = verdict_on([replace(schedule(), scheduling=MONTHLY), schedule("daily")], [])
    assert worst == "unknown"
    assert reasons[1].startswith("A snapshot was due at 2026-11-24 02:30 UTC")


@pytest.mark.parametrize("created_at", ["2999-01-01T00:00:00.000Z", "9999-12-31T23:59:59-05:00", "soon"])
def test_a_schedule_with_an_invalid_or_future_time_of_creation_counts_as_old(created_at: str) -> None:
    assert verdict_on([schedule(created_at=created_at)], [])[0] == "late"


@pytest.mark.parametrize("created_at", ["2999-01-01T00:00:00.000Z", "9999-12-31T23:59:59-05:00", "soon", ""])
def test_a_backup_with_an_invalid_or_future_time_is_not_the_newest(created_at: str) -> None:
    ignored = replace(backup(0), created_at=created_at)
    assert verdict_on([schedule()], [ignored, backup(5)]) == (
        "late",
        [
            "A snapshot was due at 2026-11-24 09:00 UTC, but the newest successful one is from 2026-11-24T05:30:00.000Z"
            f". 1 snapshot with an invalid or future start time does not count: {created_at!r}."
        ],
    )
    assert health_of("snapshot", [schedule()], [ignored, backup(5)], NOW, HOUR).newest == backup(5)
    assert verdict_on([schedule()], [ignored, backup(1)]) == ("ok", [])


def test_a_reason_quotes_few_of_the_ignored_times() -> None:
    ignored = replace(backup(0), created_at="2999")
    (reason,) = verdict_on([schedule()], [ignored] * 5)[1]
    assert "5 snapshots with an invalid or future start time do not count" in reason
    assert reason.endswith(": '2999', '2999', '2999' and 2 more.")


def test_clocks_may_differ() -> None:
    health = health_of("snapshot", [schedule()], [backup(-1 / 15)], NOW, HOUR)
    assert (health.newest, health.age_minutes) == (backup(-1 / 15), 0)
    assert health_of("snapshot", [schedule()], [backup(-0.1)], NOW, HOUR).newest is None


def test_the_longest_grace_period_is_within_the_days_that_are_read() -> None:
    assert timedelta(minutes=MAX_GRACE_MINUTES) + timedelta(days=7) < timedelta(days=LOOK_BACK_DAYS)


def test_backups_that_failures_the_last_successful_one() -> None:
    backups = [
        backup(0.2, "in-progress"),
        backup(0.5, "failed"),
        backup(1, "aborted"),
        backup(1.2),
        backup(3, "failed"),
    ]
    assert verdict_on([schedule()], backups) == (
        "failing",
        ["2 snapshots have failed since the last successful one, at 2026-11-24T09:18:00.000Z."],
    )
    assert verdict_on([schedule()], [backup(0.5, "failed")])[1][0] == "1 snapshot has failed, and none has succeeded."


def test_an_addon_without_schedules_is_unprotected_whatever_else_is_wrong() -> None:
    worst, reasons = verdict_on([], [backup(1, "failed"), backup(30)])
    assert (worst, reasons[0]) == ("unprotected", "It has no backup schedule.")
    assert "failed since" in reasons[1]


def test_drift_is_the_least_verdict_and_its_reasons_are_last() -> None:
    drift = ["The daily snapshot schedule of its policy is missing.", "Its daily dump schedule is not in its policy."]
    health = [health_of("snapshot", [schedule()], [backup(5)], NOW, HOUR)]
    worst, reasons = verdict([schedule()], health, drift)
    assert worst == "late"
    assert reasons[1:] == drift
    assert verdict([schedule()], [], drift) == ("drift", drift)


def test_the_health_as_a_result() -> None:
    health = health_of("snapshot", [schedule()], [backup(5), backup(9)], NOW, HOUR)
    assert health.to_result() == {
        "newest": backup(5).to_result(),
        "failures": 0,
        "due_at": "2026-11-24T09:00:00Z",
        "age_minutes": 300,
    }
    none = {"newest": None, "failures": 0, "due_at": None, "age_minutes": None}
    assert health_of("dump", [], [], NOW, HOUR).to_result() == none


def test_a_due_backup_with_an_unknown_status_is_unknown() -> None:
    reason = (
        "A snapshot was due at 2026-11-24 09:00 UTC, but the status of that from 2026-11-24T10:00:00.000Z is 'READY',"
        " which this version of community.northflank does not know."
    )
    assert verdict_on([schedule()], [backup(0.5, "READY"), backup(1.5, "odd"), backup(5)]) == ("unknown", [reason])
    assert verdict_on([schedule()], [backup(0.5, "READY")]) == ("unknown", [reason])


@pytest.mark.parametrize("status", ["READY", "COMPLETED", "Completed", ""])
def test_an_unknown_status_does_not_count_as_complete(status: str) -> None:
    assert verdict_on([schedule()], [backup(1, status)])[0] == "unknown"


def test_an_unknown_status_does_not_matter_after_a_successful_backup() -> None:
    assert verdict_on([schedule()], [backup(0.4, "READY"), backup(1.5), backup(2.5, "READY")]) == ("ok", [])
    # Nor where no schedule requires a backup.
    assert verdict_on([], [backup(1, "READY")])[0] == "unprotected"


def test_a_status_is_quoted_without_control_characters() -> None:
    (reason,) = verdict_on([schedule()], [backup(1, "\x1b[31m" + "x" * 9000)])[1]
    assert reason.isprintable()
    assert len(reason) < 500
