# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A few hundred histories, and proof that the harness would see broken code."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from ansible_collections.community.northflank.plugins.module_utils import _apply
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from simulator.server import Simulator, running

from .harness import Harness
from .histories import draw
from .laboratory import Laboratory, Time

# FAULT_SEED=123 replays a history.
SEEDS = [int(os.environ["FAULT_SEED"])] if "FAULT_SEED" in os.environ else range(400)
SEEDS_ON_THE_WIRE = [int(os.environ["FAULT_SEED"])] if "FAULT_SEED" in os.environ else range(1000, 1060)
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


@pytest.mark.parametrize("seed", SEEDS)
def test_in_process(in_process: Harness, seed: int) -> None:
    in_process.check(draw(seed))


@pytest.mark.parametrize("seed", SEEDS_ON_THE_WIRE)
def test_on_the_wire(on_the_wire: Harness, seed: int) -> None:
    on_the_wire.check(draw(seed, slow=False))


def no_rollback(client: Any, target: Any, action: Any, outcome: Any) -> None:
    outcome.at_risk = None


def repeats_posts(client: Any, target: Any, wanted: Any) -> Any:
    for _attempt in client.attempts():
        try:
            return _apply.replace(wanted, id=client.create(target, wanted)), True
        except ApiError as caught:
            error = caught
    raise error


def takes_404_for_success(client: Any, target: Any, old: Any) -> None:
    try:
        client.delete(target, old)
    except ApiError as error:
        if error.status != 404:
            raise


def forgets_what_is_lost(outcome: Any, why: str) -> None:
    if outcome.at_risk:
        outcome.did(_apply.Action("delete", before=outcome.at_risk.before))
    outcome.at_risk = None


def trusts_a_patch(plan: Any, listed: Any, outcome: Any) -> None:
    for action in plan.actions:
        outcome.did(action)


@pytest.mark.parametrize(
    ("where", "function", "sabotage"),
    [
        (_apply, "_restore", no_rollback),
        (_apply, "_settle", repeats_posts),
        (_apply, "_remove", takes_404_for_success),
        (_apply.Outcome, "lose", forgets_what_is_lost),
        (_apply, "_take_over", trusts_a_patch),
    ],
)
def test_broken_code_is_found(in_process: Harness, where: Any, function: str, sabotage: Callable[..., Any]) -> None:
    def found(seed: int) -> bool:
        try:
            in_process.check(draw(seed))
        except AssertionError:
            return True
        return False

    with mock.patch.object(where, function, sabotage):
        assert any(found(seed) for seed in SEEDS_TO_FIND_SABOTAGE)
