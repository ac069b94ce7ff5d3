# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a PostgreSQL server, and a simulator whose PostgreSQL addons have databases on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import NotAvailable
from simulator.postgres import PostgresDatabases, PostgresServer, running_server
from simulator.server import Simulator, running

FLEET = {
    "projects": [
        {"id": "shop", "addons": [{"id": "orders-db"}, {"id": "stock-db"}, {"id": "cache", "type": "redis"}]},
        {"id": "sandbox"},
    ]
}


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    try:
        with running_server() as server:
            yield server
    except NotAvailable as error:
        pytest.skip(f"No PostgreSQL: {error}")


@pytest.fixture
def databases(server: PostgresServer, tmp_path: Path) -> PostgresDatabases:
    return PostgresDatabases(server, tmp_path)


@pytest.fixture
def simulator(databases: PostgresDatabases) -> Iterator[Simulator]:
    """Return a simulator with two addons that have data."""
    with running(FLEET, databases=databases) as simulator:
        for addon in ("orders-db", "stock-db"):
            databases.sql(
                f"shop/{addon}",
                f"""
                CREATE TABLE identity AS SELECT '{addon}' AS addon;
                CREATE TABLE orders (id int PRIMARY KEY, note text, created_at timestamptz NOT NULL DEFAULT now());
                INSERT INTO orders (id, note) SELECT id, md5(id::text) FROM generate_series(1, 1000) AS id;
                """,
            )
        yield simulator
