# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variants of a rollout: their commands, hosts and variables."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from performance.fleet import BODIES, OPTIONS, TOKEN, Fleet

HERE = Path(__file__).parent

# Of hosts = projects.
_ADDONS_PER_PROJECT = 20

# With assignments: 1000 addons are 40 projects.
_ADDONS_PER_LISTED_PROJECT = 25

_EVERYTHING = sys.maxsize


@dataclass(frozen=True)
class Variant:
    """A variant of a rollout.

    letter, title: in the report. playbook: in playbooks/, or script: a module of this package.
    hosts: whether a host is an addon, a project or an account. per_project: the number of addons in a project.
    requests: the number of requests for a converged addon. asks_types: whether a run that creates schedules lists the
    addon types once. lists_addons, lists_projects: whether a run lists the addons of each project, and the projects.
    variables: of all hosts, or the input of a script.
    """

    letter: str
    title: str
    playbook: str = ""
    script: str = ""
    hosts: str = "addon"
    per_project: int = _ADDONS_PER_PROJECT
    requests: int = 1
    asks_types: bool = False
    lists_addons: bool = False
    lists_projects: bool = False
    variables: tuple[tuple[str, Any], ...] = ()

    @property
    def uses_patch(self) -> bool:
        return dict(self.variables).get("write_method") == "addon"

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases that are measured: only those that differ from other variants."""
        if not self.requests:
            return ("converged",)
        return ("creating",) if self.uses_patch else ("creating", "converged")

    def fleet(self, addons: int) -> Fleet:
        return Fleet(addons, min(self.per_project, addons))


_THREADS = ("concurrency", 16)
_ROLE_THREADS = ("backup_schedules_concurrency", 16)
_POST = ("write_method", "schedule")
_PATCH = ("write_method", "addon")
_AS_MODULE = ("northflank_in_process", False)

VARIANTS = {
    variant.letter: variant
    for variant in (
        Variant("a", "uri: read, post what is missing; hosts = addons", "uri.yml"),
        Variant("b", "addon_backup_schedule in a loop; hosts = addons", "one_schedule.yml", requests=len(BODIES)),
        Variant(
            "b-module",
            "as b, without the action plugin",
            "one_schedule.yml",
            requests=len(BODIES),
            variables=(_AS_MODULE,),
        ),
        Variant(
            "c",
            "addon_backup_schedules without the action plugin; hosts = addons",
            "addons.yml",
            variables=(_AS_MODULE,),
        ),
        Variant("d", "addon_backup_schedules; hosts = addons", "addons.yml"),
        Variant("d-role", "the role backup_schedules; hosts = addons", "role.yml", asks_types=True),
        Variant(
            "e",
            "addon_backup_schedules; hosts = projects",
            "projects.yml",
            hosts="project",
            variables=(_POST, ("concurrency", 8)),
        ),
        Variant(
            "f",
            "addon_backup_schedules; one task",
            "projects.yml",
            hosts="project",
            per_project=_EVERYTHING,
            variables=(_POST, _THREADS),
        ),
        Variant(
            "e-role",
            "the role backup_schedules with assignments; hosts = projects",
            "role_assignments.yml",
            hosts="project",
            per_project=_ADDONS_PER_LISTED_PROJECT,
            asks_types=True,
            lists_addons=True,
            variables=(
                ("northflank_project_id", "{{ project_id }}"),
                ("backup_schedules_all_addons", True),
                _ROLE_THREADS,
            ),
        ),
        Variant(
            "f-role",
            "the role backup_schedules with assignments; one host for all projects",
            "role_assignments.yml",
            hosts="account",
            per_project=_ADDONS_PER_LISTED_PROJECT,
            asks_types=True,
            lists_addons=True,
            lists_projects=True,
            variables=(("backup_schedules_all_projects", True), _ROLE_THREADS),
        ),
        Variant(
            "f-patch",
            "as f, write_method: addon",
            "projects.yml",
            hosts="project",
            per_project=_EVERYTHING,
            variables=(_PATCH, _THREADS),
        ),
        Variant("g", "official client northflank, 16 threads", script="with_northflank", variables=(_POST,)),
        Variant("h", "bare requests, 16 threads", script="with_requests", variables=(_POST,)),
        Variant("h-patch", "as h, by PATCH", script="with_requests", variables=(_PATCH,)),
        Variant("i", "debug; hosts = addons", "no_op.yml", requests=0),
        Variant(
            "start", "a play without tasks; one host", "empty.yml", hosts="project", per_project=_EVERYTHING, requests=0
        ),
    )
}


@dataclass(frozen=True)
class Command:
    """A command: its arguments, its standard input, and additional environment variables."""

    arguments: list[str]
    input: str
    env: dict[str, str]


def command(variant: Variant, fleet: Fleet, url: str, forks: int, folder: Path) -> Command:
    """Return the command of a variant. folder: an empty folder for its inventory."""
    if variant.script:
        input_ = {"url": url, "token": TOKEN, "bodies": BODIES, "pairs": fleet.pairs(), **dict(variant.variables)}
        return Command([sys.executable, "-m", f"performance.{variant.script}"], json.dumps(input_), {})
    inventory = folder / "inventory.yml"
    inventory.write_text(json.dumps(_inventory(variant, fleet, url)))
    arguments = [str(Path(sys.executable).parent / "ansible-playbook"), "--inventory", str(inventory)]
    return Command([*arguments, str(HERE / "playbooks" / variant.playbook)], "", _ansible_env(forks, folder))


def _inventory(variant: Variant, fleet: Fleet, url: str) -> dict[str, Any]:
    hosts_of: dict[str, Callable[[Fleet], dict[str, Any]]] = {
        "addon": _addon_hosts,
        "project": _project_hosts,
        "account": lambda fleet: {"account": {}},
    }
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "api_url": url,
        "api_token": TOKEN,
        "bodies": BODIES,
        "schedules": OPTIONS,
        **dict(variant.variables),
    }
    return {"all": {"hosts": hosts_of[variant.hosts](fleet), "vars": variables}}


def _addon_hosts(fleet: Fleet) -> dict[str, Any]:
    return {addon: {"project_id": project, "addon_id": addon} for project, addon in fleet.pairs()}


def _project_hosts(fleet: Fleet) -> dict[str, Any]:
    return {project: {"project_id": project, "addon_ids": addons} for project, addons in fleet.projects().items()}


def _ansible_env(forks: int, folder: Path) -> dict[str, str]:
    """Return environment variables that override the settings of the user."""
    settings = folder / "ansible.cfg"
    settings.touch()
    return {
        "ANSIBLE_CONFIG": str(settings),
        "ANSIBLE_FORKS": str(forks),
        "ANSIBLE_HOME": str(folder),
        "ANSIBLE_STRATEGY": "linear",
    }
