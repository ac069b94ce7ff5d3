# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fork is created once, and nothing but the fork is deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, Interrupted, NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.backup_choice import BackupChoice
from ansible_collections.community.northflank.plugins.module_utils._model.fork import Fork, ForkSettings, Marker
from ansible_collections.community.northflank.plugins.module_utils._reconcile.fork_backup import (
    ForkRequest,
    ForkState,
    ForkWork,
    delete_fork,
    fork_backup,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_backups import (
    CONFLICT,
    NOT_FOUND,
    REFUSED,
    REQUEST_LOST,
    RESPONSE_LOST,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_forks import (
    MARKER,
    SOURCE,
    Api,
    fork,
    work_on,
)

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=timezone.utc)
NEWEST = BackupChoice(None, "newest")
OF_SOURCE = ForkSettings()
UNREADABLE = (403, False, False)
OTHERS = ["", "by hand", str(Marker("shop", "db", "ci-2")), str(Marker("shop", "other", "ci-1")), f"{MARKER} "]


def time_of(api: Api) -> Callable[[], datetime]:
    return lambda: NOW + timedelta(seconds=api.clock())


def create(api: Api, choice: BackupChoice = NEWEST, settings: ForkSettings = OF_SOURCE, **options: Any) -> ForkWork:
    work = work_on(api, **options)
    fork_backup(work, ForkRequest(SOURCE, choice, "drill", settings, MARKER), time_of(api))
    return work


def failed(api: Api, **options: Any) -> tuple[ForkWork, NorthflankError]:
    work = work_on(api, **options)
    with pytest.raises(NorthflankError) as caught:
        fork_backup(work, ForkRequest(SOURCE, NEWEST, "drill", ForkSettings(), MARKER), time_of(api))
    return work, caught.value


def delete(api: Api, **options: Any) -> ForkWork:
    work = work_on(api, **options)
    delete_fork(work, "drill", MARKER)
    return work


def not_deleted(api: Api, **options: Any) -> tuple[ForkWork, NorthflankError]:
    work = work_on(api, **options)
    with pytest.raises(NorthflankError) as caught:
        delete_fork(work, "drill", MARKER)
    return work, caught.value


def test_a_fork_is_created_and_waited_for() -> None:
    api = Api(statuses=("allocating", "running"))
    work = create(api)
    assert api.sent == ["addons", "source", "addon-types", "backups", "post", "fork", "fork"]
    assert api.bodies == [
        {
            "name": "drill",
            "description": str(MARKER),
            "type": "postgresql",
            "version": "16.4",
            "tlsEnabled": True,
            "billing": {"deploymentPlan": "small", "storage": 4096, "replicas": 1, "storageClass": "ssd"},
            "source": {"addonId": "db", "backupId": "nightly"},
        }
    ]
    times = ("2026-01-15T12:00:00Z", "2026-01-15T12:00:12Z")
    assert work.state.subject == Fork("shop", "drill", "drill", "running", "postgresql", MARKER, "nightly", *times)
    assert (work.state.changed, work.state.note) == (True, "")
    backup = work.state.details["backup"]
    assert (backup["id"], backup["created_at"]) == ("nightly", "2026-01-15T11:30:00.000Z")


def test_the_options_replace_the_settings_of_the_source() -> None:
    api = Api()
    create(api, settings=ForkSettings("16-latest", "large", 8192, 3))
    assert api.bodies[0]["version"] == "16-latest"
    assert api.bodies[0]["billing"] == {
        "deploymentPlan": "large",
        "storage": 8192,
        "replicas": 3,
        "storageClass": "ssd",
    }


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_existing_fork_is_used(check_mode: bool) -> None:
    api = Api(fork())
    work = create(api, check_mode=check_mode)
    assert api.sent == ["addons"]
    assert work.state == ForkState(Fork("shop", "drill", "drill", "running", "postgresql", MARKER))


def test_an_existing_fork_is_waited_for() -> None:
    api = Api(fork(status="allocating"))
    assert create(api).state.subject == Fork("shop", "drill", "drill", "running", "postgresql", MARKER)
    assert api.sent == ["addons", "fork"]


@pytest.mark.parametrize("description", OTHERS)
@pytest.mark.parametrize("check_mode", [False, True])
def test_another_addon_of_the_name_is_a_failure(description: str, check_mode: bool) -> None:
    api = Api(fork(description))
    work, error = failed(api, check_mode=check_mode)
    assert str(error).startswith("The addon shop/drill cannot be used: it")
    assert (api.bodies, work.state) == ([], ForkState())


@pytest.mark.parametrize("features", [{}, {"forkAddon": False}])
def test_a_type_that_does_not_support_forks_is_refused(features: dict[str, Any]) -> None:
    api = Api(features=features)
    work, error = failed(api)
    assert "shop/db cannot be forked" in str(error)
    assert (api.bodies, work.state) == ([], ForkState())


def test_unknown_settings_must_be_set() -> None:
    _work, error = failed(Api(config={}))
    assert str(error).endswith("Set these options: version, deployment_plan, storage, replicas.")


@pytest.mark.parametrize(("timeout", "status"), [(100, "running"), (None, "preDeployment")])
def test_check_mode_sends_only_get_requests(timeout: int | None, status: str) -> None:
    api = Api()
    state = create(api, check_mode=True, timeout=timeout).state
    assert api.sent == ["addons", "source", "addon-types", "backups"]
    assert state.subject == Fork("shop", "drill", "drill", status, "postgresql", MARKER, "nightly")
    assert (state.changed, dict(state.after)) == (True, dict(create(Api()).state.after))


def test_check_mode_predicts_the_backup() -> None:
    predicted, real = (create(Api(), check_mode=check_mode).state.details for check_mode in (True, False))
    assert predicted == real
    assert real["backup"]["id"] == "nightly"


def test_a_predicted_backup_is_not_read() -> None:
    api = Api()
    work = create(api, BackupChoice(""), check_mode=True)
    assert (work.state.changed, work.state.details, api.sent) == (True, {}, ["addons"])


def test_without_a_wait_the_end_is_not_known() -> None:
    fork = create(Api(), timeout=None).state.subject
    assert fork and (fork.started_at, fork.completed_at) == ("2026-01-15T12:00:00Z", None)


@pytest.mark.parametrize(
    ("post", "sent"),
    [
        ([RESPONSE_LOST], ["post", "addons"]),
        ([REQUEST_LOST], ["post", "addons", "post"]),
        ([REQUEST_LOST, RESPONSE_LOST], ["post", "addons", "post", "addons"]),
    ],
)
def test_an_unknown_outcome_is_settled_by_name_and_marker(post: list[Any], sent: list[str]) -> None:
    api = Api(post=post)
    work = create(api, timeout=None)
    assert (api.sent[4:], len(api.bodies), work.state.changed) == (sent, 1, True)
    assert work.state.subject and work.state.subject.addon_id == "drill"
    assert (work.state.subject.backup_id, work.state.details["backup"]["id"]) == ("nightly", "nightly")


@pytest.mark.parametrize(
    ("post", "started_at"),
    [
        ([RESPONSE_LOST], "2026-01-15T12:00:00Z"),
        ([REQUEST_LOST], "2026-01-15T12:00:07Z"),
        ([REQUEST_LOST, RESPONSE_LOST], "2026-01-15T12:00:07Z"),
    ],
)
def test_the_start_is_that_of_the_last_request(post: list[Any], started_at: str) -> None:
    fork = create(Api(post=post), timeout=None).state.subject
    assert fork and fork.started_at == started_at


def test_a_fork_that_is_running_after_an_unknown_outcome() -> None:
    api = Api(post=[RESPONSE_LOST])
    api.script["addons"] = [None, lambda: api.addons["drill"].update(status="running")]
    fork = create(api).state.subject
    assert fork and (fork.started_at, fork.completed_at) == ("2026-01-15T12:00:00Z", "2026-01-15T12:00:00Z")


def test_the_fork_of_a_concurrent_run_has_no_known_backup() -> None:
    api = Api(post=[CONFLICT])
    api.script["addons"] = [None, lambda: api.addons.update(drill=fork())]
    assert create(api).state == ForkState(Fork("shop", "drill", "drill", "running", "postgresql", MARKER))


def test_if_the_outcome_stays_unknown_that_is_reported() -> None:
    work, error = failed(Api(post=[RESPONSE_LOST], addons=[None, UNREADABLE]))
    assert (work.state.subject, work.state.changed) == (None, True)
    assert "It is unknown whether the fork was created: look for drill in the addons of project shop" in work.state.note
    assert isinstance(error, ApiError)


def test_a_fork_that_was_accepted_is_not_created_again() -> None:
    api = Api(post=[(200, False, True)])
    work, _error = failed(api)
    assert (api.sent[4:], work.state.subject, work.state.changed) == (["post", "addons"], None, True)
    assert "It is unknown whether the fork was created" in work.state.note


@pytest.mark.parametrize("post", [[REFUSED], [CONFLICT], [REQUEST_LOST] * 3])
def test_a_refused_fork_changes_nothing(post: list[Any]) -> None:
    work, _error = failed(Api(post=post))
    assert work.state == ForkState(details=work.state.details)
    assert work.state.details["backup"]["id"] == "nightly"


@pytest.mark.parametrize(("post", "in_doubt"), [(CONFLICT, False), (REQUEST_LOST, True)])
def test_an_addon_of_another_client_is_not_the_fork(post: Any, in_doubt: bool) -> None:
    api = Api(post=[post])
    api.script["addons"] = [None, lambda: api.addons.update(drill=fork("by hand"))]
    work, error = failed(api)
    assert "Another addon with this name was created at the same time." in str(error)
    assert (work.state.subject, work.state.changed) == (None, in_doubt)


def test_another_description_than_requested_is_a_failure() -> None:
    api = Api(fork=[lambda: api.addons["drill"].update(description="edited")])
    work, error = failed(api)
    assert "Fork shop/drill does not have the description that was requested" in str(error)
    assert work.state.changed


@pytest.mark.parametrize("status", ["failed", "error", "errorAllocating"])
def test_a_fork_that_does_not_run_is_a_failure(status: str) -> None:
    work, error = failed(Api(statuses=("allocating", status)))
    assert str(error) == (f"Fork shop/drill is not running: its status is {status!r}. Check its events in Northflank.")
    assert work.state.hint == "Delete it with state: absent, then run the task again."
    assert work.state.changed
    assert work.state.subject and work.state.subject.started_at == "2026-01-15T12:00:00Z"
    assert work.state.subject.completed_at is None


def test_a_fork_that_is_being_deleted_is_a_failure() -> None:
    work, error = failed(Api(fork(status="deleting")))
    assert str(error).startswith("Fork shop/drill is not running: its status is 'deleting'.")
    assert work.state.hint == "Wait until it is deleted, then run the task again."


def test_at_the_deadline_the_creation_continues() -> None:
    work, error = failed(Api(statuses=("allocating",) * 99))
    assert str(error) == "The fork has not ended after 100 s."
    assert work.state.note == "Fork shop/drill continues in Northflank: its status is 'allocating'."
    assert work.state.hint == "Run the task again with the same run_id to wait for it."


def test_a_fork_that_disappears() -> None:
    work, _error = failed(Api(fork=[NOT_FOUND]))
    assert (work.state.note, work.state.hint) == ("Fork shop/drill no longer exists.", "")


def test_an_interrupted_task_creates_nothing() -> None:
    interruption = Interruption()
    work, error = failed(Api(backups=[lambda: interruption.request("SIGTERM")]), interruption=interruption)
    assert (work.state, isinstance(error, Interrupted)) == (ForkState(details=work.state.details), True)


@pytest.mark.parametrize(("check_mode", "sent"), [(False, ["addons", "fork", "delete"]), (True, ["addons", "fork"])])
def test_a_fork_is_deleted(check_mode: bool, sent: list[str]) -> None:
    api = Api(fork())
    state = delete(api, check_mode=check_mode).state
    assert (api.sent, state.changed, state.before["addon_id"]) == (sent, True, "drill")
    assert not {"started_at", "completed_at", "seconds"} & state.before.keys()
    assert ("drill" in api.addons) == check_mode


@pytest.mark.parametrize(
    "other", [fork(status="deleting", id_="drill-1"), fork("by hand", id_="drill-1"), fork("", "deleting", "drill-1")]
)
def test_another_addon_with_the_name_does_not_hide_the_fork(other: dict[str, Any]) -> None:
    addons = ({**other, "name": "drill"}, fork())
    state = create(Api(*addons)).state
    assert state.subject and (state.subject.addon_id, state.changed) == ("drill", False)
    api = Api(*addons)
    assert (delete(api).state.changed, set(api.addons)) == (True, {"db", "drill-1"})


@pytest.mark.parametrize("addons", [(), (fork(status="deleting"),), (fork(id_="other"),)])
def test_nothing_to_delete(addons: tuple[dict[str, Any], ...]) -> None:
    api = Api(*addons)
    assert (delete(api).state, api.sent) == (ForkState(), ["addons"])


@pytest.mark.parametrize("description", OTHERS)
@pytest.mark.parametrize("check_mode", [False, True])
def test_nothing_else_is_deleted(description: str, check_mode: bool) -> None:
    api = Api(fork(description))
    work, error = not_deleted(api, check_mode=check_mode)
    assert str(error).startswith("The addon shop/drill was not deleted: it")
    assert (api.sent, work.state) == (["addons"], ForkState())


@pytest.mark.parametrize(
    ("failures", "sent"),
    [
        ([RESPONSE_LOST], ["delete", "fork"]),
        ([REQUEST_LOST], ["delete", "fork", "delete"]),
        ([(404, True, False)], ["delete", "fork"]),
        ([NOT_FOUND], ["delete", "fork", "delete"]),
        ([REQUEST_LOST, REQUEST_LOST, RESPONSE_LOST], ["delete", "fork", "delete", "fork", "delete", "fork"]),
    ],
)
def test_a_deletion_is_settled_by_a_read(failures: list[Any], sent: list[str]) -> None:
    api = Api(fork(), delete=failures)
    assert delete(api).state.changed
    assert (api.sent[2:], "drill" in api.addons) == (sent, False)


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_addon_that_replaced_the_fork_after_the_list_is_not_deleted(check_mode: bool) -> None:
    api = Api(fork())
    api.script["fork"] = [lambda: api.addons.update(drill=fork("by hand"))]
    work, error = not_deleted(api, check_mode=check_mode)
    assert str(error).startswith("The addon shop/drill was not deleted: its description is not the marker")
    assert (api.sent, work.state) == (["addons", "fork"], ForkState())


def test_another_addon_in_the_response_is_not_deleted() -> None:
    api = Api(fork())
    api.script["fork"] = [lambda: api.addons.update(drill=fork(id_="other"))]
    work, _error = not_deleted(api)
    assert (api.sent, work.state) == (["addons", "fork"], ForkState())


def test_a_fork_that_disappears_after_the_list_needs_no_deletion() -> None:
    api = Api(fork(), fork=[NOT_FOUND])
    assert (delete(api).state, api.sent) == (ForkState(), ["addons", "fork"])


def test_an_addon_in_the_place_of_the_fork_is_not_deleted() -> None:
    api = Api(fork(), delete=[RESPONSE_LOST])
    api.script["fork"] = [None, lambda: api.addons.update(drill=fork("by hand"))]
    work, error = not_deleted(api)
    assert "Its description was changed at the same time, so it was not deleted." in str(error)
    assert (api.sent, work.state.changed) == (["addons", "fork", "delete", "fork"], True)
    assert "It is unknown whether shop/drill was deleted." in work.state.note


def test_before_a_deletion_that_was_not_sent_is_repeated_the_fork_is_read_again() -> None:
    not_sent = ApiError("DELETE", "/", "failed", transient=True)
    api = Api(fork(), delete=[not_sent])
    assert delete(api).state.changed
    assert api.sent == ["addons", "fork", "delete", "fork", "delete"]
    work, _error = not_deleted(Api(fork(), delete=[not_sent] * 3))
    assert not work.state.changed


def test_a_404_that_is_not_from_the_api_proves_no_deletion() -> None:
    not_from_the_api = ApiError("GET", "/", "failed", status=404, is_from_api=False)
    work, _error = not_deleted(Api(fork(), delete=[RESPONSE_LOST], fork=[None, not_from_the_api]))
    assert (work.state.changed, bool(work.state.note)) == (True, True)


def test_if_it_stays_unknown_whether_it_was_deleted_that_is_reported() -> None:
    work, _error = not_deleted(Api(fork(), delete=[RESPONSE_LOST], fork=[None, UNREADABLE]))
    assert work.state.changed
    assert work.state.note == "It is unknown whether shop/drill was deleted. Run the task again."


@pytest.mark.parametrize("failures", [[REFUSED], [REQUEST_LOST] * 3])
def test_a_refused_deletion_changes_nothing(failures: list[Any]) -> None:
    work, _error = not_deleted(Api(fork(), delete=failures))
    assert (work.state.changed, work.state.subject and work.state.subject.addon_id) == (False, "drill")
