# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup is taken once, or not at all if an existing one is sufficient."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, Interrupted, NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._model.backup_request import BackupRequest
from ansible_collections.community.northflank.plugins.module_utils._reconcile.backup_work import BackupState, BackupWork
from ansible_collections.community.northflank.plugins.module_utils._reconcile.take_backup import take_backup
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_backups import (
    CONFLICT,
    REFUSED,
    REQUEST_LOST,
    RESPONSE_LOST,
    Addon,
    listed,
    work_on,
)

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=timezone.utc)
UNREADABLE = (403, False, False)
NAMED = BackupRequest("nightly", "snapshot")
RECENT = BackupRequest(None, "snapshot", max_age=60)
ANY = BackupRequest(None, "snapshot")


def take(addon: Addon, request: BackupRequest = ANY, **options: Any) -> BackupWork:
    work = work_on(addon, **options)
    take_backup(work, request, "ansible-1", NOW)
    return work


def failed(addon: Addon, request: BackupRequest = ANY, **options: Any) -> tuple[BackupWork, NorthflankError]:
    work = work_on(addon, **options)
    with pytest.raises(NorthflankError) as caught:
        take_backup(work, request, "ansible-1", NOW)
    return work, caught.value


def outcome(work: BackupWork) -> tuple[str | None, bool]:
    return work.state.subject and work.state.subject.id, work.state.changed


@pytest.mark.parametrize(
    ("request_", "sent", "name"),
    [
        (ANY, ["post", "read"], "ansible-1"),
        (NAMED, ["list", "post", "read"], "nightly"),
        (RECENT, ["list", "post", "read"], "ansible-1"),
    ],
)
def test_a_backup_is_taken_and_waited_for(request_: BackupRequest, sent: list[str], name: str) -> None:
    addon = Addon(listed("old", "other", created="09:00"), statuses=["completed"])
    work = take(addon, request_)
    assert (addon.sent, addon.taken, outcome(work)) == (sent, [name], ("new-0", True))
    assert work.state.after == request_.settings()


@pytest.mark.parametrize("request_", [NAMED, RECENT])
def test_an_existing_backup_is_sufficient(request_: BackupRequest) -> None:
    for check_mode in (False, True):
        addon = Addon(listed("old"))
        assert outcome(take(addon, request_, check_mode=check_mode)) == ("old", False)
        assert addon.sent == ["list"]


@pytest.mark.parametrize("request_", [NAMED, RECENT])
def test_a_backup_in_progress_is_waited_for(request_: BackupRequest) -> None:
    addon = Addon(listed("old", status="in-progress"), statuses=["completed"])
    work = take(addon, request_)
    assert (addon.sent, outcome(work)) == (["list", "read"], ("old", False))
    assert work.state.subject and work.state.subject.is_completed


@pytest.mark.parametrize("request_", [NAMED, RECENT])
def test_an_unknown_status_counts_as_in_progress(request_: BackupRequest) -> None:
    addon = Addon(listed("old", status="READY"))
    work, error = failed(addon, request_)
    assert "has not ended" in str(error)
    assert (addon.taken, outcome(work)) == ([], ("old", False))


def test_a_backup_in_progress_that_fails_is_a_failure() -> None:
    work, error = failed(Addon(listed("old", status="in-progress"), statuses=["failed"]), NAMED)
    assert "its status is 'failed'" in str(error)
    assert outcome(work) == ("old", False)


@pytest.mark.parametrize("request_", [ANY, NAMED, RECENT])
def test_check_mode_sends_only_get_requests(request_: BackupRequest) -> None:
    addon = Addon(listed("old", "other", created="09:00"))
    work = take(addon, request_, check_mode=True)
    assert addon.sent == ["list"]
    predicted = Backup("", request_.name or "", "completed", "snapshot", "")
    assert work.state == BackupState(predicted, changed=True, after=request_.settings())
    no_wait = take(addon, request_, check_mode=True, timeout=None).state.subject
    assert no_wait and no_wait.status == "scheduled"


@pytest.mark.parametrize("status", ["failed", "aborted", "not-supported"])
def test_a_new_backup_without_success_is_a_failure(status: str) -> None:
    work, error = failed(Addon(statuses=["in-progress", status]))
    assert f"its status is {status!r}" in str(error)
    assert outcome(work) == ("new-0", True)


def test_without_a_wait_the_backup_is_returned_as_it_is() -> None:
    addon = Addon()
    work = take(addon, timeout=None)
    assert addon.sent == ["post"]
    assert work.state.subject and work.state.subject.status == "scheduled"


@pytest.mark.parametrize("request_", [ANY, NAMED, RECENT])
@pytest.mark.parametrize(
    ("post", "sent"),
    [
        ([RESPONSE_LOST], ["post", "list", "read"]),
        ([REQUEST_LOST], ["post", "list", "post", "read"]),
        ([REQUEST_LOST, RESPONSE_LOST], ["post", "list", "post", "list", "read"]),
    ],
)
def test_an_unknown_outcome_is_settled_by_the_list(request_: BackupRequest, post: list[Any], sent: list[str]) -> None:
    addon = Addon(statuses=["completed"], post=post)
    work = take(addon, request_)
    read_first = ["list"] if request_.accepts_existing else []
    assert addon.sent == read_first + sent
    assert (len(addon.taken), outcome(work)) == (1, ("new-0", True))


def test_a_conflict_with_the_first_attempt_is_no_other_backup() -> None:
    addon = Addon(statuses=["completed"])
    beginning(addon, listed("new-0", "ansible-1", "in-progress"))
    addon.script["post"].insert(0, REQUEST_LOST)
    assert outcome(take(addon)) == ("new-0", True)
    assert addon.sent == ["post", "list", "post", "list", "read"]


def test_an_older_backup_of_the_name_is_not_taken_for_the_new_one() -> None:
    aged = BackupRequest("nightly", "snapshot", max_age=60)
    addon = Addon(listed("old", created="09:00"), statuses=["completed"], post=[RESPONSE_LOST])
    assert outcome(take(addon, aged)) == ("new-0", True)
    addon = Addon(listed("old", created="09:00"), statuses=["completed"], post=[REQUEST_LOST])
    assert outcome(take(addon, aged)) == ("new-0", True)
    assert len(addon.taken) == 1


def test_a_backup_that_was_accepted_is_not_taken_again() -> None:
    addon = Addon(post=[(200, False, True)])
    work, _error = failed(addon)
    assert (addon.sent, work.state.changed) == (["post", "list"], True)
    assert "It is unknown whether a backup was started" in work.state.note


def test_an_outcome_that_stays_unknown_is_reported() -> None:
    work, error = failed(Addon(post=[RESPONSE_LOST], list=[UNREADABLE]))
    assert isinstance(error, ApiError) and error.method == "POST"
    assert work.state.changed
    assert work.state.note == (
        "It is unknown whether a backup was started: look for ansible-1 in the backups of shop/db before you run the"
        " task again."
    )


def test_a_defect_while_the_request_is_in_flight_leaves_a_note() -> None:
    work = work_on(Addon(post=[MemoryError()]))
    with pytest.raises(MemoryError):
        take_backup(work, ANY, "ansible-1", NOW)
    assert work.state.changed and work.state.note.startswith("It is unknown whether a backup was started")


@pytest.mark.parametrize("failures", [[REFUSED], [Interrupted("SIGTERM")], [REQUEST_LOST] * 3])
def test_a_backup_that_was_not_taken(failures: list[Any]) -> None:
    work, _error = failed(Addon(post=failures))
    assert work.state == BackupState()


def test_after_an_interruption_nothing_is_sent() -> None:
    interruption = Interruption()
    interruption.request("SIGTERM")
    addon = Addon()
    work, error = failed(addon, interruption=interruption)
    assert (addon.sent, work.state, str(error)) == ([], BackupState(), "Interrupted by SIGTERM.")


def beginning(addon: Addon, backup: dict[str, Any]) -> Addon:
    """Start another backup before the POST, so that the API rejects it."""

    def begin() -> None:
        addon.backups[backup["id"]] = backup
        raise ApiError("POST", "/path", "Another backup is in progress", status=409)

    addon.script["post"] = [begin]
    return addon


def test_a_conflicting_backup_that_is_sufficient_is_waited_for() -> None:
    for request, name in ((NAMED, "nightly"), (RECENT, "other")):
        addon = beginning(Addon(statuses=["completed"]), listed("theirs", name, "in-progress"))
        assert outcome(take(addon, request)) == ("theirs", False)


@pytest.mark.parametrize("request_", [ANY, NAMED, BackupRequest(None, "dump", max_age=60)])
def test_another_conflict_fails_with_the_words_of_the_api(request_: BackupRequest) -> None:
    addon = beginning(Addon(), listed("theirs", "other", "in-progress"))
    work, error = failed(addon, request_)
    assert "Another backup is in progress" in str(error)
    assert not work.state.changed
    assert work.state.note == (
        "Backup other (theirs) of shop/db has been in progress since 2026-01-15T11:30:00.000Z. Wait until it has ended,"
        " or set max_age to accept it."
    )


def test_a_conflict_without_a_backup_in_progress() -> None:
    work, error = failed(Addon(post=[CONFLICT]))
    assert (work.state, isinstance(error, ApiError) and error.status) == (BackupState(), 409)


def test_a_conflict_whose_cause_cannot_be_read() -> None:
    work, error = failed(Addon(post=[CONFLICT], list=[None, UNREADABLE]))
    assert (work.state, isinstance(error, ApiError) and error.status) == (BackupState(), 409)


def test_reading_ends_with_a_sufficient_backup() -> None:
    addon = Addon(*(listed(str(number), "other", created=f"10:{59 - number:02}") for number in range(3)), listed("old"))
    pages: list[int] = []
    many = [
        listed(str(number), "other", created=f"{11 - number // 60:02}:{59 - number % 60:02}") for number in range(150)
    ]
    many[50]["name"] = "nightly"

    def request(method: str, path: str, *, query: dict[str, Any], **options: Any) -> dict[str, Any]:
        start = int(query.get("cursor", 0))
        pages.append(start)
        more = {"hasNextPage": start == 0, "cursor": "100"}
        return {"data": {"backups": many[start : start + 100]}, "pagination": more}

    addon.request = request  # type: ignore[method-assign,assignment]
    assert outcome(take(addon, NAMED)) == ("50", False)
    assert pages == [0]
