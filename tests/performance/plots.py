# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plots of the report."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot

from performance.measuring import Case
from performance.results import Results

_LICENSE = """<!--
SPDX-FileCopyrightText: 2026 The community.northflank authors
SPDX-License-Identifier: GPL-3.0-or-later
-->
"""
_COLORS = {"creating": "#c2703d", "converged": "#3d7ac2"}


def draw(results: Results, folder: Path) -> list[Path]:
    """Draw a plot for each number of addons and latency, and return the files."""
    mpl.use("svg")
    # Reproducible output.
    mpl.rcParams["svg.hashsalt"] = "northflank"
    mpl.rcParams["svg.fonttype"] = "none"
    groups = sorted({(case.addons, case.latency) for case in results.costs})
    return [_bars(results, addons, latency, folder) for addons, latency in groups]


def _bars(results: Results, addons: int, latency: float, folder: Path) -> Path:
    """Draw the seconds of each variant as bars on a logarithmic scale."""
    cases = [case for case in results.costs if (case.addons, case.latency) == (addons, latency)]
    figure, axes = pyplot.subplots(figsize=(9, 0.6 + 0.28 * len(cases)), layout="constrained")
    cases.reverse()
    walls = [results.cost(case).wall for case in cases]
    colors = [_COLORS[case.phase] if case.variant.requests else "#888888" for case in cases]
    bars = axes.barh([_label(case) for case in cases], walls, color=colors)
    texts = [f"{'≈ ' if case.measured < case.addons else ''}{wall:.1f} s" for case, wall in zip(cases, walls)]
    axes.bar_label(bars, texts, padding=3, fontsize=8)
    axes.set_xscale("log")
    axes.set_xlim(right=max(walls) * 6)
    axes.tick_params(labelsize=8)
    axes.set_title(f"{addons} addons, {1000 * latency:.0f} ms latency: seconds, logarithmic", fontsize=10)
    path = folder / f"{addons}-addons-{1000 * latency:.0f}-ms.svg"
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    path.write_text(
        re.sub(r"(<svg )", _LICENSE + r"\1", re.sub(r" +$", "", path.read_text(), flags=re.MULTILINE), count=1)
    )
    return path


def _label(case: Case) -> str:
    forks = f", {case.forks} forks" if case.variant.playbook else ""
    phase = f", {case.phase}" if case.variant.requests else ""
    return f"{case.letter}: {case.variant.title}{phase}{forks}"
