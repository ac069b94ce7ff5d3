# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the inventory plugin, and for comparison an inventory script that prints the same hosts."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from performance.fleet import TOKEN, Fleet
from performance.measuring import timed
from performance.serving import Server
from performance.variants import Command

_PLUGIN = "plugin: community.northflank.northflank\n"
_CACHE = "cache: true\ncache_plugin: jsonfile\ncache_connection: {folder}/cache\n"


@dataclass(frozen=True)
class Inventory:
    """The cost of a run of ansible-inventory. wall, cpu: in seconds. memory: in MiB. lines: of the output."""

    what: str
    wall: float
    cpu: float
    memory: float
    requests: int
    lines: int


def measure_inventories(server: Server, projects: int, per_project: int) -> Iterator[Inventory]:
    """Yield the cost of each way to read the addons of an account."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plugin, cached, script = (folder / each for each in ("a.northflank.yml", "b.northflank.yml", "script"))
        plugin.write_text(_PLUGIN)
        cached.write_text(_PLUGIN + _CACHE.format(folder=folder))
        server.reset(Fleet(projects * per_project, per_project), latency=0.0, converged=True)

        def run(what: str, source: Path, *arguments: str) -> Inventory:
            before = sum(server.counts()["requests"].values())
            program = str(Path(sys.executable).with_name("ansible-inventory"))
            env = {
                "ANSIBLE_HOME": str(folder / "home"),
                "NORTHFLANK_API_BASE_URL": server.url,
                "NORTHFLANK_API_TOKEN": TOKEN,
            }
            wall, usage = timed(Command([program, "--inventory", str(source), *arguments], "", env), folder)
            requests = sum(server.counts()["requests"].values()) - before
            with (folder / "output").open() as output:
                lines = sum(1 for _line in output)
            return Inventory(what, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, requests, lines)

        yield run("the plugin, `--list`", plugin, "--list")
        shutil.copy(folder / "output", folder / "listed.json")
        script.write_text(f"#!/bin/sh\ncat {folder}/listed.json\n")
        script.chmod(0o755)
        yield run("a script that prints the same JSON, `--list`", script, "--list")
        yield run("the plugin, `--graph`", plugin, "--graph")
        # The first run fills the cache.
        run("", cached, "--list")
        yield run("the plugin with its cache, `--list`", cached, "--list")
