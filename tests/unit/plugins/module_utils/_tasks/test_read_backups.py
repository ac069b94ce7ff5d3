# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tasks of the modules addon_backup_info and volume_backup_info share, by the example of addons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_info, read_backups
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of


def listed(hour: int, status: str = "completed") -> dict[str, Any]:
    return {"id": str(hour), "status": status, "createdAt": f"2026-01-15T{hour:02}:00:00.000Z"}


class Api(StubTransport):
    def usage(self) -> dict[str, Any]:
        return {"requests": len(self.requests), "rate_limit": None}


def run(api: Api, monkeypatch: pytest.MonkeyPatch, **options: Any) -> dict[str, Any]:
    @contextmanager
    def connect(*_arguments: Any) -> Iterator[Api]:
        yield api

    monkeypatch.setattr(read_backups, "connect", connect)
    return addon_backup_info.run(params_of(addon_backup_info, **options), Context(False, pytest.fail))


@pytest.mark.parametrize(
    ("options", "hours"),
    [
        ({}, ["9", "8", "7", "6"]),
        ({"status": ["failed"]}, ["8", "6"]),
        ({"status": []}, []),
        ({"since": "2026-01-15T07:00:00Z"}, ["9", "8", "7"]),
        ({"newest_only": True}, ["9"]),
        ({"newest_only": True, "status": ["failed"]}, ["8"]),
        ({"newest_only": True, "since": "2026-01-15T10:00:00Z"}, []),
    ],
)
def test_the_backups_are_filtered_the_newest_first(
    options: dict[str, Any], hours: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = page("backups", listed(9), listed(8, "failed"), listed(7), listed(6, "failed"))
    result = run(Api(backups), monkeypatch, addon_ids=["db"], **options)
    (addon,) = result.pop("addons")
    assert [backup.pop("id") for backup in addon.pop("backups")] == hours
    assert addon == {"project_id": "shop", "addon_id": "db", "changed": False}
    assert result == {"changed": False, "requests": 1, "rate_limit": None}


def test_without_ids_the_backups_of_all_addons_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("addons", {"id": "db"}), page("backups", listed(9)))
    (addon,) = run(api, monkeypatch)["addons"]
    assert (addon["addon_id"], len(addon["backups"])) == ("db", 1)


def test_a_failure_on_an_addon_fails_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TaskFailed, match="1 of 1 addons failed. shop/db: .* has no list of backups"):
        run(Api({"data": {}}), monkeypatch, addon_ids=["db"])


@pytest.mark.parametrize("since", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", "yesterday", ""])
def test_an_invalid_since_is_reported_with_all_other_errors(since: str) -> None:
    params = params_of(addon_backup_info, project_id="My Shop", since=since)
    with pytest.raises(InvalidOptions) as raised:
        addon_backup_info.run(params, Context(False, pytest.fail))
    errors = raised.value.validation_errors
    assert (
        f"since: {since!r} is not a time such as 2026-11-24T02:30:00Z"
        " between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z"
    ) in errors
    assert any(error.startswith("project_id:") for error in errors)


def test_a_long_since_is_quoted_in_part() -> None:
    params = params_of(addon_backup_info, project_id="shop", since="9" * 1000)
    with pytest.raises(InvalidOptions, match=r"since: '9{199}\.\.\. \(802 more characters\) is not a time"):
        addon_backup_info.run(params, Context(False, pytest.fail))
