# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios with faults, and tests that the harness detects broken code."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._reconcile import change_backup, take_backup
from ansible_collections.community.northflank.plugins.module_utils._reconcile.backup_work import BackupState, BackupWork
from faults.task_runner import FakeClock, TaskRunner
from simulator.server import Simulator, running

from .harness import Harness
from .scenarios import FAMILIES

# FAULT_SEED=123 repeats one scenario of each family. FAULT_SCENARIOS=800 runs 800 instead of 400, here and in faults.
ONE_SEED = [int(os.environ["FAULT_SEED"])] if "FAULT_SEED" in os.environ else []
SHARE = int(os.environ.get("FAULT_SCENARIOS", "400")) / 800
SEEDS = {
    family: round(count * SHARE)
    for family, count in {"faults": 100, "exceptions": 50, "lines": 50, "interruptions": 60, "changes": 40}.items()
}
SEEDS_OVER_HTTP = ONE_SEED or range(round(20 * SHARE))
SEEDS_FOR_BROKEN_CODE = range(300)


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
    over_http.check(FAMILIES["interruptions"](seed))


@pytest.mark.skipif(bool(ONE_SEED), reason="one seed has one ending")
def test_scenarios_have_all_endings() -> None:
    clock = FakeClock()
    harness = Harness(TaskRunner(Simulator(clock=clock.monotonic), clock))
    for seed in range(100):
        harness.check(FAMILIES["faults"](seed))
    assert set(harness.endings) == {"failed", "changed", "unchanged"}
    assert min(harness.endings.values()) >= 5


def repeat_posts(create: Any, find: Any, is_desired: Any, attempts: Any, is_unique: bool = True) -> Any:
    for _attempt in attempts:
        try:
            return create(), True
        except ApiError as caught:
            error = caught
    raise error


def forget_doubt(request: Any, backup: Any = None, note: str = "") -> BackupState:
    return BackupState(backup, changed=backup is not None, after=request.settings())


def find_any(create: Any, find: Any, is_desired: Any, attempts: Any, is_unique: bool = True) -> Any:
    """Return any backup of the list as the new one."""
    try:
        return create(), True
    except ApiError:
        return Backup("existing-0", "nightly", "completed", "snapshot", ""), True


def ignore_outcome(work: BackupWork) -> None:
    return None


def succeed_blindly(
    work: BackupWork, backup: Backup, done: BackupState, send: Callable[[], None], took_effect: Any
) -> None:
    try:
        send()
    except ApiError as error:
        if not error.outcome_unknown:
            raise
    work.state = done


@pytest.mark.parametrize(
    ("family", "owner", "name", "broken"),
    [
        ("faults", take_backup, "create_once", repeat_posts),
        ("faults", take_backup, "create_once", find_any),
        ("exceptions", take_backup, "_taken", forget_doubt),
        ("lines", take_backup, "_taken", forget_doubt),
        ("interruptions", BackupWork, "wait_for_end", ignore_outcome),
        ("faults", BackupWork, "check_success", ignore_outcome),
        ("faults", Backup, "is_completed", property(lambda backup: backup.status in ("completed", "READY"))),
        ("changes", change_backup, "_write", succeed_blindly),
    ],
)
def test_broken_code_is_detected(in_process: Harness, family: str, owner: Any, name: str, broken: Any) -> None:
    with mock.patch.object(owner, name, broken):
        assert any(is_detected(in_process, family, seed) for seed in SEEDS_FOR_BROKEN_CODE)


def is_detected(harness: Harness, family: str, seed: int) -> bool:
    try:
        harness.check(FAMILIES[family](seed))
    except AssertionError:
        return True
    return False
