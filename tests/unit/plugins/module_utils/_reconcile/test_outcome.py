# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of an addon while a plan is applied."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._reconcile.outcome import State, is_same
from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan import Action
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_addon import (
    existing_schedule,
    snapshot,
)

HOURLY, DAILY, WEEKLY = existing_schedule("hourly"), existing_schedule("daily"), existing_schedule("weekly")
STATE = State((HOURLY, DAILY))
NOTE = "The old daily snapshot schedule may be lost. {} Its settings are in lost_schedules."


def ids(state: State) -> list[str | None]:
    return [schedule.id for schedule in state.schedules]


def test_without_actions_nothing_was_changed() -> None:
    assert not STATE.changed


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (Action("create", after=WEEKLY), ["old-hourly", "old-daily", "old-weekly"]),
        (Action("delete", before=DAILY), ["old-hourly"]),
        (Action("replace", before=HOURLY, after=snapshot("hourly", 9, id="new")), ["new", "old-daily"]),
    ],
)
def test_an_action_that_took_effect_is_done(action: Action, expected: list[str]) -> None:
    state = STATE.after(action)
    assert ids(state) == expected
    assert (state.done, state.lost, state.notes, state.changed) == ((action,), (), (), True)


def test_actions_are_recorded_in_their_order() -> None:
    actions = (Action("delete", before=DAILY), Action("create", after=WEEKLY))
    assert STATE.after(actions[0]).after(actions[1]).done == actions


def test_a_schedule_that_something_else_created_is_no_change() -> None:
    state = STATE.with_existing(WEEKLY)
    assert ids(state) == ["old-hourly", "old-daily", "old-weekly"]
    assert (state.done, state.changed) == ((), False)
    # It is known already.
    assert ids(state.with_existing(WEEKLY)) == ids(state)


@pytest.mark.parametrize(
    ("action", "expected", "effect"),
    [
        (Action("create", after=snapshot("daily")), ["old-hourly", "old-daily"], "created"),
        (Action("delete", before=DAILY), ["old-hourly"], "deleted"),
    ],
)
def test_an_action_in_doubt_may_be_a_change(action: Action, expected: list[str], effect: str) -> None:
    state = STATE.in_doubt(action)
    assert ids(state) == expected
    assert (state.done, state.is_in_doubt, state.changed) == ((), True, True)
    assert state.notes == (
        f"It is unknown whether the daily snapshot schedule was {effect}; run the task again to find out.",
    )


def test_a_schedule_that_may_not_exist_is_lost_and_a_change() -> None:
    state = STATE.with_lost(DAILY, "It was deleted.")
    assert (ids(state), state.lost, state.changed) == (["old-hourly"], (DAILY,), True)
    assert state.notes == (NOTE.format("It was deleted."),)


def test_notes_are_appended() -> None:
    assert STATE.with_note("One.").with_note("Two.").notes == ("One.", "Two.")


def test_a_state_is_immutable() -> None:
    with pytest.raises(FrozenInstanceError):
        STATE.lost = (DAILY,)  # type: ignore[misc]
    STATE.after(Action("delete", before=DAILY))
    assert ids(STATE) == ["old-hourly", "old-daily"]


PLANNED = snapshot()


@pytest.mark.parametrize(
    ("schedule", "other", "expected"),
    [
        (DAILY, replace(DAILY, retention_time=9), True),
        (DAILY, replace(DAILY, id="other"), False),
        (DAILY, None, False),
        # Schedules without IDs are the same only if they are one object.
        (PLANNED, PLANNED, True),
        (snapshot(), snapshot(), False),
    ],
)
def test_schedules_are_compared_by_id(schedule: BackupSchedule, other: BackupSchedule | None, expected: bool) -> None:
    assert is_same(schedule, other) == expected
