# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the role backup_report as a user does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.server import Simulator

PLAY = """
- hosts: northflank
  gather_facts: false
  vars:
    backup_schedules_policy: critical
  roles:
    - role: community.northflank.backup_report
"""


@dataclass
class Ran:
    """What a run of the role left behind."""

    folder: Path
    exit_code: int
    output: str

    @property
    def report(self) -> dict[str, Any]:
        return json.loads((self.folder / "report.json").read_text())

    @property
    def verdicts(self) -> dict[str, str]:
        return {f"{each['project_id']}/{each['addon_id']}": each["verdict"] for each in self.report["addons"]}


def run_role(
    simulator: Simulator,
    folder: Path,
    *arguments: str,
    hosts: str = "projects",
    play: str = PLAY,
    inventory: dict[str, Any] | None = None,
    **variables: Any,
) -> Ran:
    """Report on the fleet of a simulator.

    arguments: of ansible-playbook. play: the text of the playbook. inventory: options of the inventory plugin.
    """
    source, playbook = folder / "northflank.yml", folder / "play.yml"
    source.write_text(json.dumps({"plugin": "community.northflank.northflank", "hosts": hosts, **(inventory or {})}))
    playbook.write_text(play)
    told = {"backup_report_dir": str(folder), **variables}
    ansible_playbook = Path(sys.executable).with_name("ansible-playbook")
    run = subprocess.run(
        [ansible_playbook, "--inventory", source, playbook, "--extra-vars", json.dumps(told), *arguments],
        env={**os.environ, "NORTHFLANK_API_BASE_URL": simulator.url, "NORTHFLANK_API_TOKEN": simulator.token},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(folder, run.returncode, run.stdout + run.stderr)
