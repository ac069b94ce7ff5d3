# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan for each combination of existing and desired schedules."""

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
    closest,
    make_plan,
    sorted_actions,
    sorted_schedules,
)
from hypothesis import given
from hypothesis import strategies as st

HOURS = {"hourly": [], "daily": [2], "weekly": [2]}
INTERVALS = list(HOURS)
KEYS = [(interval, backup_type) for interval in INTERVALS for backup_type in ("dump", "snapshot")]
DAILY = ("daily", "dump")


def desired(key: tuple[str, str], days: int = 7, **changes: Any) -> BackupSchedule:
    interval, backup_type = key
    scheduling = {"interval": interval, "minute": [0], "hour": HOURS[interval]}
    options = {"scheduling": scheduling, "backup_type": backup_type, "retention_time": days, **changes}
    return BackupSchedule.from_params(options)


def existing(key: tuple[str, str], days: int = 7, **changes: Any) -> BackupSchedule:
    return replace(desired(key, days, **changes).with_defaults(), id=f"id-{key[0]}-{key[1]}")


def summary(result: Plan) -> tuple[list[str], list[str]]:
    """Return the actions and the kept differences, in short."""
    return tuple([f"{each.action} {each.schedule.name}" for each in some] for some in (result.actions, result.kept))


ON_DIFFERENCE = ["replace", "keep", "keep_and_warn", "keep_and_fail"]
NOTHING = ([], [])


@pytest.mark.parametrize("on_difference", ON_DIFFERENCE)
@pytest.mark.parametrize(
    ("state", "before", "expected", "after"),
    [
        ("present", [], (["create daily dump"], []), [7]),
        ("present", [existing(DAILY)], NOTHING, [7]),
        ("absent", [], NOTHING, []),
        ("absent", [existing(DAILY)], (["delete daily dump"], []), []),
        ("absent", [existing(DAILY, 9)], (["delete daily dump"], []), []),
    ],
)
def test_without_differences_on_difference_has_no_effect(
    state: str, before: list[BackupSchedule], expected: tuple, after: list[int], on_difference: str
) -> None:
    result = make_plan(before, [desired(DAILY)] if state == "present" else [], {DAILY}, on_difference)
    assert summary(result) == expected
    assert [each.retention_time for each in result.before] == [each.retention_time for each in before]
    assert [each.retention_time for each in result.after] == after


@pytest.mark.parametrize(
    ("on_difference", "expected", "after"),
    [
        ("replace", (["replace daily dump"], []), 7),
        ("keep", ([], ["keep daily dump"]), 9),
        ("keep_and_warn", ([], ["keep daily dump"]), 9),
        ("keep_and_fail", ([], ["keep daily dump"]), 9),
    ],
)
def test_differences_are_handled_according_to_on_difference(on_difference: str, expected: tuple, after: int) -> None:
    result = make_plan([existing(DAILY, 9)], [desired(DAILY)], False, on_difference)
    assert summary(result) == expected
    assert [each.changed_options for each in (*result.actions, *result.kept)] == [("retention_time",)]
    assert [each.retention_time for each in result.after] == [after]


@pytest.mark.parametrize(
    ("before", "options", "actions", "compression"),
    [
        # If omitted, a new schedule gets the default, and an existing one keeps its value, even when it is replaced.
        ([], {}, ["create daily dump"], "gz"),
        ([existing(DAILY, compression_type="zstd")], {}, [], "zstd"),
        ([existing(DAILY, 9, compression_type="zstd")], {}, ["replace daily dump"], "zstd"),
        ([existing(DAILY, compression_type="zstd")], {"compression_type": "gz"}, ["replace daily dump"], "gz"),
    ],
)
def test_omitted_options_keep_existing_values(
    before: list, options: dict, actions: list[str], compression: str
) -> None:
    result = make_plan(before, [desired(DAILY, **options)], False, "replace")
    assert summary(result)[0] == actions
    assert [each.compression_type for each in result.after] == [compression]


@pytest.mark.parametrize(
    ("prune", "actions"),
    [
        (False, []),
        (frozenset(), []),
        ({("weekly", "dump")}, ["delete weekly dump"]),
        ({("weekly", "dump"), ("hourly", "snapshot")}, ["delete weekly dump"]),
        ({DAILY}, []),
        (True, ["delete hourly dump", "delete weekly dump"]),
    ],
)
def test_prune(prune: Any, actions: list[str]) -> None:
    before = [existing(("weekly", "dump")), existing(DAILY), existing(("hourly", "dump"))]
    result = make_plan(before, [desired(DAILY)], prune, "replace")
    assert summary(result)[0] == actions
    assert len(result.after) == 3 - len(actions)


def test_actions_are_ordered_by_type_and_interval() -> None:
    before = [existing(("weekly", "dump")), existing(("hourly", "dump")), *(existing(key, 9) for key in KEYS[2:4])]
    schedules = [
        desired(("weekly", "snapshot")),
        desired(("hourly", "snapshot")),
        *(desired(key) for key in KEYS[3:1:-1]),
    ]
    assert summary(make_plan(before, schedules, True, "replace"))[0] == [
        "delete hourly dump",
        "delete weekly dump",
        "replace daily dump",
        "replace daily snapshot",
        "create hourly snapshot",
        "create weekly snapshot",
    ]
    assert summary(make_plan(before, schedules, False, "keep"))[1] == ["keep daily dump", "keep daily snapshot"]


def test_an_action_has_the_schedules_before_and_after() -> None:
    old = existing(DAILY, 9)
    (replaced,) = make_plan([old], [desired(DAILY)], False, "replace").actions
    assert (replaced.before, replaced.after) == (old, desired(DAILY).with_defaults())
    assert replaced.before.id == "id-daily-dump"
    assert replaced.after.id is None
    (created,) = make_plan([], [desired(DAILY)], False, "replace").actions
    assert (created.before, created.after) == (None, desired(DAILY).with_defaults())
    (deleted,) = make_plan([old], [], True, "replace").actions
    assert (deleted.before, deleted.after) == (old, None)
    (kept,) = make_plan([old], [desired(DAILY)], False, "keep").kept
    assert (kept.before, kept.after) == (old, old)


def test_an_action_as_a_result() -> None:
    assert Action("delete", before=existing(DAILY)).to_result() == {
        "action": "delete",
        "interval": "daily",
        "backup_type": "dump",
    }
    assert Action("replace", existing(DAILY), desired(DAILY), ("retention_time",)).to_result() == {
        "action": "replace",
        "interval": "daily",
        "backup_type": "dump",
        "changed_options": ["retention_time"],
    }


@pytest.mark.parametrize(
    "frozen", [Action("delete"), make_plan([], [], True, "keep")], ids=lambda each: type(each).__name__
)
def test_actions_and_plans_are_immutable(frozen: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        frozen.after = None


def test_an_up_to_date_schedule_keeps_its_id() -> None:
    assert [each.id for each in make_plan([existing(DAILY)], [desired(DAILY)], True, "replace").after] == [
        "id-daily-dump"
    ]


def test_an_unknown_interval_is_last() -> None:
    monthly = replace(existing(DAILY), scheduling=replace(existing(DAILY).scheduling, interval="monthly"))
    assert [each.name for each in sorted_schedules([monthly, existing(("weekly", "snapshot")), existing(DAILY)])] == [
        "daily dump",
        "weekly snapshot",
        "monthly dump",
    ]


def test_schedules_are_ordered_by_interval_and_backup_type() -> None:
    names = ["hourly dump", "hourly snapshot", "daily dump", "daily snapshot", "weekly dump", "weekly snapshot"]
    schedules = [existing((interval, backup_type)) for interval, backup_type in map(str.split, names)]
    assert [each.name for each in sorted_schedules(reversed(schedules))] == names
    assert [each.name for each in make_plan(schedules[::-1], [], False, "replace").after] == names


some = st.lists(st.tuples(st.sampled_from(KEYS), st.integers(5, 7)), unique_by=lambda each: each[0])


prunes = st.booleans() | st.frozensets(st.sampled_from(KEYS))


@given(some, some, prunes, st.sampled_from(ON_DIFFERENCE), st.randoms(use_true_random=False))
def test_properties(existing_: list, desired_: list, prune: Any, on_difference: str, rng: random.Random) -> None:
    before, schedules = [existing(*each) for each in existing_], [desired(*each) for each in desired_]
    result = make_plan(before, schedules, prune, on_difference)
    # The order of the arguments makes no difference.
    shuffled = rng.sample(before, len(before)), rng.sample(schedules, len(schedules))
    assert make_plan(*shuffled, prune, on_difference) == result
    # A second plan has no actions, and keeps the same differences.
    again = make_plan(result.after, schedules, prune, on_difference)
    assert (again.actions, again.after) == ((), result.after)
    assert [each.schedule for each in again.kept] == [each.schedule for each in result.kept]
    # One schedule per key; only what may be pruned is deleted, and everything that is desired exists.
    keys = [each.key for each in result.after]
    assert len(keys) == len(set(keys))
    may_be_pruned = {True: set(KEYS), False: set()}.get(prune, prune)
    assert set(keys) == {each.key for each in schedules} | ({each.key for each in before} - may_be_pruned)
    # Each desired schedule is up to date or kept.
    for each in schedules:
        (now,) = [schedule for schedule in result.after if schedule.key == each.key]
        assert not each.differences(now) or each.key in {action.schedule.key for action in result.kept}


class TestDuplicates:
    """Two schedules with the same key, which the API should not allow: the plan does not depend on their order."""

    OLD = replace(existing(DAILY, 9), id="b-old", created_at="2026-01-01T00:00:00Z")
    NEW = replace(existing(DAILY, 8), id="a-new", created_at="2026-02-01T00:00:00Z")

    @pytest.mark.parametrize("order", [1, -1])
    @pytest.mark.parametrize("prune", [True, {DAILY}])
    def test_prune_keeps_the_one_that_is_up_to_date(self, order: int, prune: Any) -> None:
        for days, deleted in ((9, "a-new"), (8, "b-old")):
            result = make_plan([self.OLD, self.NEW][::order], [desired(DAILY, days)], prune, "replace")
            assert [(each.action, each.schedule.id) for each in result.actions] == [("delete", deleted)]
            assert (result.duplicates, result.blocked) == ((), ())
            assert [each.retention_time for each in result.after] == [days]

    @pytest.mark.parametrize("order", [1, -1])
    def test_prune_deletes_before_the_oldest_is_replaced(self, order: int) -> None:
        result = make_plan([self.OLD, self.NEW][::order], [desired(DAILY, 7)], True, "replace")
        assert [(each.action, each.before and each.before.id) for each in result.actions] == [
            ("delete", "a-new"),
            ("replace", "b-old"),
        ]

    @pytest.mark.parametrize("order", [1, -1])
    def test_without_prune_they_are_reported(self, order: int) -> None:
        result = make_plan([self.OLD, self.NEW][::order], [desired(DAILY, 8)], False, "replace")
        assert (result.actions, result.kept, result.blocked) == ((), (), ())
        assert [[each.id for each in group] for group in result.duplicates] == [["b-old", "a-new"]]
        assert [each.id for each in result.after] == ["b-old", "a-new"]

    def test_without_prune_none_of_them_can_be_replaced(self) -> None:
        result = make_plan([self.NEW, self.OLD], [desired(DAILY, 7)], False, "replace")
        assert [[each.id for each in group] for group in result.blocked] == [["b-old", "a-new"]]
        assert result.duplicates == result.blocked
        assert make_plan([self.NEW, self.OLD], [desired(DAILY, 7)], False, "keep").blocked == ()

    def test_duplicates_that_are_not_desired(self) -> None:
        assert [len(group) for group in make_plan([self.NEW, self.OLD], [], False, "replace").duplicates] == [2]
        assert len(make_plan([self.NEW, self.OLD], [], {DAILY}, "replace").actions) == 2

    @pytest.mark.parametrize("schedules", [[], [desired(DAILY)]])
    def test_a_single_schedule_is_no_duplicate(self, schedules: list[BackupSchedule]) -> None:
        assert make_plan([self.OLD], schedules, False, "keep").duplicates == ()

    def test_the_groups_are_ordered_by_interval(self) -> None:
        weekly = existing(("weekly", "dump"), 9)
        before = [weekly, replace(weekly, id="duplicate"), self.NEW, self.OLD]
        result = make_plan(before, [desired(("weekly", "dump")), desired(DAILY)], False, "replace")
        assert [group[0].name for group in result.duplicates] == ["daily dump", "weekly dump"]
        assert [group[0].name for group in result.blocked] == ["daily dump", "weekly dump"]

    def test_the_oldest_is_first_and_one_without_read_only_fields_before_it(self) -> None:
        old = replace(self.OLD, id="0")
        without_time, without_id = replace(old, created_at=None), replace(old, id=None)
        ordered = sorted_schedules([self.NEW, old, without_id, without_time])
        assert [(each.created_at, each.id) for each in ordered] == [
            (each.created_at, each.id) for each in (without_time, without_id, old, self.NEW)
        ]

    def test_there_may_be_several_of_an_unknown_interval(self) -> None:
        monthly = replace(self.OLD, scheduling=replace(self.OLD.scheduling, interval="monthly"))
        assert make_plan([monthly, replace(monthly, id="other")], [], False, "replace").duplicates == ()

    def test_a_diff_names_both(self) -> None:
        assert by_name([self.OLD, self.NEW]) == {"daily dump": self.OLD, "daily dump a-new": self.NEW}


def test_a_replace_reports_the_fields_that_it_drops() -> None:
    paused = replace(existing(DAILY, 9), unknown_fields={"paused": True})
    (action,) = make_plan([paused], [desired(DAILY)], False, "replace").actions
    assert action.to_result()["dropped_fields"] == {"paused": True}
    assert action.after is not None
    assert action.after.unknown_fields == {}
    (kept,) = make_plan([paused], [desired(DAILY)], False, "keep").after
    assert kept.unknown_fields == {"paused": True}


def test_actions_in_turn() -> None:
    actions = [
        Action("create", after=desired(("hourly", "dump"))),
        Action("replace", existing(DAILY), desired(DAILY)),
        Action("delete", before=existing(("weekly", "dump"))),
        Action("delete", before=existing(("hourly", "snapshot"))),
    ]
    assert [f"{each.action} {each.schedule.name}" for each in sorted_actions(actions)] == [
        "delete hourly snapshot",
        "delete weekly dump",
        "replace daily dump",
        "create hourly dump",
    ]


def test_the_closest_schedule_has_the_same_key_and_no_differences_if_possible() -> None:
    other, differs, same = existing(("hourly", "dump")), existing(DAILY, 9), existing(DAILY, 7)
    assert closest([other, differs, same], desired(DAILY)) is same
    assert closest([differs, other], desired(DAILY)) is differs
    assert closest([other], desired(DAILY)) is None
