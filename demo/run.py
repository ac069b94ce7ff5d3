# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roll out backup schedules to a simulated fleet, test restores, report, and take a backup before a migration.

``make demo`` runs it. It fails if a run fails, if the second run changes anything, or if the report is wrong.
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
from simulator.server import Simulator, running  # in tests/support

# The folder of the report.
REPORT = Path(tempfile.gettempdir(), "northflank-demo-report")

# The most addons that are drilled a day, as in drill.yml.
SAMPLE = 3

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Demo:
    """Runs playbooks against a simulator, and prints the number of their requests."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.failures: list[str] = []
        self.drills = 0

    def play(self, title: str, playbook: str, *options: str) -> int:
        """Run a playbook, and return the number of changed hosts."""
        print(f"\n\033[1m{title}\033[0m\n$ ansible-playbook {' '.join([*options, playbook])}", flush=True)
        requests_before = len(self.simulator.requests())
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
        sent = Counter(request["method"] for request in self.simulator.requests()[requests_before:])
        counts = ", ".join(f"{count} {method}" for method, count in sorted(sent.items()))
        print(f"{sum(sent.values())} API requests ({counts})")
        return changed

    def check_evidence(self, folder: Path) -> None:
        """Check that the drills of the day succeeded, and that their forks are deleted."""
        drills = [json.loads(file.read_text()) for file in folder.glob("*.json")]
        verdicts = [(drill["restored"]["verdict"], drill["verified"]["verdict"]) for drill in drills]
        # Each addon has its day, so there are fewer on some days.
        self.drills = len(drills)
        is_expected = 1 <= self.drills <= SAMPLE and set(verdicts) == {("passed", "passed")}
        self.expect(f"The drills have the verdicts {verdicts}", is_expected)
        forks = [addon.path for addon in self.simulator.store.addons() if addon.description.startswith("Fork of")]
        self.expect(f"The forks {forks} were not deleted", not forks)

    def check_report(self) -> None:
        """Check the verdicts of the report, and print those that are not ok."""
        file = REPORT / "report.json"
        report = json.loads(file.read_text()) if file.exists() else {"addons": [], "summary": {"restore_drills": {}}}
        addons, drills = report["addons"], report["summary"]["restore_drills"]
        verdicts = {addon["addon_id"] or addon["volume_id"]: addon["verdict"] for addon in addons}
        expected = {
            **dict.fromkeys(verdicts, "ok"),
            **dict.fromkeys(LATE, "late"),
            **dict.fromkeys(UNPROTECTED, "unprotected"),
        }
        self.expect(f"The report has the verdicts {verdicts} instead of {expected}", verdicts == expected)
        self.expect(f"The report has the restore drills {drills}", drills.get("verified") == self.drills)
        for addon in addons:
            if addon["verdict"] != "ok":
                print(f"{addon['project_id']}/{addon['addon_id']} is {addon['verdict']}: {' '.join(addon['reasons'])}")
        print(f"\nReport: {REPORT / 'index.html'}")

    def expect(self, failure: str, condition: bool) -> None:
        if not condition:
            self.failures.append(failure)


def main() -> int:
    fleet = with_backups(yaml.safe_load((HERE / "fleet.yml").read_text()), datetime.now(timezone.utc))
    with running(fleet=fleet) as simulator, tempfile.TemporaryDirectory() as folder:
        demo = Demo(simulator)
        demo.play(
            "1. Preview the changes of one addon of the inventory",
            "rollout.yml",
            "--check",
            "--diff",
            "--limit",
            "ledger-db.billing",
        )
        changed = demo.play("2. Roll out to the fleet", "rollout.yml")
        demo.expect("The rollout changed nothing", changed > 0)
        changed = demo.play("3. Run it again: nothing changes", "rollout.yml")
        demo.expect("The second run changed something", changed == 0)
        changed = demo.play(
            "4. Change a policy: standard keeps backups for longer",
            "rollout.yml",
            "--extra-vars",
            "@longer_retention.yml",
        )
        demo.expect("The new policy changed nothing", changed > 0)
        file = Path(folder, "schedules.json")
        projects = json.dumps({"projects": [project["id"] for project in fleet["projects"]], "file": str(file)})
        demo.play("5. Show the schedules of all addons", "schedules.yml", "--extra-vars", projects)
        if file.exists():
            print(f"\n{table(json.loads(file.read_text()))}")
        simulator.settings.fork_duration = 2
        evidence = Path(folder, "evidence")
        demo.play(
            "6. Restore backups of a sample of up to three addons, as a drill",
            "drill.yml",
            "--extra-vars",
            json.dumps({"restore_drill_evidence_dir": str(evidence)}),
        )
        demo.check_evidence(evidence)
        report_dir = json.dumps({"backup_report_dir": str(REPORT), "backup_report_evidence_dir": str(evidence)})
        demo.play(
            "7. Report on the backups and the drills",
            "report.yml",
            "--extra-vars",
            "@longer_retention.yml",
            "--extra-vars",
            report_dir,
        )
        demo.check_report()
        simulator.settings.backup_duration = 3
        keys = json.dumps(
            {"bucket_access_key": "access-key-of-the-demo", "bucket_secret_key": "secret-key-of-the-demo"}
        )
        changed = demo.play("8. Back up a database before a migration", "migration.yml", "--extra-vars", keys)
        demo.expect("Nothing was backed up", changed > 0)
        changed = demo.play("9. Run it again: the backup exists", "migration.yml", "--extra-vars", keys)
        demo.expect("There is a second backup", changed == 0)
    for failure in demo.failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if demo.failures else 0


def table(addons: list[dict[str, Any]]) -> str:
    """Return a table with one line per schedule."""
    rows = [("Project", "Addon", "Schedule", "Times (UTC)", "Retention")]
    for addon in addons:
        for schedule in addon["backup_schedules"] or [None]:
            rows.append((addon["project_id"], addon["addon_id"], *schedule_cells(schedule)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def schedule_cells(schedule: dict[str, Any] | None) -> tuple[str, str, str]:
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
