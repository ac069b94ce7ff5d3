# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python tests/support/simulator --fleet FILE --port 0``: serve a simulator until it is told to end."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulator.problem import Problem  # the path to it is set above
from simulator.server import Simulator, listener, server_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python tests/support/simulator", description="A simulated Northflank API.")
    parser.add_argument("--fleet", type=Path, help="a file with the projects and addons; without it there are none")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes any that is free")
    parser.add_argument("--port-file", type=Path, help="a file to write the port to, once the simulator listens")
    parser.add_argument("--token", help="the token that it accepts; without it that of the fleet")
    options = parser.parse_args()
    fleet = yaml.safe_load(options.fleet.read_text()) if options.fleet else {}
    try:
        simulator = Simulator(fleet, options.token)
    except (ValueError, Problem) as error:
        parser.error(f"{options.fleet}: {error}")
    with listener(options.port) as sock:
        port = sock.getsockname()[1]
        print(f"Northflank is simulated at http://127.0.0.1:{port}, its token is {simulator.token}", flush=True)
        if options.port_file:
            half = options.port_file.with_suffix(".half")
            half.write_text(str(port))
            os.replace(half, options.port_file)
        server_of(simulator).run(sockets=[sock])


if __name__ == "__main__":
    main()
