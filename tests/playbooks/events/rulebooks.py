# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-rulebook."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playbook_runner import environment
from programs import program
from simulator.server import Simulator

ANSIBLE_RULEBOOK = Path(sys.executable).with_name("ansible-rulebook")
START_SECONDS = 60.0


@dataclass
class Rulebook:
    """A running ansible-rulebook."""

    process: subprocess.Popen[str]
    log: Path

    @property
    def output(self) -> str:
        return self.log.read_text()

    def playbooks(self) -> int:
        """Return how many playbooks have ended without a failure, which ansible-rulebook would show twice."""
        return self.output.count("PLAY RECAP")

    def wait_until(self, condition: Callable[[], Any], seconds: float = START_SECONDS) -> None:
        """Wait until a function returns a true value. Raises AssertionError with the output."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, f"ansible-rulebook has ended:\n{self.output}"
            assert time.monotonic() < deadline, f"Nothing happened:\n{self.output}"
            time.sleep(0.05)

    def wait_for_playbooks(self, number: int) -> None:
        """Wait until this number of playbooks has ended, and no other one."""
        self.wait_until(lambda: self.playbooks() >= number)
        assert self.playbooks() == number, self.output


@contextmanager
def running(
    rulebook: str, simulator: Simulator, folder: Path, variables: Mapping[str, Any], **env: str
) -> Iterator[Rulebook]:
    """Run a rulebook with the addons of a simulator as the inventory, until the block ends. Raises NotAvailable.

    rulebook: its file, or its name in a collection.
    """
    java = program("java", "default-jre-headless")
    (folder / "fleet.northflank.yml").write_text("plugin: community.northflank.northflank\n")
    (folder / "vars.yml").write_text(json.dumps(variables))
    token = {"NORTHFLANK_API_BASE_URL": simulator.url, "NORTHFLANK_API_TOKEN": simulator.token}
    path = os.pathsep.join([str(ANSIBLE_RULEBOOK.parent), str(Path(java).parent), os.environ["PATH"]])
    variables_of_process = environment(folder, PATH=path, **token, **env)
    # ansible-rulebook must find the collection by itself.
    del variables_of_process["PYTHONPATH"]
    log = folder / "rulebook.log"
    options = ["--rulebook", rulebook, "--inventory", folder / "fleet.northflank.yml", "--vars", folder / "vars.yml"]
    with log.open("a") as output:
        process = subprocess.Popen(
            [ANSIBLE_RULEBOOK, *options, "--verbose"],
            cwd=folder,
            env=variables_of_process,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield Rulebook(process, log)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
