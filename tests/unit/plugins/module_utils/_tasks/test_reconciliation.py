# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconciling addons: changes, refusals, skipped addons, and the entries of the result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import (
    ADDON,
    VOLUME,
    Resource,
    ResourceType,
)
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, Interrupted
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._reconcile.desired_state import DesiredState
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.plugins.module_utils._tasks.reconciliation import reconcile, task_result
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import schedule
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import Api

RESOURCE = Resource("shop", "db")
DAILY, DUMP = schedule(), schedule("daily", "dump")
LISTED = {"id": "old", **DAILY.to_api()}
IDS = {"project_id": "shop", "addon_id": "db"}
CREATE = {"action": "create", "interval": "daily", "backup_type": "dump"}
DELETE = {"action": "delete", "interval": "daily", "backup_type": "snapshot"}


def run(
    api: Api, *schedules: BackupSchedule, check_mode: bool = False, warn: Any = pytest.fail, **options: Any
) -> dict[str, Any]:
    resource = options.pop("resource", RESOURCE)
    context = Context(check_mode, warn, interruption=options.pop("interruption", Interruption()))
    desired = DesiredState(**{"schedules": schedules, "prune": False, **options})
    (entry,) = reconcile(api, {"timeout": 1}, context, {resource: desired})  # type: ignore[arg-type]
    return entry


def test_an_up_to_date_addon_needs_one_request() -> None:
    api = Api(page("schedules", LISTED))
    assert run(api, DAILY) == {
        **IDS,
        "changed": False,
        "backup_schedules": [{"id": "old", **DAILY.with_defaults().settings()}],
        "actions": [],
        "kept": [],
        "removed": [],
        "warnings": (),
    }
    assert api.methods == ["GET"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_check_mode_predicts_the_real_run_and_sends_only_get_requests(check_mode: bool) -> None:
    api = Api(page("schedules", LISTED), {"data": {}}, {"data": {"id": "new"}})
    entry = run(api, DUMP, prune=True, check_mode=check_mode)
    assert entry["changed"]
    assert entry["actions"] == [DELETE, CREATE]
    assert entry["removed"] == [{"id": "old", **DAILY.with_defaults().settings()}]
    assert [each.pop("id", None) for each in entry["backup_schedules"]] == [None if check_mode else "new"]
    assert entry["backup_schedules"] == [DUMP.with_defaults().settings()]
    assert entry["diff"] == {
        "before_header": "shop/db",
        "after_header": "shop/db",
        "before": {"daily snapshot": DAILY.with_defaults().settings()},
        "after": {"daily dump": DUMP.with_defaults().settings()},
    }
    assert api.methods == (["GET"] if check_mode else ["GET", "DELETE", "POST"])


@pytest.mark.parametrize("status", ["deleting", "deleted"])
def test_an_addon_that_is_being_deleted_is_skipped_without_a_request(status: str) -> None:
    api = Api()
    entry = run(api, DAILY, resource=Resource("shop", "db", status=status))
    assert entry == {
        **IDS,
        "changed": False,
        "skipped": True,
        "actions": [],
        "kept": [],
        "warnings": [f"shop/db was skipped: it is being deleted (its status is {status})."],
    }
    assert api.requests == []


def test_an_addon_with_refusals_fails_and_nothing_is_written() -> None:
    api = Api(page("schedules", {**LISTED, "retentionTime": 3}))
    entry = run(api, DAILY, DUMP, on_difference="keep_and_fail")
    assert entry["failed"]
    assert entry["msg"] == (
        "shop/db has schedules that differ and are kept, because of on_difference: daily snapshot (retention_time)."
    )
    assert (entry["changed"], entry["actions"], api.methods) == (False, [], ["GET"])


def test_warnings_are_issued_before_anything_is_written() -> None:
    api = Api(page("schedules", {**LISTED, "retentionTime": 3}), {"data": {"id": "new"}})
    warned_at: list[list[str]] = []
    entry = run(api, DAILY, DUMP, on_difference="keep_and_warn", warn=lambda text: warned_at.append(api.methods))
    assert warned_at == [["GET"]]
    assert entry["actions"] == [CREATE]
    # They must not be issued twice.
    assert "warnings" not in entry


def test_a_failed_write_is_reported_with_the_actions_that_were_done() -> None:
    refused = ApiError("POST", "/path", "Forbidden", status=403)
    entry = run(Api(page("schedules", LISTED), {"data": {}}, refused), DUMP, prune=True)
    assert entry["failed"]
    assert entry["msg"] == "POST /path failed with status 403: Forbidden."
    assert entry["error"]["status"] == 403
    assert (entry["changed"], entry["actions"], entry["backup_schedules"]) == (True, [DELETE], [])


def test_an_unknown_outcome_is_a_change_and_is_reported() -> None:
    lost = ApiError("POST", "/path", "no response", outcome_unknown=True)
    unreadable = ApiError("GET", "/path", "Forbidden", status=403)
    entry = run(Api(page("schedules"), lost, unreadable), DUMP)
    assert (entry["failed"], entry["changed"], entry["actions"]) == (True, True, [])
    assert entry["msg"] == (
        "POST /path failed: no response. It is unknown whether the daily dump schedule was created; run the task again"
        " to find out."
    )


def test_a_lost_schedule_is_reported_in_the_format_of_the_options() -> None:
    lost = ApiError("PATCH", "/path", "no response", outcome_unknown=True)
    unreadable = ApiError("GET", "/path", "Forbidden", status=403)
    api = Api(page("schedules", LISTED), lost, unreadable)
    entry = run(api, DAILY, DUMP, write_method="addon")
    assert entry["lost_schedules"] == [DAILY.with_defaults().settings()]
    assert BackupSchedule.from_params(entry["lost_schedules"][0]) == DAILY.with_defaults()


def test_an_interrupted_addon_reports_how_far_it_got() -> None:
    interruption = Interruption()

    class InterruptedApi(Api):
        def request(self, method: str, path: str, **options: Any) -> dict[str, Any]:
            response = super().request(method, path, **options)
            if method == "DELETE":
                interruption.request("SIGTERM")
            return response

    api = InterruptedApi(page("schedules", LISTED), {"data": {}})
    entry = run(api, DUMP, prune=True, interruption=interruption)
    assert entry["failed"]
    assert entry["msg"] == "Interrupted by SIGTERM. 1 of 2 actions were done."
    assert entry["actions"] == [DELETE]
    assert "interrupted" not in entry


def test_an_addon_that_was_not_touched_before_an_interruption_is_marked() -> None:
    entry = run(Api(page("schedules"), Interrupted("SIGTERM")), DUMP)
    assert (entry["failed"], entry["interrupted"], entry["changed"]) == (True, True, False)
    assert entry["msg"] == "Interrupted by SIGTERM."


def test_an_internal_error_is_reported_with_its_traceback() -> None:
    entry = run(Api(page("schedules"), ZeroDivisionError("an internal error"), page("schedules")), DUMP)
    assert entry["failed"]
    assert entry["msg"].startswith(
        "Internal error in community.northflank, please report it at"
        " https://github.com/ansible-collections/community.northflank/issues: ZeroDivisionError('an internal error')."
    )
    assert "Traceback" in entry["exception"]


def test_values_of_the_whole_task_are_returned_once() -> None:
    warnings: list[str] = []
    entries = [
        {"changed": False, "warnings": ["One."]},
        {"changed": True, "diff": {"before": {}}, "warnings": ["Two.", "Three."]},
        {"changed": False},
    ]
    assert task_result(entries, Api(), warnings.append) == {  # type: ignore[arg-type]
        "changed": True,
        "diff": [{"before": {}}],
        "requests": 0,
        "rate_limit": None,
    }
    assert warnings == ["One.", "Two.", "Three."]
    assert not task_result(entries[::2], Api(), warnings.append)["changed"]  # type: ignore[arg-type]


@pytest.mark.parametrize(("type_", "module"), [(ADDON, "addon_backup_schedules"), (VOLUME, "volume_backup_schedules")])
def test_the_message_about_a_lost_schedule_names_the_module_that_restores_it(type_: ResourceType, module: str) -> None:
    lost = ApiError("POST", "/path", "Bad gateway", status=502, outcome_unknown=True)
    unreadable = ApiError("GET", "/path", "Forbidden", status=403)
    api = Api(page("schedules", LISTED), {"data": {}}, lost, unreadable)
    entry = run(api, schedule(retention_time=9), resource=Resource("shop", "data", type=type_), warn=print)
    assert len(entry["lost_schedules"]) == 1
    assert entry["msg"].endswith(
        "The old daily snapshot schedule may be lost. It was deleted, and it is unknown whether the new one exists. Its"
        " settings are in lost_schedules. Pass lost_schedules to the option schedules of"
        f" community.northflank.{module} to create them again."
    )
