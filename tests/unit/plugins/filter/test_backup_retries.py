# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter backup_retries."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.filter.backup_retries import FilterModule

backup_retries = FilterModule().filters()["backup_retries"]

FAILED = {
    "id": "b1",
    "name": "nightly",
    "status": "failed",
    "backup_type": "dump",
    "created_at": "2026-11-27T02:30:00.000Z",
    "size": None,
}
RETRY = {**FAILED, "id": "b0", "name": "retry-b0", "created_at": "2026-11-27T02:00:00.000Z"}
NOW = "2026-11-27T03:00:00Z"


def test_the_decisions_by_addon() -> None:
    addons = [
        {"addon_id": "orders-db", "backups": [FAILED]},
        {"addon_id": "unreadable-db", "msg": "No permission."},
        {"addon_id": "stock-db", "backups": []},
    ]
    assert backup_retries(iter(addons)) == [
        {
            "addon_id": "orders-db",
            "name": "retry-b1",
            "backup_type": "dump",
            "backup_id": "b1",
            "reason": "The newest backup nightly (b1) failed.",
        },
        {
            "addon_id": "stock-db",
            "name": None,
            "backup_type": None,
            "backup_id": None,
            "reason": "There is no backup.",
        },
    ]


@pytest.mark.parametrize(("cooldown", "name"), [(60, "retry-b1"), ("61", None), (0, "retry-b1")])
def test_cooldown(cooldown: Any, name: str | None) -> None:
    (decision,) = backup_retries([{"addon_id": "orders-db", "backups": [FAILED, RETRY]}], cooldown, NOW)
    assert decision["name"] == name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["text"], "community.northflank.backup_retries expects a list of addons"),
        ([[1]], "community.northflank.backup_retries expects the addons that"),
        (
            [[{"addon_id": "a", "backups": [{"id": "b1"}]}]],
            "community.northflank.backup_retries expects the addons that",
        ),
        ([[{"addon_id": "a", "backups": None}]], "community.northflank.backup_retries expects the addons that"),
        ([[{"backups": []}]], "community.northflank.backup_retries expects the addons that"),
        ([[], -1], "cooldown: -1 is not between 0 and 10080"),
        ([[], 60, "yesterday"], "now: 'yesterday' is not a time"),
    ],
)
def test_errors(arguments: list[Any], message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=message):
        backup_retries(*arguments)
