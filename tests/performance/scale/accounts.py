# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure one task that reconciles all addons of an account."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from performance.fleet import Fleet
from performance.measuring import timed
from performance.serving import Server
from performance.variants import Variant, command

PER_PROJECT = 40


@dataclass(frozen=True)
class Account:
    """The cost of a run. wall, cpu: in seconds. memory: MiB of the largest process. size: MB of the result as JSON."""

    addons: int
    phase: str
    return_unchanged: bool
    wall: float
    cpu: float
    memory: float
    requests: int
    size: float


def measure_accounts(server: Server, addons: int) -> Iterator[Account]:
    """Yield the cost of each phase: creating schedules, and up to date."""
    for phase, return_unchanged in (("creating", True), ("up to date", True), ("up to date", False)):
        wall, cpu, memory, _output = _run(server, addons, phase, return_unchanged, show_size=False)
        requests = sum(server.counts()["requests"].values())
        *_costs, output = _run(server, addons, phase, return_unchanged, show_size=True)
        (size,) = re.findall(r"size: (\d+)", output)
        yield Account(addons, phase, return_unchanged, wall, cpu, memory, requests, int(size) / 1e6)


def _run(
    server: Server, addons: int, phase: str, return_unchanged: bool, show_size: bool
) -> tuple[float, float, float, str]:
    variables = (("return_unchanged", return_unchanged), ("show_size", show_size))
    variant = Variant("account", "", "account.yml", hosts="account", per_project=PER_PROJECT, variables=variables)
    fleet = Fleet(addons, PER_PROJECT)
    server.reset(fleet, latency=0.0, converged=phase == "up to date")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wall, usage = timed(command(variant, fleet, server.url, 5, folder), folder)
        output = (folder / "output").read_text()
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output
