# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python tests/support/simulator --fleet FILE --port 0``: serve a simulator until it is terminated."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulator.errors import ApiError  # the import root is set above
from simulator.server import Simulator, listen, make_server


def main() -> None:
    parser = argparse.ArgumentParser(prog="python tests/support/simulator", description="A simulated Northflank API.")
    parser.add_argument("--fleet", type=Path, help="the file with the initial projects and addons; empty if omitted")
    parser.add_argument("--port", type=int, default=0, help="the port to listen on; 0, the default, for any free port")
    parser.add_argument("--port-file", type=Path, help="a file to write the port to when the simulator is ready")
    parser.add_argument("--token", help="the API token to accept; default: the token of the fleet")
    options = parser.parse_args()
    fleet = yaml.safe_load(options.fleet.read_text()) if options.fleet else {}
    try:
        simulator = Simulator(fleet, options.token)
    except (ValueError, ApiError) as error:
        parser.error(f"{options.fleet}: {error}")
    with listen(options.port) as sock:
        port = sock.getsockname()[1]
        print(f"Simulating Northflank at http://127.0.0.1:{port} with the API token {simulator.token}", flush=True)
        if options.port_file:
            temporary = options.port_file.with_suffix(".tmp")
            temporary.write_text(str(port))
            os.replace(temporary, options.port_file)
        make_server(simulator).run(sockets=[sock])


if __name__ == "__main__":
    main()
