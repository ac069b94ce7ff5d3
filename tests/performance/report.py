# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from performance.goals import GOALS, Goal
from performance.measuring import Case, Cost
from performance.plans import FORKS
from performance.results import Results
from performance.variants import VARIANTS

_HEAD = """<!--
SPDX-FileCopyrightText: 2026 The community.northflank authors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# What a rollout costs: figures

Written by `python tests/performance`; do not edit. Three schedules an addon. Every figure is the median of interleaved
runs in one go on one machine: compare them with each other, not with those of other machines.

- **wall**, **CPU**: seconds of the whole process with its children, the start of Python and of `ansible-playbook`
  included.
- **memory**: MiB of the biggest single process among them.
- **≈**: extrapolated from as many addons as stand beside it; `ansible-playbook`'s start counts once.
- **server's CPU**: how much of the wall time the server, a process of its own, was busy: near 100 % it would
  hold all back.
- **the same of the CPU**: other work on the machine stretches the wall time and hardly the CPU time.
- **runs**: of how many the figure is the median.
"""

_COLUMNS = ("form", "forks", "measured", "runs", "wall", "CPU", "memory", "requests", "connections", "server's CPU")


def render(results: Results) -> str:
    """Give the page."""
    parts = [
        _HEAD,
        _facts(results),
        "## Goals",
        _table(("what", "of", "ratio", "the same of the CPU", "goal", ""), _goals(results)),
    ]
    groups = sorted({(case.latency, case.addons, case.phase) for case in results.costs})
    for latency, addons, phase in groups:
        parts.append(f"## {addons} addons, {phase}, {1000 * latency:.0f} ms latency")
        rows = [
            _row(results, case)
            for case in results.costs
            if (case.latency, case.addons, case.phase) == (latency, addons, phase)
        ]
        parts.append(_table(_COLUMNS, rows))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _facts(results: Results) -> str:
    return _table(("", ""), list(results.facts.items()))


def _row(results: Results, case: Case) -> tuple[str, ...]:
    cost = results.cost(case)
    about = "≈ " if case.measured < case.addons else ""
    return (
        f"{case.letter}: {case.variant.title}",
        str(case.forks) if case.variant.playbook else "",
        f"{case.measured} addons" if about else "",
        str(len(results.costs[case])),
        f"{about}{cost.wall:.1f}",
        f"{about}{cost.cpu:.1f}",
        f"{cost.memory:.0f}",
        ", ".join(f"{about}{number} {method}" for method, number in sorted(cost.requests.items())),
        f"{about}{cost.connections}",
        f"{100 * cost.server_cpu / cost.wall:.0f} %",
    )


def _goals(results: Results) -> list[tuple[str, ...]]:
    """Give a row for each of the goals that this run has the figures for."""
    rows = []
    for goal in GOALS:
        costs = [results.find(*figure, _latency(goal, figure[0]), FORKS) for figure in goal.of]
        found = [cost for cost in costs if cost]
        if len(found) == len(goal.of):
            rows.append(_goal_row(goal, found))
    return rows


def _latency(goal: Goal, letter: str) -> float:
    """Return the latency with which a form was measured: those without requests, only without any."""
    return goal.latency if VARIANTS[letter].requests else 0.0


def _goal_row(goal: Goal, costs: Sequence[Cost]) -> tuple[str, ...]:
    value = goal.ratio(*(getattr(cost, goal.figure) for cost in costs))
    by_cpu = f"{goal.ratio(*(cost.cpu for cost in costs)):.2f}" if goal.figure == "wall" else ""
    limit = f"at most {goal.most:g}" if goal.most else f"at least {goal.least:g}"
    met = value <= goal.most if goal.most else value >= goal.least
    what = f"{goal.what}, {goal.latency * 1000:.0f} ms latency" if goal.latency else goal.what
    return what, goal.figure, f"{value:.2f}", by_cpu, limit, "met" if met else "**missed**"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
