# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task in a real ansible-playbook, the one beside this Python, interrupted as a user or a service does it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODULE = "community.northflank.addon_backup_schedules"
CALLBACKS = Path(__file__).parents[2] / "support" / "callback_plugins"

# All processes of a run have it in their environment, those that have left its process group too.
MARKER = "INTERRUPTED_RUN"

# How the module runs: keywords of the task, and variables of the play.
MODES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "in-process": ({}, {}),
    "module": ({}, {"northflank_in_process": False}),
    "async": ({"async": 60, "poll": 1}, {}),
}

# The keyword timeout, Ctrl-C in a terminal, a SIGTERM of ansible-playbook and one of the module's own process.
HOWS = ("timeout", "Ctrl-C", "SIGTERM", "SIGTERM of the module")


@dataclass
class Run:
    """A run that has begun. interrupted_at: when a signal was sent; of the keyword timeout that is not known."""

    process: subprocess.Popen[str]
    folder: Path
    marker: str
    interrupted_at: float | None = None

    def processes(self) -> Iterator[int]:
        """Give the ids of all processes of the run that live."""
        entry = f"{MARKER}={self.marker}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if entry in (folder / "environ").read_bytes().split(b"\0"):
                    yield int(folder.name)
            except OSError:
                continue

    def modules(self) -> Iterator[int]:
        """Give the ids of the processes in which the module runs."""
        for pid in self.processes():
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            is_python = b"python" in Path(os.fsdecode(command[0])).name.encode()
            if is_python and any(b"AnsiballZ" in part for part in command) and b"async_wrapper" not in command[1]:
                yield pid

    def interrupt(self, how: str) -> None:
        """Send what interrupts it."""
        self.interrupted_at = time.monotonic()
        if how == "Ctrl-C":
            os.killpg(self.process.pid, signal.SIGINT)
        elif how == "SIGTERM":
            self.process.terminate()
        elif how == "SIGTERM of the module":
            for pid in self.modules():
                os.kill(pid, signal.SIGTERM)

    def end(self, patience: float) -> str:
        """Wait until all of its processes have ended, and give what it printed. Raises TimeoutError."""
        deadline = time.monotonic() + patience
        output, _none = self.process.communicate(timeout=patience)
        pause = threading.Event()
        while any(self.processes()):
            if time.monotonic() > deadline:
                for pid in self.processes():
                    os.kill(pid, signal.SIGKILL)
                raise TimeoutError(f"processes do not end: {output}")
            pause.wait(0.05)
        return output

    def result(self) -> dict[str, Any] | None:
        """Give the last result of the task, if there was one: as the callback got it, or as the async job left it."""
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
    """Start ansible-playbook. seconds: of the keyword timeout."""
    keywords, variables = MODES[mode]
    task = {MODULE: options, **keywords, **({"timeout": seconds} if how == "timeout" else {})}
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable, "ansible_async_dir": str(folder / "async"), **variables},
        "tasks": [task],
    }
    (folder / "playbook.yml").write_text(json.dumps([play], indent=1))
    marker = uuid.uuid4().hex
    process = subprocess.Popen(
        [Path(sys.executable).parent / "ansible-playbook", "playbook.yml"],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("NORTHFLANK_", "NF_"))},
            "ANSIBLE_HOME": str(folder / "home"),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "dump_results",
            "RESULTS_FILE": str(folder / "results"),
            MARKER: marker,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    return Run(process, folder, marker)
