# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module addon_backup_schedule_info."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_schedule_info
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import schedule
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)

HOURLY, DAILY = ({"id": each, **schedule(each).to_api()} for each in ("hourly", "daily"))


def test_the_schedules_of_addons_are_returned_in_a_fixed_order(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("schedules", DAILY, HOURLY))
    result = run_task(addon_backup_schedule_info, api, monkeypatch, addon_ids=["db"])
    (addon,) = result.pop("addons")
    assert [each["id"] for each in addon.pop("backup_schedules")] == ["hourly", "daily"]
    assert addon == {"project_id": "shop", "addon_id": "db", "changed": False}
    assert result == {"changed": False, "requests": 1, "rate_limit": None}


def test_without_ids_the_schedules_of_all_addons_are_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("addons", {"id": "db"}), page("schedules"))
    assert run_task(addon_backup_schedule_info, api, monkeypatch)["addons"] == [
        {"project_id": "shop", "addon_id": "db", "changed": False, "backup_schedules": []}
    ]


def test_a_response_without_a_list_means_no_schedules(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_task(addon_backup_schedule_info, Api({"data": {}}), monkeypatch, addon_ids=["db"])
    assert result["addons"][0]["backup_schedules"] == []


def test_a_failure_on_an_addon_fails_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("schedules", "text"))
    with pytest.raises(TaskFailed, match="1 of 1 addons failed. shop/db: .* has an invalid schedule"):
        run_task(addon_backup_schedule_info, api, monkeypatch, addon_ids=["db"])
