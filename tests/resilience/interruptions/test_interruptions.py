# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interrupted rollouts of every kind, and tests that the harness detects lost schedules.

INTERRUPTION_SEEDS=300 runs more scenarios of each kind, INTERRUPTION_SEED=7 repeats one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from faults.task_runner import FakeClock, TaskRunner
from simulator.server import running

from .children import WAYS
from .harness import PLAYBOOK_MODES, Interrupter
from .playbooks import HOWS
from .scenarios import SIGNALS, interrupted_scenario

ONE_SEED = [int(os.environ["INTERRUPTION_SEED"])] if "INTERRUPTION_SEED" in os.environ else []
COUNT = int(os.environ.get("INTERRUPTION_SEEDS", "12"))
SEEDS = ONE_SEED or range(COUNT)
SEEDS_FOR_BROKEN_CODE = range(60)
PLAYBOOK_SEEDS = ONE_SEED or range(max(1, COUNT // 12))

PROCESSES = [(way, how) for way in WAYS for how in SIGNALS if way == "in-process" or how != "timeout"]
PLAYBOOKS = [(way, how) for way in PLAYBOOK_MODES for how in HOWS if (way, how) != ("playbook in-process", HOWS[-1])]


@pytest.fixture(scope="module")
def interrupter() -> Iterator[Interrupter]:
    with running() as simulator:
        yield Interrupter(TaskRunner(simulator, FakeClock()))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("way", "how"), PROCESSES)
def test_in_a_child_process(interrupter: Interrupter, way: str, how: str, seed: int) -> None:
    interrupter.check_interrupted(way, *interrupted_scenario(seed, how))


@pytest.mark.parametrize("seed", PLAYBOOK_SEEDS)
@pytest.mark.parametrize(("way", "how"), PLAYBOOKS)
def test_in_a_playbook(interrupter: Interrupter, way: str, how: str, seed: int) -> None:
    interrupter.check_interrupted(way, *interrupted_scenario(seed, how))


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("SIGTERM", "is gone and not in lost_schedules"),
        ("SIGINT", "is gone"),
        ("timeout", "no result after the timeout"),
    ],
)
def test_lost_schedules_are_detected(interrupter: Interrupter, how: str, found: str) -> None:
    def message(seed: int) -> str:
        try:
            interrupter.check_interrupted("without handlers", *interrupted_scenario(seed, how))
        except AssertionError as error:
            return str(error)
        return ""

    assert any(found in message(seed) for seed in SEEDS_FOR_BROKEN_CODE)


@pytest.mark.skipif(bool(ONE_SEED), reason="a single seed has a single moment")
def test_many_interruptions_happen_after_a_write(interrupter: Interrupter) -> None:
    """The scenarios reach the interesting moments often enough."""
    for seed in SEEDS:
        for way, how in PROCESSES[:3]:
            try:
                interrupter.check_interrupted(way, *interrupted_scenario(seed, how))
            except AssertionError:
                continue
    after_writes = sum(count for outcome, count in interrupter.outcomes.items() if outcome.endswith("after writes"))
    print(dict(interrupter.outcomes))
    assert after_writes > interrupter.outcomes.total() // 4
