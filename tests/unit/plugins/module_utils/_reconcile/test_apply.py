# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to an addon when a request fails: against an addon that answers as it is told to."""

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

# How an answer goes wrong: (the status, whether the request took effect, whether the error is outcome_unknown).
REFUSED = (400, False, False)
FORBIDDEN = (403, False, False)
GONE = (404, False, False)
CONFLICT = (409, False, False)
LOST_BEFORE = (None, False, True)
LOST_AFTER = (None, True, True)
FAULT_AFTER = (500, True, True)


def snapshot(interval: str = "daily", days: int = 7, **fields: object) -> BackupSchedule:
    hours, weekdays = {"hourly": ((), ()), "daily": ((2,), ()), "weekly": ((2,), (0,))}[interval]
    times = Scheduling.of(interval, [30], hours, weekdays)
    return BackupSchedule(times, "snapshot", days, additional_destinations=(), **fields)


def standing(interval: str = "daily", days: int = 7) -> BackupSchedule:
    return snapshot(interval, days, id=f"old-{interval}")


class Addon:
    """Stands in for the client: an addon with schedules, and a script of what goes wrong, by method, in turn."""

    def __init__(self, schedules: Sequence[BackupSchedule], **script: list[object]) -> None:
        self.schedules = {schedule.key: schedule for schedule in schedules}
        self.script = {method: list(steps) for method, steps in script.items()}
        self.sent: list[str] = []
        self.hold = Reservation(3)
        self.must_go_when_created: list[bool] = []
        self.retries = 2

    def attempts(self) -> Iterator[int]:
        return iter(range(self.retries + 1))

    @contextmanager
    def reserve_for_replace(self, resource: Resource, schedule: BackupSchedule) -> Iterator[Reservation]:
        self._send(resource, "hold", lambda: None)
        assert self.schedules[schedule.key].id == schedule.id
        yield self.hold

    def list_schedules(self, resource: Resource) -> list[BackupSchedule]:
        return self._send(resource, "get", lambda: list(self.schedules.values()))

    def create(self, resource: Resource, schedule: BackupSchedule) -> str:
        self.must_go_when_created.append(self.hold.is_essential)

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
                raise error_of("delete", GONE)
            del self.schedules[schedule.key]

        self._send(resource, "delete", effect)

    def replace_all(self, resource: Resource, schedules: Sequence[BackupSchedule]) -> list[BackupSchedule] | None:
        def effect() -> list[BackupSchedule]:
            self.schedules = {each.key: replace(each, id=f"patched-{each.name}") for each in schedules}
            return list(self.schedules.values())

        return self._send(resource, "patch", effect)

    def _send(self, resource: Resource, method: str, effect: Callable[[], object]):
        """Do as the script says: None takes effect, a triple fails, a function is called instead of the effect."""
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


def bring(
    addon: Addon,
    wanted: Sequence[BackupSchedule],
    prune: bool = False,
    write_method: str = "schedule",
    existing: Sequence[BackupSchedule] | None = None,
) -> Outcome:
    """Plan and apply; the plan is made of what stands at first, or of what somebody read (existing)."""
    steps = plan(list(addon.schedules.values()) if existing is None else existing, wanted, prune, "replace")
    outcome = Outcome(steps.before)
    apply(addon, RESOURCE, steps, write_method, outcome, Interruption())
    return outcome


def told(outcome: Outcome) -> tuple[list[str], list[str], str | None]:
    """The actions, what was lost, and the error, in short."""
    return (
        [f"{action.action} {action.schedule.name}" for action in outcome.done],
        [schedule.name for schedule in outcome.lost],
        str(outcome.error) if outcome.error else None,
    )


def rival_creates(days: int) -> Callable[[Addon, Callable[[], object]], object]:
    """Somebody else creates a daily snapshot just before this request is carried out."""

    def step(addon: Addon, effect: Callable[[], object]) -> object:
        addon.schedules[("daily", "snapshot")] = snapshot(days=days, id="rival")
        return effect()

    return step


def rival_deletes(addon: Addon, effect: Callable[[], object]) -> object:
    addon.schedules.pop(("daily", "snapshot"), None)
    return effect()


def stands(schedules: Mapping[Key, BackupSchedule | None]) -> dict[Key, tuple[BackupSchedule | None, str | None]]:
    """What stands by key, with the ids, which do not count in a comparison."""
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
            # Unclear: a read settles it.
            ({"post": [LOST_AFTER]}, ["post", "get"], ([f"create {NAME}"], [], None)),
            ({"post": [FAULT_AFTER]}, ["post", "get"], ([f"create {NAME}"], [], None)),
            ({"post": [LOST_BEFORE]}, ["post", "get", "post"], ([f"create {NAME}"], [], None)),
            ({"post": [LOST_BEFORE] * 3}, ["post", "get"] * 3, ([], [], f"{POST}: failed None.")),
            (
                {"post": [LOST_BEFORE, REFUSED]},
                ["post", "get", "post"],
                ([], [], POST_REFUSED),
            ),
            # Somebody else was faster.
            ({"post": [rival_creates(7)]}, ["post", "get"], ([], [], None)),
            ({"post": [rival_creates(9)]}, ["post", "get"], ([], [], POST_CONFLICT)),
            ({"post": [LOST_BEFORE, rival_creates(7)]}, ["post", "get"] * 2, ([f"create {NAME}"], [], None)),
            # A conflict with nothing that stands there, as when an addon may have no more schedules.
            ({"post": [CONFLICT]}, ["post", "get"], ([], [], POST_CONFLICT)),
            # Nobody can tell.
            ({"post": [LOST_AFTER], "get": [FORBIDDEN]}, ["post", "get"], ([], [], f"{POST}: failed None.")),
            (
                {"post": [CONFLICT], "get": [FORBIDDEN]},
                ["post", "get"],
                ([], [], POST_CONFLICT),
            ),
        ],
    )
    def test_each_answer(self, script: dict, sent: list[str], outcome: tuple) -> None:
        addon = Addon([], **script)
        result = bring(addon, [snapshot()])
        assert told(result) == outcome
        assert addon.sent == sent
        assert [action.schedule.id for action in result.done] == [each.id for each in result.after][: len(result.done)]
        if "not known" not in " ".join(result.notes):
            assert stands({each.key: each for each in result.after}) == stands(addon.schedules)

    def test_a_conflict_that_could_not_be_looked_at_did_nothing(self) -> None:
        assert bring(Addon([], post=[CONFLICT], get=[FORBIDDEN]), [snapshot()]).notes == []

    def test_tells_the_new_id(self) -> None:
        (created,) = bring(Addon([]), [snapshot()]).after
        assert created.id == "new-1"

    def test_tells_what_a_rival_created(self) -> None:
        outcome = bring(Addon([], post=[rival_creates(9)]), [snapshot()])
        assert [schedule.id for schedule in outcome.after] == ["rival"]
        assert outcome.notes == ["Something else created another daily snapshot schedule at the same time."]

    @pytest.mark.parametrize("post", [[LOST_AFTER], [LOST_BEFORE, CONFLICT]])
    def test_says_when_nobody_can_tell(self, post: list) -> None:
        gets = [None] * (len(post) - 1) + [FORBIDDEN]
        outcome = bring(Addon([], post=post, get=gets), [snapshot()])
        assert outcome.notes == ["Whether the daily snapshot schedule was created is not known."]
        assert outcome.after == ()


class TestDelete:
    @pytest.mark.parametrize(
        ("script", "sent", "outcome", "remain"),
        [
            ({}, ["delete"], ([f"delete {NAME}"], [], None), []),
            ({"delete": [REFUSED]}, ["delete"], ([], [], f"{DELETE} with status 400: failed 400."), ["old-daily"]),
            ({"delete": [FAULT_AFTER]}, ["delete", "get"], ([f"delete {NAME}"], [], None), []),
            ({"delete": [LOST_BEFORE]}, ["delete", "get"], ([], [], f"{DELETE}: failed None."), ["old-daily"]),
            # A 404 may be about the schedule, which is fine, or about the addon.
            ({"delete": [rival_deletes]}, ["delete", "get"], ([f"delete {NAME}"], [], None), []),
            ({"delete": [GONE]}, ["delete", "get"], ([], [], f"{DELETE} with status 404: failed 404."), ["old-daily"]),
            (
                {"delete": [GONE], "get": [GONE]},
                ["delete", "get"],
                ([], [], f"{DELETE} with status 404: failed 404."),
                ["old-daily"],
            ),
            # Deleted, and somebody else has created one since.
            (
                {"delete": [FAULT_AFTER], "get": [rival_creates(9)]},
                ["delete", "get"],
                ([f"delete {NAME}"], [], None),
                ["rival"],
            ),
        ],
    )
    def test_each_answer(self, script: dict, sent: list[str], outcome: tuple, remain: list[str]) -> None:
        addon = Addon([standing()], **script)
        result = bring(addon, [], prune=True)
        assert told(result) == outcome
        assert addon.sent == sent
        assert [schedule.id for schedule in result.after] == remain

    def test_says_when_nobody_can_tell(self) -> None:
        outcome = bring(Addon([standing()], delete=[LOST_AFTER], get=[FORBIDDEN]), [], prune=True)
        assert told(outcome) == ([], [], f"{DELETE}: failed None.")
        assert outcome.notes == ["Whether the daily snapshot schedule was deleted is not known."]


class TestReplace:
    @pytest.mark.parametrize(
        ("script", "sent", "outcome"),
        [
            ({}, ["hold", "delete", "post"], ([f"replace {NAME}"], [], None)),
            ({"post": [LOST_AFTER]}, ["hold", "delete", "post", "get"], ([f"replace {NAME}"], [], None)),
            ({"delete": [FAULT_AFTER]}, ["hold", "delete", "get", "post"], ([f"replace {NAME}"], [], None)),
            # Nothing was deleted, nothing is lost.
            ({"hold": [FORBIDDEN]}, ["hold"], ([], [], "HOLD /path failed with status 403: failed 403.")),
            ({"delete": [FORBIDDEN]}, ["hold", "delete"], ([], [], f"{DELETE} with status 403: failed 403.")),
            ({"delete": [LOST_BEFORE]}, ["hold", "delete", "get"], ([], [], f"{DELETE}: failed None.")),
            # Deleted, and put back.
            (
                {"post": [REFUSED]},
                ["hold", "delete", "post", "post"],
                ([f"restore {NAME}"], [], POST_REFUSED),
            ),
            (
                {"post": [LOST_BEFORE] * 3},
                ["hold", "delete", *["post", "get"] * 3, "post"],
                ([f"restore {NAME}"], [], f"{POST}: failed None."),
            ),
            (
                {"post": [REFUSED, LOST_AFTER]},
                ["hold", "delete", "post", "post", "get"],
                ([f"restore {NAME}"], [], POST_REFUSED),
            ),
            # The new one came late, while the old one was to be put back.
            (
                {"post": [REFUSED, rival_creates(9)]},
                ["hold", "delete", "post", "post", "get"],
                ([f"replace {NAME}"], [], None),
            ),
            # Deleted, and lost.
            (
                {"post": [REFUSED, FORBIDDEN]},
                ["hold", "delete", "post", "post"],
                ([f"delete {NAME}"], [NAME], POST_REFUSED),
            ),
            (
                {"post": [rival_creates(3)]},
                ["hold", "delete", "post", "get"],
                ([f"delete {NAME}"], [NAME], POST_CONFLICT),
            ),
            (
                {"post": [REFUSED, rival_creates(3)]},
                ["hold", "delete", "post", "post", "get"],
                ([f"delete {NAME}"], [NAME], POST_REFUSED),
            ),
            # Nobody can tell, so nothing is put back.
            (
                {"post": [LOST_BEFORE], "get": [FORBIDDEN]},
                ["hold", "delete", "post", "get"],
                ([f"delete {NAME}"], [NAME], f"{POST}: failed None."),
            ),
            (
                {"post": [REFUSED, LOST_BEFORE], "get": [FORBIDDEN]},
                ["hold", "delete", "post", "post", "get"],
                ([f"delete {NAME}"], [NAME], POST_REFUSED),
            ),
            (
                {"delete": [LOST_AFTER], "get": [FORBIDDEN]},
                ["hold", "delete", "get"],
                ([f"delete {NAME}"], [NAME], f"{DELETE}: failed None."),
            ),
            # Somebody else deleted it, or a proxy repeated our own DELETE: nobody knows, so it is put back in any case.
            ({"delete": [rival_deletes]}, ["hold", "delete", "get", "post"], ([f"replace {NAME}"], [], None)),
            (
                {"delete": [rival_deletes], "post": [REFUSED]},
                ["hold", "delete", "get", "post", "post"],
                ([f"restore {NAME}"], [], POST_REFUSED),
            ),
        ],
    )
    def test_each_answer(self, script: dict, sent: list[str], outcome: tuple) -> None:
        addon = Addon([standing()], **script)
        result = bring(addon, [snapshot(days=9)])
        assert told(result) == outcome
        assert addon.sent == sent
        if "not known" not in " ".join(result.notes):
            assert stands({each.key: each for each in result.after}) == stands(addon.schedules)

    def test_what_is_deleted_is_created_again_however_long_it_takes(self) -> None:
        addon = Addon([standing()], post=[REFUSED])
        bring(addon, [snapshot(days=9)])
        assert addon.must_go_when_created == [True, True]

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
                {"post": [REFUSED, LOST_AFTER], "get": [FORBIDDEN]},
                LOST.format(
                    "It was deleted, and whether it was restored is not known: POST /path failed: failed None."
                ),
            ),
            (
                {"post": [rival_creates(3)]},
                LOST.format("It was deleted, and before the new one existed, something else created another."),
            ),
            (
                {"post": [REFUSED, rival_creates(3)]},
                LOST.format("It was deleted, and before it could be restored, something else created another."),
            ),
            (
                {"post": [LOST_AFTER], "get": [FORBIDDEN]},
                LOST.format("It was deleted, and whether the new one exists is not known."),
            ),
            ({"delete": [LOST_AFTER], "get": [FORBIDDEN]}, LOST.format("Whether it was deleted is not known.")),
        ],
    )
    def test_says_what_became_of_the_old_one(self, script: dict, note: str) -> None:
        assert bring(Addon([standing()], **script), [snapshot(days=9)]).notes == [note]

    @pytest.mark.parametrize("script", [{"post": [REFUSED]}, {}])
    def test_an_action_has_what_was_what_is_and_why(self, script: dict) -> None:
        addon = Addon([standing()], **script)
        (action,) = bring(addon, [snapshot(days=9)]).done
        assert action.before is not None
        assert action.before.id == "old-daily"
        assert stands({action.schedule.key: action.after}) == stands(addon.schedules)
        assert action.changed_options == ("retention_time",)

    def test_what_is_lost_is_the_old_schedule(self) -> None:
        outcome = bring(Addon([standing()], post=[REFUSED, REFUSED]), [snapshot(days=9)])
        assert outcome.lost == [standing()]
        assert outcome.after == ()


class TestSeveral:
    def test_the_first_failure_ends_the_work_on_the_addon(self) -> None:
        addon = Addon([standing("hourly"), standing("weekly")], post=[REFUSED, None])
        result = bring(addon, [snapshot("daily"), snapshot("weekly", days=9)], prune=True)
        assert addon.sent == ["delete", "hold", "delete", "post", "post"]
        assert told(result)[0] == ["delete hourly snapshot", "restore weekly snapshot"]
        assert [schedule.name for schedule in result.after] == ["weekly snapshot"]

    @pytest.mark.parametrize("write_method", ["schedule", "addon"])
    def test_what_stands_is_told_from_the_shortest_interval_whatever_was_written_last(self, write_method: str) -> None:
        addon = Addon([standing("weekly"), standing("daily")])
        result = bring(addon, [snapshot("daily", days=9), snapshot("hourly")], write_method=write_method)
        assert [schedule.name for schedule in result.after] == ["hourly snapshot", "daily snapshot", "weekly snapshot"]

    def test_a_reached_rate_limit_is_an_error_like_others(self) -> None:
        def reached(addon: Addon, effect: Callable[[], object]) -> object:
            raise RateLimitReached("POST", "/path", "used up", status=429)

        result = bring(Addon([], post=[None, reached]), [snapshot("daily"), snapshot("weekly")])
        assert told(result) == (["create daily snapshot"], [], f"{POST} with status 429: used up.")


class TestPatch:
    @pytest.mark.parametrize(
        ("script", "sent", "outcome"),
        [
            ({}, ["patch"], (["delete hourly snapshot", f"replace {NAME}", "create weekly snapshot"], [], None)),
            ({"patch": [REFUSED]}, ["patch"], ([], [], "PATCH /path failed with status 400: failed 400.")),
            (
                {"patch": [LOST_AFTER]},
                ["patch", "get"],
                (["delete hourly snapshot", f"replace {NAME}", "create weekly snapshot"], [], None),
            ),
            ({"patch": [LOST_BEFORE]}, ["patch", "get"], ([], [], PATCH_LOST)),
            (
                {"patch": [LOST_AFTER], "get": [FORBIDDEN]},
                ["patch", "get"],
                ([], [NAME], PATCH_LOST),
            ),
        ],
    )
    def test_each_answer(self, script: dict, sent: list[str], outcome: tuple) -> None:
        addon = Addon([standing("hourly"), standing("daily")], **script)
        result = bring(addon, [snapshot("daily", days=9), snapshot("weekly")], prune=True, write_method="addon")
        assert told(result) == outcome
        assert addon.sent == sent

    def test_the_answer_tells_ids_and_times(self) -> None:
        def times(addon: Addon, effect: Callable[[], object]) -> object:
            effect()
            return [replace(each, created_at="then", updated_at="now") for each in addon.schedules.values()]

        (written,) = bring(Addon([], patch=[times]), [snapshot()], write_method="addon").after
        assert (written.id, written.created_at, written.updated_at) == ("patched-daily snapshot", "then", "now")

    def test_what_the_server_makes_of_what_was_left_out_is_not_told(self) -> None:
        """As with the other write method, and as check mode foretells it."""
        left_out = replace(snapshot(), additional_destinations=(Destination("cold-storage"),))

        def fills(addon: Addon, effect: Callable[[], object]) -> object:
            return [replace(left_out, additional_destinations=(Destination("cold-storage", 7),), id="filled")]

        (written,) = bring(Addon([], patch=[fills]), [left_out], write_method="addon").after
        assert (written, written.id) == (left_out, "filled")

    def test_nothing_to_do_sends_nothing(self) -> None:
        addon = Addon([standing()])
        assert told(bring(addon, [snapshot()], write_method="addon")) == ([], [], None)
        assert addon.sent == []

    def test_says_when_nobody_can_tell(self) -> None:
        outcome = bring(Addon([], patch=[LOST_AFTER], get=[FORBIDDEN]), [snapshot()], write_method="addon")
        assert outcome.notes == [
            "Whether the schedules were written is not known. The old ones are in lost_schedules,"
            " as community.northflank.addon_backup_schedules accepts them."
        ]

    def test_an_answer_that_tells_no_schedules_is_read_again(self) -> None:
        def silent(addon: Addon, effect: Callable[[], object]) -> None:
            effect()

        addon = Addon([], patch=[silent])
        assert told(bring(addon, [snapshot()], write_method="addon")) == ([f"create {NAME}"], [], None)
        assert addon.sent == ["patch", "get"]

    def test_an_answer_that_is_not_as_wanted_is_a_failure_that_shows_both(self) -> None:
        def other(addon: Addon, effect: Callable[[], object]) -> object:
            addon.schedules[("daily", "snapshot")] = snapshot(days=5, id="other")
            return list(addon.schedules.values())

        outcome = bring(Addon([standing()], patch=[other]), [snapshot(days=9)], write_method="addon")
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
        assert (outcome.done, outcome.lost) == ([], [standing()])
        assert [schedule.id for schedule in outcome.after] == ["other"]

    def test_a_schedule_that_was_created_otherwise_than_it_was_sent_is_a_change(self) -> None:
        def alters(addon: Addon, effect: Callable[[], object]) -> object:
            return [snapshot(days=5, id="altered")]

        outcome = bring(Addon([], patch=[alters]), [snapshot(days=9)], write_method="addon")
        assert told(outcome)[0] == [f"create {NAME}"]
        assert outcome.error is not None
        assert [schedule.id for schedule in outcome.after] == ["altered"]

    def test_a_schedule_that_a_patch_dropped_is_told(self) -> None:
        def drops(addon: Addon, effect: Callable[[], object]) -> object:
            effect()
            del addon.schedules[("hourly", "snapshot")]
            return list(addon.schedules.values())

        outcome = bring(
            Addon([standing("hourly"), standing("daily")], patch=[drops]), [snapshot(days=9)], write_method="addon"
        )
        assert told(outcome)[:2] == ([f"replace {NAME}"], ["hourly snapshot"])
        assert outcome.notes == ["The hourly snapshot schedule is not as it was, its old form is in lost_schedules."]
        assert outcome.error is not None

    def test_a_schedule_that_a_patch_left_although_it_was_to_go_is_a_failure(self) -> None:
        def merges(addon: Addon, effect: Callable[[], object]) -> object:
            return list(addon.schedules.values())

        outcome = bring(Addon([standing()], patch=[merges]), [], prune=True, write_method="addon")
        assert (outcome.done, outcome.lost) == ([], [])
        assert outcome.error is not None
