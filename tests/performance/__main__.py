# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python tests/performance``: run the benchmark, and write the report and its plots."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from dataclasses import replace
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS), str(_TESTS / "support")]

from performance.fleet import Fleet  # found on the path that is set above
from performance.measuring import Case, Cost, measure
from performance.plans import Planned, full_plan, quick_plan
from performance.report import render
from performance.results import Results
from performance.serving import Server, requests_per_second, requests_per_second_of_simulator, serving

_REPORTS = _TESTS.parent / "docs" / "performance"
_SAVED = Path(tempfile.gettempdir()) / "northflank-benchmark.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python tests/performance", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few addons, each variant once: less than a minute")
    parser.add_argument("--output", type=Path, default=_REPORTS, help="the folder of the report; default: %(default)s")
    parser.add_argument("--save", type=Path, default=_SAVED, help="the file of the results; default: %(default)s")
    parser.add_argument("--from", type=Path, dest="source", help="only write the report of saved results")
    options = parser.parse_args()
    if options.source:
        results = Results.load(options.source)
    else:
        results = run(quick_plan() if options.quick else full_plan(), options.save)
    report(results, options.output)


def run(plan: list[Planned], saved: Path) -> Results:
    """Measure all cases with interleaved repetitions. Save the results after each."""
    results = Results()
    with serving() as server:
        results.facts = {**facts(server), "Load average before": _load()}
        for turn in range(max(planned.repetitions for planned in plan)):
            measured: dict[Case, Cost] = {}
            for case in (planned.case for planned in plan if turn < planned.repetitions):
                # One measurement can serve several cases that are extrapolated from the same number of addons.
                same = replace(case, addons=case.measured)
                if same not in measured:
                    measured[same] = measure(case, server)
                    print(f"{turn + 1}. {case}: {measured[same].wall:.1f} s", flush=True)
                results.add(case, measured[same])
                results.facts["Load average after"] = _load()
                results.save(saved)
    return results


def report(results: Results, folder: Path) -> None:
    # Imported late, because the memory of this process counts as that of its children.
    from performance.plots import draw

    folder.mkdir(parents=True, exist_ok=True)
    plots = draw(results, folder)
    images = "\n".join(f"\n![{path.stem}]({path.name})" for path in plots)
    (folder / "results.md").write_text(f"{render(results)}\n## Plots\n{images}\n")


def facts(server: Server) -> dict[str, str]:
    """Return what the results depend on."""
    packages = ("ansible-core", "requests", "northflank")
    server.reset(Fleet(1, 1), latency=0.0, converged=True)
    return {
        "Date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "Machine": f"{_processor()}, {os.cpu_count()} CPUs, {platform.system()} {platform.release()}",
        "Versions": ", ".join(
            [f"Python {platform.python_version()}", *(f"{each} {version(each)}" for each in packages)]
        ),
        "Throughput of the benchmark server": f"{requests_per_second(server.port):.0f} requests per second",
        "Throughput of the simulator": f"{requests_per_second_of_simulator():.0f} requests per second (not used here)",
    }


def _load() -> str:
    """Return the load average of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


if __name__ == "__main__":
    main()
