# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to an addon when a request fails or something else changes it, with a stub of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.rate_limit import Reservation
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, RateLimitReached
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import (
    BackupSchedule,
    Destination,
    Key,
)
from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import Scheduling
from ansible_collections.community.northflank.plugins.module_utils._reconcile.apply import Outcome, apply
from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan import plan

RESOURCE = Resource("shop", "db")

# How a request fails: (the status, whether the request took effect, outcome_unknown of the error).
REFUSED = (400, False, False)
FORBIDDEN = (403, False, False)
NOT_FOUND = (404, False, False)
CONFLICT = (409, False, False)
REQUEST_LOST = (None, False, True)
RESPONSE_LOST = (None, True, True)
ERROR_AFTER_EFFECT = (500, True, True)


def snapshot(interval: str = "daily", days: int = 7, **fields: object) -> BackupSchedule:
    hours, weekdays = {"hourly": ((), ()), "daily": ((2,), ()), "weekly": ((2,), (0,))}[interval]
    times = Scheduling.of(interval, [30], hours, weekdays)
    return BackupSchedule(times, "snapshot", days, additional_destinations=(), **fields)


def existing_schedule(interval: str = "daily", days: int = 7) -> BackupSchedule:
    return snapshot(interval, days, id=f"old-{interval}")


class Addon:
    """A stub of the API: an addon with schedules, and a script of the failures, by method, in order."""

    def __init__(self, schedules: Sequence[BackupSchedule], **script: list[object]) -> None:
        self.schedules = {schedule.key: schedule for schedule in schedules}
        self.script = {method: list(steps) for method, steps in script.items()}
        self.sent: list[str] = []
        self.reservation = Reservation(3)
        self.essential_when_created: list[bool] = []
        self.retries = 2

    def attempts(self) -> Iterator[int]:
        return iter(range(self.retries + 1))

    @contextmanager
    def reserve_for_replace(self, resource: Resource, schedule: BackupSchedule) -> Iterator[Reservation]:
        self._send(resource, "reserve", lambda: None)
        assert self.schedules[schedule.key].id == schedule.id
        yield self.reservation

    def list_schedules(self, resource: Resource) -> list[BackupSchedule]:
        return self._send(resource, "get", lambda: list(self.schedules.values()))

    def create(self, resource: Resource, schedule: BackupSchedule) -> str:
        self.essential_when_created.append(self.reservation.is_essential)

        def effect() -> str:
            if schedule.key in self.schedules:
                raise error_of("post", CONFLICT)
            schedule_id = f"new-{len(self.sent)}"
            self.schedules[schedule.key] = replace(schedule, id=schedule_id)
            return schedule_id

        return self._send(resource, "post", effect)

    def delete(self, resource: Resource, schedule: BackupSchedule) -> None:
        def effect() -> None:
            if getattr(self.schedules.get(schedule.key), "id", None) != schedule.id:
                raise error_of("delete", NOT_FOUND)
            del self.schedules[schedule.key]

        self._send(resource, "delete", effect)

    def replace_all(self, resource: Resource, schedules: Sequence[BackupSchedule]) -> list[BackupSchedule] | None:
        def effect() -> list[BackupSchedule]:
            self.schedules = {each.key: replace(each, id=f"patched-{each.name}") for each in schedules}
            return list(self.schedules.values())

        return self._send(resource, "patch", effect)

    def _send(self, resource: Resource, method: str, effect: Callable[[], object]):
        """Follow the script: None takes effect, a triple fails, a function is called instead of the effect."""
        assert resource is RESOURCE
        self.sent.append(method)
        scripted = self.script.get(method) or [None]
        step = scripted.pop(0)
        if callable(step):
            return step(self, effect)
        if step is None:
            return effect()
        if step[1]:
            effect()
        raise error_of(method, step)


def error_of(method: str, step: tuple[int | None, bool, bool]) -> ApiError:
    status, _took_effect, outcome_unknown = step
    return ApiError(method.upper(), "/path", f"failed {status}", status=status, outcome_unknown=outcome_unknown)


def reconcile(
    addon: Addon,
    desired: Sequence[BackupSchedule],
    prune: bool = False,
    write_method: str = "schedule",
    existing: Sequence[BackupSchedule] | None = None,
) -> Outcome:
    """Plan and apply. existing: the schedules that the plan is based on, by default those of the addon."""
    steps = plan(list(addon.schedules.values()) if existing is None else existing, desired, prune, "replace")
    outcome = Outcome(steps.before)
    apply(addon, RESOURCE, steps, write_method, outcome, Interruption())
    return outcome


def summary(outcome: Outcome) -> tuple[list[str], list[str], str | None]:
    """Return the actions, the lost schedules and the error, in short."""
    return (
        [f"{action.action} {action.schedule.name}" for action in outcome.done],
        [schedule.name for schedule in outcome.lost],
        str(outcome.error) if outcome.error else None,
    )


def concurrent_create(days: int) -> Callable[[Addon, Callable[[], object]], object]:
    """Something else creates a daily snapshot just before this request takes effect."""

    def step(addon: Addon, effect: Callable[[], object]) -> object:
        addon.schedules[("daily", "snapshot")] = snapshot(days=days, id="concurrent")
        return effect()

    return step


def concurrent_delete(addon: Addon, effect: Callable[[], object]) -> object:
    addon.schedules.pop(("daily", "snapshot"), None)
    return effect()


def with_ids(schedules: Mapping[Key, BackupSchedule | None]) -> dict[Key, tuple[BackupSchedule | None, str | None]]:
    """Return schedules with their IDs, which do not count in a comparison."""
    return {key: (schedule, getattr(schedule, "id", None)) for key, schedule in schedules.items()}


NAME = "daily snapshot"
POST = "POST /path failed"
POST_REFUSED = f"{POST} with status 400: failed 400."
POST_CONFLICT = f"{POST} with status 409: failed 409."
DELETE = "DELETE /path failed"
PATCH_LOST = "PATCH /path failed: failed None."


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
                ["post", "get", "post"],
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
        ],
    )
    def test_the_outcome_of_each_failure(self, script: dict, sent: list[str], outcome: tuple) -> None:
        addon = Addon([], **script)
        result = reconcile(addon, [snapshot()])
        assert summary(result) == outcome
        assert addon.sent == sent
        assert [action.schedule.id for action in result.done] == [each.id for each in result.after][: len(result.done)]
        if "not known" not in " ".join(result.notes):
            assert with_ids({each.key: each for each in result.after}) == with_ids(addon.schedules)

    def test_a_conflict_without_a_successful_read_did_nothing(self) -> None:
        assert reconcile(Addon([], post=[CONFLICT], get=[FORBIDDEN]), [snapshot()]).notes == []

    def test_the_new_schedule_has_its_id(self) -> None:
        (created,) = reconcile(Addon([]), [snapshot()]).after
        assert created.id == "new-1"

    def test_a_schedule_that_something_else_created_is_reported(self) -> None:
        outcome = reconcile(Addon([], post=[concurrent_create(9)]), [snapshot()])
        assert [schedule.id for schedule in outcome.after] == ["concurrent"]
        assert outcome.notes == ["Something else created another daily snapshot schedule at the same time."]

    @pytest.mark.parametrize("post", [[RESPONSE_LOST], [REQUEST_LOST, CONFLICT]])
    def test_an_unknown_state_is_reported(self, post: list) -> None:
        gets = [None] * (len(post) - 1) + [FORBIDDEN]
        outcome = reconcile(Addon([], post=post, get=gets), [snapshot()])
        assert outcome.notes == ["Whether the daily snapshot schedule was created is not known."]
        assert outcome.after == ()


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
            ({"delete": [NOT_FOUND]}, ["delete", "get"], ([], [], f"{DELETE} with status 404: failed 404."), ["old-daily"]),
            (
                {"delete": [NOT_FOUND], "get": [NOT_FOUND]},
                ["delete", "get"],
                ([], [], f"{DELETE} with status 404: failed 404."),
                ["old-daily"],
            ),
            # Deleted, and something else has created one since.
            (
                {"delete": [ERROR_AFTER_EFFECT], "get": [concurrent_create(9)]},
                ["delete", "get"],
                ([f"delete {NAME}"], [], None),
                ["concurrent"],
            ),
        ],
    )
    def test_the_outcome_of_each_failure(self, script: dict, sent: list[str], outcome: tuple, remain: list[str]) -> None:
        addon = Addon([existing_schedule()], **script)
        result = reconcile(addon, [], prune=True)
        assert summary(result) == outcome
        assert addon.sent == sent
        assert [schedule.id for schedule in result.after] == remain

    def test_an_unknown_state_is_reported(self) -> None:
        outcome = reconcile(Addon([existing_schedule()], delete=[RESPONSE_LOST], get=[FORBIDDEN]), [], prune=True)
        assert summary(outcome) == ([], [], f"{DELETE}: failed None.")
        assert outcome.notes == ["Whether the daily snapshot schedule was deleted is not known."]


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
                ([f"delete {NAME}"], [NAME], f"{DELETE}: failed None."),
            ),
            # Something else deleted it, or a proxy repeated the DELETE: which is unknown, so it is restored in any case.
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
        if "not known" not in " ".join(result.notes):
            assert with_ids({each.key: each for each in result.after}) == with_ids(addon.schedules)

    def test_after_a_delete_each_create_is_essential(self) -> None:
        addon = Addon([existing_schedule()], post=[REFUSED])
        reconcile(addon, [snapshot(days=9)])
        assert addon.essential_when_created == [True, True]

    LOST = (
        "The old daily snapshot schedule may be lost. {} It is in lost_schedules, as"
        " community.northflank.addon_backup_schedules accepts it."
    )

    @pytest.mark.parametrize(
        ("script", "note"),
        [
            ({"post": [REFUSED]}, "The old daily snapshot schedule was restored, with a new id."),
            (
                {"post": [REFUSED, FORBIDDEN]},
                LOST.format("It was deleted, and restoring it failed: POST /path failed with status 403: failed 403."),
            ),
            (
                {"post": [REFUSED, RESPONSE_LOST], "get": [FORBIDDEN]},
                LOST.format(
                    "It was deleted, and whether it was restored is not known: POST /path failed: failed None."
                ),
            ),
            (
                {"post": [concurrent_create(3)]},
                LOST.format("It was deleted, and before the new one existed, something else created another."),
            ),
            (
                {"post": [REFUSED, concurrent_create(3)]},
                LOST.format("It was deleted, and before it could be restored, something else created another."),
            ),
            (
                {"post": [RESPONSE_LOST], "get": [FORBIDDEN]},
                LOST.format("It was deleted, and whether the new one exists is not known."),
            ),
            ({"delete": [RESPONSE_LOST], "get": [FORBIDDEN]}, LOST.format("Whether it was deleted is not known.")),
        ],
    )
    def test_the_fate_of_the_old_schedule_is_reported(self, script: dict, note: str) -> None:
        assert reconcile(Addon([existing_schedule()], **script), [snapshot(days=9)]).notes == [note]

    @pytest.mark.parametrize("script", [{"post": [REFUSED]}, {}])
    def test_an_action_has_both_schedules_and_the_changed_options(self, script: dict) -> None:
        addon = Addon([existing_schedule()], **script)
        (action,) = reconcile(addon, [snapshot(days=9)]).done
        assert action.before is not None
        assert action.before.id == "old-daily"
        assert with_ids({action.schedule.key: action.after}) == with_ids(addon.schedules)
        assert action.changed_options == ("retention_time",)

    def test_the_lost_schedule_is_the_old_one(self) -> None:
        outcome = reconcile(Addon([existing_schedule()], post=[REFUSED, REFUSED]), [snapshot(days=9)])
        assert outcome.lost == [existing_schedule()]
        assert outcome.after == ()


class TestSeveral:
    def test_the_first_failure_ends_the_work_on_the_addon(self) -> None:
        addon = Addon([existing_schedule("hourly"), existing_schedule("weekly")], post=[REFUSED, None])
        result = reconcile(addon, [snapshot("daily"), snapshot("weekly", days=9)], prune=True)
        assert addon.sent == ["delete", "reserve", "delete", "post", "post"]
        assert summary(result)[0] == ["delete hourly snapshot", "restore weekly snapshot"]
        assert [schedule.name for schedule in result.after] == ["weekly snapshot"]

    @pytest.mark.parametrize("write_method", ["schedule", "addon"])
    def test_schedules_are_ordered_by_interval_whatever_was_written_last(self, write_method: str) -> None:
        addon = Addon([existing_schedule("weekly"), existing_schedule("daily")])
        result = reconcile(addon, [snapshot("daily", days=9), snapshot("hourly")], write_method=write_method)
        assert [schedule.name for schedule in result.after] == ["hourly snapshot", "daily snapshot", "weekly snapshot"]

    def test_a_reached_rate_limit_is_an_error_like_any_other(self) -> None:
        def reached(addon: Addon, effect: Callable[[], object]) -> object:
            raise RateLimitReached("POST", "/path", "used up", status=429)

        result = reconcile(Addon([], post=[None, reached]), [snapshot("daily"), snapshot("weekly")])
        assert summary(result) == (["create daily snapshot"], [], f"{POST} with status 429: used up.")


class TestPatch:
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
    def test_the_outcome_of_each_failure(self, script: dict, sent: list[str], outcome: tuple) -> None:
        addon = Addon([existing_schedule("hourly"), existing_schedule("daily")], **script)
        result = reconcile(addon, [snapshot("daily", days=9), snapshot("weekly")], prune=True, write_method="addon")
        assert summary(result) == outcome
        assert addon.sent == sent

    def test_the_response_provides_ids_and_times(self) -> None:
        def times(addon: Addon, effect: Callable[[], object]) -> object:
            effect()
            return [replace(each, created_at="then", updated_at="now") for each in addon.schedules.values()]

        (written,) = reconcile(Addon([], patch=[times]), [snapshot()], write_method="addon").after
        assert (written.id, written.created_at, written.updated_at) == ("patched-daily snapshot", "then", "now")

    def test_defaults_that_the_api_sets_are_not_reported(self) -> None:
        """As with the other write method, and as check mode predicts."""
        omitted = replace(snapshot(), additional_destinations=(Destination("cold-storage"),))

        def fill_in(addon: Addon, effect: Callable[[], object]) -> object:
            return [replace(omitted, additional_destinations=(Destination("cold-storage", 7),), id="filled")]

        (written,) = reconcile(Addon([], patch=[fill_in]), [omitted], write_method="addon").after
        assert (written, written.id) == (omitted, "filled")

    def test_an_empty_plan_sends_nothing(self) -> None:
        addon = Addon([existing_schedule()])
        assert summary(reconcile(addon, [snapshot()], write_method="addon")) == ([], [], None)
        assert addon.sent == []

    def test_an_unknown_state_is_reported(self) -> None:
        outcome = reconcile(Addon([], patch=[RESPONSE_LOST], get=[FORBIDDEN]), [snapshot()], write_method="addon")
        assert outcome.notes == [
            "Whether the schedules were written is not known. The old ones are in lost_schedules,"
            " as community.northflank.addon_backup_schedules accepts them."
        ]

    def test_after_a_response_without_a_list_the_schedules_are_read(self) -> None:
        def without_a_list(addon: Addon, effect: Callable[[], object]) -> None:
            effect()

        addon = Addon([], patch=[without_a_list])
        assert summary(reconcile(addon, [snapshot()], write_method="addon")) == ([f"create {NAME}"], [], None)
        assert addon.sent == ["patch", "get"]

    def test_a_response_with_other_schedules_is_a_failure_that_shows_both(self) -> None:
        def other(addon: Addon, effect: Callable[[], object]) -> object:
            addon.schedules[("daily", "snapshot")] = snapshot(days=5, id="other")
            return list(addon.schedules.values())

        outcome = reconcile(Addon([existing_schedule()], patch=[other]), [snapshot(days=9)], write_method="addon")
        assert outcome.error is not None
        assert outcome.error.to_result()["error"] == {
            "status": 200,
            "method": "PATCH",
            "path": RESOURCE.path,
            "message": "the addon does not have the schedules that were written",
            "id": None,
            "details": {
                "wanted": [snapshot(days=9).settings()],
                "answered": [snapshot(days=5).settings()],
            },
        }
        assert outcome.error.hint == "Use write_method: schedule, and check the addon's schedules."
        assert (outcome.done, outcome.lost) == ([], [existing_schedule()])
        assert [schedule.id for schedule in outcome.after] == ["other"]

    def test_a_schedule_that_was_created_differently_is_a_change(self) -> None:
        def alters(addon: Addon, effect: Callable[[], object]) -> object:
            return [snapshot(days=5, id="altered")]

        outcome = reconcile(Addon([], patch=[alters]), [snapshot(days=9)], write_method="addon")
        assert summary(outcome)[0] == [f"create {NAME}"]
        assert outcome.error is not None
        assert [schedule.id for schedule in outcome.after] == ["altered"]

    def test_a_schedule_that_a_patch_dropped_is_reported(self) -> None:
        def drops(addon: Addon, effect: Callable[[], object]) -> object:
            effect()
            del addon.schedules[("hourly", "snapshot")]
            return list(addon.schedules.values())

        outcome = reconcile(
            Addon([existing_schedule("hourly"), existing_schedule("daily")], patch=[drops]), [snapshot(days=9)], write_method="addon"
        )
        assert summary(outcome)[:2] == ([f"replace {NAME}"], ["hourly snapshot"])
        assert outcome.notes == ["The hourly snapshot schedule is not as it was, its old form is in lost_schedules."]
        assert outcome.error is not None

    def test_a_schedule_that_a_patch_did_not_delete_is_a_failure(self) -> None:
        def merges(addon: Addon, effect: Callable[[], object]) -> object:
            return list(addon.schedules.values())

        outcome = reconcile(Addon([existing_schedule()], patch=[merges]), [], prune=True, write_method="addon")
        assert (outcome.done, outcome.lost) == ([], [])
        assert outcome.error is not None
