# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a playbook as AWX runs a sliced job: with ansible-runner, each slice on an execution node of its own.

``ansible-runner transmit`` packs the playbook, the inventory of a slice and its environment, ``worker`` runs them
in a directory of its own, and ``process`` receives the results.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playbook_runner import environment, write_playbook
from simulator.server import Simulator

_RUNNER = Path(sys.executable).with_name("ansible-runner")
_IDENT = "job"

# What AWX gives a job instead of an inventory file: a script that prints the hosts of the slice.
_SCRIPT = """#!/bin/sh
cat "$(dirname "$0")/../env/hosts.json"
"""


@dataclass(frozen=True)
class Slice:
    """A slice that has ended. folder: where its work was done; files that it wrote are in project/."""

    exit_code: int
    output: str
    hosts: list[str]
    folder: Path


def credentials(simulator: Simulator) -> dict[str, str]:
    """Return the environment variables of a job."""
    return {"NORTHFLANK_API_BASE_URL": simulator.url, "NORTHFLANK_API_TOKEN": simulator.token}


def synchronized_inventory(simulator: Simulator, folder: Path, **variables: Any) -> dict[str, Any]:
    """Return the inventory that AWX has synchronized before the job, as ansible-inventory --list prints it.

    variables: of all hosts. The requests so far are not those of the job: the simulator forgets them.
    """
    source = folder / "fleet.northflank.yml"
    source.write_text("plugin: community.northflank.northflank\n")
    listed = subprocess.run(
        [Path(sys.executable).with_name("ansible-inventory"), "--inventory", source, "--list"],
        env=environment(folder / "home", **credentials(simulator)),
        check=True,
        capture_output=True,
    )
    inventory: dict[str, Any] = json.loads(listed.stdout)
    for each in inventory["_meta"]["hostvars"].values():
        each.update(variables, ansible_connection="local", ansible_python_interpreter=sys.executable)
    simulator.gateway.limit.reset()
    simulator.clear_log()
    return inventory


def run_slices(
    folder: Path,
    plays: Sequence[Mapping[str, Any]],
    inventory: Mapping[str, Any],
    count: int,
    env: Mapping[str, str],
    forks: int = 5,
) -> list[Slice]:
    """Run the slices of a job in parallel.

    inventory: as ansible-inventory --list prints it. env: of the job, such as its credentials.
    """
    started = []
    for number in range(count):
        slice_folder = folder / f"slice-{number + 1}"
        hosts = sorted(inventory["_meta"]["hostvars"])[number::count]
        _prepare(slice_folder / "job", plays, _inventory_of(inventory, hosts), env)
        transmit = [_RUNNER, "transmit", slice_folder / "job", "--playbook", "playbook.yml", "--ident", _IDENT]
        worker = [_RUNNER, "worker", "--private-data-dir", slice_folder / "node"]
        process = [_RUNNER, "process", slice_folder / "results", "--ident", _IDENT]
        commands = [[*transmit, "--forks", str(forks)], worker, process]
        # ansible-runner looks for ansible-playbook.
        path = os.pathsep.join([str(_RUNNER.parent), os.environ["PATH"]])
        started.append((slice_folder, hosts, _start(commands, environment(slice_folder / "home", PATH=path))))
    ended = []
    for slice_folder, hosts, last in started:
        last.communicate()
        artifacts = slice_folder / "results" / "artifacts" / _IDENT
        exit_code = int((artifacts / "rc").read_text())
        ended.append(Slice(exit_code, (artifacts / "stdout").read_text(), hosts, slice_folder / "node"))
    return ended


def _prepare(
    folder: Path, plays: Sequence[Mapping[str, Any]], inventory: Mapping[str, Any], env: Mapping[str, str]
) -> None:
    """Write the private data directory of a slice."""
    for name in ("project", "inventory", "env"):
        (folder / name).mkdir(parents=True)
    write_playbook(folder / "project", *plays)
    (folder / "env" / "hosts.json").write_text(json.dumps(inventory))
    (folder / "env" / "envvars").write_text(json.dumps({**env, "ANSIBLE_NOCOLOR": "1"}))
    script = folder / "inventory" / "hosts"
    script.write_text(_SCRIPT)
    script.chmod(0o755)


def _inventory_of(inventory: Mapping[str, Any], hosts: Sequence[str]) -> dict[str, Any]:
    """Return the inventory of a slice: its hosts, and their groups."""
    groups = {
        name: {**group, "hosts": [host for host in group.get("hosts", ()) if host in hosts]}
        for name, group in inventory.items()
        if name != "_meta"
    }
    hostvars = inventory["_meta"]["hostvars"]
    return {**groups, "_meta": {"hostvars": {host: hostvars[host] for host in hosts}}}


def _start(commands: Sequence[Sequence[Any]], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a pipeline of commands, and return the last one."""
    stream: Any = subprocess.DEVNULL
    for command in commands:
        process = subprocess.Popen(command, env=env, stdin=stream, stdout=subprocess.PIPE)
        stream = process.stdout
    return process
