# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An existing backup is retained, aborted or deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, Interrupted, NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._reconcile.backup_work import BackupState, BackupWork
from ansible_collections.community.northflank.plugins.module_utils._reconcile.change_backup import (
    abort,
    delete,
    find_backup,
    retain,
    wait_for,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_backups import (
    CONFLICT,
    NOT_FOUND,
    REFUSED,
    REQUEST_LOST,
    RESPONSE_LOST,
    Addon,
    listed,
    work_on,
)

Change = Callable[[BackupWork, Backup], None]
UNREADABLE = (403, False, False)
EACH = pytest.mark.parametrize(
    ("change", "sent", "status"),
    [(retain, "retain", "completed"), (abort, "abort", "in-progress"), (delete, "delete", "completed")],
)


def run(change: Change, addon: Addon, **options: Any) -> BackupWork:
    work = work_on(addon, **{"timeout": None, **options})
    change(work, Backup.from_api(next(iter(addon.backups.values()))))
    return work


def failed(change: Change, addon: Addon) -> tuple[BackupWork, NorthflankError]:
    work = work_on(addon, timeout=None)
    with pytest.raises(NorthflankError) as caught:
        change(work, Backup.from_api(next(iter(addon.backups.values()))))
    return work, caught.value


def test_a_backup_is_found_by_id() -> None:
    addon = Addon(listed("a"))
    found = find_backup(work_on(addon), "a", None)
    assert (found and found.id, addon.sent) == ("a", ["read"])


def test_a_backup_is_found_by_name() -> None:
    addon = Addon(listed("a", "other"), listed("b"))
    found = find_backup(work_on(addon), None, "nightly")
    assert (found and found.id, addon.sent) == ("b", ["list"])
    assert find_backup(work_on(addon), None, "none") is None


def test_several_backups_of_a_name_are_listed() -> None:
    with pytest.raises(NorthflankError) as caught:
        find_backup(work_on(Addon(listed("a"), listed("b", created="10:00"))), None, "nightly")
    assert str(caught.value) == (
        "2 backups of shop/db have the name nightly. Set backup_id instead of name to one of: a (from"
        " 2026-01-15T11:30:00.000Z), b (from 2026-01-15T10:00:00.000Z)."
    )


@EACH
def test_one_request_changes_it(change: Change, sent: str, status: str) -> None:
    addon = Addon(listed("a", status=status))
    work = run(change, addon)
    assert (addon.sent, work.state.changed, work.state.note) == ([sent], True, "")
    assert work.state.subject and work.state.subject.id == "a"


@EACH
def test_check_mode_sends_nothing_and_predicts_it(change: Change, sent: str, status: str) -> None:
    addon = Addon(listed("a", status=status))
    predicted = run(change, addon, check_mode=True).state
    assert addon.sent == []
    assert predicted == run(change, addon).state


@EACH
def test_a_lost_request_is_repeated(change: Change, sent: str, status: str) -> None:
    addon = Addon(listed("a", status=status), **{sent: [REQUEST_LOST]})
    work = run(change, addon)
    assert addon.sent.count(sent) == 2
    assert (work.state.changed, work.state.note) == (True, "")


@pytest.mark.parametrize(
    ("change", "sent", "status"), [(abort, "abort", "in-progress"), (delete, "delete", "completed")]
)
def test_a_lost_response_is_settled_by_a_read(change: Change, sent: str, status: str) -> None:
    addon = Addon(listed("a", status=status), **{sent: [RESPONSE_LOST]})
    work = run(change, addon)
    assert addon.sent == [sent, "read"]
    assert (work.state.changed, work.state.note) == (True, "")


@EACH
def test_a_refused_request_changes_nothing(change: Change, sent: str, status: str) -> None:
    work, error = failed(change, Addon(listed("a", status=status), **{sent: [REFUSED]}))
    assert isinstance(error, ApiError) and error.status == 400
    assert (work.state.changed, work.state.note) == (False, "")


@EACH
def test_an_interruption_before_the_request_changes_nothing(change: Change, sent: str, status: str) -> None:
    work, _error = failed(change, Addon(listed("a", status=status), **{sent: [Interrupted("SIGTERM")]}))
    assert (work.state.changed, work.state.note) == (False, "")


@EACH
def test_an_outcome_that_stays_unknown_is_reported(change: Change, sent: str, status: str) -> None:
    addon = Addon(listed("a", status=status), read=[UNREADABLE], **{sent: [RESPONSE_LOST] * 3})
    work, error = failed(change, addon)
    assert isinstance(error, ApiError) and error.outcome_unknown
    assert work.state.changed
    assert work.state.note == (
        "Backup nightly (a) of shop/db: it is unknown whether the request took effect; run the task again."
    )


def test_a_backup_that_still_exists_was_not_deleted() -> None:
    work, _error = failed(delete, Addon(listed("a"), delete=[REQUEST_LOST] * 3))
    assert (work.state.changed, work.state.note) == (False, "")


def test_a_backup_that_is_gone_was_deleted() -> None:
    work = run(delete, Addon(listed("a"), delete=[NOT_FOUND], read=[NOT_FOUND]))
    assert work.state.changed
    assert work.state.before["id"] == "a"


def test_a_404_of_a_proxy_does_not_prove_that_a_backup_was_deleted() -> None:
    not_from_api = ApiError("GET", "/path", "not the API's JSON", status=404, is_from_api=False)
    work, error = failed(delete, Addon(listed("a"), delete=[not_from_api], read=[not_from_api]))
    assert (error, work.state.changed) == (not_from_api, False)


def test_a_backup_is_expected_to_succeed() -> None:
    addon = Addon(listed("a", status="in-progress"), statuses=["in-progress", "completed"])
    work = run(wait_for, addon, timeout=100)
    assert (addon.sent, work.state.changed) == (["read", "read"], False)
    assert work.state.subject and work.state.subject.is_completed
    with pytest.raises(NorthflankError, match="was not successful"):
        run(wait_for, Addon(listed("a", status="failed")))


def test_an_abort_is_waited_for() -> None:
    addon = Addon(listed("a", status="in-progress"), statuses=["aborting", "aborted"])
    work = run(abort, addon, timeout=100)
    assert addon.sent == ["abort", "read", "read"]
    assert (work.state.changed, work.state.subject and work.state.subject.status) == (True, "aborted")


def test_a_backup_that_ends_before_it_is_stopped_is_not_changed() -> None:
    work = run(abort, Addon(listed("a", status="in-progress"), statuses=["completed"]), timeout=100)
    assert work.state == BackupState(work.state.subject)
    assert work.state.subject and work.state.subject.is_completed


def test_a_refused_abort_of_a_backup_that_is_stopping_is_settled_by_a_read() -> None:
    addon = Addon(listed("a", status="in-progress"), statuses=["aborting"], abort=[CONFLICT])
    assert run(abort, addon).state.changed


@pytest.mark.parametrize("status", ["completed", "failed", "aborted", "not-supported", "aborting"])
def test_a_backup_that_is_not_in_progress_is_not_aborted(status: str) -> None:
    addon = Addon(listed("a", status=status))
    work = run(abort, addon)
    assert (addon.sent, work.state) == ([], BackupState(Backup.from_api(listed("a", status=status))))
