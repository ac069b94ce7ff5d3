# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one PATCH of the whole list does, whatever the API makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import Destination
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_addon import (
    FORBIDDEN,
    REFUSED,
    REQUEST_LOST,
    RESOURCE,
    RESPONSE_LOST,
    Addon,
    existing_schedule,
    reconcile,
    snapshot,
    summary,
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


def test_an_unknown_state_is_reported() -> None:
    outcome = reconcile(Addon([], patch=[RESPONSE_LOST], get=[FORBIDDEN]), [snapshot()], write_method="addon")
    assert outcome.state.notes == (
        "It is unknown whether the schedules were written. The old ones are in lost_schedules, in the format of the"
        " option schedules.",
    )


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
    assert outcome.state.notes == ("The hourly snapshot schedule was altered; its old form is in lost_schedules.",)
    assert outcome.error is not None


def test_a_schedule_that_a_patch_did_not_delete_is_a_failure() -> None:
    def merges(addon: Addon, effect: Callable[[], object]) -> object:
        return list(addon.schedules.values())

    outcome = reconcile(Addon([existing_schedule()], patch=[merges]), [], prune=True, write_method="addon")
    assert (outcome.state.done, outcome.state.lost) == ((), ())
    assert outcome.error is not None
