# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random histories of restore drills, tests that the harness detects broken code, and ten days of a fleet."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.drill import fork_name, run_id, sample
from ansible_collections.community.northflank.plugins.module_utils._model.fork import Marker
from simulator.server import Simulator

from . import drills
from .drills import FAMILIES, Harness
from .task_runner import FakeClock, TaskRunner

ONE_SEED = [int(os.environ["FAULT_SEED"])] if "FAULT_SEED" in os.environ else []
SHARE = int(os.environ.get("FAULT_SCENARIOS", "400")) / 800
SEEDS = {family: round(count * SHARE) for family, count in zip(FAMILIES, (80, 40))}
SEEDS_FOR_BROKEN_CODE = range(100)


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
def test_histories_have_all_outcomes(harness: Harness) -> None:
    harness.outcomes.clear()
    for seed in range(60):
        harness.check(FAMILIES["drills"](seed))
    names = ("failed", "succeeded", "killed", "0 forks left", "1 forks left", "2 forks left")
    assert min(harness.outcomes[name] for name in names) > 2, harness.outcomes


def everything(forks: Any, now: Any, hours: int) -> list[Any]:
    return list(forks)


def only_the_first(forks: Any, now: Any, hours: int) -> list[Any]:
    return list(forks)[:1]


@pytest.mark.skipif(bool(ONE_SEED), reason="one seed may not reach the broken code")
@pytest.mark.parametrize("broken", [everything, only_the_first])
def test_broken_code_is_detected(harness: Harness, broken: Any) -> None:
    with (
        mock.patch.object(drills, "restore_drill_leftovers", broken),
        pytest.raises(AssertionError),
    ):
        for seed in SEEDS_FOR_BROKEN_CODE:
            harness.check(FAMILIES["drills"](seed))


def test_ten_days_of_a_fleet() -> None:
    """A sample of 20 of 200 addons per day drills each exactly once in any ten days, and leaves nothing."""
    clock = FakeClock()
    simulator = Simulator(clock=clock.monotonic)
    runner = TaskRunner(simulator, clock)
    backup = {
        "id": "backup-1",
        "name": "nightly",
        "status": "completed",
        "createdAt": "2026-01-10T02:30:00.000Z",
        "config": {"size": "1", "source": {"type": "snapshot"}},
    }
    addons = {f"addon-{number}.project-{number % 8}": f"addon-{number}" for number in range(200)}
    projects = [
        {
            "id": f"project-{project}",
            "addons": [
                {"id": addon, "backups": [backup]} for host, addon in addons.items() if host.endswith(f"-{project}")
            ],
        }
        for project in range(8)
    ]
    simulator.reset({"projects": [*projects, {"id": "drills"}]})
    vars(simulator.settings).update(fork_duration=120)
    for _day in range(10):
        now = simulator.store.backups.now()
        hosts = sample(addons, 20, now, 1)
        assert len(hosts) == 20
        for host in hosts:
            addon, _dot, project = host.partition(".")
            marker = Marker(project, addon, run_id(now, "1a2b3c4d"))
            options = {
                "source_project_id": project,
                "source_addon_id": addon,
                "project_id": "drills",
                "name": fork_name("drill", marker),
                "run_id": marker.run_id,
                "rate_limit_max_wait": 3600,
            }
            assert runner.fork(backup="newest", **options)["fork"]["status"] == "running"
            assert runner.fork(state="absent", **options)["changed"]
        clock.sleep((now + timedelta(days=1) - simulator.store.backups.now()).total_seconds())
    journal = simulator.store.forks.journal
    created = Counter(
        marker.addon_id
        for action, _path, description, _by in journal
        if action == "create" and (marker := Marker.parse(description))
    )
    assert created == Counter(addons.values())
    assert simulator.store.project("drills").addons == {}
