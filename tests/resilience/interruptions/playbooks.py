# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the task with ansible-playbook, and interrupt it like a user or a service."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import playbook_runner

MODULE = "community.northflank.addon_backup_schedules"

# In the environment of all processes of a run, including those that have left its process group.
MARKER = "INTERRUPTED_RUN"

# How the module runs: keywords of the task, and whether the action plugin runs it in-process.
MODES: dict[str, tuple[dict[str, Any], bool]] = {
    "in-process": ({}, True),
    "module": ({}, False),
    "async": ({"async": 60, "poll": 1}, True),
}

# The task keyword timeout, Ctrl-C in a terminal, SIGTERM to ansible-playbook, and SIGTERM to the process of the module.
HOWS = ("timeout", "Ctrl-C", "SIGTERM", "SIGTERM of the module")


@dataclass
class Run:
    """A started run. interrupted_at: when a signal was sent; None for the keyword timeout."""

    process: subprocess.Popen[str]
    folder: Path
    marker: str
    interrupted_at: float | None = None

    def processes(self) -> Iterator[int]:
        """Yield the IDs of all running processes of the run."""
        entry = f"{MARKER}={self.marker}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if entry in (folder / "environ").read_bytes().split(b"\0"):
                    yield int(folder.name)
            except OSError:
                continue

    def modules(self) -> Iterator[int]:
        """Yield the IDs of the processes that run the module."""
        for pid in self.processes():
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            is_python = b"python" in Path(os.fsdecode(command[0])).name.encode()
            if is_python and any(b"AnsiballZ" in part for part in command) and b"async_wrapper" not in command[1]:
                yield pid

    def interrupt(self, how: str) -> None:
        """Send a signal."""
        self.interrupted_at = time.monotonic()
        if how == "Ctrl-C":
            os.killpg(self.process.pid, signal.SIGINT)
        elif how == "SIGTERM":
            self.process.terminate()
        elif how == "SIGTERM of the module":
            for pid in self.modules():
                os.kill(pid, signal.SIGTERM)

    def wait(self, seconds: float) -> str:
        """Wait until all processes of the run have ended, and return its output. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        output, _none = self.process.communicate(timeout=seconds)
        pause = threading.Event()
        while any(self.processes()):
            if time.monotonic() > deadline:
                for pid in self.processes():
                    os.kill(pid, signal.SIGKILL)
                raise TimeoutError(f"processes did not end: {output}")
            pause.wait(0.05)
        return output

    def result(self) -> dict[str, Any] | None:
        """Return the last result of the task from the callback plugin or the async job, None if there is none."""
        file = self.folder / "results"
        if file.exists():
            return json.loads(file.read_text().splitlines()[-1])["result"]
        for job in (self.folder / "async").glob("*"):
            try:
                return json.loads(job.read_text())
            except ValueError:
                continue
        return None


def start(folder: Path, mode: str, how: str, options: dict[str, Any], seconds: int) -> Run:
    """Start ansible-playbook. seconds: the value of the keyword timeout."""
    keywords, in_process = MODES[mode]
    task = {MODULE: options, **keywords, **({"timeout": seconds} if how == "timeout" else {})}
    play = playbook_runner.local_play([task], in_process, vars={"ansible_async_dir": str(folder / "async")})
    marker = uuid.uuid4().hex
    environment = playbook_runner.environment(
        folder / "home",
        ANSIBLE_CALLBACK_PLUGINS=str(playbook_runner.CALLBACKS),
        ANSIBLE_CALLBACKS_ENABLED="dump_results",
        RESULTS_FILE=str(folder / "results"),
        **{MARKER: marker},
    )
    playbook = playbook_runner.write_playbook(folder, play)
    process = playbook_runner.start(playbook, env=environment, start_new_session=True)
    return Run(process, folder, marker)
