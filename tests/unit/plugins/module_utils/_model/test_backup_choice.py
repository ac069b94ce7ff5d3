# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The choice of a backup to restore."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._model.backup_choice import BackupChoice

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=timezone.utc)
NEWEST = BackupChoice(None, "newest")


def backup(id_: str, hour: int, status: str = "completed", type_: str = "snapshot") -> Backup:
    return Backup(id_, "nightly", status, type_, f"2026-01-15T{hour:02}:00:00.000Z")


BACKUPS = [backup("d", 11, "failed"), backup("c", 10, type_="dump"), backup("b", 9), backup("a", 8, type_="dump")]


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ({}, "c"),
        ({"backup_type": "snapshot"}, "b"),
        ({"backup_type": "dump"}, "c"),
        ({"max_age": 120}, "c"),
        ({"max_age": 119}, None),
        ({"max_age": 180, "backup_type": "snapshot"}, "b"),
        ({"max_age": 179, "backup_type": "snapshot"}, None),
    ],
)
def test_the_newest_completed_backup_is_chosen(options: dict[str, Any], chosen: str | None) -> None:
    found = BackupChoice(None, "newest", **options).choose(BACKUPS, NOW)
    assert (found and found.id) == chosen


def test_a_backup_without_a_valid_start_has_no_age() -> None:
    unknown = Backup("a", "nightly", "completed", "snapshot", "soon")
    assert NEWEST.choose([unknown], NOW) == unknown
    assert BackupChoice(None, "newest", max_age=60).choose([unknown], NOW) is None


def test_a_backup_of_the_future_is_not_recent() -> None:
    assert BackupChoice(None, "newest", max_age=60).choose([backup("a", 13)], NOW) is None


@pytest.mark.parametrize(
    ("choice", "errors"),
    [
        (NEWEST, []),
        (BackupChoice("nightly"), []),
        (BackupChoice(None), ["backup_id: set either backup_id or backup"]),
        (BackupChoice("nightly", "newest"), ["backup_id: set either backup_id or backup"]),
        (
            BackupChoice("", None),
            ["backup_id: '' is not an ID: use letters and digits, in groups joined by single hyphens"],
        ),
        (
            BackupChoice("nightly", None, "dump", 60),
            ["backup_type: mutually exclusive with backup_id", "max_age: mutually exclusive with backup_id"],
        ),
        (
            BackupChoice(None, "newest", None, 0),
            ["max_age: 0 is not between 1 and 5256000 minutes (ten years)"],
        ),
    ],
)
def test_rules(choice: BackupChoice, errors: list[str]) -> None:
    assert choice.validation_errors() == errors


def test_the_id_of_a_predicted_backup_is_empty() -> None:
    assert BackupChoice("").validation_errors(may_be_predicted=True) == []


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        (BackupChoice("nightly"), "backup nightly"),
        (NEWEST, "the newest backup"),
        (BackupChoice(None, "newest", "dump", 60), "the newest dump that is at most 60 minutes old"),
        (BackupChoice(None), "a backup"),
        (BackupChoice(""), "a backup"),
    ],
)
def test_the_text_of_a_choice(choice: BackupChoice, text: str) -> None:
    assert str(choice) == text
