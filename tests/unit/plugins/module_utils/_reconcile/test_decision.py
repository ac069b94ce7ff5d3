# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decision for an addon: actions, refusals and warnings."""

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
    """A stub of AddonTypes: the addon cannot create dumps."""

    def type_without_dumps(self, resource: Resource) -> str | None:
        assert resource is RESOURCE
        return "redis"


class Api:
    """A stub of ScheduleApi: returns schedules, or fails."""

    def __init__(self, result: Any) -> None:
        self.result = result

    def read_schedules(self, resource: Resource) -> Any:
        assert resource is RESOURCE
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def desired(*schedules: BackupSchedule, **options: Any) -> DesiredState:
    return DesiredState(**{"schedules": schedules, "prune": False, **options})


def actions(decision: Decision) -> list[str]:
    return [f"{action.action} {action.schedule.name}" for action in decision.plan.actions]


class TestRead:
    @pytest.mark.parametrize(
        ("result", "expected"),
        [([existing()], ([existing()], True)), ([], ([], True)), (None, ([], False))],
    )
    def test_a_missing_list_is_not_an_empty_list(self, result: Any, expected: tuple[Any, bool]) -> None:
        assert read_existing(Api(result), RESOURCE, desired()) == expected  # type: ignore[arg-type]

    def test_an_addon_that_does_not_exist_is_up_to_date_if_nothing_is_desired(self) -> None:
        missing = Api(ApiError("GET", "/path", "no", status=404))
        assert read_existing(missing, RESOURCE, desired(prune=True)) == ([], True)  # type: ignore[arg-type]
        with pytest.raises(ApiError):
            read_existing(missing, RESOURCE, desired(schedule()))  # type: ignore[arg-type]

    def test_a_404_of_a_proxy_does_not_mean_that_an_addon_does_not_exist(self) -> None:
        with pytest.raises(ApiError):
            read_existing(
                Api(ApiError("GET", "/path", "no", status=404, is_from_api=False)),  # type: ignore[arg-type]
                RESOURCE,
                desired(prune=True),
            )

    @pytest.mark.parametrize("status", [403, 500, None])
    def test_other_errors_are_errors(self, status: int | None) -> None:
        with pytest.raises(ApiError):
            read_existing(
                Api(ApiError("GET", "/path", "no", status=status)),  # type: ignore[arg-type]
                RESOURCE,
                desired(),
            )


class TestUnsupportedDumps:
    SENTENCE = "shop/cache is a redis addon, which does not support the desired daily dump."

    @pytest.mark.parametrize(
        ("on_unsupported", "refusals", "warnings"),
        [
            (
                "fail",
                (
                    f"{SENTENCE} Remove the dump schedule, or set on_unsupported to warn or skip to apply only"
                    " the snapshot schedules.",
                ),
                (),
            ),
            ("warn", (), (f"{SENTENCE} Only the snapshot schedules are applied.",)),
            ("skip", (), ()),
        ],
    )
    def test_they_are_handled_according_to_on_unsupported(
        self, on_unsupported: str, refusals: tuple[str, ...], warnings: tuple[str, ...]
    ) -> None:
        state = desired(schedule("dump"), schedule(), on_unsupported=on_unsupported, types=Types())
        decision = decide(RESOURCE, [], True, state)
        assert actions(decision) == ["create daily snapshot"]
        assert (decision.unsupported, decision.refusals, decision.warnings) == (self.SENTENCE, refusals, warnings)

    def test_without_on_unsupported_the_api_decides(self) -> None:
        decision = decide(RESOURCE, [], True, desired(schedule("dump")))
        assert (actions(decision), decision.unsupported) == (["create daily dump"], None)

    @pytest.mark.parametrize("days", [7, 9])
    def test_one_that_exists_and_is_desired_is_not_pruned(self, days: int) -> None:
        """Whatever the API returns as the type of the addon, it could be created."""
        state = desired(
            schedule("dump", days),
            schedule("dump", interval="weekly"),
            prune=True,
            on_unsupported="skip",
            types=Types(),
        )
        decision = decide(RESOURCE, [existing("dump"), existing("dump", interval="hourly")], True, state)
        assert actions(decision) == ["delete hourly dump"]
        assert [each.name for each in decision.plan.after] == ["daily dump"]


class TestKept:
    SENTENCE = (
        "shop/cache has schedules that differ and are kept, because of on_difference: daily snapshot (retention_time)."
    )

    @pytest.mark.parametrize(
        ("on_difference", "refusals", "warnings"),
        [("keep", (), ()), ("keep_and_warn", (), (SENTENCE,)), ("keep_and_fail", (SENTENCE,), ())],
    )
    def test_differences_are_handled_according_to_on_difference(
        self, on_difference: str, refusals: tuple[str, ...], warnings: tuple[str, ...]
    ) -> None:
        decision = decide(RESOURCE, [existing(days=9)], True, desired(schedule(), on_difference=on_difference))
        assert (actions(decision), decision.refusals, decision.warnings) == ([], refusals, warnings)


class TestDuplicates:
    TWO = (existing(days=8, id="a"), existing(days=9, id="b"))
    DUPLICATE = "shop/cache has 2 daily snapshot schedules (IDs a, b), but Northflank allows only one"
    DELETE_THEM = (
        "Delete all but one in Northflank, or with prune: true of community.northflank.addon_backup_schedules."
    )

    def test_they_are_reported(self) -> None:
        decision = decide(RESOURCE, self.TWO, True, desired(schedule(days=9)))
        assert (actions(decision), decision.refusals) == ([], ())
        assert decision.warnings == (f"{self.DUPLICATE}. {self.DELETE_THEM}",)

    def test_nothing_is_done_if_one_of_them_would_be_replaced(self) -> None:
        decision = decide(RESOURCE, self.TWO, True, desired(schedule(days=7), schedule(interval="hourly")))
        assert decision.refusals == (f"{self.DUPLICATE}, so none of them can be replaced. {self.DELETE_THEM}",)
        assert decision.warnings == ()

    def test_prune_deletes_them(self) -> None:
        decision = decide(RESOURCE, self.TWO, True, desired(schedule(days=9), prune=True))
        assert (actions(decision), decision.refusals, decision.warnings) == (["delete daily snapshot"], (), ())


class TestUnknownFields:
    def test_a_replace_warns_of_the_fields_that_it_drops(self) -> None:
        decision = decide(RESOURCE, [existing(days=9, unknown_fields=UNKNOWN)], True, desired(schedule()))
        assert decision.refusals == ()
        assert decision.warnings == (
            "Replacing the daily snapshot schedule of shop/cache drops fields that this version of"
            ' community.northflank does not know: {"name": "nightly", "paused": true}.',
        )

    INSTEAD = "Use write_method: schedule, which does not affect other schedules."

    @pytest.mark.parametrize(
        ("other", "details"),
        [
            (existing("dump", unknown_fields=UNKNOWN), ("daily dump", '{"name": "nightly", "paused": true}')),
            (existing(days=9, unknown_fields=UNKNOWN), ("daily snapshot", '{"name": "nightly", "paused": true}')),
        ],
    )
    def test_a_patch_is_refused(self, other: BackupSchedule, details: tuple[str, str]) -> None:
        name, fields = details
        state = desired(schedule(), schedule(interval="hourly"), write_method="addon")
        decision = decide(RESOURCE, [other], True, state)
        assert decision.refusals == (
            f"A PATCH of shop/cache would alter its {name} schedule, which has fields that this version of"
            f" community.northflank does not know: {fields}. {self.INSTEAD}",
        )

    @pytest.mark.parametrize(
        ("other", "name"),
        [
            (existing("dump", interval="monthly"), "monthly dump"),
            (existing("image", unknown_fields=UNKNOWN), "daily image"),
        ],
    )
    def test_a_patch_is_refused_with_a_schedule_of_an_unknown_type(self, other: BackupSchedule, name: str) -> None:
        decision = decide(RESOURCE, [other], True, desired(schedule(), write_method="addon"))
        assert decision.refusals == (
            f"A PATCH of shop/cache could alter its {name} schedule: this version of community.northflank does not know"
            f" its interval or backup type. {self.INSTEAD}",
        )

    def test_a_patch_is_refused_without_a_list(self) -> None:
        decision = decide(RESOURCE, [], False, desired(schedule(), write_method="addon"))
        assert decision.refusals == (
            f"The API did not list the schedules of shop/cache, so a PATCH could delete existing ones. {self.INSTEAD}",
        )
        assert decide(RESOURCE, [], False, desired(schedule())).refusals == ()

    def test_a_patch_is_refused_with_duplicates(self) -> None:
        decision = decide(RESOURCE, TestDuplicates.TWO, True, desired(schedule("dump"), write_method="addon"))
        assert decision.refusals == (f"{TestDuplicates.DUPLICATE}, and a PATCH cannot keep them. {self.INSTEAD}",)

    def test_a_patch_may_prune_a_schedule_with_unknown_fields(self) -> None:
        state = desired(schedule(), prune=True, write_method="addon")
        assert decide(RESOURCE, [existing("dump", unknown_fields=UNKNOWN)], True, state).refusals == ()

    @pytest.mark.parametrize("is_listed", [True, False])
    def test_nothing_is_refused_if_nothing_is_written(self, is_listed: bool) -> None:
        up_to_date = [existing(unknown_fields=UNKNOWN)]
        assert decide(RESOURCE, up_to_date, is_listed, desired(schedule(), write_method="addon")).refusals == ()


def test_the_schedules_are_staggered() -> None:
    state = desired(schedule(), stagger_minutes=120)
    (staggered,) = state.schedules_of(RESOURCE)
    (action,) = decide(RESOURCE, [], True, state).plan.actions
    assert action.schedule.scheduling == staggered.scheduling != schedule().scheduling
