# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roll backup schedules out over a simulated fleet: look, roll out, again, change, show what everybody has, report.

``make demo`` runs it. It fails if a run fails, if the second run changed anything, or if the report tells anything else
than is so.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "support"))

from backups import LATE, UNPROTECTED, with_backups
from simulator.server import Simulator, running  # its package lies beside this one

# Where the report of the fleet stays.
REPORT = Path(tempfile.gettempdir(), "northflank-demo-report")

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Demo:
    """Runs playbooks against a simulator, and tells what each of them sent to it."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.failures: list[str] = []

    def play(self, title: str, playbook: str, *options: str) -> int:
        """Run a playbook; return how many hosts it changed."""
        print(f"\n\033[1m{title}\033[0m\n$ ansible-playbook {' '.join([*options, playbook])}", flush=True)
        asked_before = len(self.simulator.requests())
        run = subprocess.Popen(
            ["ansible-playbook", "--inventory", "fleet.northflank.yml", *options, playbook],
            cwd=HERE,
            env={
                **os.environ,
                "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
                "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
                "ANSIBLE_FORCE_COLOR": str(sys.stdout.isatty()),
                "ANSIBLE_LOCALHOST_WARNING": "false",
                "NORTHFLANK_API_BASE_URL": self.simulator.url,
                "NORTHFLANK_API_TOKEN": self.simulator.token,
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        changed = 0
        for line in run.stdout or ():
            print(line, end="", flush=True)
            recap = re.search(r"changed=(\d+)", line)
            changed += int(recap[1]) if recap else 0
        if run.wait():
            self.failures.append(f"{title}: ansible-playbook failed")
        sent = Counter(request["method"] for request in self.simulator.requests()[asked_before:])
        counts = ", ".join(f"{count} {method}" for method, count in sorted(sent.items()))
        print(f"The API was sent {sum(sent.values())} requests ({counts}).")
        return changed

    def check_report(self) -> None:
        """Say what the report found, and where it lies."""
        file = REPORT / "report.json"
        addons = json.loads(file.read_text())["addons"] if file.exists() else []
        found = {addon["addon_id"]: addon["verdict"] for addon in addons}
        wanted = {
            **dict.fromkeys(found, "ok"),
            **dict.fromkeys(LATE, "late"),
            **dict.fromkeys(UNPROTECTED, "unprotected"),
        }
        self.expect(f"The report told {found}, not {wanted}", found == wanted)
        for addon in addons:
            if addon["verdict"] != "ok":
                print(f"{addon['project_id']}/{addon['addon_id']} is {addon['verdict']}: {' '.join(addon['reasons'])}")
        print(f"\nThe report: {REPORT / 'index.html'}")

    def expect(self, what: str, met: bool) -> None:
        if not met:
            self.failures.append(what)


def main() -> int:
    fleet = with_backups(yaml.safe_load((HERE / "fleet.yml").read_text()), datetime.now(timezone.utc))
    with running(fleet=fleet) as simulator, tempfile.TemporaryDirectory() as folder:
        demo = Demo(simulator)
        demo.play(
            "1. Look first, at one of the addons that the inventory plugin finds",
            "rollout.yml",
            "--check",
            "--diff",
            "--limit",
            "ledger-db.billing",
        )
        changed = demo.play("2. Roll out to the fleet", "rollout.yml")
        demo.expect("The rollout changed nothing", changed > 0)
        changed = demo.play("3. Again: nothing is left to change", "rollout.yml")
        demo.expect("The second run changed something", changed == 0)
        changed = demo.play(
            "4. The standard policy keeps backups for longer", "rollout.yml", "--extra-vars", "@longer.yml"
        )
        demo.expect("The new policy changed nothing", changed > 0)
        file = Path(folder, "found.json")
        projects = json.dumps({"projects": [project["id"] for project in fleet["projects"]], "file": str(file)})
        demo.play("5. What every addon has now", "look.yml", "--extra-vars", projects)
        if file.exists():
            print(f"\n{table(json.loads(file.read_text()))}")
        wanted = json.dumps({"backup_report_dir": str(REPORT)})
        demo.play("6. Do the backups arrive?", "report.yml", "--extra-vars", "@longer.yml", "--extra-vars", wanted)
        demo.check_report()
    for failure in demo.failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if demo.failures else 0


def table(addons: list[dict[str, Any]]) -> str:
    """Lay out one line a schedule: project, addon, schedule, times in UTC, days that backups are kept."""
    rows = [("Project", "Addon", "Schedule", "Times (UTC)", "Kept")]
    for addon in addons:
        for schedule in addon["backup_schedules"] or [None]:
            rows.append((addon["project_id"], addon["addon_id"], *described(schedule)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def described(schedule: dict[str, Any] | None) -> tuple[str, str, str]:
    if schedule is None:
        return ("none", "", "")
    times = schedule["scheduling"]
    days = " ".join(DAYS[day] for day in times.get("day", []))
    hours = [f"{hour:02}" for hour in times.get("hour", [])] or ["*"]
    at = " ".join(f"{hour}:{minute:02}" for hour in hours for minute in times["minute"])
    name = f"{times['interval']} {schedule['backup_type']}"
    return (name, f"{days} {at}".strip(), f"{schedule['retention_time']} days")


if __name__ == "__main__":
    sys.exit(main())
