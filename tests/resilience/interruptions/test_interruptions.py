# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A few interrupted rollouts of every kind, and proof that losses would be found.

INTERRUPTION_SEEDS=300 draws more histories of each kind than usual, INTERRUPTION_SEED=7 replays one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from faults.laboratory import Laboratory, Time
from simulator.server import running

from .children import WAYS
from .harness import MODES_OF_PLAYBOOKS, Interrupter
from .histories import SIGNALS, draw_interrupted
from .playbooks import HOWS

ONE_SEED = [int(os.environ["INTERRUPTION_SEED"])] if "INTERRUPTION_SEED" in os.environ else []
COUNT = int(os.environ.get("INTERRUPTION_SEEDS", "12"))
SEEDS = ONE_SEED or range(COUNT)
SEEDS_TO_FIND_LOSSES = range(60)
SEEDS_OF_PLAYBOOKS = ONE_SEED or range(max(1, COUNT // 12))

PROCESSES = [(way, how) for way in WAYS for how in SIGNALS if way == "in-process" or how != "timeout"]
PLAYBOOKS = [
    (way, how) for way in MODES_OF_PLAYBOOKS for how in HOWS if (way, how) != ("playbook in-process", HOWS[-1])
]


@pytest.fixture(scope="module")
def interrupter() -> Iterator[Interrupter]:
    with running() as simulator:
        yield Interrupter(Laboratory(simulator, Time()))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("way", "how"), PROCESSES)
def test_in_a_process_of_its_own(interrupter: Interrupter, way: str, how: str, seed: int) -> None:
    interrupter.check_interrupted(way, *draw_interrupted(seed, how))


@pytest.mark.parametrize("seed", SEEDS_OF_PLAYBOOKS)
@pytest.mark.parametrize(("way", "how"), PLAYBOOKS)
def test_in_a_playbook(interrupter: Interrupter, way: str, how: str, seed: int) -> None:
    interrupter.check_interrupted(way, *draw_interrupted(seed, how))


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("SIGTERM", "is gone and not in lost_schedules"),
        ("SIGINT", "is gone"),
        ("timeout", "no result after the timeout"),
    ],
)
def test_what_is_lost_is_found(interrupter: Interrupter, how: str, found: str) -> None:
    def message(seed: int) -> str:
        try:
            interrupter.check_interrupted("without handlers", *draw_interrupted(seed, how))
        except AssertionError as error:
            return str(error)
        return ""

    assert any(found in message(seed) for seed in SEEDS_TO_FIND_LOSSES)


@pytest.mark.skipif(bool(ONE_SEED), reason="one seed hits one moment")
def test_interruptions_hit_rollouts_that_have_begun_to_write(interrupter: Interrupter) -> None:
    """Or the tests above would prove less than they say."""
    for seed in SEEDS:
        for way, how in PROCESSES[:3]:
            try:
                interrupter.check_interrupted(way, *draw_interrupted(seed, how))
            except AssertionError:
                continue
    after_writes = sum(count for fate, count in interrupter.fates.items() if fate.endswith("after writes"))
    print(dict(interrupter.fates))
    assert after_writes > interrupter.fates.total() // 4
