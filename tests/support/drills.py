# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the role restore_drill."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from playbook_runner import environment, run
from simulator.server import Simulator

PLAY = {"hosts": "northflank", "gather_facts": False, "roles": ["community.northflank.restore_drill"]}


def backup(minutes: int = 60, **fields: Any) -> dict[str, Any]:
    """Return a completed snapshot that began some minutes ago."""
    began = datetime.now(timezone.utc) - timedelta(minutes=minutes)
    return {
        "id": f"backup-{minutes}",
        "uid": f"uid-{minutes}",
        "name": "nightly",
        "status": "completed",
        "createdAt": began.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "config": {"size": "1048576", "source": {"type": "snapshot"}},
        **fields,
    }


@dataclass(frozen=True)
class DrillRun:
    """A run of the role.

    evidence: by the ID of the addon. journal: the forks that were created and deleted, by path.
    """

    exit_code: int
    output: str
    folder: Path
    evidence: dict[str, dict[str, Any]]
    journal: list[tuple[str, str]]

    @property
    def created(self) -> list[str]:
        return [path for action, path in self.journal if action == "create"]

    @property
    def deleted(self) -> list[str]:
        return [path for action, path in self.journal if action == "delete"]

    def verdicts(self, addon_id: str) -> tuple[str, str, str]:
        """Return the verdicts on an addon, and the outcome of the cleanup."""
        found = self.evidence[addon_id]
        return found["restored"]["verdict"], found["verified"]["verdict"], found["cleanup"]["outcome"]

    def words(self) -> str:
        """Return the output on one line: ansible-core breaks the lines of errors."""
        return " ".join(self.output.split())


def run_drills(
    simulator: Simulator,
    folder: Path,
    hosts: Mapping[str, Mapping[str, Any]],
    *arguments: str,
    play: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    env: Mapping[str, str] | None = None,
    **variables: Any,
) -> DrillRun:
    """Run the role on hosts of project shop, unless their variables say otherwise.

    hosts: the variables of each host, by default the addon of this name. arguments: of ansible-playbook. play: one or
    more, by default PLAY. env: additional environment variables. variables: of all hosts, without the prefix of the
    role.
    """
    shared = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "northflank_project_id": "shop",
        "northflank_addon_id": "{{ inventory_hostname }}",
        "restore_drill_wait_interval": 1,
        "restore_drill_evidence_dir": str(folder / "evidence"),
        **{f"restore_drill_{name}": value for name, value in variables.items()},
    }
    # A variable of a host that is null does not exist.
    own = {host: {**shared, **each} for host, each in hosts.items()}
    own = {host: {name: value for name, value in each.items() if value is not None} for host, each in own.items()}
    inventory, playbook = folder / "inventory.json", folder / "play.yml"
    inventory.write_text(json.dumps({"northflank": {"hosts": own}}))
    plays = play or PLAY
    playbook.write_text(json.dumps([plays] if isinstance(plays, Mapping) else list(plays)))
    token = {"NORTHFLANK_API_BASE_URL": simulator.url, "NORTHFLANK_API_TOKEN": simulator.token}
    before = len(simulator.store.forks.journal)
    exit_code, output = run(
        playbook,
        "--inventory",
        inventory,
        *arguments,
        env=environment(folder / "home", ANSIBLE_FORKS="10", **token, **(env or {})),
    )
    files = sorted((folder / "evidence").glob("*.json"))
    evidence = [json.loads(file.read_text()) for file in files]
    journal = [entry[:2] for entry in simulator.store.forks.journal[before:]]
    return DrillRun(exit_code, output, folder, {each["addon_id"]: each for each in evidence}, journal)


def most_at_once(simulator: Simulator) -> int:
    """Return how many forks existed at the same time, at most, according to the log of requests."""
    number = most = 0
    for entry in simulator.log:
        if entry["method"] == "POST" and entry["status"] == 200:
            number += 1
        elif entry["method"] == "DELETE" and entry["status"] == 200:
            number -= 1
        most = max(most, number)
    return most
