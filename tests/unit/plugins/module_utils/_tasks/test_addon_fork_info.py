# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module addon_fork_info."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_fork_info
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_forks import fork
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)


def test_only_addons_with_a_marker_are_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("addons", fork(), fork("by hand", id_="other"), fork(status="deleting", id_="old")))
    result = run_task(addon_fork_info, api, monkeypatch)
    assert [(each["addon_id"], each["status"]) for each in result["forks"]] == [
        ("drill", "running"),
        ("old", "deleting"),
    ]
    assert result["forks"][0] == {
        "project_id": "shop",
        "addon_id": "drill",
        "name": "drill",
        "status": "running",
        "addon_type": "postgresql",
        "backup_id": None,
        "source_project_id": "shop",
        "source_addon_id": "db",
        "run_id": "ci-1",
        "started_at": None,
        "completed_at": None,
        "seconds": None,
    }
    assert (result["changed"], result["requests"]) == (False, 1)


def test_a_fork_that_moves_to_the_next_page_is_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("addons", fork(), hasNextPage=True, cursor="next"), page("addons", fork(), fork(id_="other")))
    result = run_task(addon_fork_info, api, monkeypatch)
    assert [each["addon_id"] for each in result["forks"]] == ["drill", "other"]
    assert result["requests"] == 2


@pytest.mark.parametrize("changes", [{"id": None}, {"id": "my db"}, {"name": None}, {"name": ""}, {"status": 7}])
def test_a_malformed_addon_is_not_ignored(changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("addons", fork(), {**fork("by hand", id_="other"), **changes}))
    with pytest.raises(ApiError, match="GET /v1/projects/shop/addons returned an unexpected response"):
        run_task(addon_fork_info, api, monkeypatch)


def test_an_interrupted_task_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    interruption = Interruption()
    interruption.request("SIGTERM")
    context = Context(False, pytest.fail, interruption=interruption)
    with pytest.raises(TaskFailed, match="Interrupted by SIGTERM") as caught:
        run_task(addon_fork_info, Api(page("addons", fork())), monkeypatch, context)
    assert len(caught.value.result["forks"]) == 1


def test_an_invalid_project() -> None:
    with pytest.raises(InvalidOptions, match="project_id: 'My project' is not an ID"):
        addon_fork_info.run(params_of(addon_fork_info, project_id="My project"), Context(False, pytest.fail))
