# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios of restores, and tests that the harness detects broken code."""

from __future__ import annotations

import os
from typing import Any
from unittest import mock

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model.restore import Restore
from ansible_collections.community.northflank.plugins.module_utils._reconcile import restore_backup
from ansible_collections.community.northflank.plugins.module_utils._reconcile.restore_backup import (
    RestoreState,
    RestoreWork,
)
from simulator.server import Simulator

from .restores import FAMILIES, Harness
from .task_runner import FakeClock, TaskRunner

# FAULT_SEED=123 repeats one scenario of each family. FAULT_SCENARIOS=800 runs 800 instead of 400, as in test_faults.
ONE_SEED = [int(os.environ["FAULT_SEED"])] if "FAULT_SEED" in os.environ else []
SHARE = int(os.environ.get("FAULT_SCENARIOS", "400")) / 800
SEEDS = {family: round(count * SHARE) for family, count in zip(FAMILIES, (100, 40, 40, 40, 40))}
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
        harness.check(FAMILIES["restores"](seed))
    assert min(harness.outcomes[name] for name in ("failed", "succeeded", "changed", "unchanged")) > 5


def repeats_posts(create: Any, find: Any, is_desired: Any, attempts: Any, is_unique: bool = True) -> Any:
    for _attempt in attempts:
        try:
            return create(), True
        except ApiError as caught:
            error = caught
    raise error


def finds_any(create: Any, find: Any, is_desired: Any, attempts: Any, is_unique: bool = True) -> Any:
    try:
        return create(), True
    except ApiError:
        return Restore("restore-0", "backup-0", "completed"), True


def never_in_doubt(restore: Any = None, changed: bool = False, note: str = "", **diff: Any) -> Any:
    return RestoreState(restore, changed and restore is not None)


def does_nothing(*_arguments: Any) -> None:
    return


@pytest.mark.parametrize(
    ("family", "where", "name", "broken"),
    [
        ("restores", restore_backup, "create_once", repeats_posts),
        ("restores", restore_backup, "create_once", finds_any),
        ("restores", restore_backup, "RestoreState", never_in_doubt),
        ("lines of restores", restore_backup, "RestoreState", never_in_doubt),
        ("restores", RestoreWork, "wait_for_success", does_nothing),
        ("restores", restore_backup, "current", lambda restores: None),
        ("restores", restore_backup, "_check", does_nothing),
    ],
)
def test_broken_code_is_detected(harness: Harness, family: str, where: Any, name: str, broken: Any) -> None:
    with mock.patch.object(where, name, broken):
        assert any(is_detected(harness, family, seed) for seed in SEEDS_FOR_BROKEN_CODE)


def is_detected(harness: Harness, family: str, seed: int) -> bool:
    try:
        harness.check(FAMILIES[family](seed))
    except AssertionError:
        return True
    return False
