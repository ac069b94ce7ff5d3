# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore drills of good and bad backups of real databases, with the checks for PostgreSQL of the guide."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from drills import DrillRun, run_drills
from examples.documents import COLLECTION, examples_of
from simulator.bodies.backups import Backup
from simulator.postgres import HOST, SUPERUSER, PostgresDatabases, PostgresServer
from simulator.server import Simulator, running

SCHEMA = json.loads((COLLECTION / "docs" / "restore-drill.schema.json").read_text())
GUIDE = COLLECTION / "docs" / "docsite" / "rst" / "restore_drills.rst"
(CHECKS,) = (example.text for example in examples_of(GUIDE) if example.file == "checks/postgresql.yml")

# The number of orders of each addon.
ORDERS = 1000

# More checks of some addons. The guide's first task runs the SQL on its standard input, after the password.
QUERY = yaml.safe_load(CHECKS)[0]["ansible.builtin.command"]
QUERY = {**QUERY, "stdin": "{{ restore_drill_fork_credentials.secrets.PASSWORD }}\nSELECT addon FROM identity;\n"}
CHECK_IDENTITY = [
    {"name": "Check the orders", "ansible.builtin.include_tasks": "postgresql.yml"},
    {**yaml.safe_load(CHECKS)[0], "name": "Read the identity", "ansible.builtin.command": QUERY},
    {
        "name": "Check that the data is that of the addon",
        "ansible.builtin.assert": {
            "that": "counted.stdout == restore_drill_fork.source_addon_id",
            "fail_msg": "This is the data of {{ counted.stdout }}.",
        },
    },
]
CHECK_TWICE = [
    {"name": "Check the orders", "ansible.builtin.include_tasks": "postgresql.yml"},
    {
        "name": "List the backups of the fork",
        "community.northflank.addon_backup_info": {
            "project_id": "{{ restore_drill_fork.project_id }}",
            "addon_ids": ["{{ restore_drill_fork.addon_id }}"],
        },
    },
    {"name": "Check the orders again", "ansible.builtin.include_tasks": "postgresql.yml"},
]


class Fleet:
    """Addons with data in the project shop. Their forks are created in the project drills."""

    def __init__(self, simulator: Simulator, databases: PostgresDatabases) -> None:
        self.simulator = simulator
        self.databases = databases
        self.sessions: list[subprocess.Popen[str]] = []

    def back_up(self, addon: str, changes: str) -> None:
        """Fill the database of an addon, and take a backup. changes: SQL that is executed between the two."""
        self.databases.sql(
            f"shop/{addon}",
            f"""
            CREATE TABLE identity AS SELECT '{addon}' AS addon;
            CREATE TABLE orders (id int PRIMARY KEY, note text, created_at timestamptz NOT NULL DEFAULT now());
            INSERT INTO orders (id, note) SELECT id, md5(id::text) FROM generate_series(1, {ORDERS}) AS id;
            {changes}
            """,
        )
        self.simulator.store.backups.create(self.simulator.store.addon("shop", addon), Backup(backupType="snapshot"))

    def file(self, addon: str) -> Path:
        """Return the file with the only backup of an addon."""
        (backup,) = self.simulator.store.addon("shop", addon).backups
        return self.databases.file(backup["id"])

    def forks(self) -> list[str]:
        """Return the IDs of all forks."""
        return list(self.simulator.store.project("drills").addons)

    def before(self, request: str, addon: str, act: Callable[[str], object]) -> None:
        """Act before the API handles a request about the fork of an addon.

        request: the last part of the path. act: gets the name of the database of the fork.
        """

        def call(_store: Any) -> None:
            (fork,) = (each for each in self.forks() if each.startswith(f"drill-{addon}-"))
            act(self.databases.name(f"drills/{fork}"))

        path = f"/drill-{addon}-[0-9a-f]+/{request}$"
        self.simulator.faults.add(kind="call", method="GET", path=path, call=call)

    @contextmanager
    def changed_settings(self, **settings: Any) -> Iterator[None]:
        """Change settings of the simulator for a while."""
        current = vars(self.simulator.settings)
        before = dict(current)
        current.update(settings)
        yield
        current.update(before)


def truncate(fleet: Fleet, addon: str) -> None:
    file = fleet.file(addon)
    os.truncate(file, file.stat().st_size // 2)


def exchange(fleet: Fleet, addon: str) -> None:
    shutil.copy(fleet.file("good"), fleet.file(addon))


def change_password(fleet: Fleet, addon: str) -> None:
    server = fleet.databases.server
    fleet.before("credentials", addon, lambda name: server.sql(f"ALTER ROLE {name} PASSWORD 'another one'"))


def refuse_connections(fleet: Fleet, addon: str) -> None:
    server = fleet.databases.server
    fleet.before("backups", addon, lambda name: server.sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))


def lock_orders(fleet: Fleet, addon: str) -> None:
    """Let queries of the orders wait until the database is dropped."""

    def lock(name: str) -> None:
        server = fleet.databases.server
        session = subprocess.Popen(
            [server.programs / "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", name],
            env={"PGHOST": HOST, "PGPORT": str(server.port), "PGUSER": SUPERUSER, "PGPASSWORD": server.password},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        fleet.sessions.append(session)
        assert session.stdin is not None and session.stdout is not None
        session.stdin.write("BEGIN; LOCK TABLE orders; SELECT 'locked';\n")
        session.stdin.flush()
        assert session.stdout.readline() == "locked\n"

    fleet.before("credentials", addon, lock)


@dataclass(frozen=True)
class Case:
    """An addon, and the result of its drill.

    reason: a pattern of the reason why it fails; None if it passes. verdict: which one is "failed".
    changes: SQL before the backup. prepare: is called after it. variables: of the host.
    """

    reason: str | None
    verdict: str = "verified"
    changes: str = ""
    prepare: Callable[[Fleet, str], None] | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


OLD = "UPDATE orders SET created_at = now() - interval '3 days'"
RENAME = "ALTER TABLE orders RENAME TO articles"

CASES = {
    "good": Case(None, variables={"restore_drill_checks": "checks/identity.yml"}),
    "truncated": Case("its status is 'failed'", "restored", prepare=truncate),
    "empty": Case("The table orders is empty", changes="TRUNCATE orders"),
    "stale": Case(r"The newest order is 43\d\d minutes old", changes=OLD),
    "of-another-app": Case('relation "orders" does not exist', changes=RENAME),
    "of-another-shop": Case(
        "This is the data of good", prepare=exchange, variables={"restore_drill_checks": "checks/identity.yml"}
    ),
    "wrong-password": Case("password authentication failed for user", prepare=change_password),
    "hanging": Case(
        r"Timed out after 5 second|in the expected time frame \(5\)",
        prepare=lock_orders,
        variables={"restore_drill_checks_timeout": 5},
    ),
    "disconnected": Case(
        "is not currently accepting connections",
        prepare=refuse_connections,
        variables={"restore_drill_checks": "checks/twice.yml"},
    ),
}


def check(ran: DrillRun, addon: str, reason: str | None, verdict: str = "verified") -> None:
    """Check the evidence and the message of a drill: see Case."""
    assert addon in ran.evidence, ran.output
    evidence = ran.evidence[addon]
    jsonschema.validate(evidence, SCHEMA, jsonschema.Draft202012Validator)
    expected = {"restored": "passed", "verified": "passed" if verdict == "verified" else "skipped"}
    if reason:
        expected[verdict] = "failed"
    assert ran.verdicts(addon) == (*expected.values(), "deleted"), evidence
    if reason:
        found = evidence[verdict]["reason"]
        assert re.search(reason, found), found
        messages = re.findall(rf"The restore drill of shop/{addon} failed[^\n]*", ran.output)
        assert any(json.dumps(found)[1:-1] in each for each in messages), messages


def drill(fleet: Fleet, folder: Path, hosts: Mapping[str, Mapping[str, Any]], *arguments: str) -> DrillRun:
    """Run the playbook of the collection. hosts: the variables of each addon."""
    checks = folder / "checks"
    checks.mkdir()
    (checks / "postgresql.yml").write_text(CHECKS)
    (checks / "identity.yml").write_text(json.dumps(CHECK_IDENTITY))
    (checks / "twice.yml").write_text(json.dumps(CHECK_TWICE))
    return run_drills(
        fleet.simulator,
        folder,
        hosts,
        *arguments,
        play={"import_playbook": "community.northflank.restore_drill"},
        env={"PATH": os.pathsep.join([str(fleet.databases.server.programs), os.environ["PATH"]])},
        project_id="drills",
        max_parallel=len(hosts),
        credentials=True,
        checks="checks/postgresql.yml",
    )


@pytest.fixture(scope="module")
def fleet(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    databases = PostgresDatabases(server, tmp_path_factory.mktemp("backups"))
    projects = [{"id": "shop", "addons": [{"id": addon} for addon in CASES]}, {"id": "drills"}]
    with running({"projects": projects}, databases=databases) as simulator:
        fleet = Fleet(simulator, databases)
        for addon, case in CASES.items():
            fleet.back_up(addon, case.changes)
            if case.prepare:
                case.prepare(fleet, addon)
        yield fleet
        for session in fleet.sessions:
            session.kill()
            session.communicate()


@pytest.fixture(scope="module")
def drilled(fleet: Fleet, tmp_path_factory: pytest.TempPathFactory) -> DrillRun:
    """Drill all addons at the same time."""
    hosts = {addon: case.variables for addon, case in CASES.items()}
    return drill(fleet, tmp_path_factory.mktemp("run"), hosts, "-vvvv")


@pytest.mark.parametrize("addon", CASES)
def test_each_bad_backup_is_found(drilled: DrillRun, addon: str) -> None:
    check(drilled, addon, CASES[addon].reason, CASES[addon].verdict)


def test_only_good_backups_pass(drilled: DrillRun) -> None:
    assert drilled.exit_code == 2, drilled.output
    recap = drilled.output[drilled.output.index("PLAY RECAP") :]
    failed = dict(re.findall(r"^([a-z-]+) +: .* failed=(\d+) ", recap, flags=re.MULTILINE))
    assert failed == {addon: "1" if case.reason else "0" for addon, case in CASES.items()}


def test_the_evidence_has_the_number_of_rows(drilled: DrillRun, fleet: Fleet) -> None:
    good, empty = drilled.evidence["good"], drilled.evidence["empty"]
    assert good["verified"]["results"]["orders"] == ORDERS
    assert empty["verified"]["results"] == {"orders": 0, "newest_order_minutes": None}
    assert good["backup"]["size"] == fleet.file("good").stat().st_size


def test_all_forks_are_deleted_with_their_databases(drilled: DrillRun, fleet: Fleet) -> None:
    assert fleet.forks() == []
    forks = {fleet.databases.name(path) for path in fleet.databases.passwords if path.startswith("drills/")}
    assert len(forks) == len(CASES)
    for names in ("SELECT datname FROM pg_database", "SELECT rolname FROM pg_roles"):
        assert forks.isdisjoint(fleet.databases.server.sql(names).split())


def test_no_password_is_printed_or_written(drilled: DrillRun, fleet: Fleet) -> None:
    paths = [entry["path"] for entry in fleet.simulator.requests("GET")]
    verified = [case for case in CASES.values() if case.verdict == "verified"]
    assert len([path for path in paths if path.endswith("/credentials")]) == len(verified)
    assert files_with_passwords(drilled, fleet) == []


@pytest.mark.usefixtures("drilled")
def test_data_that_northflank_did_not_restore_is_found(fleet: Fleet, tmp_path: Path) -> None:
    with fleet.changed_settings(ignore_restore_errors=True):
        ran = drill(fleet, tmp_path, {"truncated": {"northflank_in_process": False}}, "-vvvv")
    check(ran, "truncated", "The table orders is empty")
    assert files_with_passwords(ran, fleet) == []


@pytest.mark.usefixtures("drilled")
def test_a_restore_that_never_ends_is_found(fleet: Fleet, tmp_path: Path) -> None:
    with fleet.changed_settings(fork_duration=100_000):
        ran = drill(fleet, tmp_path, {"good": {"restore_drill_timeout": 3}})
    check(ran, "good", "has not ended after 3 s", "restored")
    assert fleet.forks() == []


def files_with_passwords(ran: DrillRun, fleet: Fleet) -> list[str]:
    """Return the names of the files that a run wrote and that contain a password, and "output" if that does."""
    # Without the end, whose characters are encoded in a URI.
    passwords = [each[:24] for each in fleet.databases.passwords.values()]
    assert all(len(each) == 24 for each in passwords)
    texts = {"output": ran.output}
    for file in ran.folder.rglob("*"):
        if file.is_file():
            texts[str(file)] = file.read_bytes().decode("latin-1")
    return [name for name, text in texts.items() if any(each in text for each in passwords)]
