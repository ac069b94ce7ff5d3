# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on an addon, and its reasons."""

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
from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan import Action

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
MADE_LONG_AGO = {"created_at": "2026-01-15T00:00:00.000Z"}


def schedule(interval: str = "hourly", backup_type: str = "snapshot", **made: Any) -> BackupSchedule:
    times = {"hourly": {"minute": [0]}, "daily": {"minute": [30], "hour": [2]}}[interval]
    params = {"scheduling": {"interval": interval, **times}, "backup_type": backup_type, "retention_time": 2}
    return replace(BackupSchedule.from_params(params), **{**MADE_LONG_AGO, **made})


def backup(hours_ago: float, status: str = "completed", backup_type: str = "snapshot") -> Backup:
    began = (NOW - timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return Backup("1", "", status, backup_type, began, None, None, None)


def judged(schedules: list[BackupSchedule], backups: list[Backup], grace: timedelta = HOUR) -> tuple[str, list[str]]:
    return verdict(schedules, (), [health_of("snapshot", schedules, backups, NOW, grace)])


def test_an_hourly_schedule_whose_newest_backup_is_five_hours_old_is_late() -> None:
    assert judged([schedule()], [backup(5)]) == (
        "late",
        ["A snapshot was due at 2026-11-24 09:00 UTC, but the newest is of 2026-11-24T05:30:00.000Z."],
    )


@pytest.mark.parametrize(
    ("hours_ago", "grace", "told"),
    [
        (1.5, HOUR, "ok"),  # of 9:00, and that of 10:00 may still be on its way
        (1.5, timedelta(minutes=30), "late"),
        (1.5, timedelta(minutes=31), "ok"),
        (1.58, HOUR, "ok"),  # of 8:55: clocks differ
        (1.6, HOUR, "late"),
        (0.5, timedelta(0), "ok"),
    ],
)
def test_the_latest_that_is_due_is_that_before_the_grace(hours_ago: float, grace: timedelta, told: str) -> None:
    assert judged([schedule()], [backup(hours_ago)], grace)[0] == told


def test_the_backup_of_one_schedule_is_good_for_another_of_its_kind() -> None:
    assert judged([schedule("daily")], [backup(2)])[0] == "ok"
    assert judged([schedule("daily"), schedule("hourly")], [backup(8)])[0] == "late"


def test_a_backup_of_the_other_kind_is_not() -> None:
    assert judged([schedule()], [backup(1, backup_type="dump")])[0] == "late"


def test_a_schedule_that_is_new_promises_nothing_yet() -> None:
    assert judged([schedule(created_at="2026-11-24T09:30:00.000Z")], []) == ("ok", [])
    assert judged([schedule(created_at="2026-11-24T08:59:00.000Z")], [])[0] == "late"


def test_a_schedule_whose_making_is_not_told_counts() -> None:
    assert judged([schedule(created_at=None)], []) == (
        "late",
        ["A snapshot was due at 2026-11-24 09:00 UTC, but there is none of the last 15 days."],
    )


def test_a_schedule_that_breaks_another_rule_fires_all_the_same() -> None:
    assert judged([replace(schedule(), retention_time=10_000)], [])[0] == "late"


MONTHLY = Scheduling("monthly", (0,), (2,))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"scheduling": MONTHLY}, "scheduling.interval: 'monthly' is not one of hourly, daily, weekly"),
        ({"scheduling": Scheduling("hourly", (60,))}, "scheduling.minute: 60 is not between 0 and 59"),
        ({"scheduling": Scheduling("hourly")}, "scheduling.minute: an hourly schedule needs at least one, 0 to 59"),
        ({"backup_type": "mirror"}, "backup_type: 'mirror' is not one of dump, snapshot"),
    ],
)
def test_a_schedule_that_is_not_understood_is_unknown_and_not_ok(changed: dict[str, Any], reason: str) -> None:
    strange = replace(schedule(), **changed)
    told = judged([strange, schedule("daily")], [backup(2)])
    assert told == ("unknown", [f"Its {strange.name} schedule cannot be checked: {reason}."])


def test_what_is_understood_is_judged_beside_what_is_not() -> None:
    told = judged([replace(schedule(), scheduling=MONTHLY), schedule("daily")], [])
    assert told[0] == "unknown"
    assert told[1][1].startswith("A snapshot was due at 2026-11-24 02:30 UTC")


@pytest.mark.parametrize("created_at", ["2999-01-01T00:00:00.000Z", "9999-12-31T23:59:59-05:00", "soon"])
def test_a_schedule_that_was_created_in_the_future_is_no_excuse(created_at: str) -> None:
    assert judged([schedule(created_at=created_at)], [])[0] == "late"


@pytest.mark.parametrize("created_at", ["2999-01-01T00:00:00.000Z", "9999-12-31T23:59:59-05:00", "soon", ""])
def test_a_backup_of_the_future_or_of_no_time_is_not_the_newest(created_at: str) -> None:
    odd = replace(backup(0), created_at=created_at)
    assert judged([schedule()], [odd, backup(5)]) == (
        "late",
        [
            "A snapshot was due at 2026-11-24 09:00 UTC, but the newest is of 2026-11-24T05:30:00.000Z."
            f" 1 snapshot with an invalid or future start time does not count: {created_at!r}."
        ],
    )
    assert health_of("snapshot", [schedule()], [odd, backup(5)], NOW, HOUR).newest == backup(5)
    assert judged([schedule()], [odd, backup(1)]) == ("ok", [])


def test_a_reason_quotes_a_few_odd_times_only() -> None:
    odd = replace(backup(0), created_at="2999")
    (reason,) = judged([schedule()], [odd] * 5)[1]
    assert "5 snapshots with an invalid or future start time do not count" in reason
    assert reason.endswith(": '2999', '2999', '2999' and 2 more.")


def test_clocks_may_differ() -> None:
    kind = health_of("snapshot", [schedule()], [backup(-1 / 15)], NOW, HOUR)
    assert (kind.newest, kind.age) == (backup(-1 / 15), 0)
    assert health_of("snapshot", [schedule()], [backup(-0.1)], NOW, HOUR).newest is None


def test_the_longest_grace_reaches_no_further_back_than_backups_are_read() -> None:
    assert timedelta(minutes=MAX_GRACE_MINUTES) + timedelta(days=7) < timedelta(days=LOOK_BACK_DAYS)


def test_what_failed_since_the_last_good_one() -> None:
    backups = [
        backup(0.2, "in-progress"),
        backup(0.5, "failed"),
        backup(1, "aborted"),
        backup(1.2),
        backup(3, "failed"),
    ]
    assert judged([schedule()], backups) == (
        "failing",
        ["2 snapshots failed since the last successful one of 2026-11-24T09:18:00.000Z."],
    )
    assert judged([schedule()], [backup(0.5, "failed")])[1][0] == "1 snapshot failed and none succeeded."


def test_nothing_is_worse_than_no_schedule() -> None:
    told = judged([], [backup(1, "failed"), backup(30)])
    assert (told[0], told[1][0]) == ("unprotected", "It has no backup schedule.")
    assert "failed since" in told[1][1]


def test_differences_are_told_last() -> None:
    wanted = [
        Action("create", after=schedule("daily")),
        Action("replace", before=schedule(), after=schedule(), changed_options=("retention_time", "scheduling.minute")),
        Action("delete", before=schedule("daily", "dump")),
    ]
    kinds = [health_of("snapshot", [schedule()], [backup(5)], NOW, HOUR)]
    told = verdict([schedule()], wanted, kinds)
    assert told[0] == "late"
    assert told[1][1:] == [
        "The daily snapshot schedule of its policy is missing.",
        "Its hourly snapshot schedule differs from its policy in retention_time, scheduling.minute.",
        "Its policy has no daily dump schedule.",
    ]
    assert verdict([schedule()], wanted, [])[0] == "drift"


def test_a_kind_as_a_result() -> None:
    kind = health_of("snapshot", [schedule()], [backup(5), backup(9)], NOW, HOUR).to_result()
    assert kind == {
        "newest": backup(5).to_result(),
        "failed_since": 0,
        "due_at": "2026-11-24T09:00:00Z",
        "age_minutes": 300,
    }
    nothing = {"newest": None, "failed_since": 0, "due_at": None, "age_minutes": None}
    assert health_of("dump", [], [], NOW, HOUR).to_result() == nothing
