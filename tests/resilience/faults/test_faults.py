# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A few hundred histories, and proof that the harness would see broken code."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.schedules import ScheduleApi
from ansible_collections.community.northflank.plugins.module_utils._api.transport import Transport
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model import schedule as schedule_module
from ansible_collections.community.northflank.plugins.module_utils._reconcile import apply as apply_module
from ansible_collections.community.northflank.plugins.module_utils._reconcile import apply_patch
from ansible_collections.community.northflank.plugins.module_utils._reconcile import outcome as outcome_module
from ansible_collections.community.northflank.plugins.module_utils._tasks import reconciliation
from simulator.server import Simulator, running

from .harness import KNOWN_FIELDS, Harness
from .histories import FAMILIES, History, draw
from .injections import EXCEPTIONS
from .laboratory import Laboratory, Time

# FAULT_SEED=123 replays a history, FAULT_HISTORIES=100 plays so many for all families instead of 800.
ONE_SEED = [int(os.environ["FAULT_SEED"])] if "FAULT_SEED" in os.environ else []
SHARE = int(os.environ.get("FAULT_HISTORIES", "800")) / 800
SEEDS = {
    family: round(count * SHARE)
    for family, count in {"faults": 300, "hostile": 100, "odd": 100, "exceptions": 150, "lines": 150}.items()
}
SEEDS_ON_THE_WIRE = ONE_SEED or range(1000, 1000 + round(60 * SHARE))
SEEDS_TO_FIND_SABOTAGE = range(400)


@pytest.fixture(scope="module")
def in_process() -> Harness:
    time = Time()
    return Harness(Laboratory(Simulator(clock=time.clock), time))


@pytest.fixture(scope="module")
def on_the_wire() -> Iterator[Harness]:
    time = Time()
    with running(clock=time.clock) as simulator:
        yield Harness(Laboratory(simulator, time))


@pytest.mark.parametrize(
    ("family", "seed"), [(family, seed) for family, count in SEEDS.items() for seed in ONE_SEED or range(count)]
)
def test_in_process(in_process: Harness, family: str, seed: int) -> None:
    in_process.check(FAMILIES[family](seed))


@pytest.mark.parametrize("seed", SEEDS_ON_THE_WIRE)
def test_on_the_wire(on_the_wire: Harness, seed: int) -> None:
    on_the_wire.check(draw(seed, slow=False))


@pytest.mark.skipif(bool(ONE_SEED), reason="one seed meets one exception")
@pytest.mark.parametrize("family", ["exceptions", "lines"])
def test_exceptions_are_met(family: str) -> None:
    """Or the tests above would prove less than they say."""
    time = Time()
    harness = Harness(Laboratory(Simulator(clock=time.clock), time))
    for seed in range(100):
        with contextlib.suppress(AssertionError):
            harness.check(FAMILIES[family](seed))
    met = harness.laboratory.injector.met
    assert met.total() > 25
    assert {type_.__name__ for type_ in EXCEPTIONS} <= {name.split()[0] for name in met}


def no_rollback(api: Any, resource: Any, action: Any, before: Any, outcome: Any) -> None:
    outcome.state = before


def repeats_posts(api: Any, resource: Any, wanted: Any) -> Any:
    for _attempt in api.attempts():
        try:
            return apply_module.replace(wanted, id=api.create(resource, wanted)), True
        except ApiError as caught:
            error = caught
    raise error


def takes_404_for_success(api: Any, resource: Any, old: Any) -> None:
    try:
        api.delete(resource, old)
    except ApiError as error:
        if error.status != 404:
            raise


def forgets_what_is_lost(state: Any, old: Any, why: str) -> Any:
    return state


def trusts_a_patch(plan: Any, listed: Any) -> Any:
    return functools.reduce(outcome_module.State.after, plan.actions, outcome_module.State(plan.before))


def is_injected(error: BaseException | None) -> bool:
    """Tell whether an exception is, or comes from, one that was injected."""
    return error is not None and ("injected" in str(error) or is_injected(error.__cause__ or error.__context__))


CALL, APPLY, LIST, FROM_API = (
    Transport.request,
    reconciliation.apply,
    ScheduleApi.list_schedules,
    schedule_module.BackupSchedule.from_api,
)


def takes_exceptions_for_success(self: Transport, method: str, path: str, **options: Any) -> dict[str, Any]:
    try:
        return CALL(self, method, path, **options)
    except BaseException as error:
        if is_injected(error) and method != "GET":
            return {"data": {"id": "0" * 24}}
        raise


def forgets_what_was_done(
    api: Any, resource: Any, plan: Any, write_method: str, outcome: Any, interruption: Any
) -> None:
    APPLY(api, resource, plan, write_method, outcome, interruption)
    if outcome.error and is_injected(outcome.error):
        outcome.state = outcome_module.State(plan.before)


def takes_redirects_for_refusals(self: Transport, method: str, path: str, **options: Any) -> dict[str, Any]:
    try:
        return CALL(self, method, path, **options)
    except ApiError as error:
        if 300 <= (error.status or 0) < 400:
            raise ApiError(method, path, "refused", status=400) from error
        raise


def sees_one_of_each_kind(self: ScheduleApi, target: Any) -> list[Any]:
    return list({schedule.key: schedule for schedule in LIST(self, target)}.values())


def sees_no_unknown_fields(listed: dict[str, Any]) -> Any:
    scheduling = {name: listed["scheduling"].get(name) for name in ("interval", "minute", "hour", "day")}
    known = {name: value for name, value in listed.items() if name in KNOWN_FIELDS}
    return FROM_API({**known, "scheduling": scheduling})


def is_found(harness: Harness, history: History) -> bool:
    try:
        harness.check(history)
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize(
    ("family", "owner", "name", "sabotage"),
    [
        ("exceptions", Transport, "request", takes_exceptions_for_success),
        ("exceptions", reconciliation, "apply", forgets_what_was_done),
        ("lines", reconciliation, "apply", forgets_what_was_done),
        ("hostile", Transport, "request", takes_redirects_for_refusals),
        ("odd", ScheduleApi, "list_schedules", sees_one_of_each_kind),
        ("odd", schedule_module.BackupSchedule, "from_api", sees_no_unknown_fields),
    ],
)
def test_each_family_finds_broken_code(
    in_process: Harness, family: str, owner: Any, name: str, sabotage: Callable[..., Any]
) -> None:
    with mock.patch.object(owner, name, sabotage):
        assert any(is_found(in_process, FAMILIES[family](seed)) for seed in SEEDS_TO_FIND_SABOTAGE)


@pytest.mark.parametrize(
    ("where", "function", "sabotage"),
    [
        (apply_module, "_restore", no_rollback),
        (apply_module, "_create_once", repeats_posts),
        (apply_module, "_remove", takes_404_for_success),
        (outcome_module.State, "with_lost", forgets_what_is_lost),
        (apply_patch, "_state_after", trusts_a_patch),
    ],
)
def test_broken_code_is_found(in_process: Harness, where: Any, function: str, sabotage: Callable[..., Any]) -> None:
    with mock.patch.object(where, function, sabotage):
        assert any(is_found(in_process, draw(seed)) for seed in SEEDS_TO_FIND_SABOTAGE)
