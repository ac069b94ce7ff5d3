# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work on a long operation: the wait for its end. test_backup_work.py and test_restore_backup.py have more."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._model.restore import Restore
from ansible_collections.community.northflank.plugins.module_utils._reconcile.restore_backup import RestoreState
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_restores import (
    Api,
    work_on,
)


def test_the_state_is_that_of_the_last_read() -> None:
    shown: list[str] = []
    work = work_on(Api(), timeout=10, show=shown.append)
    work.state = RestoreState(Restore("1", "nightly", "scheduled"), changed=True, after={"a": 1})
    with pytest.raises(NorthflankError, match="The thing has not ended after 10 s."):
        work.wait_until_ended(lambda: Restore("1", "nightly", "in-progress"), "thing", "Thing 1", "Wait.")
    assert work.state == RestoreState(
        Restore("1", "nightly", "in-progress"),
        changed=True,
        after={"a": 1},
        note="Thing 1 continues in Northflank: its status is 'in-progress'.",
        hint="Wait.",
    )
    assert shown[-1] == "Thing 1: its status is 'in-progress' after 10 s"


def test_nothing_to_wait_for() -> None:
    work = work_on(Api())
    work.wait_until_ended(lambda: pytest.fail("must not be read"), "thing", "Thing 1", "")
    assert work.state == RestoreState()
