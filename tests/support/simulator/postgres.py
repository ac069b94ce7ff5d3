# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real PostgreSQL server, and the data of PostgreSQL addons on it."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from programs import program

from simulator.store.addons import Addon
from simulator.store.databases import Databases
from simulator.store.resources import Resource

HOST = "127.0.0.1"
SUPERUSER = "postgres"

# The folders of the programs of each version on Debian.
DEBIAN_FOLDERS = "/usr/lib/postgresql/*/bin"

# The maximum time until the server starts, and that of any other program, in seconds.
TIMEOUT = 60

# Run the server until it ends, or until the standard input does, as it does if this process is killed. Delete its data.
SUPERVISOR = """
exec 3<&0
"$@" 3<&- &
server=$!
{ cat <&3 >/dev/null; kill -QUIT "$server"; } &
wait "$server"
rm -rf "$FOLDER"
"""

# The data need not survive a crash of the machine.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": HOST,
    "synchronous_commit": "off",
    "unix_socket_directories": "",
}


class PostgresError(Exception):
    """A program of PostgreSQL failed. The message is its output."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server. programs: the folder of its client programs. password: of the superuser."""

    programs: Path
    port: int
    password: str

    def run(self, name: str, *arguments: str, stdin: str = "") -> str:
        """Run a client program as the superuser, and return its output. Raises PostgresError."""
        connection = {
            "PGCONNECT_TIMEOUT": "10",
            "PGHOST": HOST,
            "PGPASSWORD": self.password,
            "PGPORT": str(self.port),
            "PGUSER": SUPERUSER,
        }
        return _run([str(self.programs / name), *arguments], {**os.environ, **connection}, stdin)

    def sql(self, statements: str, database: str = "postgres") -> str:
        """Execute SQL as the superuser, and return the rows. Raises PostgresError."""
        options = ("--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", "--file=-")
        return self.run("psql", *options, f"--dbname={database}", stdin=statements).strip()

    def is_ready(self) -> bool:
        try:
            return self.sql("SELECT 1") == "1"
        except PostgresError:
            return False


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Run a server with its data in a temporary folder. Raises NotAvailable if PostgreSQL is not installed."""
    # initdb is next to the server that it prepares.
    programs = Path(program("initdb", "postgresql", DEBIAN_FOLDERS)).resolve().parent
    # PostgreSQL refuses to run as root.
    user: dict[str, Any] = {"user": SUPERUSER, "group": SUPERUSER, "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    environment = {**os.environ, "FOLDER": str(folder), "LC_ALL": "C.UTF-8"}
    password = secrets.token_urlsafe()
    try:
        password_file = folder / "password"
        password_file.write_text(password)
        if user:
            shutil.chown(folder, SUPERUSER, SUPERUSER)
        initdb = [str(programs / "initdb"), "--no-sync", "--auth=scram-sha-256", f"--pwfile={password_file}"]
        _run([*initdb, f"--username={SUPERUSER}", f"--pgdata={folder / 'data'}"], environment, cwd=folder, **user)
    except BaseException:
        shutil.rmtree(folder)
        raise
    server = PostgresServer(programs, _free_port(), password)
    settings = {**SETTINGS, "port": server.port}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (
        tempfile.TemporaryFile() as log,
        # At the end, Popen closes the standard input, and waits.
        subprocess.Popen(
            ["sh", "-c", SUPERVISOR, "sh", str(programs / "postgres"), "-D", str(folder / "data"), *options],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            # Ctrl-C interrupts this process, which then stops the server.
            start_new_session=True,
            **user,
        ) as supervisor,
    ):
        deadline = time.monotonic() + TIMEOUT
        while not server.is_ready():
            if supervisor.poll() is not None or time.monotonic() > deadline:
                raise PostgresError(os.pread(log.fileno(), 100_000, 0).decode())
            time.sleep(0.05)
        yield server


class PostgresDatabases(Databases):
    """The data of the PostgreSQL addons of a simulator, each with its own database and role.

    folder: where the backups are stored, as files in the custom format of pg_dump.
    passwords: those of the roles, by project/addon, also of addons that were deleted.
    """

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self.server = server
        self._folder = folder
        self.passwords: dict[str, str] = {}

    def file(self, backup_id: str) -> Path:
        """Return the file with a backup, which tests may change."""
        return self._folder / f"{backup_id}.dump"

    def name(self, path: str) -> str:
        """Return the name of the database of an addon, and of its role. path: project/addon."""
        return f"_{hashlib.sha256(path.encode()).hexdigest()[:12]}"

    def sql(self, path: str, statements: str) -> str:
        """Execute SQL in the database of an addon, with its role, and return the rows. path: project/addon."""
        name = self.name(path)
        return self.server.sql(f"SET ROLE {name};\n{statements}", name)

    def create(self, addon: Addon) -> None:
        if not _is_postgresql(addon):
            return
        self.drop(addon)
        # With characters that must be encoded in a URI.
        password = self.passwords[addon.path] = f"{secrets.token_urlsafe(18)}/+@"
        self.server.sql(f"CREATE ROLE {self.name(addon.path)} LOGIN PASSWORD '{password}'")
        self._create_database(addon)

    def drop(self, addon: Addon) -> None:
        if not _is_postgresql(addon):
            return
        self._drop_database(addon)
        self.server.sql(f"DROP ROLE IF EXISTS {self.name(addon.path)}")

    def credentials(self, addon: Addon) -> dict[str, dict[str, str]]:
        if not _is_postgresql(addon):
            return super().credentials(addon)
        name, password, port = self.name(addon.path), self.passwords[addon.path], str(self.server.port)
        uri = f"postgresql://{name}:{quote(password, safe='')}@{HOST}:{port}/{name}"
        return {
            "envs": {"HOST": HOST, "PORT": port, "DATABASE": name, "USERNAME": name},
            "secrets": {"PASSWORD": password, "POSTGRES_URI": uri},
        }

    def dump(self, resource: Resource, backup_id: str) -> int | None:
        if not _is_postgresql(resource):
            return super().dump(resource, backup_id)
        file = self.file(backup_id)
        try:
            self.server.run("pg_dump", "--format=custom", f"--file={file}", self.name(resource.path))
        except PostgresError:
            return None
        return file.stat().st_size

    def restore(self, addon: Addon, backup_id: str) -> bool:
        if not _is_postgresql(addon):
            return super().restore(addon, backup_id)
        self._drop_database(addon)
        self._create_database(addon)
        name = self.name(addon.path)
        options = ("--no-owner", "--no-privileges", f"--role={name}", f"--dbname={name}")
        try:
            self.server.run("pg_restore", *options, str(self.file(backup_id)))
        except PostgresError:
            return False
        return True

    def _create_database(self, addon: Addon) -> None:
        name = self.name(addon.path)
        # No role but its own can connect to it.
        self.server.sql(f"CREATE DATABASE {name} OWNER {name}; REVOKE CONNECT ON DATABASE {name} FROM PUBLIC;")

    def _drop_database(self, addon: Addon) -> None:
        self.server.sql(f"DROP DATABASE IF EXISTS {self.name(addon.path)} WITH (FORCE)")


def _is_postgresql(resource: Resource) -> bool:
    return isinstance(resource, Addon) and resource.type == "postgresql"


def _run(command: list[str], environment: dict[str, str], stdin: str = "", **keywords: Any) -> str:
    result = subprocess.run(
        command, env=environment, input=stdin, capture_output=True, text=True, timeout=TIMEOUT, check=False, **keywords
    )
    if result.returncode:
        raise PostgresError(result.stderr)
    return result.stdout


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])
