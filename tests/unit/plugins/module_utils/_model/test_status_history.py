# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which operations have ended since the last lists."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.backup import STATUSES, Backup
from ansible_collections.community.northflank.plugins.module_utils._model.restore import Restore
from ansible_collections.community.northflank.plugins.module_utils._model.status_history import (
    OUTCOMES,
    StatusHistory,
    outcome,
    started_at,
)


def operations(**statuses: str) -> list[Backup]:
    """Return backups by their IDs, all of which began at noon."""
    return [Backup(id_, id_, status, "snapshot", "2026-11-27T12:00:00.000Z") for id_, status in statuses.items()]


def changes(history: StatusHistory, **statuses: str) -> dict[str, str]:
    return {each.id: each.status for each in history.update(operations(**statuses))}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("scheduled", None),
        ("in-progress", None),
        ("aborting", None),
        ("completed", "success"),
        ("failed", "failure"),
        ("not-supported", "failure"),
        ("aborted", "abort"),
        ("anything else", "unknown"),
    ],
)
def test_outcome(status: str, expected: str | None) -> None:
    assert outcome(status) == expected
    assert expected is None or expected in OUTCOMES
    assert status in STATUSES or expected == "unknown"


def test_the_first_list_is_known() -> None:
    assert changes(StatusHistory(), a="completed", b="in-progress") == {}


def test_everything_of_a_new_resource_is_new() -> None:
    assert changes(StatusHistory(is_new=True), a="completed", b="in-progress") == {"a": "completed"}


def test_changes() -> None:
    history = StatusHistory()
    changes(history, a="completed", b="in-progress")
    assert changes(history, a="completed", b="failed", c="scheduled", d="aborted") == {"b": "failed", "d": "aborted"}
    assert changes(history, a="completed", b="failed", c="aborting", d="aborted") == {}
    assert changes(history, a="failed", b="failed", c="aborted", d="aborted") == {"a": "failed", "c": "aborted"}


def test_an_operation_may_be_missing_once() -> None:
    history = StatusHistory()
    changes(history, a="completed", b="completed")
    assert changes(history, a="completed") == {}
    assert changes(history, a="completed", b="completed") == {}


def test_an_empty_list_is_a_list() -> None:
    history = StatusHistory()
    assert changes(history) == {}
    assert changes(history, a="failed") == {"a": "failed"}


@pytest.mark.parametrize(("hour", "expected"), [(11, ["a"]), (12, []), (13, [])])
def test_what_began_since(hour: int, expected: list[str]) -> None:
    since = datetime(2026, 11, 27, hour, tzinfo=timezone.utc)
    found = StatusHistory().update(operations(a="completed", b="in-progress"), since)
    assert [each.id for each in found] == expected


def test_only_the_first_list_depends_on_when_an_operation_began() -> None:
    history = StatusHistory()
    since = datetime(2026, 11, 27, 13, tzinfo=timezone.utc)
    history.update([], since)
    assert [each.id for each in history.update(operations(a="completed"), since)] == ["a"]


def test_started_at() -> None:
    noon = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)
    assert started_at(operations(a="failed")[0]) == noon
    assert started_at(Restore("r1", "b1", "failed", "2026-11-27T12:00:00.000Z")) == noon
    assert started_at(Restore("r1", "b1", "failed")) is None
