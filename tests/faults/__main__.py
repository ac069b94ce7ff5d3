# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m faults --seeds 20000``: play many histories, and tell what they went through."""

from __future__ import annotations

import argparse
import sys

from simulator.server import Simulator

from .harness import Harness
from .histories import draw
from .laboratory import Laboratory, Time


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m faults")
    parser.add_argument("--seeds", type=int, default=20_000, help="how many histories")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first")
    options = parser.parse_args()
    time = Time()
    harness = Harness(Laboratory(Simulator(clock=time.clock), time))
    broken = []
    for seed in range(options.first, options.first + options.seeds):
        try:
            harness.check(draw(seed))
        except AssertionError as error:
            broken.append(seed)
            print(error, flush=True)
    print(f"faults met: {dict(harness.faults.most_common())}")
    print(f"requests: {dict(harness.requests)}")
    print(f"{options.seeds - len(broken)} passed, {len(broken)} failed")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
