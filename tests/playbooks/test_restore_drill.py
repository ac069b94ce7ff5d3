# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore drills: what fails is recorded, what was created is deleted, and nothing else is."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.drill import fork_name, run_id
from ansible_collections.community.northflank.plugins.module_utils._model.fork import Marker
from drills import PLAY, DrillRun, backup, most_at_once, run_drills
from playbook_runner import CALLBACKS
from simulator.server import Simulator, running

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "restore-drill.schema.json").read_text())
HOSTILE = "{{ 1/0 }} {% endif %} {{ lookup('pipe', 'touch hacked') }} {#"


def raw(text: str) -> str:
    """Return a template of this text."""
    return f"{{{{ {json.dumps(text)} }}}}"


FAIL_HOSTILE = [{"name": "Find nothing", "ansible.builtin.fail": {"msg": raw(HOSTILE)}}]


@dataclass(frozen=True)
class Case:
    """An addon, and what its drill finds.

    verdicts: restored, verified, cleanup; None if there is no evidence. reason: a pattern of the reason of the failure.
    checks: tasks. variables: of the host. addon: properties of the addon. results: what the checks have found.
    """

    verdicts: tuple[str, str, str] | None = ("passed", "passed", "deleted")
    reason: str | None = None
    checks: list[dict[str, Any]] = field(default_factory=lambda: [{"ansible.builtin.command": "true"}])
    variables: dict[str, Any] = field(default_factory=dict)
    addon: dict[str, Any] = field(default_factory=lambda: {"backups": [backup(30), backup(600)]})
    results: dict[str, Any] = field(default_factory=dict)


CHECKS_FAILED = ("passed", "failed", "deleted")
SET_RESULTS = {
    "ansible.builtin.set_fact": {
        "restore_drill_check_results": {
            "fork": "{{ restore_drill_fork.addon_type }} of {{ restore_drill_fork.source_addon_id }}",
            "backup": "{{ restore_drill_fork_backup.name }}",
            "credentials": "{{ restore_drill_fork_credentials }}",
        }
    }
}

CASES = {
    "good": Case(checks=[SET_RESULTS], results={"fork": "postgresql of good", "backup": "nightly", "credentials": {}}),
    "hostile": Case(
        checks=[SET_RESULTS],
        addon={"backups": [backup(30, name=HOSTILE)]},
        results={"fork": "postgresql of hostile", "backup": HOSTILE, "credentials": {}},
    ),
    "not-checked": Case(("passed", "skipped", "deleted"), variables={"restore_drill_checks": None}),
    "no-backup": Case(("failed", "skipped", "none"), "shop/no-backup has no completed snapshot", addon={}),
    "too-old": Case(
        ("failed", "skipped", "none"),
        "no completed snapshot that is at most 60 minutes old",
        variables={"restore_drill_max_age": 60},
        addon={"backups": [backup(600)]},
    ),
    "cache": Case(
        ("failed", "skipped", "none"),
        "addons of type 'redis' do not support forks",
        addon={"type": "redis", "backups": [backup(30)]},
    ),
    "fails": Case(CHECKS_FAILED, re.escape(f"Find nothing: {' '.join(HOSTILE.split())}"), FAIL_HOSTILE),
    "fails-in-a-loop": Case(
        CHECKS_FAILED,
        "Count: a is empty$",
        [{"name": "Count", "ansible.builtin.fail": {"msg": "{{ item }} is empty"}, "loop": ["a", "b"]}],
    ),
    "fails-in-a-command": Case(
        CHECKS_FAILED,
        r"Query: .*\(exit code 3\): connection refused$",
        [{"name": "Query", "ansible.builtin.command": {"argv": ["sh", "-c", "echo connection refused >&2; exit 3"]}}],
    ),
    "undefined": Case(
        CHECKS_FAILED, "Show: .*nothing", [{"name": "Show", "ansible.builtin.debug": {"msg": "{{ nothing }}"}}]
    ),
    "hidden": Case(
        CHECKS_FAILED,
        "^Query: the message is hidden, because the task has no_log: true$",
        # From ansible-core 2.19 on, Ansible itself prints the message of fail, in spite of no_log.
        [{"name": "Query", "ansible.builtin.command": "ls 's3cr3t of the user'", "no_log": True}],
    ),
    "rescued": Case(
        checks=[
            {
                "block": [{"ansible.builtin.fail": {"msg": "first attempt"}}],
                "rescue": [{"ansible.builtin.command": "true"}],
            }
        ]
    ),
    "hangs": Case(
        CHECKS_FAILED,
        "Wait: .*(expected time frame|Timed out)",
        [{"name": "Wait", "ansible.builtin.command": "sleep 60"}],
        {"restore_drill_checks_timeout": 1},
    ),
    "no-dictionary": Case(
        CHECKS_FAILED,
        "restore_drill_check_results is not a dictionary",
        [{"ansible.builtin.set_fact": {"restore_drill_check_results": [1]}}],
    ),
    # A misspelt variable is an error, but must not prevent the deletion.
    "misspelt": Case(checks=[{"ansible.builtin.set_fact": {"restore_drill_check_result": {"a": 1}}}]),
    "not-deleted": Case(("passed", "passed", "failed"), "status 400"),
    "kept": Case(("passed", "passed", "kept"), variables={"restore_drill_keep": "always"}),
    "kept-on-failure": Case(
        ("passed", "failed", "kept"), "Find nothing", FAIL_HOSTILE, {"restore_drill_keep": "on_failure"}
    ),
    "not-kept": Case(variables={"restore_drill_keep": "on_failure"}),
    # Nothing is drilled, so there is no evidence.
    "missing-checks": Case(None, "Could not find", variables={"restore_drill_checks": "/nowhere/checks.yml"}),
    "invalid": Case(
        None,
        r"storage: 0 must be at least 1.*storage \(restore_drill_storage\)",
        variables={"restore_drill_storage": 0},
    ),
    "typo": Case(
        None,
        "restore_drill_chekcs: not a variable of the role; did you mean restore_drill_checks?",
        variables={"restore_drill_chekcs": "checks.yml"},
    ),
    "invisible": Case(CHECKS_FAILED, "^ansible.builtin.fail", [{"ansible.builtin.fail": {"msg": "\u200b"}}]),
    "literal": Case(CHECKS_FAILED, "^ansible.builtin.fail: None$", [{"ansible.builtin.fail": {"msg": "None"}}]),
}
# The forks of these remain.
REMAINING = ("kept", "kept-on-failure", "not-deleted")
MAX_PARALLEL = 4


def fleet_of(addons: dict[str, dict[str, Any]], **others: list[dict[str, Any]]) -> dict[str, Any]:
    shop = {"id": "shop", "addons": [{"id": name, **addon} for name, addon in addons.items()]}
    return {"projects": [shop, *({"id": name, "addons": listed} for name, listed in {"drills": [], **others}.items())]}


GOOD = {"backups": [backup(30)]}


@dataclass(frozen=True)
class Mixed:
    run: DrillRun
    simulator: Simulator


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mixed]:
    """Run all cases at once."""
    folder = tmp_path_factory.mktemp("mixed")
    hosts = {}
    for name, case in CASES.items():
        (folder / f"{name}.yml").write_text(json.dumps(case.checks))
        hosts[name] = {"restore_drill_checks": str(folder / f"{name}.yml"), **case.variables}
    with running(fleet_of({name: case.addon for name, case in CASES.items()})) as simulator:
        simulator.faults.add(kind="status", status=400, method="DELETE", path="/drill-not-deleted-", times=99)
        run = run_drills(simulator, folder, hosts, project_id="drills", max_parallel=MAX_PARALLEL, operator="ci")
        yield Mixed(run, simulator)


@pytest.mark.parametrize("name", CASES)
def test_verdicts(mixed: Mixed, name: str) -> None:
    case, run = CASES[name], mixed.run
    if case.verdicts is None:
        assert name not in run.evidence
        assert not [path for path in run.created if f"/drill-{name}-" in path]
        assert re.search(case.reason or "", run.words())
        return
    found = run.evidence[name]
    assert run.verdicts(name) == case.verdicts, found
    reasons = [found[part]["reason"] for part in ("restored", "verified", "cleanup")]
    if case.reason:
        assert any(re.search(case.reason, reason or "") for reason in reasons), json.dumps(found)
    assert found["verified"]["results"] == case.results


def test_evidence_conforms_to_the_schema(mixed: Mixed) -> None:
    assert mixed.run.evidence.keys() == {name for name, case in CASES.items() if case.verdicts}
    for found in mixed.run.evidence.values():
        jsonschema.validate(found, SCHEMA, jsonschema.Draft202012Validator)
        assert found["operator"] == "ci"


def test_evidence_of_a_drill_that_passed(mixed: Mixed) -> None:
    found = mixed.run.evidence["good"]
    assert found["backup"] == {
        "id": "backup-30",
        "uid": "uid-30",
        "name": "nightly",
        "backup_type": "snapshot",
        "created_at": CASES["good"].addon["backups"][0]["createdAt"],
        "size": 1048576,
        "age_minutes": found["backup"]["age_minutes"],
    }
    began, started = (datetime.fromisoformat(each) for each in (found["backup"]["created_at"], found["started_at"]))
    assert found["backup"]["age_minutes"] == (started - began) // timedelta(minutes=1)
    assert found["fork"]["project_id"] == "drills"
    assert found["fork"]["status"] == "running"
    assert found["restored"]["seconds"] >= 1
    assert found["verified"]["checks"] == "good.yml"


def test_every_fork_is_deleted_unless_it_is_kept(mixed: Mixed) -> None:
    """Even if its creation, its checks or its evidence fail."""
    expected = {name for name, case in CASES.items() if case.verdicts and case.verdicts[0] == "passed"}
    created = {each.rpartition("-")[0].removeprefix("drills/drill-") for each in mixed.run.created}
    deleted = {each.rpartition("-")[0].removeprefix("drills/drill-") for each in mixed.run.deleted}
    assert created == expected
    assert deleted == expected.difference(REMAINING)
    # The addons themselves are all there.
    assert set(mixed.simulator.store.projects["shop"].addons) == set(CASES)


def test_the_number_of_forks_at_the_same_time(mixed: Mixed) -> None:
    # Those that remain exist in addition.
    assert MAX_PARALLEL <= most_at_once(mixed.simulator) <= MAX_PARALLEL + len(REMAINING)


def test_hosts_fail_with_the_reason_and_the_evidence(mixed: Mixed) -> None:
    failed = {name for name, case in CASES.items() if case.reason}
    assert mixed.run.exit_code == 2
    recap = dict(re.findall(r"^(\S+) +: ok=.* failed=(\d+)", mixed.run.output, re.MULTILINE))
    assert {name for name, number in recap.items() if number != "0"} == failed
    words = mixed.run.words()
    run = mixed.run.evidence["good"]["run_id"]
    assert re.search(
        r"The restore drill of shop/fails-in-a-loop failed: backup nightly \(\d+ minutes old\) was restored in \d+ s,"
        r" but the checks failed\. Count: a is empty\. The fork",
        words,
    )
    assert f"Evidence: {mixed.run.folder}/evidence/shop.fails-in-a-loop.{run}.json" in words
    assert re.search(r"The fork drills/drill-not-deleted-\w+ could not be deleted, and costs money until it is", words)


def test_messages_are_never_templates(mixed: Mixed) -> None:
    assert not list(mixed.run.folder.rglob("hacked"))
    assert "division by zero" not in mixed.run.output
    assert mixed.run.evidence["hostile"]["backup"]["name"] == HOSTILE


def test_what_a_task_hides_is_not_revealed(mixed: Mixed) -> None:
    assert "s3cr3t of the user" not in mixed.run.output + json.dumps(mixed.run.evidence)


def test_files(mixed: Mixed) -> None:
    folder = mixed.run.folder / "evidence"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    run = mixed.run.evidence["good"]["run_id"]
    assert {path.name for path in folder.iterdir()} == {f"shop.{name}.{run}.json" for name in mixed.run.evidence}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


def test_check_mode_sends_only_reads(simulator: Simulator, tmp_path: Path) -> None:
    leftover = Marker("shop", "orders", run_id(datetime.now(timezone.utc) - timedelta(days=2), "1a2b3c4d"))
    old = {"id": fork_name("drill", leftover), "description": str(leftover)}
    simulator.reset(fleet_of({"orders": GOOD, "empty": {}}, drills=[old]))
    (tmp_path / "checks.yml").write_text(json.dumps(FAIL_HOSTILE))
    checks = str(tmp_path / "checks.yml")
    run = run_drills(simulator, tmp_path, {"orders": {}, "empty": {}}, "--check", project_id="drills", checks=checks)
    assert {entry["method"] for entry in simulator.log} == {"GET"}
    assert not (tmp_path / "evidence").exists()
    text = r"shop/orders: backup nightly \(\d+ minutes old\) would be restored and verified with checks.yml"
    assert re.search(text, run.words())
    assert "The restore drill of shop/empty failed, because no backup was restored." in run.words()
    assert run.exit_code == 2
    assert re.search(rf"changed: \[orders\] => \(item=drills/{old['id']} of shop/orders\)", run.output)


def forks_of_other_runs(project: str, now: datetime) -> dict[str, dict[str, Any]]:
    """Return addons that look more or less like forks of drills."""
    old, young = (run_id(now - timedelta(hours=hours), "1a2b3c4d") for hours in (25, 2))
    markers = {
        "old": Marker("shop", "orders", old),
        "young": Marker("shop", "orders", young),
        "user": Marker("shop", "orders", "ci-42"),
    }
    description = {name: str(marker) for name, marker in markers.items()}
    return {
        "old": {"id": fork_name("drill", markers["old"]), "description": description["old"]},
        "other-prefix": {"id": fork_name("test", markers["old"]), "description": description["old"]},
        "young": {"id": fork_name("drill", markers["young"]), "description": description["young"]},
        # The fork of a user, with the format of a name, and with the format of a run.
        "user": {"id": fork_name("drill", markers["user"]), "description": description["user"]},
        "user-name": {"id": f"{project}-db-drill", "description": description["old"]},
        # No forks.
        "edited": {"id": fork_name("edit", markers["old"]), "description": f"{description['old']}, do not delete"},
        "production": {"id": "drill-db-1a2b3c4d", "description": ""},
    }


@pytest.mark.parametrize(("hours", "expected"), [(24, {"old", "other-prefix"}), (0, {"old", "other-prefix", "young"})])
def test_only_forks_of_earlier_drills_are_swept(
    simulator: Simulator, tmp_path: Path, hours: int, expected: set[str]
) -> None:
    forks = {project: forks_of_other_runs(project, datetime.now(timezone.utc)) for project in ("drills", "others")}
    simulator.reset(fleet_of({"orders": GOOD}, **{name: list(each.values()) for name, each in forks.items()}))
    hosts = {
        "orders": {},
        # They are not in the sample, but their projects are swept, each once.
        "db-1": {"restore_drill_project_id": "others"},
        "db-2": {"restore_drill_project_id": "others"},
        "db-3": {},
    }
    play = {
        **PLAY,
        "post_tasks": [
            {
                "ansible.builtin.copy": {
                    "content": "{{ restore_drill_swept }}",
                    "dest": "swept-{{ inventory_hostname }}",
                },
                "delegate_to": "localhost",
            }
        ],
    }
    run = run_drills(simulator, tmp_path, hosts, play=play, project_id="drills", sample=1, sweep_after_hours=hours)
    ids = {f"{project}/{forks[project][name]['id']}" for project in forks for name in expected}
    assert {path for path in run.deleted if path not in run.created} == ids
    swept = [each for path in tmp_path.glob("swept-*") for each in json.loads(path.read_text())]
    assert {f"{each['project_id']}/{each['addon_id']}" for each in swept} == ids
    lists = [entry["path"] for entry in simulator.log if entry["path"].endswith("/others/addons")]
    assert len(lists) == 1 + len(expected)


def test_a_sweep_that_fails_does_not_prevent_the_drill(simulator: Simulator, tmp_path: Path) -> None:
    forks = forks_of_other_runs("drills", datetime.now(timezone.utc))
    simulator.reset(fleet_of({"orders": GOOD}, drills=list(forks.values())))
    path = f"/{forks['old']['id']}$"
    simulator.faults.add(
        kind="status", status=403, method="DELETE", path=path, body={"error": {"status": 403, "message": HOSTILE}}
    )
    run = run_drills(simulator, tmp_path, {"orders": {}}, project_id="drills")
    assert run.verdicts("orders") == ("passed", "skipped", "deleted")
    assert run.exit_code == 2
    assert "Not all forks of earlier drills in project drills could be deleted. Delete those of earlier drills:" in (
        run.words()
    )
    assert "status 403" in run.words()
    # The failure of one does not affect the others.
    assert f"drills/{forks['other-prefix']['id']}" in run.deleted


def test_a_list_that_fails_does_not_prevent_the_drill(simulator: Simulator, tmp_path: Path) -> None:
    simulator.reset(fleet_of({"orders": GOOD}))
    simulator.faults.add(kind="status", status=400, method="GET", path="/drills/addons$")
    run = run_drills(simulator, tmp_path, {"orders": {}}, project_id="drills")
    assert run.verdicts("orders") == ("passed", "skipped", "deleted")
    assert run.exit_code == 2
    assert "could be deleted. List the forks of the project: " in run.words()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"fork_outcome": "failed"}, r"is not running: its status is 'failed'\. Check its events in Northflank\.$"),
        ({"fork_duration": 3600.0}, r"has not ended after 1 s\..* continues in Northflank: .*'\w+'\.$"),
        ({"fork_id_suffix": "-2"}, None),
    ],
)
def test_a_fork_that_does_not_run_is_deleted(
    simulator: Simulator, tmp_path: Path, settings: dict[str, Any], reason: str | None
) -> None:
    simulator.reset(fleet_of({"orders": GOOD}))
    for name, value in settings.items():
        setattr(simulator.settings, name, value)
    run = run_drills(simulator, tmp_path, {"orders": {}}, project_id="drills", timeout=1 if reason else 60)
    assert run.created == run.deleted != []
    assert run.verdicts("orders") == ("failed" if reason else "passed", "skipped", "deleted")
    if reason:
        assert re.search(reason, run.evidence["orders"]["restored"]["reason"])


@pytest.mark.parametrize("in_process", [True, False])
def test_credentials_are_nowhere(simulator: Simulator, tmp_path: Path, in_process: bool) -> None:
    """Even if a check fails with them in its message, and Ansible prints whatever it can."""
    simulator.reset(fleet_of({"orders": GOOD}))
    password = "{{ restore_drill_fork_credentials.secrets.PASSWORD }}"
    checks = [
        {"ansible.builtin.set_fact": {"restore_drill_check_results": {"password": password, "shop": "orders"}}},
        {
            "name": "Connect",
            "ansible.builtin.command": {
                "argv": ["sh", "-c", 'cat >&2; echo "$PGUSER"; exit 1'],
                "stdin": f"{password} {{{{ restore_drill_fork_credentials.secrets.POSTGRES_URI | urlencode }}}}",
            },
            "environment": {"PGUSER": "{{ restore_drill_fork_credentials.envs.USERNAME }}"},
        },
    ]
    (tmp_path / "checks.yml").write_text(json.dumps(checks))
    results = tmp_path / "results"
    env = {
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_CALLBACKS_ENABLED": "dump_results",
        "RESULTS_FILE": str(results),
    }
    run = run_drills(
        simulator,
        tmp_path,
        {"orders": {"northflank_in_process": in_process}},
        "-vvvv",
        "--diff",
        env=env,
        credentials=True,
        checks=str(tmp_path / "checks.yml"),
    )
    assert run.verdicts("orders") == CHECKS_FAILED
    secrets = [entry for entry in simulator.log if entry["path"].endswith("/credentials")]
    assert len(secrets) == 1
    fork = simulator.store.forks
    assert fork.journal
    found = run.evidence["orders"]["verified"]
    assert found["reason"].startswith("Connect: ")
    assert "(exit code 1): ******** " in found["reason"]
    assert found["results"] == {"password": "********", "shop": "orders"}
    text = run.output + results.read_text() + json.dumps(run.evidence)
    for secret in credentials_of(run.created[0]):
        assert secret not in text
        assert quote(secret, safe="") not in text


def credentials_of(path: str) -> list[str]:
    """Return the secrets of a fork, as the simulator creates them."""
    from simulator.store.addons import Addon
    from simulator.store.credentials import credentials_of as credentials

    project, _slash, addon = path.partition("/")
    return list(credentials(Addon(addon, project, "postgresql", addon, "running"))["secrets"].values())


def test_serial(simulator: Simulator, tmp_path: Path) -> None:
    """The sample is that of the whole play, and all batches are one run."""
    names = [f"db-{number}" for number in range(7)]
    simulator.reset(fleet_of(dict.fromkeys(names, GOOD)))
    run = run_drills(
        simulator, tmp_path, {name: {} for name in names}, play={**PLAY, "serial": 3}, sample=4, project_id="drills"
    )
    assert run.exit_code == 0, run.output
    assert len(run.evidence) in (3, 4)
    assert len(run.created) == len(run.deleted) == len(run.evidence)
    assert len({found["run_id"] for found in run.evidence.values()}) == 1
    # One line for the addons that are drilled at the same time.
    drilled = ", ".join(re.findall(r"=> \(item=(.+?)\)", run.output)).split(", ")
    assert sorted(drilled) == sorted(run.evidence)


@pytest.mark.parametrize("strategy", ["free", "host_pinned"])
def test_other_strategies(simulator: Simulator, tmp_path: Path, strategy: str) -> None:
    names = [f"db-{number}" for number in range(4)]
    simulator.reset(fleet_of(dict.fromkeys(names, GOOD)))
    (tmp_path / "checks.yml").write_text(json.dumps(FAIL_HOSTILE))
    hosts = {name: {"restore_drill_checks": str(tmp_path / "checks.yml")} if name == "db-0" else {} for name in names}
    run = run_drills(
        simulator, tmp_path, hosts, play={**PLAY, "strategy": strategy}, project_id="drills", max_parallel=1
    )
    assert run.exit_code == 2
    assert {name: run.verdicts(name) for name in names} == {
        **dict.fromkeys(names, ("passed", "skipped", "deleted")),
        "db-0": CHECKS_FAILED,
    }


def test_a_fatal_failure_does_not_end_the_drills_of_other_hosts(simulator: Simulator, tmp_path: Path) -> None:
    names = [f"db-{number}" for number in range(4)]
    simulator.reset(fleet_of({**dict.fromkeys(names, GOOD), "db-1": {}}))
    (tmp_path / "checks.yml").write_text(json.dumps(FAIL_HOSTILE))
    hosts = {name: {"restore_drill_checks": str(tmp_path / "checks.yml")} if name == "db-0" else {} for name in names}
    play = {**PLAY, "any_errors_fatal": True}
    run = run_drills(simulator, tmp_path, hosts, play=play, max_parallel=2)
    assert run.exit_code == 2
    assert {name: run.verdicts(name) for name in names} == {
        **dict.fromkeys(names, ("passed", "skipped", "deleted")),
        "db-0": CHECKS_FAILED,
        "db-1": ("failed", "skipped", "none"),
    }


def test_keywords_of_the_play_do_not_make_a_drill_pass(simulator: Simulator, tmp_path: Path) -> None:
    simulator.reset(fleet_of({"orders": GOOD}))
    (tmp_path / "checks.yml").write_text(json.dumps(FAIL_HOSTILE))
    play = {**PLAY, "ignore_errors": True, "ignore_unreachable": True}
    run = run_drills(simulator, tmp_path, {"orders": {}}, play=play, checks=str(tmp_path / "checks.yml"))
    assert run.verdicts("orders") == CHECKS_FAILED
    assert run.exit_code == 2


@pytest.mark.parametrize("level", ["play", "role"])
def test_check_mode_of_a_play_or_role(simulator: Simulator, tmp_path: Path, level: str) -> None:
    """ansible_check_mode does not show it."""
    simulator.reset(fleet_of({"orders": GOOD}))
    (tmp_path / "checks.yml").write_text(json.dumps(FAIL_HOSTILE))
    role = {"role": "community.northflank.restore_drill", "check_mode": True}
    play = {**PLAY, "check_mode": True} if level == "play" else {**PLAY, "roles": [role]}
    run = run_drills(
        simulator, tmp_path, {"orders": {}}, play=play, checks=str(tmp_path / "checks.yml"), credentials=True
    )
    assert {entry["method"] for entry in simulator.log} == {"GET"}
    assert "would be restored and verified with checks.yml." in run.words()
    assert run.exit_code == 0
    assert run.evidence == {}


def test_two_plays_are_two_runs(simulator: Simulator, tmp_path: Path) -> None:
    """What the first has found is not in the evidence of the second."""
    simulator.reset(fleet_of({"orders": GOOD}))
    (tmp_path / "checks.yml").write_text(json.dumps([SET_RESULTS, *FAIL_HOSTILE]))
    # Otherwise, the host that has failed would not be part of the second play.
    role = {"ansible.builtin.include_role": {"name": "community.northflank.restore_drill"}}
    rescued = {"block": [role], "rescue": [{"ansible.builtin.debug": {"msg": "It failed."}}]}
    first = {
        "hosts": "northflank",
        "gather_facts": False,
        "vars": {"restore_drill_checks": str(tmp_path / "checks.yml")},
        "tasks": [rescued],
    }
    second = {**PLAY, "vars": {"restore_drill_checks": None, "restore_drill_max_age": 1}}
    run = run_drills(simulator, tmp_path, {"orders": {}}, play=[first, second])
    files = sorted((tmp_path / "evidence").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    one, two = (json.loads(path.read_text()) for path in files)
    assert one["verified"]["results"]
    assert one["verified"]["verdict"] == "failed"
    assert (two["restored"]["verdict"], two["verified"]["results"]) == ("failed", {})
    assert "Find nothing" not in json.dumps(two)
    assert one["run_id"] != two["run_id"]
    assert run.exit_code == 2


def test_an_error_in_the_checks_ends_the_run_before_there_is_a_fork(simulator: Simulator, tmp_path: Path) -> None:
    simulator.reset(fleet_of({"orders": GOOD}))
    for text in ("- name: [", "- community.northflank.nothing:\n", "text"):
        (tmp_path / "checks.yml").write_text(text)
        run = run_drills(simulator, tmp_path, {"orders": {}}, checks=str(tmp_path / "checks.yml"))
        assert run.exit_code != 0
        assert run.created == []


def test_volumes_are_skipped_and_projects_fail(simulator: Simulator, tmp_path: Path) -> None:
    simulator.reset(fleet_of({"orders": GOOD}))
    hosts = {
        "orders": {},
        "uploads": {"northflank_addon_id": None, "northflank_volume_id": "uploads"},
        "shop": {"northflank_addon_id": None},
        "nowhere": {"northflank_project_id": None},
        "unreadable.shop": {
            "northflank_addon_id": None,
            "ansible_connection": "community.northflank.unreachable",
            "northflank_unreachable_reason": "no permission",
        },
    }
    run = run_drills(simulator, tmp_path, hosts)
    assert "Drilling 1 of 1 addons: orders. Volumes, which cannot be drilled: 1." in run.words()
    assert "The host shop is not an addon, because it has no northflank_addon_id." in run.words()
    assert "The host nowhere is not an addon, because it has no northflank_project_id." in run.words()
    assert run.evidence.keys() == {"orders"}
    recap = dict(re.findall(r"^(\S+) +: (ok=.*)", run.output, re.MULTILINE))
    assert [name for name, line in recap.items() if "failed=1" in line] == ["nowhere", "shop"]
    assert [name for name, line in recap.items() if "unreachable=1" in line] == ["unreadable.shop"]


@pytest.mark.parametrize(
    ("hosts", "variables", "message"),
    [
        (
            {"uploads": {"northflank_addon_id": None, "northflank_volume_id": "uploads"}},
            {},
            "none of the hosts of the play is an addon, so nothing proves that backups can be restored",
        ),
        ({f"db-{number}": {} for number in range(93)}, {"sample": 1}, "Set the sample to 2 or more"),
        (
            {"orders": {}, "alias": {"northflank_addon_id": "orders"}},
            {},
            "the hosts orders and alias are both shop/orders",
        ),
        ({"orders": {}}, {"sample": 0, "name_prefix": "1"}, "restore_drill_sample: 0 is not between 1 and"),
        ({"orders": {}}, {"backup": "oldest"}, "value of restore_drill_backup must be one of: newest, random"),
    ],
)
def test_an_invalid_play_fails_before_the_first_request(
    simulator: Simulator, tmp_path: Path, hosts: Any, variables: Any, message: str
) -> None:
    run = run_drills(simulator, tmp_path, hosts, **variables)
    assert run.exit_code == 2
    assert message in run.words()
    assert simulator.log == []
    assert not (tmp_path / "evidence").exists()


def test_variables_of_the_play_may_identify_the_addon(simulator: Simulator, tmp_path: Path) -> None:
    simulator.reset(fleet_of({"orders": GOOD}))
    play = {**PLAY, "vars": {"northflank_project_id": "shop", "northflank_addon_id": "orders"}}
    nothing = {"northflank_project_id": None, "northflank_addon_id": None}
    run = run_drills(simulator, tmp_path, {"any-host": nothing}, play=play)
    assert run.exit_code == 0, run.output
    assert run.evidence["orders"]["host"] == "any-host"


def test_evidence_that_cannot_be_written_fails_before_there_is_a_fork(simulator: Simulator, tmp_path: Path) -> None:
    simulator.reset(fleet_of({"orders": GOOD}))
    (tmp_path / "file").write_text("")
    run = run_drills(simulator, tmp_path, {"orders": {}}, evidence_dir=str(tmp_path / "file" / "evidence"))
    assert run.exit_code == 2
    assert run.created == []


def test_what_an_unreachable_host_leaves_is_deleted_by_the_next_run(simulator: Simulator, tmp_path: Path) -> None:
    simulator.reset(fleet_of({"orders": GOOD}))
    delegated = {
        "ansible.builtin.ping": {},
        "delegate_to": "bastion",
        "vars": {"ansible_connection": "community.northflank.unreachable", "northflank_unreachable_reason": "down"},
    }
    (tmp_path / "checks.yml").write_text(json.dumps([delegated]))
    run = run_drills(simulator, tmp_path, {"orders": {}}, checks=str(tmp_path / "checks.yml"))
    assert run.exit_code == 4
    assert (len(run.created), run.deleted, run.evidence) == (1, [], {})
    again = run_drills(simulator, tmp_path, {"orders": {}}, sweep_after_hours=0)
    assert again.exit_code == 0, again.output
    assert again.deleted == [*run.created, *again.created]


def test_a_second_play_never_overwrites_evidence(simulator: Simulator, tmp_path: Path) -> None:
    """Even if the first host has failed in the first play."""
    simulator.reset(fleet_of({"orders": GOOD, "users": GOOD}))
    (tmp_path / "checks.yml").write_text(json.dumps(FAIL_HOSTILE))
    hosts = {"orders": {"restore_drill_checks": str(tmp_path / "checks.yml")}, "users": {}}
    run = run_drills(simulator, tmp_path, hosts, play=[PLAY, PLAY])
    assert run.exit_code == 2
    assert len(list((tmp_path / "evidence").glob("shop.users.*"))) == 2
    assert len(set(run.created)) == len(run.created) == len(run.deleted) == 3


def test_a_deletion_that_failed_is_never_a_success(simulator: Simulator, tmp_path: Path) -> None:
    """Even if ansible-core 2.16 cannot convert its result, because it is nested too deeply."""
    simulator.reset(fleet_of({"orders": GOOD}))
    details: Any = 1
    for _level in range(240):
        details = [details]
    body = {"error": {"status": 400, "message": "no", "id": "x", "details": details}}
    simulator.faults.add(kind="status", status=400, method="DELETE", times=99, body=body)
    run = run_drills(simulator, tmp_path, {"orders": {}})
    assert run.verdicts("orders") == ("passed", "skipped", "failed")
    assert run.exit_code == 2


@pytest.mark.parametrize("arguments", [[], ["--check"]])
@pytest.mark.parametrize("check_mode", [True, False])
def test_the_keyword_check_mode_overrides_the_command_line(
    simulator: Simulator, tmp_path: Path, arguments: list[str], check_mode: bool
) -> None:
    simulator.reset(fleet_of({"orders": GOOD}))
    (tmp_path / "checks.yml").write_text(json.dumps([{"ansible.builtin.assert": {"that": "true"}}]))
    play = {**PLAY, "check_mode": check_mode}
    run = run_drills(simulator, tmp_path, {"orders": {}}, *arguments, play=play, checks=str(tmp_path / "checks.yml"))
    assert run.exit_code == 0, run.output
    if check_mode:
        assert {entry["method"] for entry in simulator.log} == {"GET"}
        assert " would be restored and verified with checks.yml." in run.words()
        assert run.evidence == {}
    else:
        assert run.verdicts("orders") == ("passed", "passed", "deleted")
        assert run.created == run.deleted != []
