# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a variant once and takes down what it cost."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from performance.fleet import BODIES
from performance.serving import TESTS, Server
from performance.variants import VARIANTS, Command, Variant, command


@dataclass(frozen=True)
class Case:
    """What is measured.

    addons: of how many it tells. measured: how many it is measured with; fewer, if it would take too long.
    latency: seconds that each answer takes.
    """

    letter: str
    phase: str
    addons: int
    measured: int
    latency: float
    forks: int

    @property
    def variant(self) -> Variant:
        return VARIANTS[self.letter]


@dataclass(frozen=True)
class Cost:
    """What one run took.

    cpu: seconds of the process and its children. memory: MiB of the biggest of these processes.
    server_cpu: seconds of the server's, which is another process.
    """

    wall: float
    cpu: float
    memory: float
    requests: dict[str, int]
    connections: int
    server_cpu: float


def measure(case: Case, server: Server) -> Cost:
    """Run it once. Raises RuntimeError if it fails, or asks something else of the API than it should."""
    fleet = case.variant.fleet(case.measured)
    server.reset(fleet, case.latency, converged=case.phase == "converged")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wall, usage = _run(command(case.variant, fleet, server.url, case.forks, folder), folder)
    counts = server.counts()
    wanted = requests_of(case)
    if counts["requests"] != wanted:
        raise RuntimeError(f"{case}: the requests are {counts['requests']}, not {wanted}")
    return Cost(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss / 1024,
        requests=counts["requests"],
        connections=counts["connections"],
        server_cpu=counts["cpu"],
    )


def requests_of(case: Case) -> dict[str, int]:
    """Give the requests by method that a run should make."""
    variant, addons = case.variant, case.measured
    wanted = {"GET": variant.requests * addons}
    if case.phase == "creating":
        wanted.update({"PATCH": addons} if variant.uses_patch else {"POST": len(BODIES) * addons})
        wanted["GET"] += variant.asks_types
    wanted["GET"] += lists_of(case)
    return {method: number for method, number in wanted.items() if number}


def lists_of(case: Case) -> int:
    """Return how many lists of projects and addons a run reads."""
    projects = len(case.variant.fleet(case.measured).projects())
    return case.variant.lists_addons * projects + case.variant.lists_projects


def _run(what: Command, folder: Path) -> tuple[float, resource.struct_rusage]:
    """Run a command to its end and give the seconds and what wait4() tells of it and of the children it waited for."""
    told, output = folder / "input", folder / "output"
    told.write_text(what.input)
    with told.open() as stdin, output.open("w") as stdout:
        began = time.perf_counter()
        process = subprocess.Popen(
            what.words, cwd=TESTS, env={**os.environ, **what.env}, stdin=stdin, stdout=stdout, stderr=subprocess.STDOUT
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(what.words)} failed:\n{output.read_text()[-4000:]}")
    return wall, usage
