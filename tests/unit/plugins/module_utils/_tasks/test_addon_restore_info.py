# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module addon_restore_info."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_restore_info
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_restores import restored
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)


def test_the_newest_restore_is_first(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("restores", restored("old"), restored("new", at="2026-01-15T11:30:00.000Z")))
    result = run_task(addon_restore_info, api, monkeypatch, addon_ids=["db"])
    (addon,) = result["addons"]
    assert [each["id"] for each in addon["restores"]] == ["new", "old"]
    assert (result["changed"], result["requests"]) == (False, 1)


def test_all_addons_of_a_project(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("addons", {"id": "db"}), page("restores"))
    (addon,) = run_task(addon_restore_info, api, monkeypatch)["addons"]
    assert addon == {"project_id": "shop", "addon_id": "db", "changed": False, "restores": []}


def test_a_failure_does_not_affect_others(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(ApiError("GET", "/path", "forbidden", status=403), page("restores"))
    with pytest.raises(TaskFailed) as caught:
        run_task(addon_restore_info, api, monkeypatch, addon_ids=["db", "copy"], concurrency=1)
    assert [each.get("restores") for each in caught.value.result["addons"]] == [None, []]
