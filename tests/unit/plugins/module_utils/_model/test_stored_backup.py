# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups in a backup destination."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.stored_backup import StoredBackup

LISTED = {
    "id": "62cc20b90956ab62a58e8474",
    "name": "hourly",
    "status": "completed",
    "project": {"id": "shop", "name": "Shop"},
    "addon": {"id": "orders-db"},
    "config": {"addonType": "postgresql", "addonVersion": "16.4", "size": "1048576", "source": {"type": "global"}},
    "schedules": [],
    "expiredBy": 1729232400000.0,
    "createdAt": "2026-01-15T09:30:00.000Z",
    "completedAt": "2026-01-15T09:31:00.000Z",
}


def test_a_backup_as_a_result() -> None:
    assert StoredBackup.from_api(LISTED).to_result() == {
        "id": "62cc20b90956ab62a58e8474",
        "name": "hourly",
        "status": "completed",
        "project_id": "shop",
        "addon_id": "orders-db",
        "addon_type": "postgresql",
        "addon_version": "16.4",
        "created_at": "2026-01-15T09:30:00.000Z",
        "completed_at": "2026-01-15T09:31:00.000Z",
        "expires_at": "2024-10-18T06:20:00Z",
        "size": 1048576,
    }


def test_optional_fields_that_are_missing_do_not_hide_a_backup() -> None:
    listed = {"id": "1", "status": "failed", "createdAt": "2026-01-15T09:30:00.000Z"}
    result = StoredBackup.from_api(listed).to_result()
    assert {name for name, value in result.items() if value is None} == {
        "project_id",
        "addon_id",
        "addon_type",
        "addon_version",
        "completed_at",
        "expires_at",
        "size",
    }


@pytest.mark.parametrize("expires", [True, "never", "2026-01-16T09:30:00.000Z", 1e300, float("nan"), [1], -1e18])
def test_an_invalid_time_of_expiry_is_not_a_missing_one(expires: Any) -> None:
    backup = StoredBackup.from_api({**LISTED, "expiredBy": expires})
    assert (backup.expires_at, backup.has_invalid_expiry) == (None, True)


@pytest.mark.parametrize("expires", [None, 0, ""])
def test_a_backup_may_not_expire(expires: Any) -> None:
    backup = StoredBackup.from_api({**LISTED, "expiredBy": expires})
    assert (backup.expires_at, backup.has_invalid_expiry) == (None, False)


@pytest.mark.parametrize(
    "listed",
    [
        None,
        {},
        {**LISTED, "addon": "orders-db"},
        {"id": "1", "status": "failed"},
        ["a backup"],
        {**LISTED, "id": None},
        {**LISTED, "status": []},
    ],
)
def test_anything_but_a_backup_is_an_error(listed: Any) -> None:
    with pytest.raises(ValueError, match="^not a backup: "):
        StoredBackup.from_api(listed)
