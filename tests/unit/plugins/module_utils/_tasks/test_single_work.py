# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task that is about one long operation. test_on_demand_backup.py and test_addon_restore.py have more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.restore import Restore
from ansible_collections.community.northflank.plugins.module_utils._reconcile.restore_backup import (
    RestoreState,
    RestoreWork,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_restore
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.plugins.module_utils._tasks.single_work import (
    run_single,
    waiting_errors,
    waiting_of,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_restores import (
    Api,
    work_on,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of

PARAMS = params_of(addon_restore, addon_id="db", wait_timeout=60, wait_interval=2)
RESTORE = Restore("1", "nightly", "in-progress")


def failure(work: RestoreWork, carry_out: Callable[[], None], interruption: Interruption | None = None) -> dict:
    context = Context(False, pytest.fail, interruption=interruption or Interruption())
    with pytest.raises(TaskFailed) as caught:
        run_single(work, carry_out, "restore", work.transport, PARAMS, context)
    return caught.value.result


def test_the_options_of_the_wait() -> None:
    assert waiting_errors(PARAMS) == []
    assert waiting_errors({"wait_timeout": 604801, "wait_interval": 0}) == [
        "wait_timeout: 604801 is not between 1 and 604800 seconds",
        "wait_interval: 0 is not between 1 and 3600 seconds",
    ]
    waiting = waiting_of(PARAMS, Context(False, pytest.fail))
    assert (waiting.timeout, waiting.interval) == (60, 2)
    assert waiting_of({**PARAMS, "wait": False}, Context(False, pytest.fail)).timeout is None


def test_a_failure_before_any_work() -> None:
    def carry_out() -> None:
        raise NorthflankError("No.")

    result = failure(work_on(Api()), carry_out)
    assert (result["changed"], result["restore"], result["diff"], result["msg"]) == (False, None, [], "No.")


def test_the_details_of_a_state_are_in_the_result() -> None:
    work = work_on(Api())

    def run(*details: str) -> dict:
        context = Context(False, pytest.fail)
        return run_single(work, lambda: None, "restore", work.transport, PARAMS, context, details)

    assert run().keys() == {"changed", "restore", "diff", "requests", "rate_limit"}
    assert run("backup") == {**run(), "backup": None}
    work.state = RestoreState(RESTORE, details={"backup": 1})
    assert run("backup") == {**run(), "backup": 1}


def test_a_failure_reports_what_is_known() -> None:
    work = work_on(Api())

    def carry_out() -> None:
        work.state = RestoreState(RESTORE, changed=True, after={"backup_id": "nightly"}, note="It continues.")
        raise NorthflankError("No.")

    result = failure(work, carry_out)
    assert (result["changed"], result["restore"], result["msg"]) == (True, RESTORE.to_result(), "No. It continues.")
    assert result["diff"][0]["after"] == {"backup_id": "nightly"}


def test_the_message_ends_with_the_hint() -> None:
    work = work_on(Api())

    def carry_out() -> None:
        work.state = RestoreState(RESTORE, changed=True, note="It continues.", hint="Wait.")
        raise NorthflankError("No.")

    def carry_out_nothing() -> None:
        raise NorthflankError("No.")

    result = failure(work, carry_out)
    assert (result["msg"], result["hint"]) == ("No. It continues. Wait.", "Wait.")
    assert "hint" not in failure(work_on(Api()), carry_out_nothing)


def test_an_unexpected_exception_reports_what_is_known() -> None:
    work = work_on(Api())

    def carry_out() -> None:
        work.state = RestoreState(RESTORE, changed=True, note="It continues.")
        raise ValueError("unexpected")

    result = failure(work, carry_out)
    assert (result["changed"], result["restore"]["id"]) == (True, "1")
    assert result["msg"].startswith("Internal error in community.northflank")
    assert result["msg"].endswith("It continues.")
    assert "ValueError: unexpected" in result["exception"]


@pytest.mark.parametrize(
    ("state", "summary"),
    [
        (RestoreState(RESTORE, changed=True, after={"backup_id": "nightly"}), "Restore 1 of shop/db has the status"),
        (RestoreState(RESTORE, changed=True, before={"id": "1"}), "Restore 1 of shop/db was deleted."),
        (RestoreState(RESTORE), "Nothing was changed."),
        (RestoreState(), "Nothing was changed."),
    ],
)
def test_a_task_that_is_interrupted_at_its_end_reports_what_it_did(state: RestoreState, summary: str) -> None:
    work, interruption = work_on(Api()), Interruption()

    def carry_out() -> None:
        work.state = state
        interruption.request("SIGTERM")

    result = failure(work, carry_out, interruption)
    assert result["msg"].startswith(f"Interrupted by SIGTERM after the addon had been processed. {summary}")
    assert result["changed"] == state.changed


def test_in_check_mode_nothing_was_changed() -> None:
    work = work_on(Api(), check_mode=True)
    work.state = RestoreState(RESTORE, changed=True)
    assert work.summary() == "Nothing was changed."
