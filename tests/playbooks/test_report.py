# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: verdicts of random fleets, its schema, missing results, and its files."""

from __future__ import annotations

import csv
import json
import os
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from drill_evidence import evidence, write
from random_fleet import ADDONS_PER_PROJECT, HOSTILE, random_fleet
from reporting import FORMATS, PLAY, ReportRun, run_role
from simulator.server import Simulator, running

SCHEMA = Path(__file__).parents[2] / "docs" / "backup-report.schema.json"
ADDONS = 200
FILES = dict(zip(FORMATS, ("report.json", "report.csv", "index.html", "junit.xml", "metrics.prom"), strict=True))

# A run of the role, the expected verdicts, and the number of requests by method.
FleetReport = tuple[ReportRun, dict[str, str], Counter]


@pytest.fixture(scope="module", params=[1, 2])
def fleet_report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FleetReport:
    fleet, forbidden, verdicts = random_fleet(request.param, ADDONS, datetime.now(timezone.utc))
    with running(fleet, forbidden=forbidden) as simulator:
        ran = run_role(simulator, tmp_path_factory.mktemp("report"), formats=FORMATS)
        return ran, verdicts, Counter(entry["method"] for entry in simulator.log)


def test_verdicts(fleet_report: FleetReport) -> None:
    ran, verdicts, _sent = fleet_report
    assert ran.exit_code == 0, ran.output
    assert ran.verdicts == verdicts
    assert ran.report["summary"]["verdicts"] == {
        **dict.fromkeys(ran.report["summary"]["verdicts"], 0),
        **Counter(verdicts.values()),
    }


def test_two_requests_per_addon(fleet_report: FleetReport) -> None:
    _ran, verdicts, sent = fleet_report
    projects = ADDONS // ADDONS_PER_PROJECT
    # The backups of an addon are not read if its schedules cannot be read. The inventory plugin lists the projects.
    assert sent == {"GET": 2 * ADDONS - Counter(verdicts.values())["unknown"] + projects + 1}


def test_schema(fleet_report: FleetReport) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(fleet_report[0].report, schema, jsonschema.Draft202012Validator)


def test_the_report_names_the_policy_of_the_play(fleet_report: FleetReport) -> None:
    # It is not a variable of the hosts.
    assert {addon["policy"] for addon in fleet_report[0].report["addons"]} == {"critical"}


def test_every_verdict_except_ok_has_reasons(fleet_report: FleetReport) -> None:
    for addon in fleet_report[0].report["addons"]:
        assert bool(addon["reasons"]) == (addon["verdict"] != "ok"), addon


def test_csv_has_one_row_per_addon(fleet_report: FleetReport) -> None:
    ran, verdicts, _sent = fleet_report
    with (ran.folder / "report.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {f"{row['project_id']}/{row['addon_id']}": row["verdict"] for row in rows} == verdicts


def test_templates_from_the_api_are_not_evaluated(fleet_report: FleetReport) -> None:
    ran = fleet_report[0]
    newest = [
        kind["newest"]["name"] for each in ran.report["addons"] for kind in each["backups"].values() if kind["newest"]
    ]
    assert set(newest) == {HOSTILE}


def test_fail_on(tmp_path: Path) -> None:
    fleet, forbidden, verdicts = random_fleet(3, 12, datetime.now(timezone.utc))
    with running(fleet, forbidden=forbidden) as simulator:
        ran = run_role(simulator, tmp_path, hosts="addons", backup_report_fail_on=["late", "unprotected"])
        # Addons that could not be read may have any verdict.
        bad = {name for name, verdict in verdicts.items() if verdict in ("late", "unprotected", "unknown")}
        assert bad
        assert ran.exit_code != 0
        assert f"{len(bad)} of 12 addons have a verdict that fails the play (see backup_report_fail_on)" in ran.output
        assert all(f"{name} is {verdicts[name]}" in ran.output for name in bad)
        # The report is written nevertheless.
        assert ran.verdicts == verdicts


# Five projects, each with one addon that matches the policy minimal.
FEW = 5


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Simulator]:
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    daily = {
        "scheduling": {"interval": "daily", "hour": [2], "minute": [30]},
        "backupType": "snapshot",
        "retentionTime": 7,
    }
    config = {"size": "1", "source": {"type": "snapshot"}}
    backup = {"id": "1", "status": "completed", "createdAt": now, "config": config}
    addon = {"id": "db", "backup_schedules": [daily], "backups": [backup]}
    projects = [{"id": f"project-{each}", "addons": [addon]} for each in range(1, FEW + 1)]
    with running({"projects": projects}) as simulator:
        yield simulator


def play(keywords: str = "", tasks_before: str = "", role_params: str = "") -> str:
    return f"""
- hosts: northflank
  gather_facts: false
{keywords}
  pre_tasks:{tasks_before or " []"}
  roles:
    - role: community.northflank.backup_report
      backup_schedules_policy: minimal
{role_params}
"""


def sent(simulator: Simulator) -> int:
    """Return the number of requests of the role, without those of the inventory plugin."""
    return len(simulator.log) - 1 - FEW


def test_parameters_of_the_rollout_are_accepted(few: Simulator, tmp_path: Path) -> None:
    params = "      backup_schedules_prune: true\n      backup_schedules_on_difference: keep"
    ran = run_role(few, tmp_path, play=play(role_params=params))
    assert ran.exit_code == 0, ran.output
    assert set(ran.verdicts.values()) == {"ok"}
    assert {addon["policy"] for addon in ran.report["addons"]} == {"minimal"}
    assert ran.report["limit"] is None


def test_a_list_of_schedules_has_no_policy(few: Simulator, tmp_path: Path) -> None:
    schedules = [{"scheduling": {"interval": "hourly", "minute": [0]}, "backup_type": "snapshot", "retention_time": 2}]
    ran = run_role(few, tmp_path, play=play(), backup_schedules_list=schedules)
    assert {(addon["policy"], addon["verdict"]) for addon in ran.report["addons"]} == {(None, "drift")}


def test_serial_is_an_error_before_the_first_request(few: Simulator, tmp_path: Path) -> None:
    ran = run_role(few, tmp_path, play=play("  serial: 2"))
    assert ran.exit_code != 0
    assert "Remove serial from the play" in ran.output
    assert sent(few) == 0
    assert not (tmp_path / "report.json").exists()


@pytest.mark.parametrize("strategy", ["free", "host_pinned"])
def test_the_report_is_complete_with_every_strategy_or_it_fails(few: Simulator, tmp_path: Path, strategy: str) -> None:
    ran = run_role(few, tmp_path, "--forks", "2", play=play(f"  strategy: {strategy}"))
    if ran.exit_code == 0:
        assert len(ran.verdicts) == FEW
    else:
        assert "no result for" in ran.output
    if (tmp_path / "report.json").exists():
        assert set(ran.verdicts.values()) == {"ok"}
        assert len(ran.verdicts) == FEW


def test_a_host_without_a_result_is_an_error(few: Simulator, tmp_path: Path) -> None:
    conditional = """
- hosts: northflank
  gather_facts: false
  tasks:
    - ansible.builtin.include_role:
        name: community.northflank.backup_report
      when: inventory_hostname != "project-3"
"""
    # The first play has a result of the host.
    ran = run_role(few, tmp_path, play=play() + conditional)
    assert ran.exit_code != 0
    assert "no result for project-3." in ran.output


def test_a_host_that_failed_before_is_unknown(few: Simulator, tmp_path: Path) -> None:
    fails = """
    - ansible.builtin.fail:
      when: inventory_hostname == "project-2"
"""
    # The first play has a result of the host.
    ran = run_role(few, tmp_path, play=play() + play(tasks_before=fails))
    assert ran.exit_code != 0
    (unknown,) = [addon for addon in ran.report["addons"] if addon["verdict"] != "ok"]
    assert (unknown["host"], unknown["addon_id"], unknown["verdict"]) == ("project-2", None, "unknown")
    assert unknown["reasons"] == ["The host failed, was unreachable or ended the play before its backups were read."]


def test_a_host_that_ended_the_play_before_is_a_finding(few: Simulator, tmp_path: Path) -> None:
    # Unlike one that failed, it does not change the exit code.
    ended = """
    - ansible.builtin.meta: end_host
      when: inventory_hostname == "project-2"
"""
    ran = run_role(few, tmp_path, play=play(tasks_before=ended), backup_report_fail_on=["late"])
    assert ran.exit_code != 0
    assert "1 of 5 addons have a verdict that fails the play" in ran.output
    assert "project-2 is unknown: The host failed, was unreachable or ended the play before" in ran.output


@pytest.mark.parametrize("keywords", [{"role_params": "      run_once: true"}, {"keywords": "  run_once: true"}])
def test_every_host_is_assessed_even_with_run_once(few: Simulator, tmp_path: Path, keywords: dict[str, str]) -> None:
    few.store.addon("project-3", "db").schedules.clear()
    ran = run_role(few, tmp_path, play=play(**keywords))
    assert ran.exit_code == 0, ran.output
    assert ran.verdicts == {f"project-{each}/db": "unprotected" if each == 3 else "ok" for each in range(1, FEW + 1)}


def test_lists_can_be_text(few: Simulator, tmp_path: Path) -> None:
    few.store.addon("project-3", "db").schedules.clear()
    folder = tmp_path / "report"
    texts = {"backup_report_fail_on": "late,unprotected", "backup_report_fail_on_controls": "scheduled,retention"}
    options = {"backup_report_dir": str(folder), "backup_report_controls": CONTROLS, **texts}
    ran = run_role(few, tmp_path, play=play(), formats="json,csv", **options)
    assert {each.name for each in folder.iterdir()} == {"report.json", "report.csv"}
    assert ran.exit_code != 0
    assert "1 of 5 addons have a verdict that fails the play" in ran.output
    assert "1 of 5 addons do not pass the control scheduled" in ran.output
    assert "5 of 5 addons do not pass the control retention" in ran.output


def test_the_limit_is_in_the_report(few: Simulator, tmp_path: Path) -> None:
    ran = run_role(few, tmp_path, "--limit", "project-1", play=play())
    assert ran.exit_code == 0, ran.output
    assert (list(ran.verdicts), ran.report["limit"]) == (["project-1/db"], "project-1")


def test_a_report_without_addons_is_not_acceptable(tmp_path: Path) -> None:
    fleet = {"projects": [{"id": "empty", "addons": []}]}
    host = """
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.add_host:
        name: empty
        groups: northflank
        northflank_project_id: empty
        ansible_connection: local
"""
    with running(fleet) as simulator:
        empty = {"allow_empty": True}
        assert run_role(simulator, tmp_path, play=host + play(), inventory=empty).exit_code == 0
        ran = run_role(simulator, tmp_path, play=host + play(), inventory=empty, backup_report_fail_on=["late"])
    assert ran.exit_code != 0
    assert "The report contains neither addons nor volumes" in ran.output


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"backup_schedules_policy": ["standard"]}, "is not a policy; the policies are critical, minimal, standard"),
        ({"backup_schedules_policy": "golden"}, "policy: 'golden' is not a policy; the policies are"),
        ({"backup_schedules_policy": "golden"}, "policy (backup_schedules_policy)"),
        ({"backup_schedule_policy": "minimal"}, "not a variable of the role; did you mean backup_schedules_policy?"),
        ({"backup_schedules_custom_policies": {"mine": 1}}, "backup_schedules_custom_policies.mine: 1 is not a list"),
        ({"backup_report_grace_minutes": 10081}, "grace_minutes: 10081 is not between 0 and 10080"),
        ({"backup_schedules_stagger_minutes": 1441}, "stagger_minutes: 1441 is not between 0 and 1440"),
    ],
)
def test_invalid_options_fail_the_host_with_a_clear_message(
    few: Simulator, tmp_path: Path, variables: dict[str, Any], message: str
) -> None:
    ran = run_role(few, tmp_path, play=PLAY, **variables)
    assert ran.exit_code != 0
    assert message in ran.output
    assert "unhashable" not in ran.output
    assert sent(few) == 0


def test_a_host_with_invalid_options_is_unknown_in_the_report(few: Simulator, tmp_path: Path) -> None:
    policy = "{{ 'golden' if inventory_hostname == 'project-4' else 'minimal' }}"
    ran = run_role(few, tmp_path, play=play().replace("minimal", f'"{policy}"'))
    assert ran.exit_code != 0
    (unknown,) = [addon for addon in ran.report["addons"] if addon["verdict"] != "ok"]
    assert unknown["host"] == "project-4"
    assert "policy: 'golden' is not a policy" in unknown["reasons"][0]


@pytest.mark.parametrize("hosts", ["projects", "addons"])
def test_addons_being_deleted_are_skipped(few: Simulator, tmp_path: Path, hosts: str) -> None:
    addon = few.store.addon("project-1", "db")
    addon.status = "deleting"
    addon.schedules.clear()
    inventory = {"exclude_statuses": []}
    text = play()
    fail_on = ["unprotected", "failing", "late", "drift", "unknown"]
    options: dict[str, Any] = {"inventory": inventory, "backup_report_fail_on": fail_on}
    if hosts == "projects":
        # Without northflank_addon_ids, which the inventory plugin sets, the role lists the addons of the project.
        text = text.replace("  pre_tasks:", "  vars: {northflank_addon_ids: '{{ omit }}'}\n  pre_tasks:")
    ran = run_role(few, tmp_path, play=text, hosts=hosts, **options)
    assert ran.exit_code == 0, ran.output
    assert ran.verdicts == {**{f"project-{each}/db": "ok" for each in range(2, FEW + 1)}, "project-1/db": "skipped"}
    assert ran.report["summary"]["protected_share"] == 1
    jsonschema.validate(ran.report, json.loads(SCHEMA.read_text()), jsonschema.Draft202012Validator)


def test_invalid_unicode_does_not_prevent_the_report(few: Simulator, tmp_path: Path) -> None:
    # Ansible's YAML and JSON parsers reject unpaired surrogates, but a template can return one.
    odd = {
        "half": "{{ '%c' | format(55296) }}",
        "schedules": [
            {"scheduling": {"interval": "hourly", "minute": [0]}, "backup_type": "snapshot", "retention_time": 2}
        ],
        "backup_schedules_policy": "{{ half }}",
        "backup_schedules_custom_policies": "{{ {half: schedules} }}",
        "backup_report_title": "{{ half }}",
    }
    ran = run_role(few, tmp_path, play=PLAY, formats=("json", "csv", "html"), **odd)
    assert ran.exit_code == 0, ran.output
    assert {addon["policy"] for addon in ran.report["addons"]} == {"\ufffd"}
    assert "<title>?</title>" in (tmp_path / "index.html").read_text()
    assert len((tmp_path / "report.csv").read_text().splitlines()) == FEW + 1


@pytest.mark.parametrize("check", [(), ("--check",)])
@pytest.mark.parametrize("hosts", ["projects", "addons"])
def test_restore_drills(few: Simulator, tmp_path: Path, hosts: str, check: tuple[str, ...]) -> None:
    now = datetime.now(timezone.utc)
    drills = tmp_path / "drills"
    write(
        drills,
        evidence(now - timedelta(days=12), "project-1/db"),
        evidence(now - timedelta(days=3), "project-2/db", verified="skipped"),
        evidence(now - timedelta(days=9), "project-3/db"),
        evidence(now - timedelta(days=2), "project-3/db", verified="failed", reason=HOSTILE),
        evidence(now, "project-4/db", seconds=None),
        evidence(now, "elsewhere/db"),
    )
    (file,) = drills.glob("project-4.*")
    file.write_bytes(file.read_bytes()[:100])
    options: dict[str, Any] = {"hosts": hosts, "backup_report_evidence_dir": str(drills)}
    ran = run_role(few, tmp_path, *check, play=play(), formats=("json", "csv", "html"), **options)
    assert ran.exit_code == 0, ran.output
    assert set(ran.verdicts.values()) == {"ok"}
    jsonschema.validate(ran.report, json.loads(SCHEMA.read_text()), jsonschema.Draft202012Validator)
    assert ran.report["summary"]["restore_drills"] == dict.fromkeys(
        ["verified", "restored", "failed", "unknown", "never"], 1
    )
    by_project = {each["project_id"]: each["restore_drill"] for each in ran.report["addons"]}
    assert [(each["status"], each["seconds"], (each["last"] or {}).get("reason")) for each in by_project.values()] == [
        ("verified", 240, None),
        ("restored", None, "The reason."),
        # Templates in evidence are not evaluated.
        ("failed", 240, HOSTILE),
        ("unknown", None, f"{file.name} is not valid JSON"),
        ("never", None, None),
    ]
    assert by_project["project-3"]["verified_at"] == (now - timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with (tmp_path / "report.csv").open(newline="") as csv_file:
        rows = list(csv.DictReader(csv_file))
    assert [row["restore_drill"] for row in rows] == ["verified", "restored", "failed", "unknown", "never"]
    page = (tmp_path / "index.html").read_text()
    assert ">verified 12 days ago, 4 min</td>" in page
    assert "<p>Restore drills: 1 verified, 1 restored, 1 failed, 1 never, 1 unknown</p>" in page


def test_restore_drills_are_not_left_over_from_an_earlier_play(few: Simulator, tmp_path: Path) -> None:
    with_drills = play(role_params="      backup_report_evidence_dir: '{{ playbook_dir }}/drills'")
    write(tmp_path / "drills", evidence(datetime.now(timezone.utc), "project-1/db"))
    ran = run_role(few, tmp_path, play=with_drills + play(), formats=("json", "html"))
    assert ran.exit_code == 0, ran.output
    assert {str(addon["restore_drill"]) for addon in ran.report["addons"]} == {"None"}
    assert ran.report["summary"]["restore_drills"] is None
    assert "Restore drill" not in (tmp_path / "index.html").read_text()
    ran = run_role(few, tmp_path, play=play() + with_drills)
    assert ran.exit_code == 0, ran.output
    assert Counter(addon["restore_drill"]["status"] for addon in ran.report["addons"]) == {"verified": 1, "never": 4}


@pytest.mark.parametrize("path", ["missing", "play.yml", ""])
def test_a_missing_directory_of_evidence_is_an_error_before_the_first_request(
    few: Simulator, tmp_path: Path, path: str
) -> None:
    # A wrong path must not look as if no restore was ever tested.
    directory = str(tmp_path / path) if path else ""
    ran = run_role(few, tmp_path, play=play(), backup_report_evidence_dir=directory)
    assert ran.exit_code != 0
    assert f"The directory with the evidence of restore drills, '{directory}', cannot be read: N" in ran.output
    assert "Create the directory, or correct its path." in ran.output
    assert sent(few) == 0
    assert not (tmp_path / "report.json").exists()


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.mark.parametrize("check", [(), ("--check",)])
def test_a_new_directory_is_private(few: Simulator, tmp_path: Path, check: tuple[str, ...]) -> None:
    new = tmp_path / "new" / "report"
    ran = run_role(few, tmp_path, *check, play=play(), formats=FORMATS, backup_report_dir=str(new))
    assert ran.exit_code == 0, ran.output
    assert [mode(tmp_path / "new"), mode(new)] == ["0o700", "0o700"]
    assert {each.name for each in new.iterdir()} == set(FILES.values())


@pytest.mark.parametrize(
    ("permissions", "check"), [(0o700, ()), (0o750, ("--check",)), (0o2770, ()), (0o1777, ("--check",))]
)
def test_an_existing_directory_keeps_its_permissions(
    few: Simulator, tmp_path: Path, permissions: int, check: tuple[str, ...]
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    kept.chmod(permissions)
    private = kept / "report.json"
    private.write_text("{}")
    private.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to(kept)
    for directory in (kept, link):
        ran = run_role(few, tmp_path, *check, play=play(), formats=("json", "csv"), backup_report_dir=str(directory))
        assert ran.exit_code == 0, ran.output
    assert link.is_symlink()
    assert mode(kept) == oct(permissions)
    assert mode(private) == "0o600"
    assert json.loads(private.read_text())["summary"]["addons"] == FEW
    assert mode(kept / "report.csv") == oct(0o666 & ~_umask())


def test_only_the_selected_formats_are_written(few: Simulator, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    options: dict[str, Any] = {"play": play(), "backup_report_dir": str(folder), "backup_report_history": 1}
    assert run_role(few, tmp_path, formats=("junit", "csv", "junit"), **options).exit_code == 0
    assert {each.name for each in folder.iterdir()} == {"junit.xml", "report.csv", "history.json"}
    before = (folder / "junit.xml").stat()
    ran = run_role(few, tmp_path, formats=(), **options)
    assert ran.exit_code == 0, ran.output
    assert (folder / "junit.xml").stat() == before
    ran = run_role(few, tmp_path, formats=("json", "xml"), **options)
    assert ran.exit_code != 0
    assert "value of backup_report_formats must be one or more of: json, csv, html, junit, metrics" in ran.output


def test_variables_in_the_directory_are_expanded(few: Simulator, tmp_path: Path) -> None:
    reports = {"REPORTS": str(tmp_path / "reports")}
    (tmp_path / "reports").mkdir(mode=0o755)
    (tmp_path / "reports").chmod(0o755)
    assert run_role(few, tmp_path, play=play(), env=reports, backup_report_dir="$REPORTS").exit_code == 0
    assert mode(tmp_path / "reports") == "0o755"
    assert (tmp_path / "reports" / "report.json").exists()


def test_a_file_instead_of_the_directory_is_an_error(few: Simulator, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    ran = run_role(few, tmp_path, play=play(), backup_report_dir=str(tmp_path / "file"))
    assert ran.exit_code != 0
    assert (tmp_path / "file").read_text() == "mine"


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


CONTROLS = {"scheduled": {}, "retention": {"days": 14}, "last_backup": {"hours": 24}, "restore_tested": {}}
EXCEPTION = {
    "project_id": "project-1",
    "addon_id": "db",
    "control": "retention",
    "reason": "Later.",
    "until": "2999-12-31",
}


def statuses(report: dict[str, Any], control: str) -> list[str]:
    """Return the status of a control of each addon, by project."""
    by_project = {each["project_id"]: each["controls"][control]["status"] for each in report["addons"]}
    return [status for _project, status in sorted(by_project.items())]


@pytest.mark.parametrize("check", [(), ("--check",)])
@pytest.mark.parametrize("hosts", ["projects", "addons"])
def test_controls(few: Simulator, tmp_path: Path, hosts: str, check: tuple[str, ...]) -> None:
    few.store.settings.forbidden.append("project-5/db")
    few.store.addon("project-4", "db").backups[0]["status"] = HOSTILE
    now = datetime.now(timezone.utc)
    write(tmp_path / "drills", evidence(now - timedelta(days=3), "project-2/db"))
    expired = {**EXCEPTION, "project_id": "project-2", "until": "2026-01-01"}
    unused = {**EXCEPTION, "control": "scheduled"}
    ran = run_role(
        few,
        tmp_path,
        *check,
        play=play(),
        hosts=hosts,
        formats=FORMATS,
        backup_report_controls=CONTROLS,
        backup_report_exceptions=[EXCEPTION, expired, unused],
        backup_report_control_labels={"restore_tested": ["A.8.13", "<b>"]},
        backup_report_fail_on_controls=["retention", "last_backup"],
        backup_report_evidence_dir=str(tmp_path / "drills"),
    )
    assert ran.exit_code == 2, ran.output
    report = ran.report
    jsonschema.validate(report, json.loads(SCHEMA.read_text()), jsonschema.Draft202012Validator)
    assert statuses(report, "scheduled") == ["pass"] * 4 + ["unknown"]
    assert statuses(report, "retention") == ["excepted", "fail", "fail", "fail", "unknown"]
    assert statuses(report, "last_backup") == ["pass"] * 3 + ["unknown"] * 2
    assert statuses(report, "restore_tested") == ["fail", "pass", "fail", "fail", "unknown"]
    assert report["summary"]["controls"]["retention"] == {
        "fail": 3,
        "unknown": 1,
        "excepted": 1,
        "pass": 0,
        "not_applicable": 0,
    }
    assert [each["state"] for each in report["exceptions"]] == ["applied", "expired", "unused"]
    assert report["control_labels"] == {"restore_tested": ["A.8.13", "<b>"]}
    # One line per finding. Templates from the API are not evaluated.
    lines = [line.strip().rstrip(",").strip('"') for line in ran.output.splitlines()]
    found = "4 of 5 addons do not pass the control retention (see backup_report_fail_on_controls):"
    assert found in lines
    assert "2 of 5 addons do not pass the control last_backup (see backup_report_fail_on_controls):" in lines
    assert len([line for line in lines if line.startswith("project-") and ": retention fails: " in line]) == 3
    (hostile,) = [line for line in lines if line.startswith("project-4/db: last_backup is unknown: ")]
    assert "{{ 7 * 7 }}" in hostile
    with (tmp_path / "report.csv").open(newline="") as file:
        rows = {row["project_id"]: row for row in csv.DictReader(file)}
    assert [rows[f"project-{each}"]["control_retention"] for each in (1, 2, 5)] == ["excepted", "fail", "unknown"]
    assert {row["control_off_site"] for row in rows.values()} == {""}
    suites = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert [suite.attrib["name"] for suite in suites] == ["verdict", *CONTROLS]
    assert suites[2].attrib["failures"] == "3"
    metrics = (tmp_path / "metrics.prom").read_text()
    ids = 'project_id="project-2",resource_type="addon",resource_id="db"'
    assert f'\nnorthflank_backup_control_status{{{ids},control="retention",status="fail"}} 1\n' in metrics
    assert f'\nnorthflank_backup_last_success_timestamp_seconds{{{ids},backup_type="snapshot"}} ' in metrics
    page = (tmp_path / "index.html").read_text()
    assert '<h2 id="controls-title">Controls</h2>' in page
    assert "A.8.13, &lt;b&gt;" in page


def test_without_controls_nothing_mentions_them(few: Simulator, tmp_path: Path) -> None:
    ran = run_role(few, tmp_path, play=play(), formats=("json", "html"))
    assert ran.exit_code == 0, ran.output
    assert {str(each["controls"]) for each in ran.report["addons"]} == {"{}"}
    assert ran.report["summary"]["controls"] is None
    page = (tmp_path / "index.html").read_text()
    assert not [
        title for title in ("controls-title", "exceptions-title", "history-title") if f'<h2 id="{title}"' in page
    ]
    assert not (tmp_path / "history.json").exists()


def test_a_control_that_nothing_has_fails_the_play(few: Simulator, tmp_path: Path) -> None:
    ran = run_role(few, tmp_path, play=play(), backup_report_fail_on_controls=["off_site"])
    assert ran.exit_code == 2
    assert "The control off_site applies to no addon and no volume, so nothing proves it." in ran.output
    assert set(ran.verdicts.values()) == {"ok"}


def test_an_exception_prevents_the_failure_until_it_expires(few: Simulator, tmp_path: Path) -> None:
    options: dict[str, Any] = {"backup_report_controls": CONTROLS, "backup_report_fail_on_controls": ["retention"]}
    exceptions = [{**EXCEPTION, "project_id": f"project-{each}"} for each in range(1, FEW + 1)]
    today = datetime.now(timezone.utc).date()
    # It counts through the end of today, which may be yesterday in a minute.
    until = {"until": str(today + timedelta(days=1))}
    ran = run_role(
        few, tmp_path, play=play(), **options, backup_report_exceptions=[{**each, **until} for each in exceptions]
    )
    assert ran.exit_code == 0, ran.output
    until = {"until": str(today - timedelta(days=1))}
    ran = run_role(
        few, tmp_path, play=play(), **options, backup_report_exceptions=[{**each, **until} for each in exceptions]
    )
    assert ran.exit_code == 2
    assert {each["state"] for each in ran.report["exceptions"]} == {"expired"}


def test_dates_of_yaml_and_policies_that_are_invalid_are_errors_at_once(few: Simulator, tmp_path: Path) -> None:
    variables = """
      backup_report_exceptions:
        - {project_id: project-1, addon_id: db, control: retention, reason: Later., until: 2999-12-31}
        - {project_id: project-1, addon_id: db, control: offsite, reason: Later., until: soon}
      backup_report_control_labels: {offsite: []}
      backup_report_history: 1001
      backup_schedules_custom_policies: {mine: 1}
"""
    ran = run_role(few, tmp_path, play=play(role_params=variables))
    assert ran.exit_code == 2
    for error in (
        "backup_schedules_custom_policies.mine: 1 is not a list of schedules",
        "backup_report_exceptions[1].control: 'offsite' is not a control; the controls are scheduled, ",
        "backup_report_exceptions[1].until: 'soon' is not a date such as 2026-12-31",
        "backup_report_control_labels: 'offsite' is not a control; ",
        "backup_report_history: 1001 is not a number of runs from 0 to 1000",
    ):
        assert error in ran.output
    assert "backup_report_exceptions[0]" not in ran.output
    assert sent(few) == 0
    assert not (tmp_path / "report.json").exists()
    valid = "\n".join(
        line for line in variables.splitlines() if "offsite" not in line and "1001" not in line and "mine" not in line
    )
    ran = run_role(few, tmp_path, play=play(role_params=valid))
    assert ran.exit_code == 0, ran.output
    assert [(each["until"], each["state"]) for each in ran.report["exceptions"]] == [("2999-12-31", "unused")]


def history(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / "history.json").read_text())["runs"]


def test_the_history_has_the_last_runs(few: Simulator, tmp_path: Path) -> None:
    options: dict[str, Any] = {"play": play(), "formats": ("json", "html"), "backup_report_history": 2}
    assert run_role(few, tmp_path, "--check", **options).exit_code == 0
    assert [run["limit"] for run in history(tmp_path)] == [None]
    few.store.addon("project-2", "db").schedules.clear()
    ran = run_role(few, tmp_path, "--limit", "project-1:project-2", **options, backup_report_controls={"scheduled": {}})
    assert ran.exit_code == 0, ran.output
    assert run_role(few, tmp_path, **options).exit_code == 0
    limited, last = history(tmp_path)
    assert (limited["limit"], limited["verdicts"]["unprotected"], limited["verdicts"]["ok"]) == (
        "project-1:project-2",
        1,
        1,
    )
    assert (limited["controls"]["scheduled"]["fail"], last["controls"]) == (1, None)
    assert (last["limit"], last["verdicts"]["unprotected"], last["verdicts"]["ok"]) == (None, 1, 4)
    page = (tmp_path / "index.html").read_text()
    assert "Protected: 80 %. There is no earlier run to compare with." in page
    assert "* project-1:project-2: not comparable" in page
    # Without the variable, the file stays as it is.
    assert run_role(few, tmp_path, play=play(), formats=("html",)).exit_code == 0
    assert history(tmp_path) == [limited, last]
    assert "history-title" not in (tmp_path / "index.html").read_text().partition("</style>")[2]


@pytest.mark.parametrize("content", [b'{"version": 1, "runs": [', b"\xff\xfe", b""])
def test_a_damaged_history_is_reported_and_kept(few: Simulator, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "history.json").write_bytes(content)
    ran = run_role(few, tmp_path, play=play(), formats=("json", "html"), backup_report_history=5)
    assert ran.exit_code == 0, ran.output
    message = f"The history of the reports, {tmp_path}/history.json, is not valid JSON. It is not changed"
    # Ansible may break a warning anywhere.
    assert "".join(message.split()) in "".join(ran.output.split())
    assert message in (tmp_path / "index.html").read_text()
    assert (tmp_path / "history.json").read_bytes() == content
    assert set(ran.verdicts.values()) == {"ok"}


def test_the_history_of_an_earlier_play_is_not_shown(few: Simulator, tmp_path: Path) -> None:
    with_history = play(role_params="      backup_report_history: 5")
    ran = run_role(few, tmp_path, play=with_history + play(), formats=("html",))
    assert ran.exit_code == 0, ran.output
    assert len(history(tmp_path)) == 1
    assert '<h2 id="history-title"' not in (tmp_path / "index.html").read_text()
