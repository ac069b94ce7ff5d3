# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: what is to be done, for each way in which what exists and what is wanted can meet."""

from __future__ import annotations

import random
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan import (
    Action,
    Plan,
    by_name,
    in_order,
    plan,
)
from hypothesis import given
from hypothesis import strategies as st

HOURS = {"hourly": [], "daily": [2], "weekly": [2]}
INTERVALS = list(HOURS)
KEYS = [(interval, kind) for interval in INTERVALS for kind in ("dump", "snapshot")]
DAILY = ("daily", "dump")


def wanted(key: tuple[str, str], days: int = 7, **changes: Any) -> BackupSchedule:
    interval, kind = key
    scheduling = {"interval": interval, "minute": [0], "hour": HOURS[interval]}
    options = {"scheduling": scheduling, "backup_type": kind, "retention_time": days, **changes}
    return BackupSchedule.from_params(options)


def existing(key: tuple[str, str], days: int = 7, **changes: Any) -> BackupSchedule:
    return replace(wanted(key, days, **changes).with_defaults(), id=f"id-{key[0]}-{key[1]}")


def told(result: Plan) -> tuple[list[str], list[str]]:
    """The actions and what is kept, in words."""
    return tuple([f"{each.action} {each.schedule.name}" for each in some] for some in (result.actions, result.kept))


# state, exists, differs -> by on_difference what is done and what is kept, and how many days are kept afterwards.
ON_EXISTING = ["replace", "keep", "keep_and_warn", "keep_and_fail"]
NOTHING = ([], [])


@pytest.mark.parametrize("on_difference", ON_EXISTING)
@pytest.mark.parametrize(
    ("state", "stands", "done", "after"),
    [
        ("present", [], (["create daily dump"], []), [7]),
        ("present", [existing(DAILY)], NOTHING, [7]),
        ("absent", [], NOTHING, []),
        ("absent", [existing(DAILY)], (["delete daily dump"], []), []),
        ("absent", [existing(DAILY, 9)], (["delete daily dump"], []), []),
    ],
)
def test_what_does_not_hang_on_on_existing(
    state: str, stands: list[BackupSchedule], done: tuple, after: list[int], on_difference: str
) -> None:
    result = plan(stands, [wanted(DAILY)] if state == "present" else [], {DAILY}, on_difference)
    assert told(result) == done
    assert [each.retention_time for each in result.before] == [each.retention_time for each in stands]
    assert [each.retention_time for each in result.after] == after


@pytest.mark.parametrize(
    ("on_difference", "done", "after"),
    [
        ("replace", (["replace daily dump"], []), 7),
        ("keep", ([], ["keep daily dump"]), 9),
        ("keep_and_warn", ([], ["keep daily dump"]), 9),
        ("keep_and_fail", ([], ["keep daily dump"]), 9),
    ],
)
def test_what_hangs_on_on_existing(on_difference: str, done: tuple, after: int) -> None:
    result = plan([existing(DAILY, 9)], [wanted(DAILY)], False, on_difference)
    assert told(result) == done
    assert [each.changed_options for each in (*result.actions, *result.kept)] == [("retention_time",)]
    assert [each.retention_time for each in result.after] == [after]


@pytest.mark.parametrize(
    ("stands", "wants", "done", "compression"),
    [
        # Left out: a new one gets the default, an existing one keeps what it has, also when it is replaced.
        ([], {}, ["create daily dump"], "gz"),
        ([existing(DAILY, compression_type="zstd")], {}, [], "zstd"),
        ([existing(DAILY, 9, compression_type="zstd")], {}, ["replace daily dump"], "zstd"),
        ([existing(DAILY, compression_type="zstd")], {"compression_type": "gz"}, ["replace daily dump"], "gz"),
    ],
)
def test_what_is_left_out_is_left_alone(stands: list, wants: dict, done: list[str], compression: str) -> None:
    result = plan(stands, [wanted(DAILY, **wants)], False, "replace")
    assert told(result)[0] == done
    assert [each.compression_type for each in result.after] == [compression]


@pytest.mark.parametrize(
    ("prune", "done"),
    [
        (False, []),
        (frozenset(), []),
        ({("weekly", "dump")}, ["delete weekly dump"]),
        ({("weekly", "dump"), ("hourly", "snapshot")}, ["delete weekly dump"]),
        ({DAILY}, []),
        (True, ["delete hourly dump", "delete weekly dump"]),
    ],
)
def test_prune(prune: Any, done: list[str]) -> None:
    stands = [existing(("weekly", "dump")), existing(DAILY), existing(("hourly", "dump"))]
    result = plan(stands, [wanted(DAILY)], prune, "replace")
    assert told(result)[0] == done
    assert len(result.after) == 3 - len(done)


def test_deletes_come_first_then_replaces_then_creates_each_from_the_shortest_interval() -> None:
    stands = [existing(("weekly", "dump")), existing(("hourly", "dump")), *(existing(key, 9) for key in KEYS[2:4])]
    wants = [wanted(("weekly", "snapshot")), wanted(("hourly", "snapshot")), *(wanted(key) for key in KEYS[3:1:-1])]
    assert told(plan(stands, wants, True, "replace"))[0] == [
        "delete hourly dump",
        "delete weekly dump",
        "replace daily dump",
        "replace daily snapshot",
        "create hourly snapshot",
        "create weekly snapshot",
    ]
    assert told(plan(stands, wants, False, "keep"))[1] == ["keep daily dump", "keep daily snapshot"]


def test_an_action_has_what_was_and_what_will_be() -> None:
    old = existing(DAILY, 9)
    (replaced,) = plan([old], [wanted(DAILY)], False, "replace").actions
    assert (replaced.before, replaced.after) == (old, wanted(DAILY).with_defaults())
    assert replaced.before.id == "id-daily-dump"
    assert replaced.after.id is None
    (created,) = plan([], [wanted(DAILY)], False, "replace").actions
    assert (created.before, created.after) == (None, wanted(DAILY).with_defaults())
    (deleted,) = plan([old], [], True, "replace").actions
    assert (deleted.before, deleted.after) == (old, None)
    (kept,) = plan([old], [wanted(DAILY)], False, "keep").kept
    assert (kept.before, kept.after) == (old, old)


def test_what_an_action_is_told_as() -> None:
    assert Action("delete", before=existing(DAILY)).to_result() == {
        "action": "delete",
        "interval": "daily",
        "backup_type": "dump",
    }
    assert Action("replace", existing(DAILY), wanted(DAILY), ("retention_time",)).to_result() == {
        "action": "replace",
        "interval": "daily",
        "backup_type": "dump",
        "changed_options": ["retention_time"],
    }


@pytest.mark.parametrize("frozen", [Action("delete"), plan([], [], True, "keep")], ids=lambda each: type(each).__name__)
def test_a_plan_cannot_be_changed(frozen: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        frozen.after = None


def test_what_is_as_wanted_keeps_its_id() -> None:
    assert [each.id for each in plan([existing(DAILY)], [wanted(DAILY)], True, "replace").after] == ["id-daily-dump"]


def test_an_interval_of_tomorrow_comes_last() -> None:
    monthly = replace(existing(DAILY), scheduling=replace(existing(DAILY).scheduling, interval="monthly"))
    assert [each.name for each in in_order([monthly, existing(("weekly", "snapshot")), existing(DAILY)])] == [
        "daily dump",
        "weekly snapshot",
        "monthly dump",
    ]


def test_schedules_are_told_from_the_shortest_interval_then_by_backup_type() -> None:
    names = ["hourly dump", "hourly snapshot", "daily dump", "daily snapshot", "weekly dump", "weekly snapshot"]
    schedules = [existing((interval, backup_type)) for interval, backup_type in map(str.split, names)]
    assert [each.name for each in in_order(reversed(schedules))] == names
    assert [each.name for each in plan(schedules[::-1], [], False, "replace").after] == names


some = st.lists(st.tuples(st.sampled_from(KEYS), st.integers(5, 7)), unique_by=lambda each: each[0])


prunes = st.booleans() | st.frozensets(st.sampled_from(KEYS))


@given(some, some, prunes, st.sampled_from(ON_EXISTING), st.randoms(use_true_random=False))
def test_properties(stands: list, wants: list, prune: Any, on_difference: str, rng: random.Random) -> None:
    stand, want = [existing(*each) for each in stands], [wanted(*each) for each in wants]
    result = plan(stand, want, prune, on_difference)
    # The order of what comes in does not count.
    assert plan(rng.sample(stand, len(stand)), rng.sample(want, len(want)), prune, on_difference) == result
    # Planned again on its own result there is nothing left to do, and what is kept is kept again.
    again = plan(result.after, want, prune, on_difference)
    assert (again.actions, again.after) == ((), result.after)
    assert [each.schedule for each in again.kept] == [each.schedule for each in result.kept]
    # One of a key; nothing goes that was not asked to, everything that is wanted is there.
    keys = [each.key for each in result.after]
    assert len(keys) == len(set(keys))
    may_go = {True: set(KEYS), False: set()}.get(prune, prune)
    assert set(keys) == {each.key for each in want} | ({each.key for each in stand} - may_go)
    # Kept or as wanted.
    for each in want:
        (now,) = [schedule for schedule in result.after if schedule.key == each.key]
        assert not each.differences(now) or each.key in {action.schedule.key for action in result.kept}


class TestDuplicates:
    """Two schedules with the same key, which the API should not allow: whatever their order, the plan is the same."""

    OLD = replace(existing(DAILY, 9), id="b-old", created_at="2026-01-01T00:00:00Z")
    NEW = replace(existing(DAILY, 8), id="a-new", created_at="2026-02-01T00:00:00Z")

    @pytest.mark.parametrize("order", [1, -1])
    @pytest.mark.parametrize("prune", [True, {DAILY}])
    def test_prune_leaves_the_one_that_is_up_to_date(self, order: int, prune: Any) -> None:
        for days, goes in ((9, "a-new"), (8, "b-old")):
            result = plan([self.OLD, self.NEW][::order], [wanted(DAILY, days)], prune, "replace")
            assert [(each.action, each.schedule.id) for each in result.actions] == [("delete", goes)]
            assert (result.duplicates, result.blocked) == ((), ())
            assert [each.retention_time for each in result.after] == [days]

    @pytest.mark.parametrize("order", [1, -1])
    def test_prune_deletes_before_the_oldest_is_replaced(self, order: int) -> None:
        result = plan([self.OLD, self.NEW][::order], [wanted(DAILY, 7)], True, "replace")
        assert [(each.action, each.before and each.before.id) for each in result.actions] == [
            ("delete", "a-new"),
            ("replace", "b-old"),
        ]

    @pytest.mark.parametrize("order", [1, -1])
    def test_without_prune_they_are_reported(self, order: int) -> None:
        result = plan([self.OLD, self.NEW][::order], [wanted(DAILY, 8)], False, "replace")
        assert (result.actions, result.kept, result.blocked) == ((), (), ())
        assert [[each.id for each in group] for group in result.duplicates] == [["b-old", "a-new"]]
        assert [each.id for each in result.after] == ["b-old", "a-new"]

    def test_without_prune_none_of_them_can_be_replaced(self) -> None:
        result = plan([self.NEW, self.OLD], [wanted(DAILY, 7)], False, "replace")
        assert [[each.id for each in group] for group in result.blocked] == [["b-old", "a-new"]]
        assert plan([self.NEW, self.OLD], [wanted(DAILY, 7)], False, "keep").blocked == ()

    def test_those_that_are_not_desired(self) -> None:
        assert [len(group) for group in plan([self.NEW, self.OLD], [], False, "replace").duplicates] == [2]
        assert len(plan([self.NEW, self.OLD], [], {DAILY}, "replace").actions) == 2

    def test_of_an_interval_that_is_not_known_there_may_be_several(self) -> None:
        monthly = replace(self.OLD, scheduling=replace(self.OLD.scheduling, interval="monthly"))
        assert plan([monthly, replace(monthly, id="other")], [], False, "replace").duplicates == ()

    def test_a_diff_names_both(self) -> None:
        assert list(by_name([self.OLD, self.NEW])) == ["daily dump", "daily dump a-new"]


def test_a_replacement_tells_the_fields_that_it_drops() -> None:
    paused = replace(existing(DAILY, 9), unknown_fields={"paused": True})
    (action,) = plan([paused], [wanted(DAILY)], False, "replace").actions
    assert action.to_result()["dropped_fields"] == {"paused": True}
    assert action.after is not None
    assert action.after.unknown_fields == {}
    (kept,) = plan([paused], [wanted(DAILY)], False, "keep").after
    assert kept.unknown_fields == {"paused": True}
