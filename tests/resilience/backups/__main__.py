# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m backups --seeds 5000``: run many random scenarios, and print a summary."""

from __future__ import annotations

import argparse
import faulthandler
import sys
from collections import Counter

from faults.task_runner import FakeClock, TaskRunner
from simulator.server import Simulator

from .harness import Harness
from .scenarios import FAMILIES

# The maximum duration of a scenario.
MAX_SECONDS = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m backups")
    parser.add_argument("--seeds", type=int, default=20_000, help="number of scenarios of all families")
    parser.add_argument("--family", choices=[*FAMILIES, "all"], default="all", help="kind of faults")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    options = parser.parse_args()
    clock = FakeClock()
    harness = Harness(TaskRunner(Simulator(clock=clock.monotonic), clock))
    families = list(FAMILIES) if options.family == "all" else [options.family]
    failed = Counter[str]()
    for number in range(options.seeds):
        family = families[number % len(families)]
        faulthandler.dump_traceback_later(MAX_SECONDS, exit=True)
        try:
            harness.check(FAMILIES[family](options.first + number // len(families)))
        except AssertionError as error:
            failed[family] += 1
            print(f"{family}, {error}", flush=True)
    faulthandler.cancel_dump_traceback_later()
    print(f"endings: {dict(harness.endings.most_common())}")
    print(f"exceptions: {dict(harness.task_runner.injector.raised.most_common())}")
    print(f"{options.seeds - failed.total()} passed, {failed.total()} failed: {dict(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
