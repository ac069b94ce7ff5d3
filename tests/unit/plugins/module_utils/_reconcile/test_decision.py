# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to an addon, what is refused, and what is warned of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._reconcile.decision import (
    Decision,
    decide,
    read_existing,
)
from ansible_collections.community.northflank.plugins.module_utils._reconcile.desired_state import DesiredState

RESOURCE = Resource("shop", "cache")
UNKNOWN = {"paused": True, "name": "nightly"}


def schedule(backup_type: str = "snapshot", days: int = 7, interval: str = "daily") -> BackupSchedule:
    times = {"interval": interval, "minute": [0], "hour": [] if interval == "hourly" else [2]}
    options = {"scheduling": times, "backup_type": backup_type, "retention_time": days}
    return BackupSchedule.from_params(options)


def existing(
    backup_type: str = "snapshot", days: int = 7, interval: str = "daily", id: str = "", **fields: Any
) -> BackupSchedule:
    found = schedule(backup_type, days, interval).with_defaults()
    return replace(found, id=id or f"{interval}-{backup_type}", **fields)


class Types:
    """Knows that the addon cannot create dumps."""

    def without_dumps(self, resource: Resource) -> str | None:
        assert resource is RESOURCE
        return "redis"


class Client:
    """Lists schedules, or fails."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def read_schedules(self, resource: Resource) -> Any:
        assert resource is RESOURCE
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def desired(*schedules: BackupSchedule, **options: Any) -> DesiredState:
    return DesiredState(**{"schedules": schedules, "prune": False, **options})


def actions(decision: Decision) -> list[str]:
    return [f"{action.action} {action.schedule.name}" for action in decision.plan.actions]


class TestRead:
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [([existing()], ([existing()], True)), ([], ([], True)), (None, ([], False))],
    )
    def test_a_missing_list_is_told_from_an_empty_one(self, answer: Any, expected: tuple[Any, bool]) -> None:
        assert read_existing(Client(answer), RESOURCE, desired()) == expected  # type: ignore[arg-type]

    def test_an_addon_that_is_gone_has_what_is_desired_if_nothing_is(self) -> None:
        gone = Client(ApiError("GET", "/path", "gone", status=404))
        assert read_existing(gone, RESOURCE, desired(prune=True)) == ([], True)  # type: ignore[arg-type]
        with pytest.raises(ApiError):
            read_existing(gone, RESOURCE, desired(schedule()))  # type: ignore[arg-type]

    @pytest.mark.parametrize("status", [403, 500, None])
    def test_other_errors_are_errors(self, status: int | None) -> None:
        with pytest.raises(ApiError):
            read_existing(
                Client(ApiError("GET", "/path", "no", status=status)),  # type: ignore[arg-type]
                RESOURCE,
                desired(),
            )


class TestUnsupportedDumps:
    SENTENCE = "shop/cache is a redis addon, which cannot make dumps, but is to have a daily dump."

    @pytest.mark.parametrize(
        ("unsupported", "refusals", "warnings"),
        [
            (
                "fail",
                (
                    f"{SENTENCE} Remove the dump schedule, or set on_unsupported to warn or skip to apply only the"
                    " snapshot schedules.",
                ),
                (),
            ),
            ("warn", (), (f"{SENTENCE} It gets the others.",)),
            ("skip", (), ()),
        ],
    )
    def test_what_is_made_of_them(self, unsupported: str, refusals: tuple[str, ...], warnings: tuple[str, ...]) -> None:
        wanted = desired(schedule("dump"), schedule(), on_unsupported=unsupported, types=Types())
        decision = decide(RESOURCE, [], True, wanted)
        assert actions(decision) == ["create daily snapshot"]
        assert (decision.unsupported, decision.refusals, decision.warnings) == (self.SENTENCE, refusals, warnings)

    def test_nobody_asks_where_that_is_left_to_the_api(self) -> None:
        decision = decide(RESOURCE, [], True, desired(schedule("dump")))
        assert (actions(decision), decision.unsupported) == (["create daily dump"], None)

    @pytest.mark.parametrize("days", [7, 9])
    def test_one_that_exists_and_is_desired_is_not_pruned(self, days: int) -> None:
        """Whatever the API says of the type of the addon, somebody could create it."""
        wanted = desired(
            schedule("dump", days),
            schedule("dump", interval="weekly"),
            prune=True,
            on_unsupported="skip",
            types=Types(),
        )
        decision = decide(RESOURCE, [existing("dump"), existing("dump", interval="hourly")], True, wanted)
        assert actions(decision) == ["delete hourly dump"]
        assert [each.name for each in decision.plan.after] == ["daily dump"]


class TestKept:
    SENTENCE = (
        "shop/cache has schedules that are not as wanted, and on_difference leaves them as they are:"
        " daily snapshot (retention_time)."
    )

    @pytest.mark.parametrize(
        ("on_difference", "refusals", "warnings"),
        [("keep", (), ()), ("keep_and_warn", (), (SENTENCE,)), ("keep_and_fail", (SENTENCE,), ())],
    )
    def test_differences(self, on_difference: str, refusals: tuple[str, ...], warnings: tuple[str, ...]) -> None:
        decision = decide(RESOURCE, [existing(days=9)], True, desired(schedule(), on_difference=on_difference))
        assert (actions(decision), decision.refusals, decision.warnings) == ([], refusals, warnings)


class TestDuplicates:
    TWO = (existing(days=8, id="a"), existing(days=9, id="b"))
    SEVERAL = "shop/cache has 2 daily snapshot schedules (IDs a, b), where Northflank allows one"

    def test_they_are_warned_of(self) -> None:
        decision = decide(RESOURCE, self.TWO, True, desired(schedule(days=9)))
        assert (actions(decision), decision.refusals) == ([], ())
        assert decision.warnings == (f"{self.SEVERAL}. Set prune: true to delete all but one.",)

    def test_nothing_is_written_where_one_had_to_be_replaced(self) -> None:
        decision = decide(RESOURCE, self.TWO, True, desired(schedule(days=7), schedule(interval="hourly")))
        assert decision.refusals == (
            f"{self.SEVERAL}, so none of them can be replaced."
            " Set prune: true to delete all but one, or delete them in Northflank.",
        )
        assert decision.warnings == ()

    def test_prune_deletes_them(self) -> None:
        decision = decide(RESOURCE, self.TWO, True, desired(schedule(days=9), prune=True))
        assert (actions(decision), decision.refusals, decision.warnings) == (["delete daily snapshot"], (), ())


class TestUnknownFields:
    def test_a_replacement_warns_of_what_it_drops(self) -> None:
        decision = decide(RESOURCE, [existing(days=9, unknown_fields=UNKNOWN)], True, desired(schedule()))
        assert decision.refusals == ()
        assert decision.warnings == (
            "Replacing the daily snapshot schedule of shop/cache drops fields that this version of"
            ' community.northflank does not know: {"name": "nightly", "paused": true}.',
        )

    INSTEAD = "Use write_method: schedule, which does not touch other schedules."

    @pytest.mark.parametrize(
        ("other", "told"),
        [
            (existing("dump", unknown_fields=UNKNOWN), ("daily dump", '{"name": "nightly", "paused": true}')),
            (
                existing("dump", interval="monthly"),
                ("monthly dump", '{"hour": [2], "interval": "monthly", "minute": [0]}'),
            ),
            (existing(days=9, unknown_fields=UNKNOWN), ("daily snapshot", '{"name": "nightly", "paused": true}')),
        ],
    )
    def test_a_patch_is_refused(self, other: BackupSchedule, told: tuple[str, str]) -> None:
        name, fields = told
        wanted = desired(schedule(), schedule(interval="hourly"), write_method="addon")
        decision = decide(RESOURCE, [other], True, wanted)
        assert decision.refusals == (
            f"A PATCH of shop/cache would alter its {name} schedule, of which this version of community.northflank"
            f" does not know: {fields}. {self.INSTEAD}",
        )

    def test_a_patch_is_refused_without_a_list(self) -> None:
        decision = decide(RESOURCE, [], False, desired(schedule(), write_method="addon"))
        assert decision.refusals == (
            "The API did not list the schedules of shop/cache, and a PATCH drops what it does not list."
            f" {self.INSTEAD}",
        )
        assert decide(RESOURCE, [], False, desired(schedule())).refusals == ()

    def test_a_patch_is_refused_with_duplicates(self) -> None:
        decision = decide(RESOURCE, TestDuplicates.TWO, True, desired(schedule("dump"), write_method="addon"))
        assert decision.refusals == (f"{TestDuplicates.SEVERAL}, and a PATCH cannot keep them. {self.INSTEAD}",)

    def test_what_is_pruned_may_be_unknown(self) -> None:
        wanted = desired(schedule(), prune=True, write_method="addon")
        assert decide(RESOURCE, [existing("dump", unknown_fields=UNKNOWN)], True, wanted).refusals == ()

    @pytest.mark.parametrize("is_listed", [True, False])
    def test_where_nothing_is_written_nothing_is_refused(self, is_listed: bool) -> None:
        up_to_date = [existing(unknown_fields=UNKNOWN)]
        assert decide(RESOURCE, up_to_date, is_listed, desired(schedule(), write_method="addon")).refusals == ()


def test_an_addon_gets_its_own_times() -> None:
    wanted = desired(schedule(), stagger_minutes=120)
    (staggered,) = wanted.of(RESOURCE)
    (action,) = decide(RESOURCE, [], True, wanted).plan.actions
    assert action.schedule.scheduling == staggered.scheduling != schedule().scheduling
