# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for the end of a backup, and checking its success."""

from __future__ import annotations

import re

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, Interrupted, NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._reconcile.backup_work import BackupState, BackupWork
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_backups import (
    NOT_FOUND,
    Addon,
    listed,
    work_on,
)


def waiting_for(addon: Addon, **options: object) -> BackupWork:
    work = work_on(addon, **options)  # type: ignore[arg-type]
    work.state = BackupState(Backup.from_api(next(iter(addon.backups.values()))), changed=True)
    return work


def test_the_wait_ends_with_the_backup() -> None:
    addon = Addon(listed("a", status="scheduled"), statuses=["in-progress", "in-progress", "completed"])
    work = waiting_for(addon)
    work.wait_for_end()
    assert (work.state.subject and work.state.subject.status, work.state.note) == ("completed", "")
    # The initial state needs no request.
    assert addon.sent == ["read"] * 3
    assert addon.slept == [5, 7.5, 11.25]


def test_progress_is_shown() -> None:
    shown: list[str] = []
    waiting_for(Addon(listed("a", status="scheduled"), statuses=["completed"]), show=shown.append).wait_for_end()
    assert shown == [
        "Backup nightly (a) of shop/db: its status is 'scheduled' after 0 s",
        "Backup nightly (a) of shop/db: its status is 'completed' after 5 s",
    ]


@pytest.mark.parametrize("options", [{"check_mode": True}, {"timeout": None}])
def test_no_wait_without_the_option(options: dict[str, object]) -> None:
    addon = Addon(listed("a", status="in-progress"))
    waiting_for(addon, **options).wait_for_end()
    assert (addon.sent, addon.slept) == ([], [])


@pytest.mark.parametrize("status", ["completed", "failed", "aborted", "not-supported"])
def test_no_wait_for_a_backup_that_has_ended(status: str) -> None:
    addon = Addon(listed("a", status=status))
    waiting_for(addon).wait_for_end()
    assert addon.sent == []


@pytest.mark.parametrize("status", ["in-progress", "aborting", "READY\nset"])
def test_at_the_deadline_the_backup_continues(status: str) -> None:
    addon = Addon(listed("a", status="scheduled"), statuses=[status] * 99)
    work = waiting_for(addon)
    with pytest.raises(NorthflankError, match="The backup has not ended after 100 s."):
        work.wait_for_end()
    assert sum(addon.slept) == 100
    shown = status.replace("\n", " ")
    assert work.state.changed
    assert work.state.note == f"Backup nightly (a) of shop/db continues in Northflank: its status is {shown!r}."
    assert work.state.hint == "Set backup_id to a to wait for it."


@pytest.mark.parametrize(
    "error",
    [
        ApiError("GET", "/path", "forbidden", status=403),
        ApiError("GET", "/path", "not the API's JSON", status=404, is_from_api=False),
        Interrupted("SIGTERM"),
    ],
)
def test_an_error_ends_the_wait_but_not_the_backup(error: NorthflankError) -> None:
    work = waiting_for(Addon(listed("a", status="scheduled"), read=[error]))
    with pytest.raises(type(error)):
        work.wait_for_end()
    assert "continues in Northflank: its status is 'scheduled'" in work.state.note


def test_a_backup_that_disappears() -> None:
    work = waiting_for(Addon(listed("a", status="scheduled"), read=[NOT_FOUND]))
    with pytest.raises(ApiError):
        work.wait_for_end()
    assert work.state.note == "Backup nightly (a) of shop/db no longer exists."


@pytest.mark.parametrize("status", ["completed", "in-progress", "READY"])
def test_success(status: str) -> None:
    waiting_for(Addon(listed("a", status=status))).check_success()


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (
            "failed",
            "Backup nightly (a) of shop/db was not successful: its status is 'failed'. It began at"
            " 2026-01-15T11:30:00.000Z and ended at 2026-01-15T11:59:00.000Z. Check the status, the free storage and"
            " the events of the addon in Northflank, and the destination of the backup. Then run the task again.",
        ),
        (
            "aborted",
            "its status is 'aborted'. It began at 2026-01-15T11:30:00.000Z. Run the task again to take another one.",
        ),
        ("not-supported", "Northflank does not support this backup of the addon. Try another backup_type."),
    ],
)
def test_the_end_without_success(status: str, message: str) -> None:
    with pytest.raises(NorthflankError, match=re.escape(message)):
        waiting_for(Addon(listed("a", status=status))).check_success()


def test_without_a_backup_nothing_is_checked() -> None:
    work = work_on(Addon())
    work.wait_for_end()
    work.check_success()
