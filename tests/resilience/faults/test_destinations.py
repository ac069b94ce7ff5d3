# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios of backup destinations, and tests that the harness detects broken code."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model import destination as destination_module
from ansible_collections.community.northflank.plugins.module_utils._model.secrets import Secrets
from ansible_collections.community.northflank.plugins.module_utils._reconcile import apply_object
from simulator.server import Simulator

from .destinations import FAMILIES, Harness
from .task_runner import FakeClock, TaskRunner

# FAULT_SEED=123 repeats one scenario of each family. FAULT_SCENARIOS=100 runs 100 of 800, here and in test_faults.py.
ONE_SEED = [int(os.environ["FAULT_SEED"])] if "FAULT_SEED" in os.environ else []
SHARE = int(os.environ.get("FAULT_SCENARIOS", "800")) / 800
SEEDS = {family: round(count * SHARE) for family, count in zip(FAMILIES, (120, 60, 60, 60))}
SEEDS_FOR_BROKEN_CODE = range(400)


@pytest.fixture(scope="module")
def harness() -> Harness:
    clock = FakeClock()
    return Harness(TaskRunner(Simulator(clock=clock.monotonic), clock))


@pytest.mark.parametrize(
    ("family", "seed"), [(family, seed) for family, count in SEEDS.items() for seed in ONE_SEED or range(count)]
)
def test_in_process(harness: Harness, family: str, seed: int) -> None:
    harness.check(FAMILIES[family](seed))


@pytest.mark.skipif(bool(ONE_SEED), reason="one seed has one outcome")
def test_scenarios_have_all_outcomes(harness: Harness) -> None:
    harness.outcomes.clear()
    for seed in range(60):
        harness.check(FAMILIES["destinations"](seed))
    assert min(harness.outcomes[name] for name in ("failed", "succeeded", "changed", "unchanged")) > 5


STATE = apply_object.ObjectState
TO_RESULT = destination_module.BackupDestination.to_result


def repeats_posts(create: Any, find: Any, is_desired: Any, attempts: Any, is_unique: bool = True) -> Any:
    for _attempt in attempts:
        try:
            return create(), True
        except ApiError as caught:
            error = caught
    raise error


def reports_unknown_outcomes_as_success(api: Any, plan: Any, outcome: Any) -> None:
    try:
        api.delete(plan.before.expected_id)
    except ApiError as error:
        if 400 <= (error.status or 0) < 500:
            raise
    outcome.state = STATE(None, is_done=True)


def trusts_every_response(api: Any, method: str, id_: str, desired: Any, found: Any) -> None:
    return


def recreates(api: Any, plan: Any, outcome: Any) -> None:
    api.delete(plan.before.expected_id)
    outcome.state = STATE(api.create(plan.after), is_done=True)


def never_in_doubt(destination: Any, is_done: bool = False, is_in_doubt: bool = False, note: str = "") -> Any:
    return STATE(destination, is_done, False, "")


def shows_secrets(self: Any) -> dict[str, Any]:
    return {**TO_RESULT(self), "credentials": vars(self.credentials)}


def is_detected(harness: Harness, family: str) -> bool:
    for seed in SEEDS_FOR_BROKEN_CODE:
        try:
            harness.check(FAMILIES[family](seed))
        except AssertionError:
            return True
    return False


@pytest.mark.parametrize(
    ("family", "where", "name", "broken"),
    [
        ("destinations", apply_object, "create_once", repeats_posts),
        ("destinations", apply_object, "_require", trusts_every_response),
        ("destinations", apply_object, "ObjectState", never_in_doubt),
        ("lines of destinations", apply_object, "ObjectState", never_in_doubt),
        ("destinations", destination_module.BackupDestination, "to_result", shows_secrets),
        ("destinations", Secrets, "scrub", lambda self, value: value),
    ],
)
def test_broken_code_is_detected(
    harness: Harness, family: str, where: Any, name: str, broken: Callable[..., Any]
) -> None:
    with mock.patch.object(where, name, broken):
        assert is_detected(harness, family)


@pytest.mark.parametrize(("action", "broken"), [("delete", reports_unknown_outcomes_as_success), ("update", recreates)])
def test_broken_steps_are_detected(harness: Harness, action: str, broken: Callable[..., Any]) -> None:
    with mock.patch.dict(apply_object._STEPS, {action: broken}):
        assert is_detected(harness, "destinations")
