# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared code of the tasks that apply schedules: the warning about an empty list, and the next runs."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timezone
from types import ModuleType
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_schedules,
    apply_schedules,
    volume_backup_schedules,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import params
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import Api

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.utc)

EACH_TASK = pytest.mark.parametrize(
    ("task", "name"), [(addon_backup_schedules, "addon"), (volume_backup_schedules, "volume")]
)


def run(
    task: ModuleType, api: Api, monkeypatch: pytest.MonkeyPatch, **options: Any
) -> tuple[dict[str, Any], list[str]]:
    """Return the result of the task, and its warnings."""
    warnings: list[str] = []
    monkeypatch.setattr(apply_schedules, "connect", lambda *_arguments: nullcontext(api))
    return task.run(params_of(task, **options), Context(False, warnings.append), lambda: NOW), warnings


@EACH_TASK
def test_the_next_runs_of_each_schedule(task: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("schedules"), {"data": {"id": "new"}})
    options = {f"{name}_ids": ["data"], "schedules": [params()], "next_runs": 2}
    result, _warnings = run(task, api, monkeypatch, **options)
    (entry,) = result[f"{name}s"]
    assert entry[f"{name}_id"] == "data"
    assert entry["next_runs"] == {"daily snapshot": ["2026-11-25T02:00:00Z", "2026-11-26T02:00:00Z"]}


@EACH_TASK
@pytest.mark.parametrize(
    ("options", "is_idle"),
    [
        ({"schedules": []}, True),
        ({"schedules": [], "prune": True}, False),
        ({"assignments": [{"schedules": []}]}, False),
    ],
)
def test_an_empty_list_of_schedules_is_a_warning(
    task: ModuleType, name: str, options: dict[str, Any], is_idle: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = [page(f"{name}s", {"id": "data"})] if "assignments" in options else []
    _result, warnings = run(task, Api(*listed, page("schedules")), monkeypatch, **{f"{name}_ids": ["data"], **options})
    assert warnings == (
        ["The list of schedules is empty, so nothing is done. Set prune: true to delete all schedules."]
        if is_idle
        else []
    )
