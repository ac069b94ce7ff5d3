# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a variant once, and measure its cost."""

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
    """A variant with its parameters.

    addons: the number of addons in the report. measured: the number of addons in the run, fewer if it takes too long.
    latency: of each response, in seconds.
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
    """The cost of a run.

    wall, cpu: seconds of the process and its children. memory: MiB of the largest of these processes.
    server_cpu: CPU seconds of the server process.
    """

    wall: float
    cpu: float
    memory: float
    requests: dict[str, int]
    connections: int
    server_cpu: float


def measure(case: Case, server: Server) -> Cost:
    """Run a case once. Raises RuntimeError if it fails or sends unexpected requests."""
    fleet = case.variant.fleet(case.measured)
    server.reset(fleet, case.latency, converged=case.phase == "converged")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wall, usage = timed(command(case.variant, fleet, server.url, case.forks, folder), folder)
    counts = server.counts()
    expected = requests_of(case)
    if counts["requests"] != expected:
        raise RuntimeError(f"{case}: the requests are {counts['requests']}, not {expected}")
    return Cost(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss / 1024,
        requests=counts["requests"],
        connections=counts["connections"],
        server_cpu=counts["cpu"],
    )


def requests_of(case: Case) -> dict[str, int]:
    """Return the expected number of requests of a run by method."""
    variant, addons = case.variant, case.measured
    expected = {"GET": variant.requests * addons}
    if case.phase == "creating":
        expected.update({"PATCH": addons} if variant.uses_patch else {"POST": len(BODIES) * addons})
        expected["GET"] += variant.asks_types
    expected["GET"] += lists_of(case)
    return {method: number for method, number in expected.items() if number}


def lists_of(case: Case) -> int:
    """Return the number of lists of projects and addons that a run reads."""
    projects = len(case.variant.fleet(case.measured).projects())
    return case.variant.lists_addons * projects + case.variant.lists_projects


def timed(command_: Command, folder: Path) -> tuple[float, resource.struct_rusage]:
    """Run a command, and return its wall time in seconds, and the resource usage of the process and its children."""
    input_, output = folder / "input", folder / "output"
    input_.write_text(command_.input)
    with input_.open() as stdin, output.open("w") as stdout:
        started = time.perf_counter()
        process = subprocess.Popen(
            command_.arguments,
            cwd=TESTS,
            env={**os.environ, **command_.env},
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.STDOUT,
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command_.arguments)} failed:\n{output.read_text()[-4000:]}")
    return wall, usage
