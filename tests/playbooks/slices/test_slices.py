# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices of a job on execution nodes of their own share one API: nothing is lost, done twice, or starved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.drill import run_time, sample
from drills import backup
from simulator.server import Simulator, running
from sliced_job import Slice, credentials, run_slices, synchronized_inventory

ADDONS = 28
SLICES = 3

# In one window, there are not enough requests for all addons.
LIMIT = {"rate_limit": 40, "rate_window": 5.0}

ROLLOUT = {"hosts": "northflank", "gather_facts": False, "roles": ["community.northflank.backup_schedules"]}
REPORT = {"hosts": "northflank", "gather_facts": False, "roles": ["community.northflank.backup_report"]}
DRILLS = {"hosts": "northflank", "gather_facts": False, "roles": ["community.northflank.restore_drill"]}

REFUSED = 429


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    projects = [
        {"id": project, "addons": [{"id": f"db-{number}", "backups": [backup(30)]} for number in range(ADDONS // 4)]}
        for project in ("shop", "billing", "search", "sandbox")
    ]
    with running({"projects": projects}) as simulator:
        yield simulator


def requests_of(simulator: Simulator) -> Counter:
    """Return the number of requests by method; those that the rate limit refused by their status."""
    return Counter(REFUSED if each["status"] == REFUSED else each["method"] for each in simulator.log)


def roll_out(simulator: Simulator, folder: Path, slices: int) -> tuple[list[Slice], Counter]:
    folder.mkdir()
    variables = {"northflank_rate_limit_max_wait": 600, "northflank_rate_limit_clients": slices}
    inventory = synchronized_inventory(simulator, folder, **variables)
    vars(simulator.settings).update(LIMIT)
    ended = run_slices(folder, [ROLLOUT], inventory, slices, credentials(simulator))
    vars(simulator.settings).update(rate_limit=10**6)
    return ended, requests_of(simulator)


def longest_pause(simulator: Simulator, slice_: Slice) -> float:
    """Return for how many seconds, at most, none of the requests of a slice was accepted."""
    names = (host.split(".") for host in slice_.hosts)
    addons = tuple(f"/v1/projects/{project}/addons/{addon}/" for addon, project in names)
    times = [each["time"] for each in simulator.log if each["status"] != REFUSED and each["path"].startswith(addons)]
    return max(later - earlier for earlier, later in zip(times, times[1:]))


def test_slices_of_a_rollout(simulator: Simulator, tmp_path: Path) -> None:
    first, sent = roll_out(simulator, tmp_path / "first", SLICES)
    assert [each.exit_code for each in first] == [0] * SLICES, "\n".join(each.output for each in first)
    assert sorted(host for each in first for host in each.hosts) == sorted(
        f"{addon}.{project}" for project, addon in (path.split("/") for path in simulator.schedules())
    )
    schedules = simulator.schedules()
    keys = [
        sorted((each["scheduling"]["interval"], each["backupType"]) for each in listed) for listed in schedules.values()
    ]
    assert keys == [[("daily", "snapshot"), ("hourly", "snapshot")]] * ADDONS
    # As many as a single run: one to read each addon, and one for each schedule.
    assert (sent["GET"], sent["POST"]) == (ADDONS, 2 * ADDONS)
    assert sent[REFUSED] <= 0.05 * sent.total()
    # No slice misses a whole window while it has work to do.
    assert max(longest_pause(simulator, each) for each in first) < 2.5 * LIMIT["rate_window"]

    second, sent = roll_out(simulator, tmp_path / "second", SLICES)
    assert [each.exit_code for each in second] == [0] * SLICES
    assert simulator.schedules() == schedules
    assert (sent["GET"], sent["POST"]) == (ADDONS, 0)


def test_slices_of_restore_drills(simulator: Simulator, tmp_path: Path) -> None:
    variables = {
        "northflank_rate_limit_max_wait": 600,
        "northflank_rate_limit_clients": SLICES,
        "restore_drill_sample": 2,
        "restore_drill_wait_interval": 1,
        "restore_drill_evidence_dir": "{{ playbook_dir }}/evidence",
    }
    inventory = synchronized_inventory(simulator, tmp_path, **variables)
    vars(simulator.settings).update(LIMIT)
    ended = run_slices(tmp_path, [DRILLS], inventory, SLICES, credentials(simulator))
    assert [each.exit_code for each in ended] == [0] * SLICES, "\n".join(each.output for each in ended)
    evidence = [json.loads(file.read_text()) for each in ended for file in each.folder.glob("project/evidence/*.json")]
    drilled = [f"{each['addon_id']}.{each['project_id']}" for each in evidence]
    day = run_time(evidence[0]["run_id"])
    assert sorted(drilled) == sorted(host for each in ended for host in sample(each.hosts, 2, day, 1))
    assert {each["restored"]["verdict"] for each in evidence} == {"passed"}
    actions = Counter(action for action, *_rest in simulator.store.forks.journal)
    assert actions == {"create": len(drilled), "delete": len(drilled)}
    assert requests_of(simulator)[REFUSED] <= 0.05 * len(simulator.log)


def test_slices_of_a_report(simulator: Simulator, tmp_path: Path) -> None:
    variables = {"northflank_rate_limit_max_wait": 600, "northflank_rate_limit_clients": SLICES}
    inventory = synchronized_inventory(simulator, tmp_path, **variables)
    vars(simulator.settings).update(LIMIT)
    written = {"backup_report_dir": "{{ playbook_dir }}/report", "backup_report_formats": ["json"]}
    play = {**REPORT, "vars": written}
    ended = run_slices(tmp_path, [play], inventory, SLICES, credentials(simulator))
    assert [each.exit_code for each in ended] == [0] * SLICES, "\n".join(each.output for each in ended)
    assert Counter(each["method"] for each in simulator.log if each["status"] != REFUSED) == {"GET": 2 * ADDONS}
    parts = [str(each.folder / "project" / "report" / "report.json") for each in ended]

    def merge(name: str, paths: list[str]) -> dict[str, Any]:
        simulator.clear_log()
        play = {**REPORT, "vars": {**written, "backup_report_parts": paths}}
        (merged,) = run_slices(tmp_path / name, [play], inventory, 1, credentials(simulator))
        assert merged.exit_code == 0, merged.output
        assert simulator.log == []
        return json.loads((merged.folder / "project" / "report" / "report.json").read_text())

    complete = merge("complete", parts)
    assert complete["summary"]["verdicts"]["unprotected"] == ADDONS
    assert sorted(complete["hosts"]) == sorted(inventory["_meta"]["hostvars"])

    # A slice that never reported is not forgotten.
    gaps = merge("gaps", parts[1:])
    unknown = {each["host"] for each in gaps["addons"] if each["verdict"] == "unknown"}
    assert unknown == set(ended[0].hosts)
    assert [each for each in gaps["addons"] if each["host"] not in unknown] == [
        each for each in complete["addons"] if each["host"] not in unknown
    ]
