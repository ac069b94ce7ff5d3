# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m interruptions --seeds 5000``: interrupt many rollouts, and tell how they ended."""

from __future__ import annotations

import argparse
import sys
import time

from faults.laboratory import Laboratory, Time
from simulator.server import running

from .children import WAYS
from .harness import Interrupter
from .histories import SIGNALS, draw_interrupted


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m interruptions")
    parser.add_argument("--seeds", type=int, default=5000, help="how many histories of all ways and signals")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first")
    parser.add_argument("--way", choices=WAYS, action="append", help="as what it runs; both if omitted")
    parser.add_argument("--how", choices=SIGNALS, action="append", help="how it is interrupted; in all ways if omitted")
    options = parser.parse_args()
    kinds = [(way, how) for way in options.way or WAYS for how in options.how or SIGNALS if applies(way, how)]
    broken, began = 0, time.monotonic()
    with running() as simulator:
        interrupter = Interrupter(Laboratory(simulator, Time()))
        for number in range(options.seeds):
            way, how = kinds[number % len(kinds)]
            try:
                interrupter.check_interrupted(way, *draw_interrupted(options.first + number // len(kinds), how))
            except AssertionError as error:
                broken += 1
                print(error, flush=True)
    for fate, count in sorted(interrupter.fates.items()):
        print(f"{count:6} {fate}")
    seconds = time.monotonic() - began
    print(f"{options.seeds - broken} passed, {broken} failed, {options.seeds / seconds:.1f} a second")
    return 1 if broken else 0


def applies(way: str, how: str) -> bool:
    """Tell whether a process can be interrupted in this way: the keyword timeout is the worker's alone."""
    return way == "in-process" or how != "timeout"


if __name__ == "__main__":
    sys.exit(main())
