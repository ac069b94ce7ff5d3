# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook retry_backups: which backups it takes, in inventories of addons and of projects."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from drills import backup
from playbook_runner import environment, run
from simulator.server import Simulator, running

HOSTILE = "{{ lookup('pipe', 'touch hacked') }}"

ADDONS = "plugin: community.northflank.northflank\nhosts: [addons, volumes]\n"
PROJECTS = {
    "northflank": {
        "vars": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable},
        "hosts": {
            "shop": {"northflank_project_id": "shop"},
            "billing": {"northflank_project_id": "billing", "northflank_addon_ids": ["orders-db", "invoices-db"]},
            "sandbox": {"northflank_project_id": "sandbox", "northflank_addon_ids": []},
        },
    }
}

EXPECTED = [("billing/invoices-db", "retry-backup-5"), ("shop/orders-db", "retry-backup-5")]


def fleet() -> dict[str, Any]:
    """Return a fleet. Of orders-db and invoices-db, the newest backup failed; that of cache was retried already."""
    shop = [
        {"id": "orders-db", "backups": [backup(60), backup(5, status="failed", name=HOSTILE)]},
        {"id": "stock-db", "backups": [backup(60, status="failed"), backup(5)]},
        {"id": "cache", "backups": [backup(60, status="failed"), backup(5, status="failed", name="retry-x")]},
    ]
    billing = [
        {"id": "orders-db", "backups": [backup(5)]},
        {"id": "invoices-db", "backups": [backup(5, status="failed", config={"source": {"type": "liveInstance"}})]},
    ]
    return {
        "projects": [
            {"id": "shop", "addons": shop, "volumes": [{"id": "uploads"}]},
            {"id": "billing", "addons": billing},
        ]
    }


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with running(fleet()) as simulator:
        yield simulator


@pytest.fixture(params=["addons", "projects"])
def inventory(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    file = tmp_path / ("fleet.northflank.yml" if request.param == "addons" else "projects.json")
    file.write_text(ADDONS if request.param == "addons" else json.dumps(PROJECTS))
    return file


def retry(
    simulator: Simulator, inventory: Path, *arguments: str, **variables: Any
) -> tuple[int, list[tuple[str, str]], str]:
    """Run the playbook, and return its exit code, the backups that it took, and its output on one line."""
    before = len(simulator.store.backups.taken)
    token = {"NORTHFLANK_API_BASE_URL": simulator.url, "NORTHFLANK_API_TOKEN": simulator.token}
    extra = ("--extra-vars", json.dumps({f"retry_backups_{name}": value for name, value in variables.items()}))
    code, output = run(
        Path("community.northflank.retry_backups"),
        "--inventory",
        inventory,
        *extra,
        *arguments,
        env=environment(inventory.parent / "home", **token),
        folder=inventory.parent,
    )
    taken = sorted((path, name) for path, _id, name, _by in simulator.store.backups.taken[before:])
    return code, taken, " ".join(output.split())


def test_all_addons(simulator: Simulator, inventory: Path) -> None:
    code, taken, output = retry(simulator, inventory, "--check")
    assert (code, taken) == (0, []), output
    assert "Retrying it as retry-backup-5." in output
    code, taken, output = retry(simulator, inventory)
    assert (code, taken) == (0, EXPECTED), output
    assert "shop/orders-db: retry-backup-5 is completed." in output
    # As a dump, because the failed one is a dump.
    (body,) = [each["body"] for each in simulator.requests("POST") if "/billing/" in each["path"]]
    assert body == {"name": "retry-backup-5", "backupType": "dump"}
    assert retry(simulator, inventory)[:2] == (0, [])
    assert not (inventory.parent / "hacked").exists()


@pytest.mark.parametrize(
    ("addon", "expected"),
    [
        ("shop/orders-db", EXPECTED[1:]),
        ("billing/orders-db", []),
        ("other/orders-db", []),
    ],
)
def test_one_addon(simulator: Simulator, inventory: Path, addon: str, expected: list[tuple[str, str]]) -> None:
    code, taken, output = retry(simulator, inventory, addon=addon)
    assert (code, taken) == (0, expected), output
    read = {each["path"] for each in simulator.requests("GET") if each["path"].endswith("/backups")}
    assert read <= {f"/v1/projects/{addon.replace('/', '/addons/')}/backups"}
    assert (f"No host of the inventory has the addon {addon}" in output) == (addon == "other/orders-db")


def test_an_addon_that_is_not_in_the_inventory(simulator: Simulator, tmp_path: Path) -> None:
    inventory = tmp_path / "projects.json"
    hosts: Mapping[str, Any] = {"shop": {"northflank_project_id": "shop", "northflank_addon_ids": ["stock-db"]}}
    inventory.write_text(json.dumps({"northflank": {**PROJECTS["northflank"], "hosts": hosts}}))
    assert retry(simulator, inventory, addon="shop/orders-db")[:2] == (0, [])
    assert simulator.requests() == []


@pytest.mark.parametrize("addon", ["orders-db", "../orders-db", "shop/orders-db\n"])
def test_invalid_addons(simulator: Simulator, tmp_path: Path, addon: str) -> None:
    inventory = tmp_path / "projects.json"
    inventory.write_text(json.dumps(PROJECTS))
    code, taken, output = retry(simulator, inventory, addon=addon)
    assert (code, taken) == (2, []), output
    assert (
        "retry_backups_addon: must be the ID of a project, a slash, and the ID of an addon, such as shop/orders-db."
        in output
    )
    assert simulator.requests() == []


def test_cooldown(simulator: Simulator, inventory: Path) -> None:
    simulator.store.addon("shop", "orders-db").backups.append(backup(30, name="retry-of-another"))
    assert retry(simulator, inventory)[1] == EXPECTED[:1]
    assert retry(simulator, inventory, cooldown=30)[1] == EXPECTED[1:]


def test_a_retry_fails(simulator: Simulator, inventory: Path) -> None:
    """The others are not affected."""
    simulator.settings.backup_outcomes = {"billing/invoices-db": "failed"}
    code, taken, output = retry(simulator, inventory)
    assert (code, taken) == (2, EXPECTED), output
    assert "Backup retry-backup-5" in output
    assert "of billing/invoices-db was not successful: its status is 'failed'." in output


def test_an_addon_that_cannot_be_read(simulator: Simulator, inventory: Path) -> None:
    simulator.settings.forbidden = ["shop/stock-db"]
    code, taken, output = retry(simulator, inventory)
    assert (code, taken) == (2, EXPECTED), output
    assert "The token needs the permission Project > Addons > General > Read." in output


def test_an_inventory_without_hosts(simulator: Simulator, tmp_path: Path) -> None:
    inventory = tmp_path / "empty.json"
    inventory.write_text("{}")
    assert retry(simulator, inventory)[0] == 4
