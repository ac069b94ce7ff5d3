# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role backup_report with controls: all hosts share the copies in backup destinations."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from reporting import run_role
from simulator.server import Simulator, running

ADDONS = 12
COPIES = 230

RESULTS = """
- hosts: northflank
  gather_facts: false
  vars:
    backup_schedules_policy: standard
  roles:
    - role: community.northflank.backup_report
  tasks:
    - ansible.builtin.debug:
        msg: "found: {{ backup_report_result.addons[0].controls.values() | map(attribute='status') | join(' ') }}."
"""


def fleet() -> dict[str, Any]:
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    names = [f"addon-{number % ADDONS + 1}" for number in range(COPIES)]
    copies = [
        {
            "id": f"copy-{number}",
            "name": "nightly",
            "status": "completed",
            "createdAt": now,
            "config": {"size": "1048576"},
            "project": {"id": "shop"},
            "addon": {"id": name},
        }
        for number, name in enumerate(names)
    ]
    return {
        "destinations": [{"id": "archive", "backups": copies}, {"id": "far-away"}],
        "projects": [{"id": "shop", "addons": [{"id": each} for each in sorted(set(names))]}],
    }


def requests(simulator: Simulator) -> Counter[str]:
    """Return the number of requests by the last part of the path."""
    return Counter("/".join(entry["path"].split("/")[2:]) for entry in simulator.log)


@pytest.mark.parametrize("status", [200, 403])
def test_hosts_share_the_copies_and_errors(tmp_path: Path, status: int) -> None:
    with running(fleet()) as simulator:
        if status != 200:
            simulator.faults.add(kind="status", status=status, path="far-away/backups$", times=1000)
        controls = {"off_site": {"hours": 26}, "immutable": {"days": 30}, "restore_tested": {"include_restores": True}}
        ran = run_role(simulator, tmp_path, hosts="addons", play=RESULTS, backup_report_controls=controls)
        assert ran.exit_code == 0, ran.output
        immutable = "fail" if status == 200 else "unknown"
        assert ran.output.count(f"found: pass {immutable} fail.") == ADDONS, ran.output
        sent = requests(simulator)
        assert sent["backup-destinations"] == 1
        assert sent["backup-destinations/archive/backups"] == -(-COPIES // 100)
        assert sent["backup-destinations/far-away/backups"] == 1
        # The inventory plugin lists the projects, and the addons of each.
        assert sum(sent.values()) == 2 + 3 * ADDONS + 5


def test_without_controls_no_request_is_added(tmp_path: Path) -> None:
    with running(fleet()) as simulator:
        ran = run_role(simulator, tmp_path, hosts="addons")
        assert ran.exit_code == 0, ran.output
        assert len(simulator.log) == 2 + 2 * ADDONS


def test_invalid_controls_name_the_variables_of_the_role(tmp_path: Path) -> None:
    with running(fleet()) as simulator:
        variables = {
            "backup_report_controls": {"frequency": {"hours": 0}},
            "backup_report_policy_controls": {"standards": {}},
            "backup_report_compare": False,
        }
        ran = run_role(simulator, tmp_path, hosts="addons", **variables)
        assert "controls.frequency.hours: 0 is not between 1 and 168" in ran.output
        assert "policy_controls: 'standards' is not a policy" in ran.output
        hint = "controls (backup_report_controls), policy_controls (backup_report_policy_controls)"
        assert hint in ran.output
        assert len(simulator.log) == 2


def test_a_misspelt_variable_is_an_error(tmp_path: Path) -> None:
    with running(fleet()) as simulator:
        ran = run_role(simulator, tmp_path, hosts="addons", backup_report_policy_control={})
        assert "did you mean backup_report_policy_controls?" in ran.output
