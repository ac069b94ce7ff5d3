# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup is restored once, or not at all if that is not possible or not necessary."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, Interrupted, NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.backup_choice import BackupChoice
from ansible_collections.community.northflank.plugins.module_utils._model.restore import Restore
from ansible_collections.community.northflank.plugins.module_utils._reconcile.restore_backup import (
    RestoreRequest,
    RestoreState,
    RestoreWork,
    restore_backup,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_backups import (
    CONFLICT,
    REFUSED,
    REQUEST_LOST,
    RESPONSE_LOST,
    listed,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_restores import (
    SOURCE,
    TARGET,
    Api,
    restored,
    work_on,
)

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=timezone.utc)
BY_ID, NEWEST = BackupChoice("nightly"), BackupChoice(None, "newest")
UNREADABLE = (403, False, False)


def restore(
    api: Api, choice: BackupChoice = BY_ID, source: Resource = TARGET, once: bool = False, **options: Any
) -> RestoreWork:
    work = work_on(api, **options)
    restore_backup(work, RestoreRequest(source, choice, once), NOW)
    return work


def failed(api: Api, *arguments: Any, once: bool = False, **options: Any) -> tuple[RestoreWork, NorthflankError]:
    work = work_on(api, **options)
    choice, source = (*arguments, BY_ID, TARGET)[:2] if len(arguments) != 1 else (arguments[0], TARGET)
    with pytest.raises(NorthflankError) as caught:
        restore_backup(work, RestoreRequest(source, choice, once), NOW)
    return work, caught.value


def outcome(work: RestoreWork) -> tuple[str | None, bool]:
    return work.state.subject and work.state.subject.id, work.state.changed


@pytest.mark.parametrize(
    ("choice", "source", "sent"),
    [
        (BY_ID, TARGET, ["restores", "backup", "post", "restores"]),
        (NEWEST, TARGET, ["restores", "backups", "post", "restores"]),
        (BY_ID, SOURCE, ["restores", "backup", "addon", "addon", "post", "restores"]),
    ],
)
def test_a_backup_is_restored(choice: BackupChoice, source: Resource, sent: list[str]) -> None:
    api = Api(restored("old", "weekly"))
    work = restore(api, choice, source)
    assert (api.sent, api.started, outcome(work)) == (sent, ["nightly"], ("new-1", True))
    assert work.state.subject and work.state.subject.is_completed
    assert work.state.before == {"backup_id": "weekly"}
    assert work.state.after == {
        "backup_id": "nightly",
        "backup_created_at": "2026-01-15T11:30:00.000Z",
        "source": str(source),
    }


@pytest.mark.parametrize(("choice", "sent"), [(BY_ID, ["restores"]), (NEWEST, ["restores", "backups"])])
@pytest.mark.parametrize("check_mode", [False, True])
def test_an_earlier_restore_is_enough(choice: BackupChoice, sent: list[str], check_mode: bool) -> None:
    api = Api(restored("older", "weekly", at="2026-01-14"), restored("old"), restored("no", "weekly", "not-supported"))
    work = restore(api, choice, once=True, check_mode=check_mode)
    assert (api.sent, outcome(work)) == (sent, ("old", False))


@pytest.mark.parametrize(
    "latest", [restored("new", "weekly"), restored("new", status="failed"), restored("new", status="aborted")]
)
def test_an_earlier_restore_is_not_enough(latest: dict[str, Any]) -> None:
    api = Api(restored("old", at="2026-01-14"), latest)
    assert outcome(restore(api, once=True)) == ("new-1", True)


@pytest.mark.parametrize("status", ["scheduled", "in-progress", "READY"])
def test_a_restore_in_progress_is_waited_for(status: str) -> None:
    api = Api(restored("old", status=status))
    api.script["restores"] = [None, lambda: api.restores[0].update(status="completed")]
    work = restore(api, once=True)
    assert (api.sent, outcome(work)) == (["restores", "restores"], ("old", False))
    assert work.state.subject and work.state.subject.is_completed


def test_a_restore_that_has_not_begun_yet_is_waited_for() -> None:
    api = Api(restored("old", "weekly"), restored("new", status="scheduled", at=""))
    api.script["restores"] = [None, lambda: api.restores[1].update(status="completed")]
    assert outcome(restore(api, once=True)) == ("new", False)


def test_an_earlier_restore_is_not_enough_if_another_has_not_begun_yet() -> None:
    api = Api(restored("old"), restored("new", "weekly", "scheduled", at=""))
    _work, error = failed(api, once=True)
    assert str(error) == (
        "Nothing was restored: Restore new of shop/db (backup weekly) is in progress."
        " Wait until it has ended, then run the task again."
    )


@pytest.mark.parametrize("once", [False, True])
def test_another_restore_in_progress_is_a_failure(once: bool) -> None:
    api = Api(restored("old", "weekly", "in-progress"))
    work, error = failed(api, once=once)
    assert str(error) == (
        "Nothing was restored: Restore old of shop/db (backup weekly) has been in progress since"
        " 2026-01-15T11:00:00.000Z. Wait until it has ended, then run the task again."
    )
    assert (api.started, work.state) == ([], RestoreState())


def test_a_backup_that_is_not_completed_is_not_restored() -> None:
    api = Api(backups=(listed("nightly", status="in-progress"),))
    work, error = failed(api)
    assert "Backup nightly (nightly) of shop/db is not completed: its status is 'in-progress'" in str(error)
    assert (api.started, work.state) == ([], RestoreState())


def test_an_addon_of_another_type_is_not_restored() -> None:
    api = Api(types={"copy": "mysql"})
    work, error = failed(api, BY_ID, SOURCE)
    assert "shop/copy is an addon of type mysql, but shop/db is of type postgresql" in str(error)
    assert (api.started, work.state) == ([], RestoreState())


@pytest.mark.parametrize(("timeout", "status"), [(100, "completed"), (None, "scheduled")])
def test_check_mode_sends_only_get_requests(timeout: int | None, status: str) -> None:
    api = Api()
    work = restore(api, NEWEST, check_mode=True, timeout=timeout)
    assert (api.sent, api.started) == (["restores", "backups"], [])
    assert (work.state.subject, work.state.changed) == (Restore("", "nightly", status), True)


def test_a_predicted_backup_is_not_read() -> None:
    api = Api()
    work = restore(api, BackupChoice(""), check_mode=True)
    assert (api.sent, work.state.changed, work.state.after) == ([], True, {"source": "shop/db"})


@pytest.mark.parametrize("check_mode", [False, True])
def test_what_check_mode_predicts(check_mode: bool) -> None:
    state = restore(Api(restored("old")), check_mode=check_mode).state
    assert (dict(state.before), state.after["backup_id"], state.changed) == ({"backup_id": "nightly"}, "nightly", True)


@pytest.mark.parametrize(
    ("post", "sent"),
    [
        ([RESPONSE_LOST], ["post", "restores"]),
        ([REQUEST_LOST], ["post", "restores", "post"]),
        ([REQUEST_LOST, RESPONSE_LOST], ["post", "restores", "post", "restores"]),
    ],
)
def test_an_unknown_outcome_is_settled_by_the_list(post: list[Any], sent: list[str]) -> None:
    api = Api(restored("old"), post=post)
    work = restore(api, timeout=None)
    assert (api.sent[2:], api.started, outcome(work)) == (sent, ["nightly"], ("new-1", True))


def test_if_the_outcome_stays_unknown_that_is_reported() -> None:
    work, error = failed(Api(post=[RESPONSE_LOST], restores=[None, UNREADABLE]))
    assert (work.state.subject, work.state.changed) == (None, True)
    assert work.state.note == (
        "It is unknown whether the restore of backup nightly was started: check the restores of shop/db before you run"
        " the task again."
    )
    assert isinstance(error, ApiError) and error.outcome_unknown


def test_a_restore_that_was_accepted_is_not_started_again() -> None:
    api = Api(post=[(200, False, True)])
    work, _error = failed(api)
    assert (api.sent[2:], work.state.subject, work.state.changed) == (["post", "restores"], None, True)
    assert "It is unknown whether the restore of backup nightly was started" in work.state.note


@pytest.mark.parametrize("post", [[REFUSED], [CONFLICT], [REQUEST_LOST] * 3])
def test_a_refused_restore_changes_nothing(post: list[Any]) -> None:
    api = Api(restored("old"), post=post)
    work, _error = failed(api)
    assert (api.started, work.state) == ([], RestoreState())


def test_a_conflict_with_a_restore_of_the_same_backup_is_waited_for() -> None:
    api = Api(post=[CONFLICT])
    api.script["restores"] = [None, lambda: api.restores.append(restored("other"))]
    assert outcome(restore(api)) == ("other", False)


def test_an_interrupted_task_restores_nothing() -> None:
    interruption = Interruption()
    api = Api(backup=[lambda: interruption.request("SIGTERM")])
    work, error = failed(api, interruption=interruption)
    assert (api.started, work.state, str(error)) == ([], RestoreState(), "Interrupted by SIGTERM.")
    assert isinstance(error, Interrupted)


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("failed", "The data of the addon may be incomplete. Check the free storage"),
        ("aborted", "The data of the addon may be incomplete. Restore it again."),
        ("not-supported", "Northflank does not support this restore."),
    ],
)
def test_a_restore_without_success_is_a_failure(status: str, advice: str) -> None:
    work, error = failed(Api(statuses=("in-progress", status)))
    message = f"Restore new-1 of shop/db was not successful: its status is {status!r}. {advice}"
    assert re.match(re.escape(message), str(error))
    assert outcome(work) == ("new-1", True)


@pytest.mark.parametrize(
    ("is_from_api", "note", "hint"),
    [
        (True, "Restore new-1 of shop/db no longer exists.", ""),
        # A proxy does not know whether it exists.
        (
            False,
            "Restore new-1 of shop/db continues in Northflank: its status is 'scheduled'.",
            "Run the task again with once: true to wait for it.",
        ),
    ],
)
def test_an_addon_that_no_longer_exists_has_no_restore(is_from_api: bool, note: str, hint: str) -> None:
    gone = ApiError("GET", "/path", "not found", status=404, is_from_api=is_from_api)
    work, error = failed(Api(restores=[None, gone]))
    assert error is gone
    assert (outcome(work), work.state.note, work.state.hint) == (("new-1", True), note, hint)


def test_at_the_deadline_the_restore_continues() -> None:
    work, error = failed(Api(statuses=("in-progress",) * 99))
    assert str(error) == "The restore has not ended after 100 s."
    assert work.state.note == "Restore new-1 of shop/db continues in Northflank: its status is 'in-progress'."
    assert work.state.hint == "Run the task again with once: true to wait for it."


def test_without_a_wait_the_restore_is_not_read() -> None:
    api = Api()
    work = restore(api, timeout=None)
    assert api.sent == ["restores", "backup", "post"]
    assert work.state.subject == Restore("new-1", "nightly", "scheduled")


def test_a_restore_that_is_not_listed_yet_is_waited_for() -> None:
    api = Api()
    api.script["restores"] = [None, api.restores.clear, lambda: api.restores.append(restored("new-1"))]
    api.statuses.clear()
    assert outcome(restore(api)) == ("new-1", True)
