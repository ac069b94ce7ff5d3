# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores of an addon."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.restore import Restore, current, newest_first

LISTED = {
    "id": "1",
    "backupId": "nightly",
    "status": "completed",
    "restoreTimestamp": "2026-01-15T09:30:00.000Z",
    "completedAt": "2026-01-15T09:31:30.000Z",
}


def test_a_listed_restore() -> None:
    assert Restore.from_api(LISTED).to_result() == {
        "id": "1",
        "backup_id": "nightly",
        "status": "completed",
        "started_at": "2026-01-15T09:30:00.000Z",
        "completed_at": "2026-01-15T09:31:30.000Z",
        "seconds": 90,
    }


@pytest.mark.parametrize(
    "listed",
    [
        None,
        [],
        "text",
        {},
        {"id": "1", "backupId": "nightly"},
        *({**LISTED, name: value} for name in ("id", "backupId", "status") for value in (None, "", 7, ["a"])),
    ],
)
def test_anything_else_is_an_error(listed: Any) -> None:
    with pytest.raises(ValueError, match="not a restore"):
        Restore.from_api(listed)


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({}, 90),
        ({"completedAt": None}, None),
        ({"completedAt": "soon"}, None),
        ({"restoreTimestamp": None}, None),
        ({"completedAt": "2026-01-15T09:29:00.000Z"}, None),
    ],
)
def test_seconds(changes: dict[str, Any], seconds: int | None) -> None:
    assert Restore.from_api({**LISTED, **changes}).seconds == seconds


@pytest.mark.parametrize(
    ("status", "flags"),
    [
        ("scheduled", (False, False, True)),
        ("in-progress", (False, False, True)),
        ("aborting", (False, False, True)),
        ("completed", (True, True, False)),
        ("failed", (False, True, False)),
        ("aborted", (False, True, False)),
        ("not-supported", (False, True, False)),
        ("READY", (False, False, False)),
    ],
)
def test_statuses(status: str, flags: tuple[bool, bool, bool]) -> None:
    restore = Restore("1", "nightly", status)
    assert (restore.is_completed, restore.has_ended, restore.is_in_progress) == flags


def test_the_newest_is_first() -> None:
    restores = [
        Restore(id_, "nightly", "completed", at) for id_, at in zip("abc", ("2026-01-15", "soon", "2026-01-16"))
    ]
    assert [each.id for each in newest_first(restores)] == ["c", "a", "b"]


@pytest.mark.parametrize("status", ["scheduled", "in-progress"])
@pytest.mark.parametrize("start", ["", "soon"])
def test_one_that_has_not_begun_yet_is_newer_than_all_others(status: str, start: str) -> None:
    restores = [Restore("a", "nightly", "completed", "2026-01-15"), Restore("b", "nightly", status, start)]
    assert [each.id for each in newest_first(restores)] == ["b", "a"]


def test_the_current_restore() -> None:
    unsupported, failed, completed = (
        Restore(status, "nightly", status) for status in ("not-supported", "failed", "completed")
    )
    assert current([unsupported, failed, completed]) == failed
    assert current([completed, failed]) == completed
    assert current([unsupported]) is None
