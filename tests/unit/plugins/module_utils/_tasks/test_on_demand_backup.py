# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared code of the tasks for on-demand backups, tested with addons."""

from __future__ import annotations

import re
import threading
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup, volume_backup
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_backups import listed
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    connect_to,
)

NOT_FOUND = ApiError("GET", "/path", "Not found", status=404)
LOST = ApiError("POST", "/path", "no response", outcome_unknown=True)


def run(api: Api, monkeypatch: pytest.MonkeyPatch, context: Context | None = None, **options: Any) -> dict[str, Any]:
    connect_to(api, monkeypatch)
    return addon_backup.run(params_of(addon_backup, addon_id="db", **options), context or Context(False, pytest.fail))


def failure(api: Api, monkeypatch: pytest.MonkeyPatch, **options: Any) -> dict[str, Any]:
    with pytest.raises(TaskFailed) as caught:
        run(api, monkeypatch, **options)
    return caught.value.to_result()


def test_a_backup_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api({"data": listed("new", status="scheduled")}, {"data": listed("new")})
    result = run(api, monkeypatch)
    body = api.requests[0][2]
    assert re.fullmatch(r"ansible-\d{8}-\d{6}-[0-9a-f]{8}", body["name"])
    assert (result["backup"].pop("id"), result["backup"].pop("status")) == ("new", "completed")
    assert (result["changed"], result["requests"]) == (True, 2)
    assert result["diff"] == [
        {"before_header": "shop/db", "after_header": "shop/db", "before": {}, "after": {"backup_type": "snapshot"}}
    ]


def test_no_two_tasks_use_the_same_default_name(monkeypatch: pytest.MonkeyPatch) -> None:
    names = set()
    for _task in range(3):
        api = Api({"data": listed("new")})
        run(api, monkeypatch)
        names.add(api.requests[0][2]["name"])
    assert len(names) == 3


def test_an_existing_backup_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(Api(page("backups", listed("old"))), monkeypatch, name="nightly")
    assert (result["changed"], result["diff"], result["backup"]["id"]) == (False, [], "old")


def test_check_mode_predicts_the_backup(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(page("backups"))
    result = run(api, monkeypatch, Context(True, pytest.fail), name="nightly")
    assert (result["changed"], api.methods) == (True, ["GET"])
    assert {name: value for name, value in result["backup"].items() if value} == {
        "name": "nightly",
        "status": "completed",
        "backup_type": "snapshot",
    }
    assert result["diff"][0]["after"] == {"name": "nightly", "backup_type": "snapshot"}


def test_check_mode_waits_for_no_backup_that_would_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api()
    result = run(api, monkeypatch, Context(True, pytest.fail), backup_id="")
    assert (result["changed"], result["backup"], api.requests) == (False, None, [])


@pytest.mark.parametrize(
    ("state", "after"), [("absent", {}), ("retained", {"retained": True}), ("aborted", {"status": "aborted"})]
)
def test_check_mode_predicts_the_change_of_a_backup_that_would_be_taken(
    state: str, after: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api()
    result = run(api, monkeypatch, Context(True, pytest.fail), backup_id="", state=state)
    assert (api.requests, result["changed"], result["backup"]) == ([], True, None)
    assert result["diff"][0]["after"] == after


def test_a_real_run_needs_the_id() -> None:
    with pytest.raises(InvalidOptions, match="backup_id: '' is not an ID"):
        addon_backup.run(params_of(addon_backup, addon_id="db", backup_id=""), Context(False, pytest.fail))


def test_a_failed_backup_is_in_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    result = failure(Api({"data": listed("new", status="failed")}), monkeypatch)
    assert result["msg"].startswith("Backup nightly (new) of shop/db was not successful: its status is 'failed'.")
    assert (result["changed"], result["backup"]["status"]) == (True, "failed")


def test_a_wait_that_fails_says_that_the_backup_continues(monkeypatch: pytest.MonkeyPatch) -> None:
    forbidden = ApiError("GET", "/path", "Forbidden", status=403)
    result = failure(Api({"data": listed("new", status="scheduled")}, forbidden), monkeypatch)
    assert result["msg"] == (
        "GET /path failed with status 403: Forbidden. Backup nightly (new) of shop/db continues in Northflank: its"
        " status is 'scheduled'. Set backup_id to new to wait for it."
    )
    assert (result["changed"], result["backup"]["id"], result["error"]["status"]) == (True, "new", 403)
    assert result["hint"] == "Set backup_id to new to wait for it."


def test_a_backup_that_was_started_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api({"data": listed("old", status="in-progress")}, {"data": listed("old")})
    result = run(api, monkeypatch, backup_id="old")
    assert (api.methods, result["changed"], result["backup"]["status"]) == (["GET", "GET"], False, "completed")
    assert failure(Api(NOT_FOUND), monkeypatch, backup_id="old")["error"]["status"] == 404


def test_an_unknown_outcome_counts_as_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    result = failure(Api(LOST, ApiError("GET", "/path", "Forbidden", status=403)), monkeypatch)
    assert "It is unknown whether a backup was started: look for ansible-" in result["msg"]
    assert (result["changed"], result["backup"]) == (True, None)


def test_a_refused_backup_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    result = failure(Api(ApiError("POST", "/path", "No dumps", status=400)), monkeypatch)
    assert (result["msg"], result["changed"]) == ("POST /path failed with status 400: No dumps.", False)


def test_an_internal_error_has_a_traceback_and_the_known_state(monkeypatch: pytest.MonkeyPatch) -> None:
    result = failure(Api(RuntimeError("a defect")), monkeypatch)
    assert "please report it" in result["msg"]
    assert "It is unknown whether a backup was started" in result["msg"]
    assert (result["changed"], "Traceback" in result["exception"]) == (True, True)


def test_an_interruption_ends_the_wait_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    interruption = Interruption()
    waiting = threading.Event()

    class Slow(Api):
        def sleep(self, seconds: float) -> None:
            waiting.set()
            interruption.sleep(seconds)

    def interrupt() -> None:
        waiting.wait()
        interruption.request("SIGTERM")

    threading.Thread(target=interrupt, daemon=True).start()
    context = Context(False, pytest.fail, interruption=interruption)
    connect_to(
        Slow({"data": listed("new", status="scheduled")}, *[{"data": listed("new", status="scheduled")}] * 9),
        monkeypatch,
    )
    started = datetime.now(timezone.utc)
    with pytest.raises(TaskFailed, match="continues in Northflank: its status is 'scheduled'") as caught:
        addon_backup.run(params_of(addon_backup, addon_id="db", wait_interval=3600), context)
    assert (datetime.now(timezone.utc) - started).total_seconds() < 60
    assert caught.value.to_result()["changed"]


def test_an_interruption_before_the_start_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    context = Context(False, pytest.fail)
    context.interruption.request("SIGTERM")
    api = Api()
    connect_to(api, monkeypatch)
    with pytest.raises(TaskFailed, match="Interrupted by SIGTERM.") as caught:
        addon_backup.run(params_of(addon_backup, addon_id="db"), context)
    assert (caught.value.to_result()["changed"], api.requests) == (False, [])


@pytest.mark.parametrize("by", [{"backup_id": "old"}, {"name": "nightly"}])
def test_a_backup_is_deleted(by: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"data": listed("old")} if "backup_id" in by else page("backups", listed("old"))
    api = Api(found, {"data": {}})
    result = run(api, monkeypatch, state="absent", **by)
    assert (api.methods, result["changed"], result["backup"]["id"]) == (["GET", "DELETE"], True, "old")
    assert (result["diff"][0]["before"]["id"], result["diff"][0]["after"]) == ("old", {})


@pytest.mark.parametrize(
    ("by", "response"),
    [({"backup_id": "old"}, NOT_FOUND), ({"name": "nightly"}, page("backups")), ({"name": "nightly"}, NOT_FOUND)],
    ids=["no ID", "no name", "no addon"],
)
def test_absent_is_satisfied_without_the_backup(
    by: dict[str, str], response: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(Api(response), monkeypatch, state="absent", **by)
    assert (result["changed"], result["backup"], result["diff"]) == (False, None, [])


@pytest.mark.parametrize(
    ("by", "response", "message"),
    [
        ({"backup_id": "old"}, NOT_FOUND, "GET /path failed with status 404: Not found."),
        ({"name": "nightly"}, page("backups"), "shop/db has no backup with the name nightly."),
    ],
)
@pytest.mark.parametrize("state", ["retained", "aborted"])
def test_other_states_need_the_backup(
    state: str, by: dict[str, str], response: Any, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert failure(Api(response), monkeypatch, state=state, **by)["msg"] == message


def test_a_404_of_a_proxy_does_not_prove_that_a_backup_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    not_from_api = ApiError("GET", "/path", "not the API's JSON", status=404, is_from_api=False)
    assert failure(Api(not_from_api), monkeypatch, state="absent", name="nightly")["error"]["status"] == 404


@pytest.mark.parametrize("other", [{"name": "nightly"}, {"max_age": 10}])
def test_an_id_excludes_a_name_and_an_age(other: dict[str, Any]) -> None:
    with pytest.raises(InvalidOptions, match="backup_id: mutually exclusive with name and max_age"):
        addon_backup.run(params_of(addon_backup, addon_id="db", backup_id="old", **other), Context(False, pytest.fail))


@pytest.mark.parametrize("state", ["absent", "retained", "aborted"])
@pytest.mark.parametrize("by", [{}, {"backup_id": "old", "name": "nightly"}])
def test_other_states_need_an_id_or_a_name(state: str, by: dict[str, str]) -> None:
    with pytest.raises(InvalidOptions, match=f"backup_id: set either backup_id or name with state: {state}"):
        addon_backup.run(params_of(addon_backup, addon_id="db", state=state, **by), Context(False, pytest.fail))


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_empty_name_does_not_mean_a_backup_without_a_name(state: str) -> None:
    with pytest.raises(InvalidOptions, match="name: must not be empty"):
        volume_backup.run(params_of(volume_backup, volume_id="data", state=state, name=""), Context(False, pytest.fail))
