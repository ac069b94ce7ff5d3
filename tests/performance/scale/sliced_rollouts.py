# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure rollouts that ansible-runner runs as slices, against the simulator and its rate limit."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from simulator.server import running
from sliced_job import credentials, run_slices, synchronized_inventory

_PLAY = {"hosts": "northflank", "gather_facts": False, "roles": ["community.northflank.backup_schedules"]}
_REFUSED = 429

# It has a dump, for which each slice reads the addon types.
_POLICY = "critical"

ADDONS = 40
LIMIT, WINDOW_SECONDS = 60, 6.0


@dataclass(frozen=True)
class SlicedRollout:
    """clients: the value of rate_limit_clients. accepted, refused: requests. types: how often addon types were read."""

    slices: int
    clients: int
    accepted: int
    refused: int
    types: int
    seconds: float


def measure_sliced_rollouts() -> Iterator[SlicedRollout]:
    """Yield the figures of a single run, and of three slices. Raises RuntimeError if one of them fails."""
    for slices, clients in ((1, 1), (3, 1), (3, 3)):
        projects = [
            {"id": f"project-{number}", "addons": [{"id": f"db-{each}"} for each in range(10)]} for number in range(4)
        ]
        with running({"projects": projects}) as simulator, tempfile.TemporaryDirectory() as name:
            variables = {
                "northflank_rate_limit_max_wait": 600,
                "northflank_rate_limit_clients": clients,
                "backup_schedules_policy": _POLICY,
            }
            inventory = synchronized_inventory(simulator, Path(name), **variables)
            vars(simulator.settings).update(rate_limit=LIMIT, rate_window=WINDOW_SECONDS)
            started = time.perf_counter()
            ended = run_slices(Path(name), [_PLAY], inventory, slices, credentials(simulator))
            seconds = time.perf_counter() - started
            if any(each.exit_code for each in ended):
                raise RuntimeError("\n".join(each.output for each in ended))
            refused = sum(each["status"] == _REFUSED for each in simulator.log)
            types = sum(each["path"].endswith("/addon-types") and each["status"] != _REFUSED for each in simulator.log)
            yield SlicedRollout(slices, clients, len(simulator.log) - refused, refused, types, seconds)
