# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command while an API simulator for the integration tests is running.

    python tests/support/with_simulator.py ansible-test integration --local

The targets read the simulator's URL from integration_config.yml, because ansible-test does not pass the environment on.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUPPORT = Path(__file__).parent
INTEGRATION = SUPPORT.with_name("integration")
API_TOKEN = "simulated-token"
START_TIMEOUT = 30  # seconds


@contextmanager
def simulator() -> Iterator[str]:
    """Run the API simulator on a free port, and yield its URL."""
    with tempfile.TemporaryDirectory() as folder:
        port_file = Path(folder, "port")
        process = subprocess.Popen(
            [sys.executable, SUPPORT / "simulator", "--port", "0", "--port-file", port_file, "--token", API_TOKEN]
        )
        try:
            yield f"http://127.0.0.1:{wait_for_port(port_file, process)}"
        finally:
            process.terminate()
            process.wait()


def wait_for_port(port_file: Path, process: subprocess.Popen) -> int:
    """Wait until the simulator has written its port, and return it."""
    for _attempt in range(START_TIMEOUT * 10):
        if port_file.exists() and (port := port_file.read_text()):
            return int(port)
        if process.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit("The simulator did not start.")


def main(command: list[str]) -> int:
    with simulator() as url:
        config = {
            "northflank_api_url": url,
            "northflank_api_token": API_TOKEN,
            "northflank_control_url": f"{url}/_control",
        }
        (INTEGRATION / "integration_config.yml").write_text(json.dumps(config))
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
