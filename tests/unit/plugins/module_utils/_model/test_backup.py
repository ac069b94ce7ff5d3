# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups, and reading no more pages than necessary to find the newest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import permutations
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.backup import (
    TRUSTED_AFTER,
    Backup,
    VolumeBackup,
    newest_first,
)

LISTED = {
    "id": "62cc20b90956ab62a58e8474",
    "name": "hourly",
    "status": "completed",
    "createdAt": "2026-01-15T09:30:00.000Z",
    "completedAt": "2026-01-15T09:31:00.000Z",
    "config": {"size": "1048576", "source": {"type": "liveInstance"}, "compressionType": "gz"},
    "newField": {},
}


def backup(hour: int, status: str = "completed") -> Backup:
    return Backup.from_api({**LISTED, "status": status, "createdAt": f"2026-01-15T{hour:02}:00:00.000Z"})


def hours(backups: list[Backup]) -> list[int]:
    return [each.started_at.hour for each in backups if each.started_at]


class CountingList:
    """A list that counts how many of its items were read."""

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
        "additional_destinations": None,
        "custom_destination_id": None,
        "uid": None,
    }


@pytest.mark.parametrize(("listed", "uid"), [("7843acd5", "7843acd5"), ("", None), (7, None), (None, None)])
def test_the_uid_of_a_backup(listed: Any, uid: str | None) -> None:
    assert Backup.from_api({**LISTED, "uid": listed}).to_result()["uid"] == uid


def test_the_destinations_of_a_listed_backup() -> None:
    destinations = [{"destinationId": "warm", "type": "custom"}, {"destinationId": "cold", "retentionTime": 7}]
    config = {**LISTED["config"], "additionalDestinations": destinations}
    result = Backup.from_api({**LISTED, "config": config, "customDestinationId": "bucket"}).to_result()
    assert result["additional_destinations"] == [
        {"destination_id": "cold", "retention_time": 7, "type": "custom"},
        {"destination_id": "warm", "type": "custom"},
    ]
    assert result["custom_destination_id"] == "bucket"


@pytest.mark.parametrize("destinations", [7, "cold", ["cold"], [{"id": "cold"}], [None], [{"destinationId": 7}, {}]])
def test_malformed_destinations_do_not_hide_a_backup(destinations: Any) -> None:
    converted = Backup.from_api({**LISTED, "config": {"additionalDestinations": destinations}})
    assert converted.additional_destinations is None


@pytest.mark.parametrize(
    ("status", "is_completed", "has_ended", "may_complete"),
    [
        ("scheduled", False, False, True),
        ("in-progress", False, False, True),
        ("completed", True, True, False),
        ("aborting", False, False, False),
        ("aborted", False, True, False),
        ("failed", False, True, False),
        ("not-supported", False, True, False),
        # Only what is known to be completed is.
        ("READY", False, False, True),
        ("Completed", False, False, True),
    ],
)
def test_what_a_status_means(status: str, is_completed: bool, has_ended: bool, may_complete: bool) -> None:
    found = backup(9, status)
    assert (found.is_completed, found.has_ended, found.may_complete) == (is_completed, has_ended, may_complete)


def test_a_backup_of_a_volume() -> None:
    listed = {
        "id": "nightly",
        "name": "Nightly",
        "description": "before the release",
        "status": "READY",
        "createdAt": "2026-01-15T09:30:00.000Z",
        "updatedAt": "2026-01-15T09:31:00.000Z",
        "spec": {"storageSize": 4096},
        "source": {"type": "volume"},
    }
    assert VolumeBackup.from_api(listed).to_result() == {
        "id": "nightly",
        "name": "Nightly",
        "description": "before the release",
        "status": "READY",
        "created_at": "2026-01-15T09:30:00.000Z",
        "updated_at": "2026-01-15T09:31:00.000Z",
        "storage_size": 4096,
    }
    assert VolumeBackup.from_api(listed).backup_type == "snapshot"


def test_a_backup_of_a_volume_has_few_required_fields() -> None:
    converted = VolumeBackup.from_api({"id": "1", "status": "x", "spec": None})
    assert (converted.created_at, converted.started_at, converted.storage_size) == ("", None, None)


@pytest.mark.parametrize(
    "listed", [{}, {"id": "1"}, {"status": "x"}, [], "text", None, {"id": "1", "status": "x", "spec": 7}]
)
def test_anything_else_is_no_backup_of_a_volume(listed: Any) -> None:
    with pytest.raises(ValueError, match="not a backup: "):
        VolumeBackup.from_api(listed)


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
def test_optional_fields_may_be_missing(config: Any, backup_type: str | None, size: int | None) -> None:
    converted = Backup.from_api({"id": "1", "status": "scheduled", "createdAt": "soon", "config": config})
    assert (converted.backup_type, converted.size, converted.completed_at, converted.started_at) == (
        backup_type,
        size,
        None,
        None,
    )


def test_an_optional_field_of_another_type_counts_as_missing() -> None:
    unusual = {**LISTED, "completedAt": 5, "config": {"compressionType": ["gz"]}}
    converted = Backup.from_api(unusual)
    assert (converted.id, converted.completed_at, converted.compression_type) == (LISTED["id"], None, None)


@pytest.mark.parametrize("created_at", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", None, 5, {}])
def test_a_time_that_no_datetime_can_represent_is_unknown(created_at: Any) -> None:
    assert Backup.from_api({**LISTED, "createdAt": created_at}).started_at is None


@pytest.mark.parametrize(
    "listed", [{}, {"id": "1"}, "text", {**LISTED, "config": "text"}, {**LISTED, "config": {"source": 1}}]
)
def test_anything_but_a_backup_is_rejected(listed: Any) -> None:
    with pytest.raises(ValueError, match="^not a backup: "):
        Backup.from_api(listed)


def at(minute: int, status: str = "completed") -> Backup:
    """Return a backup that started a number of minutes after the first one."""
    started = datetime(2026, 1, 15, tzinfo=timezone.utc) + timedelta(minutes=minute)
    return Backup.from_api({**LISTED, "id": str(minute), "status": status, "createdAt": started.isoformat()})


DESCENDING = list(range(3 * TRUSTED_AFTER, 0, -1))
NEARLY = [DESCENDING[1], DESCENDING[0], *DESCENDING[2:]]


@pytest.mark.parametrize(
    ("since", "read"), [(300, TRUSTED_AFTER), (202, TRUSTED_AFTER), (200, TRUSTED_AFTER + 2), (100, 202), (0, 300)]
)
def test_reading_ends_at_since_if_the_list_is_descending(since: int, read: int) -> None:
    backups = CountingList(*map(at, DESCENDING))
    oldest = at(since).started_at
    assert newest_first(backups, oldest) == [at(each) for each in DESCENDING if each >= since]
    assert backups.count == read


@pytest.mark.parametrize("listed", [DESCENDING[::-1], NEARLY, [9, 8, 7], [7, 8, 9], [8, 9, 7, 5]])
def test_a_list_in_another_order_or_of_one_page_is_read_to_its_end(listed: list[int]) -> None:
    backups = CountingList(*map(at, listed))
    oldest = at(6).started_at
    assert newest_first(backups, oldest) == [at(each) for each in sorted(listed, reverse=True) if each >= 6]
    assert backups.count == len(listed)
    assert newest_first(map(at, listed), is_enough=bool)[0] == at(max(listed))


@pytest.mark.parametrize(("ties", "read"), [(0, TRUSTED_AFTER), (1, TRUSTED_AFTER), (TRUSTED_AFTER, 101)])
def test_reading_ends_when_it_is_enough_if_the_list_is_descending(ties: int, read: int) -> None:
    backups = CountingList(*map(at, [DESCENDING[0]] * ties + DESCENDING))
    assert newest_first(backups, is_enough=bool)[0] == at(DESCENDING[0])
    # Equal times show no order.
    assert backups.count == read + max(0, ties - TRUSTED_AFTER + 1)


def test_reading_does_not_end_among_backups_of_the_same_time() -> None:
    """Otherwise, it would depend on the order of the list whether a failure is found."""
    newer = [at(each) for each in range(TRUSTED_AFTER + 2, 2, -1)]
    listed = [*newer, at(2), at(2, "failed"), at(1), at(0)]
    selected = newest_first(listed, is_enough=lambda found: at(2) in found)
    assert at(2, "failed") in selected
    assert at(0) not in selected


def test_of_equal_times_the_successful_backup_is_last() -> None:
    backups = [at(1), at(1, "failed"), at(1, "in-progress")]
    for listed in permutations(backups):
        assert newest_first(listed)[-1] == at(1)


def test_a_first_backup_that_is_too_old_does_not_end_reading() -> None:
    since = datetime(2026, 1, 15, 7, tzinfo=timezone.utc)
    assert hours(newest_first([backup(1), backup(8)], since)) == [8]


def test_backups_with_other_statuses_are_skipped() -> None:
    backups = [backup(9, "failed"), backup(8), backup(7, "failed")]
    assert hours(newest_first(backups, statuses=["failed"])) == [9, 7]


def test_a_backup_without_a_valid_time_is_last_and_does_not_end_reading() -> None:
    timeless = Backup.from_api({**LISTED, "createdAt": "soon"})
    backups = CountingList(backup(9), timeless, backup(8), backup(1))
    selected = newest_first(backups, datetime(2026, 1, 15, 7, tzinfo=timezone.utc))
    assert selected == [backup(9), backup(8), timeless]
    assert backups.count == 4


def test_backups_of_any_status_can_be_selected() -> None:
    backups = [backup(9), backup(8, "Ready")]
    assert newest_first(backups) == [backup(9)]
    assert newest_first(backups, statuses=None) == backups
