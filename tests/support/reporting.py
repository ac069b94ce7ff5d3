# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the role backup_report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playbook_runner import environment, run
from simulator.server import Simulator

FORMATS = ("json", "csv", "html", "junit", "metrics")

PLAY = """
- hosts: northflank
  gather_facts: false
  vars:
    backup_schedules_policy: critical
  roles:
    - role: community.northflank.backup_report
"""


@dataclass
class ReportRun:
    """The exit code, the output and the report of a run of the role."""

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
    env: dict[str, str] | None = None,
    formats: Sequence[str] = ("json",),
    **variables: Any,
) -> ReportRun:
    """Run the role on the fleet of a simulator.

    arguments: of ansible-playbook. hosts, inventory: options of the inventory plugin. play: the text of the playbook.
    env: additional environment variables. formats: of the files that it writes; each takes two runs of a module.
    variables: extra variables.
    """
    source, playbook = folder / "northflank.yml", folder / "play.yml"
    source.write_text(json.dumps({"plugin": "community.northflank.northflank", "hosts": hosts, **(inventory or {})}))
    playbook.write_text(play)
    extra_vars = {"backup_report_dir": str(folder), "backup_report_formats": formats, **variables}
    token = {"NORTHFLANK_API_BASE_URL": simulator.url, "NORTHFLANK_API_TOKEN": simulator.token}
    exit_code, output = run(
        playbook,
        "--inventory",
        source,
        "--extra-vars",
        json.dumps(extra_vars),
        *arguments,
        env=environment(folder / "home", **token, **(env or {})),
    )
    return ReportRun(folder, exit_code, output)
