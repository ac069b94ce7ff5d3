# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls last_backup and no_failures, and how many backups are read for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.backup import (
    Backup,
    newest_first,
)
from ansible_collections.community.northflank.plugins.module_utils._model.backup_findings import (
    NeededBackups,
    last_backup,
    no_failures,
)
from hypothesis import given, settings
from hypothesis import strategies as st

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.utc)
FUTURE = "2999-01-01T00:00:00.000Z"


def backup(hours_ago: float, status: str = "completed", backup_type: str = "snapshot") -> Backup:
    return listed((NOW - timedelta(hours=hours_ago)).isoformat(), status, backup_type)


def listed(created_at: str, status: str = "completed", backup_type: str = "snapshot") -> Backup:
    return Backup(created_at, "", status, backup_type, created_at)


@pytest.mark.parametrize(
    ("backups", "status", "reason"),
    [
        ([], "fail", "No completed backup began in the last 26 h."),
        ([backup(3)], "pass", "The newest completed backup began at 2026-11-24T07:30:00Z, 3 h ago."),
        ([backup(3, backup_type="dump")], "pass", "The newest completed backup "),
        ([backup(26)], "pass", "The newest completed backup began at 2026-11-23T08:30:00Z, 26 h ago."),
        (
            [backup(26.001)],
            "fail",
            "The newest completed backup began at 2026-11-23T08:29:56Z, 26 h 1 min ago, more than",
        ),
        ([backup(1, "failed"), backup(2, "in-progress"), backup(3)], "pass", "The newest "),
        ([backup(1, "failed"), backup(2, "in-progress")], "fail", "No completed backup "),
        ([backup(-0.05)], "pass", "The newest completed backup began at 2026-11-24T10:33:00Z, 0 min ago."),
        ([listed(FUTURE), backup(30)], "unknown", f"A backup has an invalid or future start time: '{FUTURE}'."),
        ([listed(FUTURE), backup(20)], "pass", "The newest "),
        ([listed(FUTURE, "failed"), backup(30)], "fail", "The newest "),
        ([backup(30), listed("soon")], "unknown", "A backup has an invalid or future start time: 'soon'."),
        (
            [backup(3, "ready"), backup(30)],
            "unknown",
            "The backup from 2026-11-24T07:30:00Z has the unknown status 'ready'.",
        ),
        ([backup(30, "ready")], "fail", "No completed backup "),
    ],
)
def test_last_backup(backups: Sequence[Backup], status: str, reason: str) -> None:
    finding = last_backup({"hours": 26}, backups, NOW)
    assert finding.status == status
    assert finding.reason.startswith(reason)


@pytest.mark.parametrize(
    ("backups", "status", "reason"),
    [
        ([], "fail", "No backup has ended."),
        ([backup(1, "in-progress")], "fail", "No backup has ended."),
        ([backup(1)], "pass", "The newest backup that has ended was successful."),
        (
            [backup(1), backup(2), backup(3), backup(4, "failed")],
            "pass",
            "The newest 3 backups that have ended were successful.",
        ),
        (
            [backup(1), backup(2), backup(3, "failed")],
            "fail",
            "1 of the newest 3 backups that have ended did not succeed, most recently that from 2026-11",
        ),
        ([backup(1), backup(2, "in-progress"), backup(3), backup(4, "aborted")], "fail", "1 of the newest 3 backups "),
        ([backup(1, "not-supported")], "fail", "1 of the newest 1 backups that have ended did not succeed, "),
        (
            [backup(1, "ready"), backup(2), backup(3), backup(4)],
            "unknown",
            "The backup from 2026-11-24T09:30:00Z has the",
        ),
        (
            [backup(1), backup(2), backup(3), backup(4, "ready")],
            "pass",
            "The newest 3 backups that have ended were successful.",
        ),
        # If the first has ended, the last does not count.
        ([backup(1, "ready"), backup(2), backup(3), backup(4, "failed")], "unknown", "The backup from "),
        ([backup(1, "ready"), backup(2), backup(3, "failed")], "fail", "1 of the newest 3 backups "),
        ([listed(FUTURE, "failed"), backup(1)], "unknown", "A backup has an invalid or future start time: "),
        ([backup(1), listed("soon", "failed")], "unknown", "A backup has an invalid or future start time: 'soon'."),
        ([listed(FUTURE), backup(1)], "pass", "The newest backup that has ended was successful."),
        ([listed(FUTURE)], "unknown", "A backup has an invalid or future start time: "),
    ],
)
def test_no_failures(backups: Sequence[Backup], status: str, reason: str) -> None:
    finding = no_failures({"last": 3}, backups, NOW)
    assert finding.status == status
    assert finding.reason.startswith(reason)


def read(backups: Sequence[Backup], controls: dict[str, Any], types: set[str]) -> tuple[list[Backup], int]:
    """Return what is read of a list, and how many of its backups."""
    count = 0

    def counted() -> Any:
        nonlocal count
        for each in backups:
            count += 1
            yield each

    needed = NeededBackups(types, controls, NOW)
    selected = newest_first(counted(), since=needed.since, statuses=None, is_enough=needed.suffice)
    return selected, count


class TestNeededBackups:
    HOURLY = tuple(backup(each) for each in range(1, 1000))
    FAILED = tuple(backup(each, "failed") for each in range(1, 1000))

    @pytest.mark.parametrize(
        ("backups", "controls", "count"),
        [
            (HOURLY, {}, 100),
            (HOURLY, {"last_backup": {"hours": 26}}, 100),
            (HOURLY, {"last_backup": {"hours": 2880}}, 100),
            (HOURLY, {"no_failures": {"last": 50}}, 100),
            (HOURLY, {"no_failures": {"last": 500}}, 501),
            # No success: the verdict needs those of the last 15 days.
            (FAILED, {}, 361),
            (FAILED, {"last_backup": {"hours": 26}}, 361),
            (FAILED, {"last_backup": {"hours": 600}}, 601),
            (FAILED, {"no_failures": {"last": 5}}, 362),
            (FAILED, {"no_failures": {"last": 5}, "last_backup": {"hours": 600}}, 602),
        ],
    )
    def test_reading_ends_as_early_as_possible(
        self, backups: Sequence[Backup], controls: dict[str, Any], count: int
    ) -> None:
        assert read(backups, controls, {"snapshot"})[1] == count

    @settings(deadline=None)
    @given(
        st.lists(
            st.builds(
                backup,
                st.one_of(st.integers(-1, 130), st.integers(0, 800)),
                st.sampled_from(["completed", "completed", "failed", "in-progress", "ready"]),
                st.sampled_from(["snapshot", "dump"]),
            ),
            max_size=20,
        ),
        st.integers(0, 300),
        st.sampled_from([1, 26, 360, 700]),
        st.sampled_from([1, 5, 120]),
        st.randoms(use_true_random=False),
    )
    def test_the_findings_do_not_depend_on_how_much_is_read(
        self, some: list[Backup], hourly: int, hours: int, last: int, random: Any
    ) -> None:
        listed = [*some, *(backup(0.5 + each) for each in range(hourly))]
        backups = [replace(each, id=str(number)) for number, each in enumerate(listed)]
        descending = sorted(backups, key=lambda each: each.created_at, reverse=True)
        everything = newest_first(descending, statuses=None)
        shuffled = random.sample(backups, len(backups))
        controls = {"last_backup": {"hours": hours}, "no_failures": {"last": last}}
        for order in (descending, descending[::-1], shuffled):
            for names in (["last_backup"], ["no_failures"], ["last_backup", "no_failures"]):
                required = {name: controls[name] for name in names}
                selected, _count = read(order, required, {"snapshot"})
                for name in names:
                    find = {"last_backup": last_backup, "no_failures": no_failures}[name]
                    found, expected = (find(controls[name], each, NOW) for each in (selected, everything))
                    assert found.status == expected.status
