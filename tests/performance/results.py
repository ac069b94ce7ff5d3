# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results: medians, and extrapolations to more addons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from performance.measuring import Case, Cost


@dataclass
class Results:
    """The costs of all runs. facts: about the machine, by name."""

    facts: dict[str, str] = field(default_factory=dict)
    costs: dict[Case, list[Cost]] = field(default_factory=dict)

    def add(self, case: Case, cost: Cost) -> None:
        self.costs.setdefault(case, []).append(cost)

    def cost(self, case: Case) -> Cost:
        """Return the median costs, extrapolated to the number of addons in the report.

        The start of ansible-playbook counts once, everything else is proportional to the number of addons.
        """
        measured = _median(self.costs[case])
        if case.measured == case.addons:
            return measured
        times = case.addons / case.measured
        start = self._start()
        return Cost(
            wall=start + (measured.wall - start) * times,
            cpu=start + (measured.cpu - start) * times,
            memory=measured.memory,
            requests={method: round(number * times) for method, number in measured.requests.items()},
            connections=round(measured.connections * times),
            server_cpu=measured.server_cpu * times,
        )

    def find(self, letter: str, phase: str, addons: int, latency: float, forks: int) -> Cost | None:
        key = (letter, phase, addons, latency, forks)
        for case in self.costs:
            if (case.letter, case.phase, case.addons, case.latency, case.forks) == key:
                return self.cost(case)
        return None

    def _start(self) -> float:
        """Return the time, in seconds, that ansible-playbook takes to start.

        This is the CPU time, which equals the wall time on an idle machine, because the single process never waits.
        Other load on the machine changes the wall time, and extrapolation would multiply the error.
        """
        return min(cost.cpu for case, costs in self.costs.items() if case.letter == "start" for cost in costs)

    def save(self, path: Path) -> None:
        runs = [{"case": asdict(case), "costs": [asdict(cost) for cost in costs]} for case, costs in self.costs.items()]
        path.write_text(json.dumps({"facts": self.facts, "runs": runs}, indent=1))

    @classmethod
    def load(cls, path: Path) -> Results:
        saved: Mapping[str, Any] = json.loads(path.read_text())
        costs = {Case(**run["case"]): [Cost(**cost) for cost in run["costs"]] for run in saved["runs"]}
        return cls(saved["facts"], costs)


def _median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each cost. The requests are the same in each run."""
    return Cost(
        wall=median(cost.wall for cost in costs),
        cpu=median(cost.cpu for cost in costs),
        memory=median(cost.memory for cost in costs),
        requests=costs[0].requests,
        connections=round(median(cost.connections for cost in costs)),
        server_cpu=median(cost.server_cpu for cost in costs),
    )
