# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary of the copies in a backup destination."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.destination import (
    BackupDestination,
    Credentials,
)
from ansible_collections.community.northflank.plugins.module_utils._model.destination_copies import (
    Copies,
    DestinationCopies,
)
from ansible_collections.community.northflank.plugins.module_utils._model.stored_backup import StoredBackup

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.utc)
ARCHIVE = BackupDestination("archive", "Archive")


def copy(hours_ago: float = 1, status: str = "completed", **changes: Any) -> StoredBackup:
    values = {
        "id": "copy",
        "name": "",
        "status": status,
        "project_id": "shop",
        "addon_id": "orders-db",
        "addon_type": None,
        "addon_version": None,
        "created_at": time(hours_ago),
        "completed_at": None,
        "expires_at": None,
        "size": None,
    }
    return StoredBackup(**{**values, **changes})


def time(hours_ago: float) -> str:
    return (NOW - timedelta(hours=hours_ago)).isoformat()


def test_the_newest_completed_copy_of_each_addon_counts_whatever_the_order() -> None:
    copies = [copy(5), copy(2), copy(9), copy(7, addon_id="users-db"), copy(1, project_id="blog")]
    expected = {"shop/orders-db": time(2), "shop/users-db": time(7), "blog/orders-db": time(1)}
    for order in (copies, copies[::-1]):
        summary = DestinationCopies.of(ARCHIVE, order, NOW)
        assert summary.completed == expected
        assert (summary.undetermined, summary.unattributed, summary.error) == ({}, None, None)


def test_copies_that_have_expired_do_not_count() -> None:
    expired = [
        copy(5, expires_at=time(0)),
        copy(5, "new", expires_at=time(1)),
        copy(5, addon_id=None, expires_at=time(1)),
    ]
    expired.append(copy(created_at="soon", expires_at=time(1)))
    assert DestinationCopies.of(ARCHIVE, expired, NOW) == DestinationCopies("'Archive'")
    for valid in (None, time(-1)):
        summary = DestinationCopies.of(ARCHIVE, [copy(5, expires_at=valid), *expired], NOW)
        assert (summary.completed, summary.undetermined) == ({"shop/orders-db": time(5)}, {})


@pytest.mark.parametrize(
    "odd",
    [
        copy(5, expires_at=time(5)),
        copy(5, expires_at="1970-01-21T00:20:32Z"),
        copy(5, has_invalid_expiry=True),
        copy(5, "verifying", has_invalid_expiry=True),
    ],
)
def test_copies_that_may_have_expired_are_undetermined(odd: StoredBackup) -> None:
    summary = DestinationCopies.of(ARCHIVE, [odd], NOW)
    assert (summary.completed, summary.undetermined) == ({}, {"shop/orders-db": time(5)})


@pytest.mark.parametrize("status", ["scheduled", "in-progress", "aborting", "aborted", "failed", "not-supported"])
def test_copies_that_are_not_completed_do_not_count(status: str) -> None:
    assert DestinationCopies.of(ARCHIVE, [copy(1, status), copy(1, status, addon_id=None)], NOW) == DestinationCopies(
        "'Archive'"
    )


@pytest.mark.parametrize(
    ("odd", "began"),
    [
        (copy(3, "verifying"), time(3)),
        (copy(created_at="soon"), time(0)),
        (copy(created_at="2999-01-01T00:00:00.000Z"), time(0)),
        (copy(created_at=""), time(0)),
    ],
)
def test_copies_that_may_be_completed_are_undetermined(odd: StoredBackup, began: str) -> None:
    summary = DestinationCopies.of(ARCHIVE, [copy(9, "verifying"), odd, copy(20)], NOW)
    assert summary.completed == {"shop/orders-db": time(20)}
    assert summary.undetermined == {"shop/orders-db": began}


def test_a_start_within_the_difference_of_clocks_is_valid() -> None:
    assert DestinationCopies.of(ARCHIVE, [copy(-0.05)], NOW).completed == {"shop/orders-db": time(-0.05)}


@pytest.mark.parametrize("missing", [{"project_id": None}, {"addon_id": None}, {"project_id": None, "addon_id": None}])
def test_copies_without_project_or_addon_are_of_no_known_addon(missing: dict[str, Any]) -> None:
    summary = DestinationCopies.of(ARCHIVE, [copy(4, **missing), copy(3, "verifying", **missing), copy(9)], NOW)
    assert summary.unattributed == time(3)
    assert (summary.completed, summary.undetermined) == ({"shop/orders-db": time(9)}, {})


@pytest.mark.parametrize(
    ("enabled", "days", "expected"),
    [
        (None, None, (False, None)),
        (False, 30, (False, 30)),
        (True, 30, (True, 30)),
        (True, None, (True, None)),
        (True, 0, (True, None)),
        (True, -1, (True, None)),
    ],
)
def test_object_lock(enabled: bool | None, days: int | None, expected: tuple[bool, int | None]) -> None:
    credentials = Credentials(enable_object_lock=enabled, object_lock_retention_days=days)
    summary = DestinationCopies.of(replace(ARCHIVE, credentials=credentials), [], NOW)
    assert (summary.locked, summary.lock_days) == expected


def test_all_survives_json() -> None:
    summary = DestinationCopies.of(ARCHIVE, [copy(5), copy(2, "verifying"), copy(1, addon_id=None)], NOW)
    copies = Copies(NOW, (summary, DestinationCopies.unreadable(ARCHIVE, "Forbidden.")))
    assert Copies.from_json(json.loads(json.dumps(copies.to_json()))) == copies
    unlisted = Copies(NOW, error="Forbidden.")
    assert Copies.from_json(json.loads(json.dumps(unlisted.to_json()))) == unlisted


def test_the_summary_has_no_secret() -> None:
    credentials = Credentials(access_key="access-key-of-a-test", secret_key="secret-of-a-test")
    summary = DestinationCopies.of(replace(ARCHIVE, credentials=credentials), [copy()], NOW)
    assert "of-a-test" not in json.dumps(Copies(NOW, (summary,)).to_json())
