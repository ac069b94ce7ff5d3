# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying a plan if requests fail, or if something else changes the addon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, RateLimitReached
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._reconcile.apply import apply
from ansible_collections.community.northflank.plugins.module_utils._reconcile.outcome import Outcome, State
from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan import make_plan
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_addon import (
    CONFLICT,
    ERROR_AFTER_EFFECT,
    FORBIDDEN,
    NOT_FOUND,
    REFUSED,
    REQUEST_LOST,
    RESOURCE,
    RESPONSE_LOST,
    Addon,
    concurrent_create,
    concurrent_delete,
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
POST = "POST /path failed"
POST_REFUSED = f"{POST} with status 400: failed 400."
POST_CONFLICT = f"{POST} with status 409: failed 409."
DELETE = "DELETE /path failed"
INTERRUPTED = "Interrupted by SIGTERM."


class TestCreate:
    @pytest.mark.parametrize(
        ("script", "sent", "outcome"),
        [
            ({}, ["post"], ([f"create {NAME}"], [], None)),
            ({"post": [REFUSED]}, ["post"], ([], [], POST_REFUSED)),
            # The outcome is unknown: a read settles it.
            ({"post": [RESPONSE_LOST]}, ["post", "get"], ([f"create {NAME}"], [], None)),
            ({"post": [ERROR_AFTER_EFFECT]}, ["post", "get"], ([f"create {NAME}"], [], None)),
            ({"post": [REQUEST_LOST]}, ["post", "get", "post"], ([f"create {NAME}"], [], None)),
            ({"post": [REQUEST_LOST] * 3}, ["post", "get"] * 3, ([], [], f"{POST}: failed None.")),
            (
                {"post": [REQUEST_LOST, REFUSED]},
                ["post", "get"] * 2,
                ([], [], POST_REFUSED),
            ),
            # Something else was faster.
            ({"post": [concurrent_create(7)]}, ["post", "get"], ([], [], None)),
            ({"post": [concurrent_create(9)]}, ["post", "get"], ([], [], POST_CONFLICT)),
            ({"post": [REQUEST_LOST, concurrent_create(7)]}, ["post", "get"] * 2, ([f"create {NAME}"], [], None)),
            # A conflict without a schedule of that key, as when an addon may have no more schedules.
            ({"post": [CONFLICT]}, ["post", "get"], ([], [], POST_CONFLICT)),
            # The read that should settle it fails.
            ({"post": [RESPONSE_LOST], "get": [FORBIDDEN]}, ["post", "get"], ([], [], f"{POST}: failed None.")),
            (
                {"post": [CONFLICT], "get": [FORBIDDEN]},
                ["post", "get"],
                ([], [], POST_CONFLICT),
            ),
            ({"post": [RESPONSE_LOST], "get": [interrupted]}, ["post", "get"], ([], [], f"{POST}: failed None.")),
            ({"post": [defect_after]}, ["post"], ([], [], "after")),
            # Nothing was sent.
            ({"post": [interrupted]}, ["post"], ([], [], INTERRUPTED)),
        ],
    )
    def test_the_outcome_of_each_failure(self, script: dict, sent: list[str], outcome: tuple) -> None:
        addon = Addon([], **script)
        result = reconcile(addon, [snapshot()])
        assert summary(result) == outcome
        assert addon.sent == sent
        assert [action.schedule.id for action in result.state.done] == [each.id for each in result.state.schedules][
            : len(result.state.done)
        ]
        if "unknown" not in " ".join(result.state.notes):
            assert with_ids({each.key: each for each in result.state.schedules}) == with_ids(addon.schedules)

    @pytest.mark.parametrize("script", [{"post": [CONFLICT], "get": [FORBIDDEN]}, {"post": [interrupted]}])
    def test_a_create_that_had_no_effect_is_no_change(self, script: dict) -> None:
        outcome = reconcile(Addon([], **script), [snapshot()])
        assert (outcome.state.notes, outcome.state.changed) == ((), False)

    def test_the_new_schedule_has_its_id(self) -> None:
        (created,) = reconcile(Addon([]), [snapshot()]).state.schedules
        assert created.id == "new-1"

    def test_a_schedule_that_something_else_created_is_reported(self) -> None:
        outcome = reconcile(Addon([], post=[concurrent_create(9)]), [snapshot()])
        assert [schedule.id for schedule in outcome.state.schedules] == ["concurrent"]
        assert outcome.state.notes == ("Another client created a different daily snapshot schedule at the same time.",)

    @pytest.mark.parametrize("post", [[RESPONSE_LOST], [REQUEST_LOST, CONFLICT], [defect_after], [defect_before]])
    def test_an_unknown_outcome_is_reported_and_may_be_a_change(self, post: list) -> None:
        gets = [None] * (len(post) - 1) + [FORBIDDEN]
        outcome = reconcile(Addon([], post=post, get=gets), [snapshot()])
        assert outcome.state.notes == (
            "It is unknown whether the daily snapshot schedule was created; run the task again to find out.",
        )
        assert outcome.state.schedules == ()
        assert outcome.state.changed


class TestDelete:
    @pytest.mark.parametrize(
        ("script", "sent", "outcome", "remain"),
        [
            ({}, ["delete"], ([f"delete {NAME}"], [], None), []),
            ({"delete": [REFUSED]}, ["delete"], ([], [], f"{DELETE} with status 400: failed 400."), ["old-daily"]),
            ({"delete": [ERROR_AFTER_EFFECT]}, ["delete", "get"], ([f"delete {NAME}"], [], None), []),
            ({"delete": [REQUEST_LOST]}, ["delete", "get"], ([], [], f"{DELETE}: failed None."), ["old-daily"]),
            # A 404 may be about the schedule, which is fine, or about the addon.
            ({"delete": [concurrent_delete]}, ["delete", "get"], ([f"delete {NAME}"], [], None), []),
            (
                {"delete": [NOT_FOUND]},
                ["delete", "get"],
                ([], [], f"{DELETE} with status 404: failed 404."),
                ["old-daily"],
            ),
            (
                # It may exist, but that is not known.
                {"delete": [NOT_FOUND], "get": [NOT_FOUND]},
                ["delete", "get"],
                ([], [], f"{DELETE} with status 404: failed 404."),
                [],
            ),
            (
                {"delete": [RESPONSE_LOST], "get": [interrupted]},
                ["delete", "get"],
                ([], [], f"{DELETE}: failed None."),
                [],
            ),
            ({"delete": [defect_before]}, ["delete"], ([], [], "before"), []),
            # Nothing was sent.
            ({"delete": [interrupted]}, ["delete"], ([], [], INTERRUPTED), ["old-daily"]),
            # Deleted, and something else has created one since.
            (
                {"delete": [ERROR_AFTER_EFFECT], "get": [concurrent_create(9)]},
                ["delete", "get"],
                ([f"delete {NAME}"], [], None),
                ["concurrent"],
            ),
        ],
    )
    def test_the_outcome_of_each_failure(
        self, script: dict, sent: list[str], outcome: tuple, remain: list[str]
    ) -> None:
        addon = Addon([existing_schedule()], **script)
        result = reconcile(addon, [], prune=True)
        assert summary(result) == outcome
        assert addon.sent == sent
        assert [schedule.id for schedule in result.state.schedules] == remain

    @pytest.mark.parametrize(
        ("script", "error"),
        [
            ({"delete": [RESPONSE_LOST], "get": [FORBIDDEN]}, f"{DELETE}: failed None."),
            ({"delete": [defect_before]}, "before"),
        ],
    )
    def test_an_unknown_outcome_is_reported_and_may_be_a_change(self, script: dict, error: str) -> None:
        addon = Addon([existing_schedule(), existing_schedule("weekly")], **script)
        outcome = reconcile(addon, [snapshot("weekly")], prune=True)
        assert summary(outcome) == ([], [], error)
        assert outcome.state.notes == (
            "It is unknown whether the daily snapshot schedule was deleted; run the task again to find out.",
        )
        assert [schedule.name for schedule in outcome.state.schedules] == ["weekly snapshot"]
        assert outcome.state.changed

    @pytest.mark.parametrize("script", [{"delete": [FORBIDDEN]}, {"delete": [interrupted]}])
    def test_a_delete_that_had_no_effect_is_no_change(self, script: dict) -> None:
        outcome = reconcile(Addon([existing_schedule()], **script), [], prune=True)
        assert (outcome.state.notes, outcome.state.changed) == ((), False)

    def test_a_duplicate_that_remains_is_listed_once(self) -> None:
        """It is found in the place of the one that was deleted."""

        class AddonWithDuplicates(Addon):
            def list_schedules(self, resource: Resource) -> list[BackupSchedule]:
                self.sent.append("get")
                return [existing_schedule()]

        duplicate = replace(existing_schedule(), id="old-duplicate")
        addon = AddonWithDuplicates([duplicate], delete=[ERROR_AFTER_EFFECT])
        outcome = reconcile(addon, [snapshot()], prune=True, existing=[existing_schedule(), duplicate])
        assert summary(outcome) == ([f"delete {NAME}"], [], None)
        assert [schedule.id for schedule in outcome.state.schedules] == ["old-daily"]


class TestReplace:
    @pytest.mark.parametrize(
        ("script", "sent", "outcome"),
        [
            ({}, ["reserve", "delete", "post"], ([f"replace {NAME}"], [], None)),
            ({"post": [RESPONSE_LOST]}, ["reserve", "delete", "post", "get"], ([f"replace {NAME}"], [], None)),
            ({"delete": [ERROR_AFTER_EFFECT]}, ["reserve", "delete", "get", "post"], ([f"replace {NAME}"], [], None)),
            # Nothing was deleted, nothing is lost.
            ({"reserve": [FORBIDDEN]}, ["reserve"], ([], [], "RESERVE /path failed with status 403: failed 403.")),
            ({"delete": [FORBIDDEN]}, ["reserve", "delete"], ([], [], f"{DELETE} with status 403: failed 403.")),
            ({"delete": [REQUEST_LOST]}, ["reserve", "delete", "get"], ([], [], f"{DELETE}: failed None.")),
            # Deleted, and restored.
            (
                {"post": [REFUSED]},
                ["reserve", "delete", "post", "post"],
                ([f"restore {NAME}"], [], POST_REFUSED),
            ),
            (
                {"post": [REQUEST_LOST] * 3},
                ["reserve", "delete", *["post", "get"] * 3, "post"],
                ([f"restore {NAME}"], [], f"{POST}: failed None."),
            ),
            (
                {"post": [REFUSED, RESPONSE_LOST]},
                ["reserve", "delete", "post", "post", "get"],
                ([f"restore {NAME}"], [], POST_REFUSED),
            ),
            # The new one was created late, while the old one was being restored.
            (
                {"post": [REFUSED, concurrent_create(9)]},
                ["reserve", "delete", "post", "post", "get"],
                ([f"replace {NAME}"], [], None),
            ),
            # Deleted, and lost.
            (
                {"post": [REFUSED, FORBIDDEN]},
                ["reserve", "delete", "post", "post"],
                ([f"delete {NAME}"], [NAME], POST_REFUSED),
            ),
            (
                {"post": [concurrent_create(3)]},
                ["reserve", "delete", "post", "get"],
                ([f"delete {NAME}"], [NAME], POST_CONFLICT),
            ),
            (
                {"post": [REFUSED, concurrent_create(3)]},
                ["reserve", "delete", "post", "post", "get"],
                ([f"delete {NAME}"], [NAME], POST_REFUSED),
            ),
            # The read that should settle it fails, so nothing is restored.
            (
                {"post": [REQUEST_LOST], "get": [FORBIDDEN]},
                ["reserve", "delete", "post", "get"],
                ([f"delete {NAME}"], [NAME], f"{POST}: failed None."),
            ),
            (
                {"post": [REFUSED, REQUEST_LOST], "get": [FORBIDDEN]},
                ["reserve", "delete", "post", "post", "get"],
                ([f"delete {NAME}"], [NAME], POST_REFUSED),
            ),
            (
                {"delete": [RESPONSE_LOST], "get": [FORBIDDEN]},
                ["reserve", "delete", "get"],
                ([], [NAME], f"{DELETE}: failed None."),
            ),
            # A read settles what an unexpected exception leaves unknown.
            ({"delete": [defect_before]}, ["reserve", "delete", "get"], ([], [], "before")),
            ({"delete": [defect_after]}, ["reserve", "delete", "get", "post"], ([f"restore {NAME}"], [], "after")),
            ({"delete": [defect_before], "get": [FORBIDDEN]}, ["reserve", "delete", "get"], ([], [NAME], "before")),
            (
                {"post": [defect_before]},
                ["reserve", "delete", "post", "get", "post"],
                ([f"restore {NAME}"], [], "before"),
            ),
            ({"post": [defect_after]}, ["reserve", "delete", "post", "get"], ([f"replace {NAME}"], [], None)),
            (
                {"post": [defect_before], "get": [FORBIDDEN]},
                ["reserve", "delete", "post", "get"],
                ([f"delete {NAME}"], [NAME], "before"),
            ),
            (
                {"post": [REFUSED, defect_before]},
                ["reserve", "delete", "post", "post"],
                ([f"delete {NAME}"], [NAME], POST_REFUSED),
            ),
            # Nothing was sent.
            ({"reserve": [interrupted]}, ["reserve"], ([], [], INTERRUPTED)),
            ({"delete": [interrupted]}, ["reserve", "delete"], ([], [], INTERRUPTED)),
            (
                {"post": [interrupted, interrupted]},
                ["reserve", "delete", "post", "post"],
                ([f"delete {NAME}"], [NAME], INTERRUPTED),
            ),
            # Something else deleted it, or a proxy repeated the DELETE: it is restored in either case.
            ({"delete": [concurrent_delete]}, ["reserve", "delete", "get", "post"], ([f"replace {NAME}"], [], None)),
            (
                {"delete": [concurrent_delete], "post": [REFUSED]},
                ["reserve", "delete", "get", "post", "post"],
                ([f"restore {NAME}"], [], POST_REFUSED),
            ),
        ],
    )
    def test_the_outcome_of_each_failure(self, script: dict, sent: list[str], outcome: tuple) -> None:
        addon = Addon([existing_schedule()], **script)
        result = reconcile(addon, [snapshot(days=9)])
        assert summary(result) == outcome
        assert addon.sent == sent
        if "unknown" not in " ".join(result.state.notes):
            assert with_ids({each.key: each for each in result.state.schedules}) == with_ids(addon.schedules)

    def test_after_a_delete_each_create_is_essential(self) -> None:
        addon = Addon([existing_schedule()], post=[REFUSED])
        reconcile(addon, [snapshot(days=9)])
        assert addon.essential_when_created == [True, True]

    LOST = "The old daily snapshot schedule may be lost. {} Its settings are in lost_schedules."

    @pytest.mark.parametrize(
        ("script", "note"),
        [
            ({"post": [REFUSED]}, "The old daily snapshot schedule was restored, with a new ID."),
            (
                {"post": [REFUSED, FORBIDDEN]},
                LOST.format("It was deleted, and restoring it failed: POST /path failed with status 403: failed 403."),
            ),
            (
                {"post": [REFUSED, RESPONSE_LOST], "get": [FORBIDDEN]},
                LOST.format(
                    "It was deleted, and it is unknown whether it was restored: POST /path failed: failed None."
                ),
            ),
            (
                {"post": [concurrent_create(3)]},
                LOST.format(
                    "It was deleted, but before the new one was created, another client created a different one."
                ),
            ),
            (
                {"post": [REFUSED, concurrent_create(3)]},
                LOST.format("It was deleted, but before it could be restored, another client created a different one."),
            ),
            (
                {"post": [RESPONSE_LOST], "get": [FORBIDDEN]},
                LOST.format("It was deleted, and it is unknown whether the new one exists."),
            ),
            ({"delete": [RESPONSE_LOST], "get": [FORBIDDEN]}, LOST.format("It is unknown whether it was deleted.")),
            (
                {"post": [interrupted, interrupted]},
                LOST.format("It was deleted, and restoring it failed: Interrupted by SIGTERM."),
            ),
            (
                {"delete": [defect_before], "get": [defect_before]},
                LOST.format("It is unknown whether it was deleted."),
            ),
            (
                {"post": [defect_before], "get": [defect_before]},
                LOST.format("It was deleted, and it is unknown whether the new one exists."),
            ),
            (
                {"post": [REFUSED, defect_before]},
                LOST.format("It was deleted, and it is unknown whether it was restored: before"),
            ),
        ],
    )
    def test_the_message_reports_what_happened_to_the_old_schedule(self, script: dict, note: str) -> None:
        assert reconcile(Addon([existing_schedule()], **script), [snapshot(days=9)]).state.notes == (note,)

    @pytest.mark.parametrize("script", [{"post": [REFUSED]}, {}])
    def test_an_action_has_both_schedules_and_the_changed_options(self, script: dict) -> None:
        addon = Addon([existing_schedule()], **script)
        (action,) = reconcile(addon, [snapshot(days=9)]).state.done
        assert action.before is not None
        assert action.before.id == "old-daily"
        assert with_ids({action.schedule.key: action.after}) == with_ids(addon.schedules)
        assert action.changed_options == ("retention_time",)

    def test_the_lost_schedule_is_the_old_one(self) -> None:
        outcome = reconcile(Addon([existing_schedule()], post=[REFUSED, REFUSED]), [snapshot(days=9)])
        assert outcome.state.lost == (existing_schedule(),)
        assert outcome.state.schedules == ()

    @pytest.mark.parametrize(
        ("script", "done", "reason"),
        [
            ({"delete": ["observe"]}, [], "It is unknown whether it was deleted."),
            ({"post": ["observe"]}, ["delete"], "It was deleted, and it is unknown whether the new one exists."),
            (
                {"post": [REFUSED, "observe"]},
                ["delete"],
                "It was deleted, and it is unknown whether it was restored.",
            ),
        ],
    )
    def test_while_a_request_is_in_flight_the_old_schedule_is_recorded_as_lost(
        self, script: dict, done: list[str], reason: str
    ) -> None:
        """A task that is interrupted reports this state if it stops waiting for the response."""
        seen: list[State] = []

        def observe(addon: Addon, effect: Callable[[], object]) -> object:
            seen.append(outcome.state)
            return effect()

        steps = {method: [observe if each == "observe" else each for each in script[method]] for method in script}
        addon = Addon([existing_schedule("hourly"), existing_schedule()], **steps)
        plan = make_plan(list(addon.schedules.values()), [snapshot(days=9)], False, "replace")
        outcome = Outcome(State(plan.before))
        apply(addon, RESOURCE, plan, "schedule", outcome, Interruption())
        (state,) = seen
        assert state.notes == (self.LOST.format(reason),)
        assert [action.action for action in state.done] == done
        assert (state.lost, state.changed) == ((existing_schedule(),), True)
        assert [schedule.name for schedule in state.schedules] == ["hourly snapshot"]


class TestSeveral:
    @pytest.mark.parametrize(
        ("desired", "script"),
        [
            ([], {"delete": [RESPONSE_LOST], "get": [FORBIDDEN]}),
            ([snapshot(days=9)], {"delete": [RESPONSE_LOST], "get": [FORBIDDEN]}),
            ([snapshot(days=9)], {"post": [RESPONSE_LOST], "get": [FORBIDDEN]}),
            ([snapshot(days=9)], {"post": [concurrent_create(3)]}),
            ([snapshot(), snapshot("weekly")], {"post": [RESPONSE_LOST], "get": [FORBIDDEN]}),
        ],
    )
    def test_the_error_is_that_of_the_request(self, desired: list[BackupSchedule], script: dict) -> None:
        assert isinstance(reconcile(Addon([existing_schedule()], **script), desired, prune=True).error, ApiError)

    def test_the_first_failure_ends_the_work_on_the_addon(self) -> None:
        addon = Addon([existing_schedule("hourly"), existing_schedule("weekly")], post=[REFUSED, None])
        result = reconcile(addon, [snapshot("daily"), snapshot("weekly", days=9)], prune=True)
        assert addon.sent == ["delete", "reserve", "delete", "post", "post"]
        assert summary(result)[0] == ["delete hourly snapshot", "restore weekly snapshot"]
        assert [schedule.name for schedule in result.state.schedules] == ["weekly snapshot"]

    @pytest.mark.parametrize("write_method", ["schedule", "addon"])
    def test_schedules_are_ordered_by_interval_whatever_was_written_last(self, write_method: str) -> None:
        addon = Addon([existing_schedule("weekly"), existing_schedule("daily")])
        result = reconcile(addon, [snapshot("daily", days=9), snapshot("hourly")], write_method=write_method)
        assert [schedule.name for schedule in result.state.schedules] == [
            "hourly snapshot",
            "daily snapshot",
            "weekly snapshot",
        ]

    def test_a_reached_rate_limit_is_an_error_like_any_other(self) -> None:
        def reached(addon: Addon, effect: Callable[[], object]) -> object:
            raise RateLimitReached("POST", "/path", "used up", status=429)

        result = reconcile(Addon([], post=[None, reached]), [snapshot("daily"), snapshot("weekly")])
        assert summary(result) == (["create daily snapshot"], [], f"{POST} with status 429: used up.")
