# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interrupt playbooks that take a backup: while the request is in flight, and while they wait for its end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playbook_runner import environment, local_play, start, write_playbook
from simulator.fleet import make_fleet
from simulator.server import Simulator, running

# In seconds: how long the response to the POST takes, the task keyword timeout, and the longest run of a playbook.
LATENCY = 2.0
TASK_TIMEOUT = 3
MAX_SECONDS = 90

# By name: what the task reports as its reason, and how to interrupt the process. ansible-core 2.16 does not forward
# SIGTERM to its workers.
INTERRUPTIONS: dict[str, tuple[str, Callable[[subprocess.Popen[str]], None]]] = {
    "Ctrl-C": ("SIGINT", lambda process: os.killpg(process.pid, signal.SIGINT)),
    "SIGTERM": ("SIGTERM|the end of its parent process", lambda process: process.terminate()),
    "timeout": ("the task's timeout", lambda process: None),
}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with running(make_fleet(), backup_duration=3600) as simulator:
        yield simulator


@pytest.mark.parametrize("how", INTERRUPTIONS)
@pytest.mark.parametrize("moment", ["POST", "wait"])
def test_a_backup_that_continues_is_reported(simulator: Simulator, tmp_path: Path, how: str, moment: str) -> None:
    reason, interrupt = INTERRUPTIONS[how]
    reached = threading.Event()
    simulator.faults.add(
        kind="call", method="POST" if moment == "POST" else "GET", path="/backups", call=lambda store: reached.set()
    )
    if moment == "POST":
        simulator.settings.latency = LATENCY
    task = {
        "community.northflank.addon_backup": {
            "api_token": simulator.token,
            "api_url": simulator.url,
            "project_id": "project-1",
            "addon_id": "addon-1",
            "wait_interval": 1,
        },
        **({"timeout": TASK_TIMEOUT} if how == "timeout" else {}),
    }
    process = start(
        write_playbook(tmp_path, local_play([task])), env=environment(tmp_path / "home"), start_new_session=True
    )
    assert reached.wait(MAX_SECONDS)
    interrupt(process)
    output, _none = process.communicate(timeout=MAX_SECONDS)
    simulator.wait_until_idle()
    ((_path, backup_id, name, _by),) = simulator.store.backups.taken
    told = " ".join(output.split())
    assert re.search(f"Interrupted by ({reason})[.]", told), output
    assert f"Backup {name} ({backup_id}) of project-1/addon-1 continues in Northflank" in told, output
    assert f"Set backup_id to {backup_id} to wait for it." in told, output
    assert process.returncode != 0
