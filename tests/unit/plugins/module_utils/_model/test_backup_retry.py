# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether to take a backup because the last one failed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.backup import STATUSES, Backup
from ansible_collections.community.northflank.plugins.module_utils._model.backup_request import BackupRequest
from ansible_collections.community.northflank.plugins.module_utils._model.backup_retry import BackupRetry, decide
from ansible_collections.community.northflank.plugins.module_utils._model.ids import is_id

NOW = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def backup(minutes: int, status: str = "failed", name: str = "nightly", type_: str | None = "dump") -> Backup:
    """Return a backup that began some minutes ago, which are its ID too."""
    began = f"{NOW - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S.000Z}"
    return Backup(str(minutes), name, status, type_, began)


def reason(*backups: Backup, cooldown: timedelta = HOUR) -> str:
    """Return the reason for no backup."""
    decision = decide(backups, NOW, cooldown)
    assert decision.name is None
    assert decision.backup_type is None
    return decision.reason


def test_a_failed_backup_is_retried() -> None:
    expected = BackupRetry("The newest backup nightly (5) failed.", "5", "retry-5", "dump")
    assert decide([backup(5)], NOW, HOUR) == expected
    assert decide([backup(5), backup(65, "completed"), backup(61, name="retry-65")], NOW, HOUR) == expected
    assert expected.to_result() == {
        "reason": "The newest backup nightly (5) failed.",
        "backup_id": "5",
        "name": "retry-5",
        "backup_type": "dump",
    }


def test_without_backups() -> None:
    assert reason() == "There is no backup."


@pytest.mark.parametrize("status", [each for each in STATUSES if each != "failed"])
def test_only_failed_backups_are_retried(status: str) -> None:
    assert reason(backup(6), backup(5, status)) == f"The newest backup nightly (5) is {status}."


def test_a_retry_is_not_retried() -> None:
    retry = backup(5, name="retry-90")
    assert (
        reason(backup(90), retry, cooldown=timedelta())
        == "The newest backup retry-90 (5) failed, and is a retry already."
    )


def test_cooldown() -> None:
    backups = [backup(5), backup(60), backup(59, "completed", "retry-60")]
    assert reason(*backups) == "The newest backup nightly (5) failed, but retry-60 was taken less than 60 minutes ago."
    assert decide(backups, NOW, timedelta(minutes=59)).name == "retry-5"


def test_a_retry_without_a_valid_time_may_be_recent() -> None:
    assert "retry" in reason(backup(5), Backup("1", "retry-1", "completed", "dump", ""))


def test_a_backup_without_a_valid_time_may_be_the_newest() -> None:
    assert decide([Backup("1", "a", "failed", "dump", ""), backup(5, "completed")], NOW, HOUR).name == "retry-1"


@pytest.mark.parametrize("created_at", ["", "2026-11-27T18:00:00.000Z"])
def test_a_backup_that_remains_the_newest_is_retried_once(created_at: str) -> None:
    failed = Backup("1", "nightly", "failed", "dump", created_at)
    assert decide([failed], NOW, timedelta()).name == "retry-1"
    for status in STATUSES:
        backups = [failed, backup(300, status, "retry-1")]
        assert (
            reason(*backups, cooldown=timedelta()) == "The newest backup nightly (1) failed, and was retried already."
        )


def test_the_order_of_the_list_does_not_matter() -> None:
    backups = [backup(minutes, "failed" if minutes % 2 else "completed") for minutes in range(1, 20)]
    for seed in range(10):
        shuffled = random.Random(seed).sample(backups, len(backups))
        assert decide(shuffled, NOW, HOUR).name == "retry-1"


def test_an_unknown_type_is_retried_as_a_snapshot() -> None:
    assert decide([backup(5, type_=None)], NOW, HOUR).backup_type == "snapshot"


@pytest.mark.parametrize("id_", ["62cc20b90956ab62a58e8474", 33 * "a", 34 * "a", "a_b", "../b", "{{ a }}", "ä", "a--b"])
def test_every_name_is_valid(id_: str) -> None:
    name = decide([Backup(id_, "nightly", "failed", "dump", "")], NOW, HOUR).name
    assert name is not None
    assert BackupRequest(name=name, backup_type="dump").validation_errors() == []
    assert (name == f"retry-{id_}") == (is_id(id_) and len(id_) <= 33)


def test_texts_of_the_api_are_no_templates() -> None:
    hostile = "{{ lookup('pipe', 'id') }}\nforged line"
    for backups in (
        [Backup(hostile, hostile, "failed", "dump", "")],
        [Backup("1", "a", hostile, "dump", "")],
        [backup(5), backup(50, "completed", f"retry-{hostile}")],
    ):
        shown = decide(backups, NOW, HOUR).reason
        assert "{{" not in shown
        assert "\n" not in shown
