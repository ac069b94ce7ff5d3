# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stub of the API: an addon whose requests fail, and that something else changes, according to a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ansible_collections.community.northflank.plugins.module_utils._api.rate_limit import Reservation
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, Interrupted
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import (
    BackupSchedule,
    Key,
)
from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import Scheduling
from ansible_collections.community.northflank.plugins.module_utils._reconcile.apply import apply
from ansible_collections.community.northflank.plugins.module_utils._reconcile.outcome import Outcome, State
from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan import make_plan

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
    plan = make_plan(list(addon.schedules.values()) if existing is None else existing, desired, prune, "replace")
    outcome = Outcome(State(plan.before))
    apply(addon, RESOURCE, plan, write_method, outcome, Interruption())
    return outcome


def summary(outcome: Outcome) -> tuple[list[str], list[str], str | None]:
    """Return the actions, the lost schedules and the error, in short."""
    return (
        [f"{action.action} {action.schedule.name}" for action in outcome.state.done],
        [schedule.name for schedule in outcome.state.lost],
        str(outcome.error) if outcome.error else None,
    )


def concurrent_create(days: int) -> Callable[[Addon, Callable[[], object]], object]:
    """Something else creates a daily snapshot just before this request takes effect."""

    def step(addon: Addon, effect: Callable[[], object]) -> object:
        addon.schedules[("daily", "snapshot")] = snapshot(days=days, id="concurrent")
        return effect()

    return step


def interrupted(addon: Addon, effect: Callable[[], object]) -> object:
    """The task is interrupted before this request is sent."""
    raise Interrupted("SIGTERM")


def defect_before(addon: Addon, effect: Callable[[], object]) -> object:
    """An unexpected exception is raised before this request takes effect."""
    raise MemoryError("before")


def defect_after(addon: Addon, effect: Callable[[], object]) -> object:
    effect()
    raise MemoryError("after")


def concurrent_delete(addon: Addon, effect: Callable[[], object]) -> object:
    addon.schedules.pop(("daily", "snapshot"), None)
    return effect()


def with_ids(schedules: Mapping[Key, BackupSchedule | None]) -> dict[Key, tuple[BackupSchedule | None, str | None]]:
    """Return schedules with their IDs, which do not count in a comparison."""
    return {key: (schedule, getattr(schedule, "id", None)) for key, schedule in schedules.items()}
