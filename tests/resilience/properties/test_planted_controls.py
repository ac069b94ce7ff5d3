# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup controls find exactly what is planted in random fleets of 200 addons, with the documented requests.

PLANTED_FLEETS=200 checks more fleets.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from faults.task_runner import FakeClock, TaskRunner
from simulator.server import Simulator

from .planted_fleets import ADDONS, CONTROLS, NAMES, NOW, RESTORES, PlantedFleet, planted_fleet

FLEETS = int(os.environ.get("PLANTED_FLEETS", "5"))

OPTIONS = {
    "assignments": [{"tags": ["critical"], "policy": "critical"}, {"policy": "standard"}],
    "concurrency": 4,
}
REQUIRED = {"controls": CONTROLS, "policy_controls": {"critical": {**CONTROLS, **RESTORES}}}


def assess(planted: PlantedFleet, **options: Any) -> tuple[dict[str, dict[str, Any]], Simulator]:
    """Return the entry of each addon, from one task per project, as in a run whose hosts are projects."""
    simulator = Simulator(planted.fleet, rate_limit=1_000_000)
    for fault in planted.faults:
        simulator.faults.add(**fault)
    runner = TaskRunner(simulator, FakeClock())
    shared: dict[str, str] = {}

    def cached(name: str, read: Callable[[], Any]) -> Any:
        # As between processes, what is read survives JSON.
        shared[name] = shared.get(name) or json.dumps(read())
        return json.loads(shared[name])

    runner.cached = cached
    entries = {}
    for project in planted.fleet["projects"]:
        result = runner.status(now=lambda: NOW, project_id=project["id"], **OPTIONS, **options)
        assert not result.get("failed"), result["msg"]
        entries.update({f"{project['id']}/{each['addon_id']}": each for each in result["addons"]})
    return entries, simulator


@pytest.mark.parametrize("seed", range(FLEETS))
def test_exactly_what_is_planted_is_found(seed: int) -> None:
    planted = planted_fleet(seed)
    entries, simulator = assess(planted, **REQUIRED)
    found = {
        addon: {name: each["status"] for name, each in entry["controls"].items()} for addon, entry in entries.items()
    }
    assert found == planted.expected
    assert len(simulator.log) == planted.requests
    assert {request["method"] for request in simulator.log} == {"GET"}
    for entry in entries.values():
        assert "exception" not in entry, entry["exception"]
        for name, each in entry["controls"].items():
            assert each["reason"].endswith("."), each["reason"]
            assert each["parameters"] == {**CONTROLS, **RESTORES}[name]


@pytest.mark.parametrize("seed", range(min(FLEETS, 2)))
def test_controls_do_not_change_the_rest_of_the_result(seed: int) -> None:
    planted = planted_fleet(seed)
    with_controls, _simulator = assess(planted, **REQUIRED)
    without, simulator = assess(planted)
    rest = {
        addon: {name: entry[name] for name in entry if name != "controls"} for addon, entry in with_controls.items()
    }
    assert rest == without
    assert not [request for request in simulator.log if "destinations" in request["path"]]


def test_every_control_is_planted_with_every_status() -> None:
    statuses: Mapping[str, Counter[str]] = {name: Counter() for name in NAMES}
    for seed in range(5):
        planted = planted_fleet(seed)
        assert len(planted.expected) == ADDONS
        for expected in planted.expected.values():
            for name, status in expected.items():
                statuses[name][status] += 1
    for name, counts in statuses.items():
        assert all(counts[status] >= 20 for status in ("pass", "fail", "unknown")), (name, counts)
