# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module addon_backup_schedules."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_schedules
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import params, schedule
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)

DAILY = {"id": "old", **schedule().to_api()}
HOURLY = {"id": "other", **schedule("hourly").to_api()}
CREATE = {"action": "create", "interval": "daily", "backup_type": "snapshot"}


def test_the_schedules_of_an_addon_are_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("schedules", HOURLY), {"data": {}}, {"data": {"id": "new"}})
    options = {"addon_ids": ["db"], "schedules": [params()], "prune": True}
    result = run_task(addon_backup_schedules, api, monkeypatch, **options)
    assert [each["after_header"] for each in result.pop("diff")] == ["shop/db"]
    assert result == {
        "changed": True,
        "addons": [
            {
                "project_id": "shop",
                "addon_id": "db",
                "changed": True,
                "backup_schedules": [{"id": "new", **schedule().with_defaults().settings()}],
                "actions": [{"action": "delete", "interval": "hourly", "backup_type": "snapshot"}, CREATE],
                "kept": [],
            }
        ],
        "unchanged": 0,
        "requests": 3,
        "rate_limit": None,
    }


def test_all_addons_of_a_project_are_selected(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("addons", {"id": "a"}, {"id": "b", "status": "deleting"}), page("schedules", DAILY))
    warnings: list[str] = []
    options = {"all_addons": True, "schedules": [params()], "concurrency": 1}
    context = Context(False, warnings.append)
    result = run_task(addon_backup_schedules, api, monkeypatch, context, **options)
    assert [(each["addon_id"], each.get("skipped")) for each in result["addons"]] == [("a", None), ("b", True)]
    assert warnings == ["shop/b was skipped: it is being deleted (its status is deleting)."]


def test_a_failure_on_an_addon_does_not_affect_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(ApiError("GET", "/path", "Forbidden", status=403), page("schedules", DAILY))
    options = {"addon_ids": ["a", "b"], "schedules": [params()], "concurrency": 1}
    with pytest.raises(TaskFailed) as caught:
        run_task(addon_backup_schedules, api, monkeypatch, **options)
    result = caught.value.to_result()
    assert result["msg"] == "1 of 2 addons failed. shop/a: GET /path failed with status 403: Forbidden."
    assert [each.get("failed") for each in result["addons"]] == [True, None]


@pytest.mark.parametrize("on_unsupported", ["warn", "skip"])
def test_dumps_that_the_addon_does_not_support_are_reported(
    on_unsupported: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = page("addonTypes", {"type": "redis", "features": {"backupsDump": False}})
    api = Api(page("schedules"), types, {"data": {"id": "new"}})
    warnings: list[str] = []
    options: dict[str, Any] = {
        "addon_ids": ["cache"],
        "schedules": [params(), params("daily", "dump")],
        "on_unsupported": on_unsupported,
        "known_addon_types": {"cache": "redis"},
    }
    context = Context(False, warnings.append)
    (addon,) = run_task(addon_backup_schedules, api, monkeypatch, context, **options)["addons"]
    assert addon["unsupported"] == "shop/cache is a redis addon, which does not support the desired daily dump."
    assert addon["actions"] == [CREATE]
    assert len(warnings) == (1 if on_unsupported == "warn" else 0)


@pytest.mark.parametrize(
    ("options", "errors"),
    [
        ({}, ["addon_ids: set either addon_ids or all_addons: true"]),
        ({"addon_ids": ["a"], "all_addons": True}, ["addon_ids: set either addon_ids or all_addons: true"]),
        (
            {"all_addons": True, "schedules": [params(hour=[24]), params()], "stagger_minutes": -1, "concurrency": 0},
            [
                "concurrency: 0 is not between 1 and 64",
                "schedules[0].scheduling.hour: 24 is not between 0 and 23",
                "schedules[1]: duplicates the daily snapshot schedule in schedules[0]; there can be only one schedule"
                " per interval and backup type",
                "stagger_minutes: -1 is not between 0 and 1440 minutes (one day)",
            ],
        ),
    ],
)
def test_all_validation_errors_are_reported_at_once(options: dict[str, Any], errors: list[str]) -> None:
    with pytest.raises(InvalidOptions) as caught:
        addon_backup_schedules.run(
            params_of(addon_backup_schedules, **{"schedules": [], **options}), Context(False, pytest.fail)
        )
    assert caught.value.validation_errors == errors


def test_addons_that_are_up_to_date_can_be_omitted(monkeypatch: pytest.MonkeyPatch) -> None:
    different = {**DAILY, "retentionTime": 3}
    api = Api(
        page(
            "addons", *({"id": each} for each in ("same", "kept", "new", "gone")), {"id": "old", "status": "deleting"}
        ),
        page("schedules", DAILY),
        page("schedules", different),
        page("schedules"),
        ApiError("GET", "/path", "Not found", status=404),
        {"data": {"id": "new"}},
    )
    options: dict[str, Any] = {
        "all_addons": True,
        "schedules": [params()],
        "on_difference": "keep",
        "return_unchanged": False,
    }
    with pytest.raises(TaskFailed) as caught:
        run_task(addon_backup_schedules, api, monkeypatch, Context(True, lambda text: None), concurrency=1, **options)
    result = caught.value.to_result()
    assert [each["addon_id"] for each in result["addons"]] == ["kept", "new", "gone", "old"]
    assert result["unchanged"] == 2
    assert result["msg"].startswith("1 of 5 addons failed. shop/gone: ")


def test_warnings_about_addons_that_are_omitted_are_issued(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: dict[bool, list[str]] = {}
    for return_unchanged in (True, False):
        warnings[return_unchanged] = []
        api = Api(page("schedules", DAILY, {**DAILY, "id": "duplicate"}))
        context = Context(False, warnings[return_unchanged].append)
        options = {"addon_ids": ["db"], "schedules": [params()], "return_unchanged": return_unchanged}
        result = run_task(addon_backup_schedules, api, monkeypatch, context, **options)
        assert (len(result["addons"]), result["unchanged"]) == (int(return_unchanged), 1)
    assert warnings[True] == warnings[False]
    assert len(warnings[True]) == 1
