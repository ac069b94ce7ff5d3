# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying a plan with a PATCH of the whole list, including unexpected responses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import Destination
from ansible_collections.community.northflank.plugins.module_utils._reconcile.outcome import State
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_addon import (
    FORBIDDEN,
    REFUSED,
    REQUEST_LOST,
    RESOURCE,
    RESPONSE_LOST,
    Addon,
    defect_after,
    defect_before,
    existing_schedule,
    interrupted,
    reconcile,
    snapshot,
    summary,
    with_ids,
)

NAME = "daily snapshot"
PATCH_LOST = "PATCH /path failed: failed None."


@pytest.mark.parametrize(
    ("script", "sent", "outcome"),
    [
        ({}, ["patch"], (["delete hourly snapshot", f"replace {NAME}", "create weekly snapshot"], [], None)),
        ({"patch": [REFUSED]}, ["patch"], ([], [], "PATCH /path failed with status 400: failed 400.")),
        (
            {"patch": [RESPONSE_LOST]},
            ["patch", "get"],
            (["delete hourly snapshot", f"replace {NAME}", "create weekly snapshot"], [], None),
        ),
        ({"patch": [REQUEST_LOST]}, ["patch", "get"], ([], [], PATCH_LOST)),
        (
            {"patch": [RESPONSE_LOST], "get": [FORBIDDEN]},
            ["patch", "get"],
            ([], [NAME], PATCH_LOST),
        ),
        # A read settles what an unexpected exception leaves unknown.
        ({"patch": [defect_before]}, ["patch", "get"], ([], [], "before")),
        (
            {"patch": [defect_after]},
            ["patch", "get"],
            (["delete hourly snapshot", f"replace {NAME}", "create weekly snapshot"], [], None),
        ),
        ({"patch": [defect_before], "get": [defect_after]}, ["patch", "get"], ([], [NAME], "before")),
        # Nothing was sent.
        ({"patch": [interrupted]}, ["patch"], ([], [], "Interrupted by SIGTERM.")),
    ],
)
def test_the_outcome_of_each_failure(script: dict, sent: list[str], outcome: tuple) -> None:
    addon = Addon([existing_schedule("hourly"), existing_schedule("daily")], **script)
    result = reconcile(addon, [snapshot("daily", days=9), snapshot("weekly")], prune=True, write_method="addon")
    assert summary(result) == outcome
    assert addon.sent == sent


def test_the_response_provides_ids_and_times() -> None:
    def times(addon: Addon, effect: Callable[[], object]) -> object:
        effect()
        return [replace(each, created_at="then", updated_at="now") for each in addon.schedules.values()]

    (written,) = reconcile(Addon([], patch=[times]), [snapshot()], write_method="addon").state.schedules
    assert (written.id, written.created_at, written.updated_at) == ("patched-daily snapshot", "then", "now")


def test_defaults_that_the_api_sets_are_not_reported() -> None:
    """As with the other write method, and as check mode predicts."""
    omitted = replace(snapshot(), additional_destinations=(Destination("cold-storage"),))

    def fill_in(addon: Addon, effect: Callable[[], object]) -> object:
        return [replace(omitted, additional_destinations=(Destination("cold-storage", 7),), id="filled")]

    (written,) = reconcile(Addon([], patch=[fill_in]), [omitted], write_method="addon").state.schedules
    assert (written, written.id) == (omitted, "filled")


def test_an_empty_plan_sends_nothing() -> None:
    addon = Addon([existing_schedule()])
    assert summary(reconcile(addon, [snapshot()], write_method="addon")) == ([], [], None)
    assert addon.sent == []


def test_an_unknown_outcome_is_reported_and_may_be_a_change() -> None:
    addon = Addon([existing_schedule("hourly"), existing_schedule()], patch=[RESPONSE_LOST], get=[FORBIDDEN])
    outcome = reconcile(addon, [snapshot(days=9)], write_method="addon")
    assert outcome.state == State(
        schedules=(),
        lost=(existing_schedule("hourly"), existing_schedule()),
        notes=(
            "It is unknown whether the schedules were written. The settings of the old ones are in lost_schedules.",
        ),
        is_in_doubt=True,
    )
    assert outcome.state.changed


@pytest.mark.parametrize("script", [{"patch": [REFUSED]}, {"patch": [interrupted]}, {"patch": [REQUEST_LOST]}])
def test_a_patch_that_had_no_effect_is_no_change(script: dict) -> None:
    outcome = reconcile(Addon([existing_schedule()], **script), [snapshot(days=9)], write_method="addon")
    assert outcome.state == State((existing_schedule(),))


def test_an_action_has_both_schedules_and_the_changed_options() -> None:
    addon = Addon([existing_schedule()])
    (action,) = reconcile(addon, [snapshot(days=9)], write_method="addon").state.done
    assert action.before is not None
    assert action.before.id == "old-daily"
    assert with_ids({action.schedule.key: action.after}) == with_ids(addon.schedules)
    assert action.changed_options == ("retention_time",)


@pytest.mark.parametrize(("took_effect", "done"), [(True, [f"replace {NAME}"]), (False, [])])
def test_setting_an_option_that_was_omitted_is_a_replace(took_effect: bool, done: list[str]) -> None:
    old, new = (
        replace(existing_schedule(), additional_destinations=(Destination("cold-storage", days),)) for days in (None, 3)
    )
    addon = Addon([old], patch=[(None, took_effect, True)])
    outcome = reconcile(addon, [replace(new, id=None)], write_method="addon")
    assert summary(outcome)[:2] == (done, [])
    assert [schedule.additional_destinations for schedule in outcome.state.schedules] == [
        (new if took_effect else old).additional_destinations
    ]


def test_schedules_that_something_else_created_are_listed_but_not_done() -> None:
    others = [snapshot("weekly", id="other-weekly"), snapshot(days=2, id="other-daily")]

    def find_others(addon: Addon, effect: Callable[[], object]) -> object:
        effect()
        return [*others, *addon.schedules.values()]

    outcome = reconcile(Addon([], patch=[find_others]), [snapshot()], write_method="addon")
    assert summary(outcome)[:2] == ([f"create {NAME}"], [])
    assert [action.schedule.id for action in outcome.state.done] == ["patched-daily snapshot"]
    assert [schedule.id for schedule in outcome.state.schedules] == [
        "other-daily",
        "patched-daily snapshot",
        "other-weekly",
    ]
    assert outcome.error is not None


class TestDuplicates:
    """Two schedules with the same key, which the API should not allow."""

    DUPLICATE = replace(existing_schedule(), id="old-duplicate")
    BOTH = (existing_schedule(), DUPLICATE)

    @pytest.mark.parametrize("kept", ["old-daily", "old-duplicate", "new", None])
    def test_the_one_that_is_not_kept_is_deleted(self, kept: str | None) -> None:
        def keep_one(addon: Addon, effect: Callable[[], object]) -> object:
            return [replace(existing_schedule(), id=kept)]

        addon = Addon([existing_schedule()], patch=[keep_one])
        outcome = reconcile(addon, [snapshot()], True, "addon", existing=self.BOTH)
        assert summary(outcome) == ([f"delete {NAME}"], [], None)
        assert [schedule.id for schedule in outcome.state.schedules] == [kept]
        (action,) = outcome.state.done
        assert action.before is not None
        assert action.before.id == ("old-daily" if kept == "old-duplicate" else "old-duplicate")

    def test_if_both_are_kept_nothing_is_done(self) -> None:
        def keep_both(addon: Addon, effect: Callable[[], object]) -> object:
            return list(reversed(self.BOTH))

        outcome = reconcile(
            Addon([existing_schedule()], patch=[keep_both]), [snapshot()], True, "addon", existing=self.BOTH
        )
        assert (outcome.state.done, outcome.state.lost) == ((), ())
        assert [schedule.id for schedule in outcome.state.schedules] == ["old-daily", "old-duplicate"]
        assert outcome.error is not None

    def test_one_is_replaced_and_the_other_is_deleted(self) -> None:
        outcome = reconcile(Addon([existing_schedule()]), [snapshot(days=9)], True, "addon", existing=self.BOTH)
        assert summary(outcome) == ([f"delete {NAME}", f"replace {NAME}"], [], None)
        assert [action.before.id for action in outcome.state.done if action.before] == ["old-duplicate", "old-daily"]
        assert [schedule.id for schedule in outcome.state.schedules] == ["patched-daily snapshot"]

    def test_if_both_are_dropped_the_one_to_keep_is_lost(self) -> None:
        def drop(addon: Addon, effect: Callable[[], object]) -> object:
            return []

        addon = Addon([existing_schedule()], patch=[drop])
        outcome = reconcile(addon, [snapshot()], True, "addon", existing=self.BOTH)
        assert summary(outcome)[0] == [f"delete {NAME}"] * 2
        assert [schedule.id for schedule in outcome.state.lost] == ["old-daily"]
        assert outcome.state.schedules == ()


def test_after_a_response_without_a_list_the_schedules_are_read() -> None:
    def without_a_list(addon: Addon, effect: Callable[[], object]) -> None:
        effect()

    addon = Addon([], patch=[without_a_list])
    assert summary(reconcile(addon, [snapshot()], write_method="addon")) == ([f"create {NAME}"], [], None)
    assert addon.sent == ["patch", "get"]


def test_a_response_with_other_schedules_is_a_failure_that_shows_both() -> None:
    def other(addon: Addon, effect: Callable[[], object]) -> object:
        addon.schedules[("daily", "snapshot")] = snapshot(days=5, id="other")
        return list(addon.schedules.values())

    outcome = reconcile(Addon([existing_schedule()], patch=[other]), [snapshot(days=9)], write_method="addon")
    assert outcome.error is not None
    assert outcome.error.to_result()["error"] == {
        "status": 200,
        "method": "PATCH",
        "path": RESOURCE.path,
        "message": "the addon does not have the schedules that were requested",
        "id": None,
        "details": {
            "requested": [snapshot(days=9).settings()],
            "returned": [snapshot(days=5).settings()],
        },
    }
    assert outcome.error.hint == "Use write_method: schedule, and check the schedules of the addon."
    assert summary(outcome)[:2] == ([f"replace {NAME}"], [NAME])
    assert outcome.state.lost == (existing_schedule(),)
    assert [(action.before, action.after) for action in outcome.state.done] == [(existing_schedule(), snapshot(days=5))]
    assert [schedule.id for schedule in outcome.state.schedules] == ["other"]


def test_a_schedule_that_was_created_differently_is_a_change() -> None:
    def alters(addon: Addon, effect: Callable[[], object]) -> object:
        return [snapshot(days=5, id="altered")]

    outcome = reconcile(Addon([], patch=[alters]), [snapshot(days=9)], write_method="addon")
    assert summary(outcome)[0] == [f"create {NAME}"]
    assert outcome.error is not None
    assert [schedule.id for schedule in outcome.state.schedules] == ["altered"]


def test_a_schedule_that_a_patch_dropped_is_reported() -> None:
    def drops(addon: Addon, effect: Callable[[], object]) -> object:
        effect()
        del addon.schedules[("hourly", "snapshot")]
        return list(addon.schedules.values())

    outcome = reconcile(
        Addon([existing_schedule("hourly"), existing_schedule("daily")], patch=[drops]),
        [snapshot(days=9)],
        write_method="addon",
    )
    assert summary(outcome)[:2] == (["delete hourly snapshot", f"replace {NAME}"], ["hourly snapshot"])
    note = "The hourly snapshot schedule was altered; its previous settings are in lost_schedules."
    assert outcome.state.notes == (note,)
    assert outcome.error is not None


def test_a_schedule_that_a_patch_did_not_delete_is_a_failure() -> None:
    def merges(addon: Addon, effect: Callable[[], object]) -> object:
        return list(addon.schedules.values())

    outcome = reconcile(Addon([existing_schedule()], patch=[merges]), [], prune=True, write_method="addon")
    assert (outcome.state.done, outcome.state.lost) == ((), ())
    assert outcome.error is not None
