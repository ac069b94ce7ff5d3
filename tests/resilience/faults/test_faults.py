# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios with faults, and tests that the harness detects broken code."""

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
from .injections import EXCEPTIONS
from .scenarios import FAMILIES, Scenario, random_scenario
from .task_runner import FakeClock, TaskRunner

# FAULT_SEED=123 repeats one scenario of each family. FAULT_SCENARIOS=1000 runs 1000 instead of 500.
ONE_SEED = [int(os.environ["FAULT_SEED"])] if "FAULT_SEED" in os.environ else []
SCENARIOS = {"faults": 300, "hostile": 100, "odd": 100, "exceptions": 150, "lines": 150, "volumes": 200}
SHARE = int(os.environ.get("FAULT_SCENARIOS", "500")) / sum(SCENARIOS.values())
SEEDS = {family: round(count * SHARE) for family, count in SCENARIOS.items()}
SEEDS_OVER_HTTP = ONE_SEED or range(1000, 1000 + round(60 * SHARE))
SEEDS_FOR_BROKEN_CODE = range(400)


@pytest.fixture(scope="module")
def in_process() -> Harness:
    clock = FakeClock()
    return Harness(TaskRunner(Simulator(clock=clock.monotonic), clock))


@pytest.fixture(scope="module")
def over_http() -> Iterator[Harness]:
    clock = FakeClock()
    with running(clock=clock.monotonic) as simulator:
        yield Harness(TaskRunner(simulator, clock))


@pytest.mark.parametrize(
    ("family", "seed"), [(family, seed) for family, count in SEEDS.items() for seed in ONE_SEED or range(count)]
)
def test_in_process(in_process: Harness, family: str, seed: int) -> None:
    in_process.check(FAMILIES[family](seed))


@pytest.mark.parametrize("seed", SEEDS_OVER_HTTP)
def test_over_http(over_http: Harness, seed: int) -> None:
    over_http.check(random_scenario(seed, slow=False))


@pytest.mark.skipif(bool(ONE_SEED), reason="one seed meets one exception")
@pytest.mark.parametrize("family", ["exceptions", "lines"])
def test_all_exceptions_are_raised(family: str) -> None:
    """The scenarios reach their exceptions often enough."""
    clock = FakeClock()
    harness = Harness(TaskRunner(Simulator(clock=clock.monotonic), clock))
    for seed in range(100):
        with contextlib.suppress(AssertionError):
            harness.check(FAMILIES[family](seed))
    raised = harness.task_runner.injector.raised
    assert raised.total() > 25
    assert {type_.__name__ for type_ in EXCEPTIONS} <= {name.split()[0] for name in raised}


def no_rollback(api: Any, resource: Any, action: Any, before: Any, outcome: Any) -> None:
    outcome.state = before


def repeats_posts(api: Any, resource: Any, desired: Any) -> Any:
    for _attempt in api.attempts():
        try:
            return apply_module.replace(desired, id=api.create(resource, desired)), True
        except ApiError as caught:
            error = caught
    raise error


def ignores_404(api: Any, resource: Any, old: Any) -> None:
    try:
        api.delete(resource, old)
    except ApiError as error:
        if error.status != 404:
            raise


def does_not_record_lost(state: Any, old: Any, why: str) -> Any:
    return state


def trusts_a_patch(plan: Any, listed: Any) -> Any:
    return functools.reduce(outcome_module.State.after, plan.actions, outcome_module.State(plan.before))


def is_injected(error: BaseException | None) -> bool:
    """Return whether an exception was injected, or caused by an injected one."""
    return error is not None and ("injected" in str(error) or is_injected(error.__cause__ or error.__context__))


CALL, APPLY, LIST, FROM_API = (
    Transport.request,
    reconciliation.apply,
    ScheduleApi.list_schedules,
    schedule_module.BackupSchedule.from_api,
)


def reports_exceptions_as_success(self: Transport, method: str, path: str, **options: Any) -> dict[str, Any]:
    try:
        return CALL(self, method, path, **options)
    except BaseException as error:
        if is_injected(error) and method != "GET":
            return {"data": {"id": "0" * 24}}
        raise


def forgets_actions(api: Any, resource: Any, plan: Any, write_method: str, outcome: Any, interruption: Any) -> None:
    APPLY(api, resource, plan, write_method, outcome, interruption)
    if outcome.error and is_injected(outcome.error):
        outcome.state = outcome_module.State(plan.before)


def reports_redirects_as_rejections(self: Transport, method: str, path: str, **options: Any) -> dict[str, Any]:
    try:
        return CALL(self, method, path, **options)
    except ApiError as error:
        if 300 <= (error.status or 0) < 400:
            raise ApiError(method, path, "rejected", status=400) from error
        raise


def ignores_duplicates(self: ScheduleApi, target: Any) -> list[Any]:
    return list({schedule.key: schedule for schedule in LIST(self, target)}.values())


def drops_unknown_fields(listed: dict[str, Any], *schema: Any) -> Any:
    scheduling = {name: listed["scheduling"].get(name) for name in ("interval", "minute", "hour", "day")}
    known = {name: value for name, value in listed.items() if name in KNOWN_FIELDS}
    return FROM_API({**known, "scheduling": scheduling}, *schema)


def is_detected(harness: Harness, scenario: Scenario) -> bool:
    try:
        harness.check(scenario)
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize(
    ("family", "owner", "name", "broken"),
    [
        ("exceptions", Transport, "request", reports_exceptions_as_success),
        ("exceptions", reconciliation, "apply", forgets_actions),
        ("lines", reconciliation, "apply", forgets_actions),
        ("hostile", Transport, "request", reports_redirects_as_rejections),
        ("odd", ScheduleApi, "list_schedules", ignores_duplicates),
        ("odd", schedule_module.BackupSchedule, "from_api", drops_unknown_fields),
        ("volumes", ScheduleApi, "list_schedules", ignores_duplicates),
        ("volumes", schedule_module.BackupSchedule, "from_api", drops_unknown_fields),
        ("volumes", reconciliation, "apply", forgets_actions),
    ],
)
def test_each_family_detects_broken_code(
    in_process: Harness, family: str, owner: Any, name: str, broken: Callable[..., Any]
) -> None:
    with mock.patch.object(owner, name, broken):
        assert any(is_detected(in_process, FAMILIES[family](seed)) for seed in SEEDS_FOR_BROKEN_CODE)


@pytest.mark.parametrize(
    ("where", "function", "broken"),
    [
        (apply_module, "_restore", no_rollback),
        (apply_module, "_create_once", repeats_posts),
        (apply_module, "_remove", ignores_404),
        (outcome_module.State, "with_lost", does_not_record_lost),
        (apply_patch, "_state_after", trusts_a_patch),
    ],
)
def test_broken_code_is_detected(in_process: Harness, where: Any, function: str, broken: Callable[..., Any]) -> None:
    with mock.patch.object(where, function, broken):
        assert any(is_detected(in_process, random_scenario(seed)) for seed in SEEDS_FOR_BROKEN_CODE)
