# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared code of the tasks that read schedules: the entries, and failures on single resources."""

from __future__ import annotations

from types import ModuleType

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_schedule_info,
    volume_backup_schedule_info,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)


@pytest.mark.parametrize(
    ("task", "name"), [(addon_backup_schedule_info, "addon"), (volume_backup_schedule_info, "volume")]
)
def test_a_failure_on_one_resource_does_not_affect_the_others(
    task: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(ApiError("GET", "/path", "Forbidden", status=403), page("schedules"))
    with pytest.raises(TaskFailed) as caught:
        run_task(task, api, monkeypatch, **{f"{name}_ids": ["a", "b"], "concurrency": 1})
    result = caught.value.to_result()
    assert result["msg"] == f"1 of 2 {name}s failed. shop/a: GET /path failed with status 403: Forbidden."
    assert [each.get("failed") for each in result[f"{name}s"]] == [True, None]
