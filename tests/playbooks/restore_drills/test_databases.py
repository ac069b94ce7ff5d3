# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups, restores and forks of real databases, by the modules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playbook_runner import CALLBACKS, environment, local_play, run, write_playbook
from simulator.postgres import PostgresDatabases, PostgresError, PostgresServer
from simulator.server import Simulator

ORDERS, STOCK, FORK = "shop/orders-db", "shop/stock-db", "sandbox/drill"

# All rows of an addon, as one number.
ROWS = "SELECT count(*) || ' ' || sum(hashtext(orders::text)::bigint) FROM orders"

BACK_UP: dict[str, Any] = {
    "community.northflank.addon_backup": {"project_id": "shop", "addon_id": "orders-db"},
    "register": "taken",
}
FORK_OPTIONS = {
    "source_project_id": "shop",
    "source_addon_id": "orders-db",
    "project_id": "sandbox",
    "name": "drill",
    "wait_interval": 1,
}
RESTORE_OPTIONS = {"project_id": "shop", "addon_id": "orders-db", "overwrite": True, "wait_interval": 1}

Play = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def play(simulator: Simulator, tmp_path: Path) -> Play:
    """Return a function that runs tasks until one fails, and returns their results."""

    def play(*tasks: dict[str, Any]) -> list[dict[str, Any]]:
        connection = {"api_url": simulator.url, "api_token": simulator.token}
        defaults = {"group/community.northflank.all": connection}
        results = tmp_path / "results"
        results.unlink(missing_ok=True)
        env = environment(
            tmp_path,
            ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS),
            ANSIBLE_CALLBACKS_ENABLED="dump_results",
            RESULTS_FILE=str(results),
        )
        run(write_playbook(tmp_path, local_play(tasks, module_defaults=defaults)), env=env)
        return [json.loads(line)["result"] for line in results.read_text().splitlines()]

    return play


def fork(**options: Any) -> dict[str, Any]:
    return {"community.northflank.addon_fork": {**FORK_OPTIONS, "backup_id": "{{ taken.backup.id }}", **options}}


def restore(**options: Any) -> dict[str, Any]:
    return {"community.northflank.addon_restore": {**RESTORE_OPTIONS, **options}}


def truncate(path: Path, share: float) -> None:
    os.truncate(path, int(path.stat().st_size * share))


def log_in(databases: PostgresDatabases, address: dict[str, str], secret: dict[str, str]) -> str:
    """Return the role and the database of a connection with these credentials. Raises CalledProcessError."""
    command = [databases.server.programs / "psql", "--no-psqlrc", "--tuples-only", "--no-align"]
    connection = {"PGHOST": "HOST", "PGPORT": "PORT", "PGDATABASE": "DATABASE", "PGUSER": "USERNAME"}
    env = {**{name: address[key] for name, key in connection.items()}, "PGPASSWORD": secret["PASSWORD"]}
    query = "SELECT current_user || ' ' || current_database()"
    done = subprocess.run([*command, f"--command={query}"], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_fork_has_the_data_of_the_backup(play: Play, databases: PostgresDatabases) -> None:
    before = databases.sql(ORDERS, ROWS)
    taken, forked = play(BACK_UP, fork())
    assert forked["fork"]["status"] == "running", forked
    assert databases.sql(FORK, ROWS) == databases.sql(ORDERS, ROWS) == before
    assert taken["backup"]["size"] == databases.file(taken["backup"]["id"]).stat().st_size
    databases.sql(FORK, "DELETE FROM orders")
    assert databases.sql(ORDERS, ROWS) == before
    owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'orders'"
    assert databases.sql(FORK, owner) == databases.name(FORK)


def test_the_database_of_a_deleted_fork_is_dropped(play: Play, databases: PostgresDatabases) -> None:
    play(BACK_UP, fork())
    assert databases.sql(FORK, "SELECT 1") == "1"
    (deleted,) = play({"community.northflank.addon_fork": {**FORK_OPTIONS, "state": "absent"}})
    assert deleted["changed"]
    name = databases.name(FORK)
    assert databases.server.sql(f"SELECT datname FROM pg_database WHERE datname = '{name}'") == ""
    assert databases.server.sql(f"SELECT rolname FROM pg_roles WHERE rolname = '{name}'") == ""


def test_a_restore_overwrites_the_addon_and_no_other(play: Play, databases: PostgresDatabases) -> None:
    orders, stock = databases.sql(ORDERS, ROWS), databases.sql(STOCK, ROWS)
    (taken,) = play(BACK_UP)
    databases.sql(ORDERS, "INSERT INTO orders VALUES (1001, 'later'); DELETE FROM orders WHERE id < 10")
    databases.sql(ORDERS, "CREATE TABLE later AS SELECT 1; TRUNCATE identity")
    assert databases.sql(ORDERS, ROWS) != orders
    (restored,) = play(restore(backup_id=taken["backup"]["id"]))
    assert restored["restore"]["status"] == "completed", restored
    assert databases.sql(ORDERS, ROWS) == orders
    assert databases.sql(ORDERS, "SELECT addon FROM identity") == "orders-db"
    assert databases.sql(ORDERS, "SELECT to_regclass('later') IS NULL") == "t"
    assert databases.sql(STOCK, ROWS) == stock


def test_a_backup_of_another_addon_is_restored(play: Play, databases: PostgresDatabases) -> None:
    source = {"source_project_id": "shop", "source_addon_id": "orders-db", "addon_id": "stock-db"}
    _taken, restored = play(BACK_UP, restore(**source, backup_id="{{ taken.backup.id }}"))
    assert restored["restore"]["status"] == "completed", restored
    assert databases.sql(STOCK, "SELECT addon FROM identity") == "orders-db"
    assert databases.sql(STOCK, ROWS) == databases.sql(ORDERS, ROWS)
    owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'orders'"
    assert databases.sql(STOCK, owner) == databases.name(STOCK)


@pytest.mark.parametrize("share", [0, 0.5])
def test_a_truncated_backup_fails(play: Play, databases: PostgresDatabases, share: float) -> None:
    (taken,) = play(BACK_UP)
    truncate(databases.file(taken["backup"]["id"]), share)
    (forked,) = play(fork(backup_id=taken["backup"]["id"]))
    assert "its status is 'failed'" in forked["msg"]
    (restored,) = play(restore(backup_id=taken["backup"]["id"]))
    assert "its status is 'failed'. The data of the addon may be incomplete." in restored["msg"]


def test_a_truncated_backup_may_be_restored_in_part(
    play: Play, simulator: Simulator, databases: PostgresDatabases
) -> None:
    simulator.settings.ignore_restore_errors = True
    (taken,) = play(BACK_UP)
    truncate(databases.file(taken["backup"]["id"]), 0.5)
    forked, restored = play(fork(backup_id=taken["backup"]["id"]), restore(backup_id=taken["backup"]["id"]))
    assert forked["fork"]["status"] == "running", forked
    assert restored["restore"]["status"] == "completed", restored
    for path in (FORK, ORDERS):
        assert databases.sql(path, "SELECT addon FROM identity") == "orders-db"
        assert databases.sql(path, "SELECT count(*) FROM orders") == "0"


def test_a_backup_fails_if_the_database_cannot_be_read(play: Play, databases: PostgresDatabases) -> None:
    databases.server.sql(f"ALTER DATABASE {databases.name(ORDERS)} ALLOW_CONNECTIONS false")
    (taken,) = play(BACK_UP)
    assert "its status is 'failed'" in taken["msg"]


def test_addons_of_other_types_have_no_database(play: Play, databases: PostgresDatabases) -> None:
    cache = {"project_id": "shop", "addon_id": "cache"}
    taken, restored = play(
        {"community.northflank.addon_backup": cache, "register": "taken"},
        restore(**cache, backup_id="{{ taken.backup.id }}"),
    )
    assert taken["backup"]["status"] == restored["restore"]["status"] == "completed"
    assert not databases.file(taken["backup"]["id"]).exists()


def test_credentials_connect_to_one_database(databases: PostgresDatabases, simulator: Simulator) -> None:
    orders, stock = (
        simulator.store.credentials(simulator.store.addon("shop", addon)) for addon in ("orders-db", "stock-db")
    )
    name = databases.name(ORDERS)
    assert log_in(databases, orders["envs"], orders["secrets"]) == f"{name} {name}"
    with pytest.raises(subprocess.CalledProcessError) as wrong_password:
        log_in(databases, orders["envs"], stock["secrets"])
    assert "password authentication failed" in wrong_password.value.stderr
    with pytest.raises(subprocess.CalledProcessError) as other_database:
        log_in(databases, {**stock["envs"], "DATABASE": orders["envs"]["DATABASE"]}, stock["secrets"])
    assert "permission denied for database" in other_database.value.stderr


def test_the_uri_of_the_credentials_connects(databases: PostgresDatabases, simulator: Simulator) -> None:
    uri = simulator.store.credentials(simulator.store.addon("shop", "orders-db"))["secrets"]["POSTGRES_URI"]
    command = [databases.server.programs / "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", ROWS, uri]
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == databases.sql(ORDERS, ROWS)


def test_the_server_is_stopped_if_the_tests_are_killed(server: PostgresServer) -> None:
    code = """
import sys
from simulator.postgres import running_server
with running_server() as server:
    print(server.sql("SHOW data_directory"), server.port, flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as own:
        assert own.stdout is not None
        folder, port = own.stdout.readline().split()
        assert Path(folder, "postmaster.pid").exists()
        own.kill()
    other = PostgresServer(server.programs, int(port), server.password)
    deadline = time.monotonic() + 60
    while Path(folder).parent.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with pytest.raises(PostgresError, match="Connection refused"):
        other.sql("SELECT 1")
