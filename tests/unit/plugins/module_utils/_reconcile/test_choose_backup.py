# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup to restore is found with few requests."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._model.backup_choice import BackupChoice
from ansible_collections.community.northflank.plugins.module_utils._reconcile.choose_backup import choose_backup
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_backups import (
    RESOURCE,
    Addon,
    listed,
)

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=timezone.utc)


def choose(addon: Addon, **options: Any) -> str:
    choice = BackupChoice(**{"backup_id": None, "method": "newest", **options})
    return choose_backup(addon, RESOURCE, choice, NOW).id  # type: ignore[arg-type]


def test_a_backup_by_id_is_read_alone() -> None:
    addon = Addon(listed("a"), listed("b"))
    assert (choose(addon, backup_id="a", method=None), addon.sent) == ("a", ["read"])


def test_the_newest_one_is_found_in_the_list() -> None:
    addon = Addon(listed("c", status="failed"), listed("a", created="09:00"), listed("b", created="10:00"))
    assert (choose(addon), addon.sent) == ("b", ["list"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"backup_id": "a", "method": None}, "Backup nightly (a) of shop/db is not completed: its status is 'failed'."),
        ({}, "shop/db has no completed backup."),
        ({"backup_type": "dump"}, "shop/db has no completed dump."),
        ({"max_age": 60}, "shop/db has no completed backup that is at most 60 minutes old."),
    ],
)
def test_no_backup_is_a_failure(options: dict[str, Any], message: str) -> None:
    with pytest.raises(NorthflankError) as caught:
        choose(Addon(listed("a", status="failed")), **options)
    assert str(caught.value).startswith(message)


def test_an_id_that_would_change_the_path_is_not_chosen() -> None:
    with pytest.raises(ApiError, match="has 'a/../b' as the ID of a backup"):
        choose(Addon(listed("a/../b")))


def test_reading_ends_with_the_newest_one() -> None:
    addon = Addon()
    many = [listed(str(n), created=f"{11 - n // 60:02}:{59 - n % 60:02}") for n in range(150)]
    pages: list[int] = []

    def request(method: str, path: str, *, query: dict[str, Any], **options: Any) -> dict[str, Any]:
        start = int(query.get("cursor", 0))
        pages.append(start)
        more = {"hasNextPage": start == 0, "cursor": "100"}
        return {"data": {"backups": many[start : start + 100]}, "pagination": more}

    addon.request = request  # type: ignore[method-assign,assignment]
    assert (choose(addon), pages) == ("0", [0])
