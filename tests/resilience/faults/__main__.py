# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m faults --seeds 20000``: run many random scenarios, and print a summary."""

from __future__ import annotations

import argparse
import faulthandler
import sys
from collections import ChainMap, Counter

from simulator.server import Simulator

from . import destinations, drills, forks, notifications, restores
from .harness import Harness
from .scenarios import FAMILIES
from .task_runner import FakeClock, TaskRunner

# The families of schedules and of everything else.
OTHERS = (destinations, notifications, restores, forks, drills)
ALL_FAMILIES = dict(ChainMap(FAMILIES, *(each.FAMILIES for each in OTHERS)))

# The maximum duration of a scenario.
MAX_SECONDS = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m faults")
    parser.add_argument("--seeds", type=int, default=20_000, help="number of scenarios of all families")
    parser.add_argument("--family", choices=[*ALL_FAMILIES, "all"], default="all", help="kind of faults")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    options = parser.parse_args()
    clock = FakeClock()
    task_runner = TaskRunner(Simulator(clock=clock.monotonic), clock)
    harness = Harness(task_runner)
    others = [(each.FAMILIES, each.Harness(task_runner)) for each in OTHERS]
    families = ALL_FAMILIES if options.family == "all" else [options.family]
    passed, failed = Counter[str](), Counter[str]()
    for number in range(options.seeds):
        family = list(families)[number % len(families)]
        faulthandler.dump_traceback_later(MAX_SECONDS, exit=True)
        try:
            seed = options.first + number // len(families)
            if family in FAMILIES:
                harness.check(FAMILIES[family](seed))
            for its_families, its_harness in others:
                if family in its_families:
                    its_harness.check(its_families[family](seed))
            passed[family] += 1
        except AssertionError as error:
            failed[family] += 1
            print(f"{family}, {error}", flush=True)
    faulthandler.cancel_dump_traceback_later()
    print(f"faults: {dict(harness.faults.most_common())}")
    print(f"exceptions: {dict(task_runner.injector.raised.most_common())}")
    print(f"requests: {dict(harness.requests)}")
    for family in families:
        print(f"{family}: {passed[family]} passed, {failed[family]} failed")
    print(f"{passed.total()} passed, {failed.total()} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
