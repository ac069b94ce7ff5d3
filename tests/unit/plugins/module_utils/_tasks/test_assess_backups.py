# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared code of the tasks that assess backups: resources that cannot be read are unknown."""

from __future__ import annotations

from types import ModuleType

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_status_info,
    volume_backup_status_info,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)

EACH_TASK = pytest.mark.parametrize(
    ("task", "name"), [(addon_backup_status_info, "addon"), (volume_backup_status_info, "volume")]
)


@EACH_TASK
def test_a_project_that_cannot_be_listed_is_unknown(
    task: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(page("projects", {"id": "shop"}), ApiError("GET", "/path", "Forbidden", status=403))
    result = run_task(task, api, monkeypatch, project_id=None, all_projects=True)
    (unknown,) = result[f"{name}s"]
    assert (unknown["project_id"], unknown[f"{name}_id"], unknown["verdict"]) == ("shop", None, "unknown")
    assert unknown["error"]["status"] == 403


@EACH_TASK
def test_the_grace_period_is_limited(task: ModuleType, name: str) -> None:
    options = {f"{name}_ids": ["a"], "grace_minutes": 10_081}
    with pytest.raises(InvalidOptions) as caught:
        task.run(params_of(task, **options), Context(False, pytest.fail))
    assert caught.value.validation_errors == ["grace_minutes: 10081 is not between 0 and 10080 minutes (one week)"]
