# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups, and how few of them are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup, newest_first

LISTED = {
    "id": "62cc20b90956ab62a58e8474",
    "name": "hourly",
    "status": "completed",
    "createdAt": "2026-01-15T09:30:00.000Z",
    "completedAt": "2026-01-15T09:31:00.000Z",
    "config": {"size": "1048576", "source": {"type": "liveInstance"}, "compressionType": "gz"},
    "sinceTomorrow": {},
}


def backup(hour: int, status: str = "completed") -> Backup:
    return Backup.from_api({**LISTED, "status": status, "createdAt": f"2026-01-15T{hour:02}:00:00.000Z"})


def hours(backups: list[Backup]) -> list[int]:
    return [each.began.hour for each in backups if each.began]


class Read:
    """A list that tells how much of it was read."""

    def __init__(self, *backups: Backup) -> None:
        self.backups = backups
        self.count = 0

    def __iter__(self) -> Iterator[Backup]:
        for each in self.backups:
            self.count += 1
            yield each


def test_a_backup_as_a_result() -> None:
    assert Backup.from_api(LISTED).to_result() == {
        "id": "62cc20b90956ab62a58e8474",
        "name": "hourly",
        "status": "completed",
        "backup_type": "dump",
        "created_at": "2026-01-15T09:30:00.000Z",
        "completed_at": "2026-01-15T09:31:00.000Z",
        "size": 1048576,
        "compression_type": "gz",
    }


@pytest.mark.parametrize(
    ("config", "backup_type", "size"),
    [
        (None, None, None),
        ({}, None, None),
        ({"source": None, "size": None}, None, None),
        ({"source": {"type": "snapshot"}, "size": "0"}, "snapshot", 0),
        ({"source": {"type": "import"}, "size": "many"}, None, None),
        ({"size": float("inf")}, None, None),
        ({"size": float("nan")}, None, None),
        ({"size": True}, None, None),
        ({"size": [1]}, None, None),
    ],
)
def test_what_the_api_may_leave_out(config: Any, backup_type: str | None, size: int | None) -> None:
    made = Backup.from_api({"id": "1", "status": "scheduled", "createdAt": "soon", "config": config})
    assert (made.backup_type, made.size, made.completed_at, made.began) == (backup_type, size, None, None)


def test_an_optional_field_of_another_type_does_not_hide_the_backup() -> None:
    odd = {**LISTED, "completedAt": 5, "config": {"compressionType": ["gz"]}}
    made = Backup.from_api(odd)
    assert (made.id, made.completed_at, made.compression_type) == (LISTED["id"], None, None)


@pytest.mark.parametrize("created_at", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", None, 5, {}])
def test_a_time_that_no_datetime_can_hold_is_no_time(created_at: Any) -> None:
    assert Backup.from_api({**LISTED, "createdAt": created_at}).began is None


@pytest.mark.parametrize(
    "listed", [{}, {"id": "1"}, "text", {**LISTED, "config": "text"}, {**LISTED, "config": {"source": 1}}]
)
def test_what_is_no_backup(listed: Any) -> None:
    with pytest.raises(ValueError, match="no backup"):
        Backup.from_api(listed)


@pytest.mark.parametrize(
    ("listed", "read"), [([9, 8, 7, 6, 5, 4], 4), ([4, 5, 6, 7, 8, 9], 6), ([8, 9, 7, 6, 5, 4], 6)]
)
def test_since_ends_reading_only_where_the_list_goes_back(listed: list[int], read: int) -> None:
    backups = Read(*map(backup, listed))
    since = datetime(2026, 1, 15, 7, tzinfo=timezone.utc)
    assert hours(newest_first(backups, since)) == [9, 8, 7]
    assert backups.count == read


@pytest.mark.parametrize(("listed", "read"), [([9, 8, 7], 2), ([7, 8, 9], 3), ([9], 1), ([9, 9, 8, 7], 3)])
def test_enough_ends_reading_only_where_the_list_goes_back(listed: list[int], read: int) -> None:
    backups = Read(*map(backup, listed))
    assert hours(newest_first(backups, enough=bool))[0] == 9
    assert backups.count == read


def test_the_first_that_is_too_old_proves_nothing_by_itself() -> None:
    since = datetime(2026, 1, 15, 7, tzinfo=timezone.utc)
    assert hours(newest_first([backup(1), backup(8)], since)) == [8]


def test_statuses_are_left_out() -> None:
    backups = [backup(9, "failed"), backup(8), backup(7, "failed")]
    assert hours(newest_first(backups, statuses=["failed"])) == [9, 7]


def test_what_has_no_time_stands_last_and_ends_nothing() -> None:
    timeless = Backup.from_api({**LISTED, "createdAt": "soon"})
    backups = Read(backup(9), timeless, backup(8), backup(1))
    taken = newest_first(backups, datetime(2026, 1, 15, 7, tzinfo=timezone.utc))
    assert taken == [backup(9), backup(8), timeless]
    assert backups.count == 4
