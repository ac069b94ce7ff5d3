# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module addon_fork."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_fork
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_backups import REFUSED
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_forks import Api, fork
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import connect_to

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=timezone.utc)
OPTIONS = {"source_project_id": "shop", "source_addon_id": "db", "name": "drill", "run_id": "ci-1"}


def run(api: Api, monkeypatch: pytest.MonkeyPatch, **options: Any) -> dict[str, Any]:
    connect_to(api, monkeypatch, addon_fork)  # type: ignore[arg-type]
    params = params_of(addon_fork, **{**OPTIONS, **options})
    return addon_fork.run(params, Context(False, pytest.fail), lambda: NOW)


def test_a_fork_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api()
    result = run(api, monkeypatch, backup="newest", deploymentPlan="large")
    assert result["fork"]["addon_id"] == "drill"
    assert (result["changed"], result["requests"]) == (True, 6)
    assert (result["backup"]["id"], result["backup"]["backup_type"]) == ("nightly", "snapshot")
    assert (result["fork"]["started_at"], result["fork"]["seconds"]) == ("2026-01-15T12:00:00Z", 0)
    (diff,) = result["diff"]
    assert (diff["before_header"], diff["before"], diff["after"]["deployment_plan"]) == ("shop/drill", {}, "large")
    assert "projectId" not in api.bodies[0]["source"]


def test_a_fork_in_another_project(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api()
    result = run(api, monkeypatch, backup="newest", project_id="sandbox", wait=False)
    assert api.bodies[0]["source"]["projectId"] == "shop"
    assert (result["fork"]["project_id"], result["diff"][0]["after_header"]) == ("sandbox", "sandbox/drill")


@pytest.mark.parametrize("options", [{"seed": "a"}, {"seed": "b"}, {"seed": "c"}, {}])
def test_a_random_choice_depends_on_the_seed(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = {
        run(Api(), monkeypatch, backup="random", wait=False, **options)["fork"]["backup_id"] for _count in range(3)
    }
    assert len(chosen) == 1


def test_different_seeds_draw_different_backups(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = {
        run(Api(), monkeypatch, backup="random", wait=False, run_id=f"ci-{number}")["fork"]["backup_id"]
        for number in range(9)
    }
    assert chosen == {"nightly", "weekly"}


def test_a_fork_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(Api(fork()), monkeypatch, state="absent")
    assert (result["changed"], result["requests"], result["diff"][0]["before"]["run_id"]) == (True, 3, "ci-1")
    assert (result["backup"], result["fork"]["started_at"], result["fork"]["seconds"]) == (None, None, None)


def test_an_addon_without_the_marker_is_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(fork("by hand"))
    with pytest.raises(TaskFailed, match="its description is not the marker of a fork"):
        run(api, monkeypatch, state="absent")
    assert api.sent == ["addons"]


def test_a_failure_reports_the_backup(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TaskFailed) as caught:
        run(Api(post=[REFUSED]), monkeypatch, backup="newest")
    result = caught.value.result
    assert (result["changed"], result["fork"], result["backup"]["id"]) == (False, None, "nightly")


def invalid(**options: Any) -> list[str]:
    params = params_of(addon_fork, **{**OPTIONS, **options})
    with pytest.raises(InvalidOptions) as caught:
        addon_fork.run(params, Context(False, pytest.fail))
    return caught.value.validation_errors


def test_all_invalid_options_are_reported() -> None:
    errors = invalid(
        project_id="my project",
        source_addon_id="My DB",
        run_id="a b",
        name="-",
        version="",
        deployment_plan="",
        storage=0,
        replicas=0,
        window_days=0,
        max_age=0,
        wait_timeout=0,
    )
    assert [error.split(":")[0] for error in errors] == [
        "project_id",
        "source_addon_id",
        "run_id",
        "name",
        "version",
        "deployment_plan",
        "storage",
        "replicas",
        "backup_id",
        "max_age",
        "window_days",
        "wait_timeout",
    ]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_the_source_is_never_the_fork(state: str) -> None:
    assert invalid(source_addon_id="orders-db", name="Orders DB", backup="newest", state=state) == [
        "name: 'Orders DB' is that of the source, shop/orders-db; choose another name"
    ]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_name_that_no_addon_can_have_is_invalid(state: str) -> None:
    (error,) = invalid(name="orders_db", backup="newest", state=state)
    assert error.startswith("name: 'orders_db' is not a name of 3 to 39 characters: use letters and digits")


def test_a_marker_that_no_addon_can_have_is_invalid() -> None:
    (error,) = invalid(source_project_id="p" * 60, source_addon_id="a" * 60, run_id="r" * 60, backup="newest")
    assert error.startswith(f"run_id: '{'r' * 60}' must be at least 30 characters shorter: the description of the fork")
