# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module addon_restore."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_restore
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_restores import (
    Api,
    restored,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import connect_to

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=timezone.utc)


def run(api: Api, monkeypatch: pytest.MonkeyPatch, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    connect_to(api, monkeypatch, addon_restore)  # type: ignore[arg-type]
    params = params_of(addon_restore, addon_id="db", overwrite=True, **options)
    return addon_restore.run(params, Context(check_mode, pytest.fail), lambda: NOW)


def test_a_restore_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api()
    result = run(api, monkeypatch, backupId="nightly")
    assert result == {
        "changed": True,
        "restore": {
            "id": "new-1",
            "backup_id": "nightly",
            "status": "completed",
            "started_at": "2026-01-15T11:59:00.000Z",
            "completed_at": None,
            "seconds": None,
        },
        "diff": [
            {
                "before_header": "shop/db",
                "after_header": "shop/db",
                "before": {},
                "after": {
                    "backup_id": "nightly",
                    "backup_created_at": "2026-01-15T11:30:00.000Z",
                    "source": "shop/db",
                },
            }
        ],
        "requests": 4,
        "rate_limit": None,
    }


@pytest.mark.parametrize(
    ("options", "source"),
    [
        ({}, "shop/db"),
        ({"source_addon_id": "copy"}, "shop/copy"),
        ({"sourceProjectId": "other"}, "other/db"),
        ({"source_project_id": "other", "source_addon_id": "copy"}, "other/copy"),
    ],
)
def test_the_source_is_the_addon_itself_by_default(
    options: dict[str, Any], source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(Api(), monkeypatch, backup="newest", **options)
    assert result["diff"][0]["after"]["source"] == source


def test_once(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(Api(restored("old")), monkeypatch, backup_id="nightly", once=True)
    assert (result["changed"], result["restore"]["id"], result["requests"]) == (False, "old", 1)


def test_the_age_is_measured_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(Api(), monkeypatch, backup="newest", max_age=30)["changed"]
    with pytest.raises(TaskFailed, match="no completed backup that is at most 29 minutes old"):
        run(Api(), monkeypatch, backup="newest", max_age=29)


def test_a_predicted_backup(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(Api(), monkeypatch, check_mode=True, backup_id="")
    assert (result["changed"], result["requests"], result["restore"]["id"]) == (True, 0, "")


def test_all_invalid_options_are_reported() -> None:
    params = params_of(
        addon_restore, addon_id="My DB", source_addon_id="", backup_id="", max_age=0, wait_timeout=0, wait_interval=0
    )
    with pytest.raises(InvalidOptions) as caught:
        addon_restore.run(params, Context(False, pytest.fail))
    errors = caught.value.validation_errors
    assert [error.split(":")[0] for error in errors] == [
        "addon_id",
        "source_addon_id",
        "backup_id",
        "max_age",
        "max_age",
        "overwrite",
        "wait_timeout",
        "wait_interval",
    ]


def test_the_confirmation_is_printable() -> None:
    params = params_of(addon_restore, addon_id="d\x1b[31m\nb", backup_id="a\tb")
    with pytest.raises(InvalidOptions) as caught:
        addon_restore.run(params, Context(False, pytest.fail))
    assert all(error.isprintable() for error in caught.value.validation_errors)


def test_the_confirmation_names_what_would_be_overwritten() -> None:
    params = params_of(addon_restore, addon_id="db", backup="newest", backup_type="dump", source_addon_id="copy")
    with pytest.raises(InvalidOptions) as caught:
        addon_restore.run(params, Context(True, pytest.fail))
    assert caught.value.validation_errors == [
        "overwrite: must be true, because the task overwrites all data of addon shop/db"
        " with the newest dump of shop/copy"
    ]
