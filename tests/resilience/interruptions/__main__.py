# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m interruptions --seeds 5000``: interrupt many rollouts, and print a summary."""

from __future__ import annotations

import argparse
import sys
import time

from faults.task_runner import FakeClock, TaskRunner
from simulator.server import running

from .children import WAYS
from .harness import Interrupter
from .scenarios import SIGNALS, interrupted_scenario


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m interruptions")
    parser.add_argument("--seeds", type=int, default=5000, help="number of scenarios of all ways and signals")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--way", choices=WAYS, action="append", help="how the task runs (default: all)")
    parser.add_argument("--how", choices=SIGNALS, action="append", help="how it is interrupted (default: all)")
    options = parser.parse_args()
    kinds = [(way, how) for way in options.way or WAYS for how in options.how or SIGNALS if applies(way, how)]
    failed, started = 0, time.monotonic()
    with running() as simulator:
        interrupter = Interrupter(TaskRunner(simulator, FakeClock()))
        for number in range(options.seeds):
            way, how = kinds[number % len(kinds)]
            try:
                interrupter.check_interrupted(way, *interrupted_scenario(options.first + number // len(kinds), how))
            except AssertionError as error:
                failed += 1
                print(error, flush=True)
    for outcome, count in sorted(interrupter.outcomes.items()):
        print(f"{count:6} {outcome}")
    seconds = time.monotonic() - started
    print(f"{options.seeds - failed} passed, {failed} failed, {options.seeds / seconds:.1f} per second")
    return 1 if failed else 0


def applies(way: str, how: str) -> bool:
    """Return whether a process can be interrupted like this: only a worker has the keyword timeout."""
    return way == "in-process" or how != "timeout"


if __name__ == "__main__":
    sys.exit(main())
