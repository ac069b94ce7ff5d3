# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose the hosts of an inventory from the projects and addons that the API lists. Knows no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._addon_types import addon_type
from ansible_collections.community.northflank.plugins.module_utils._ids import id_problems

# By what addons are chosen and grouped.
TRAITS = ("project", "type", "tag", "status")

# What has a meaning in a host pattern, or would be taken for a template, or cannot be typed.
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]+")

# The longest name of a host in DNS; Northflank's IDs are much shorter.
_LONGEST_NAME = 253


@dataclass(frozen=True)
class Filters:
    """Which addons to choose, by trait: shell patterns. include: no patterns choose all; exclude wins."""

    include: Mapping[str, Sequence[str]]
    exclude: Mapping[str, Sequence[str]]

    def take(self, traits: Mapping[str, Sequence[str]]) -> bool:
        for name, values in traits.items():
            wanted = self.include.get(name)
            if wanted and not _matches(values, wanted):
                return False
            if _matches(values, self.exclude.get(name) or ()):
                return False
        return True


@dataclass(frozen=True)
class Host:
    """A host: an addon, a project, or a project that could not be read.

    name: the default name. variables: without their prefix. groups: by trait, the names that it is grouped by.
    unread: why the project, or an addon of it, could not be read; empty if it could.
    """

    name: str
    variables: Mapping[str, Any]
    groups: Mapping[str, Sequence[str]]
    unread: str = ""


def addon_hosts(projects: Sequence[Mapping[str, Any]], filters: Filters, team_id: str | None) -> Iterator[Host]:
    """Yield a host for each addon that the filters choose."""
    for project, addon in _addons(projects, filters):
        variables = {
            **_of_project(project, team_id),
            "addon_id": addon["id"],
            "addon_name": addon.get("name") or addon["id"],
            "addon_type": addon_type(addon),
            "addon_status": addon.get("status") or "",
            "addon_tags": _tags(addon),
        }
        traits = {**_traits(project, addon), "project": [project["id"]]}
        yield Host(f"{addon['id']}.{project['id']}", variables, traits)


def project_hosts(projects: Sequence[Mapping[str, Any]], filters: Filters, team_id: str | None) -> Iterator[Host]:
    """Yield a host for each project of which the filters choose an addon."""
    ids: dict[str, list[str]] = {}
    for project, addon in _addons(projects, filters):
        ids.setdefault(project["id"], []).append(addon["id"])
    for project in projects:
        if project["id"] in ids:
            variables = {**_of_project(project, team_id), "addon_ids": ids[project["id"]]}
            yield Host(project["id"], variables, {"project": [project["id"]]})


def unread_hosts(projects: Sequence[Mapping[str, Any]], filters: Filters) -> Iterator[Host]:
    """Yield a host for each project that could not be read in full, unless the filters exclude the project.

    Nobody knows the types, tags and statuses of its addons, so the other filters do not apply.
    """
    for project in projects:
        reasons = [project["unread"]] if "unread" in project else []
        reasons += [error for addon in project["addons"] for error in id_problems("addon id", addon["id"])]
        if reasons and filters.take({"project": _names_of(project)}):
            yield Host(
                f"unreadable.{host_name(project['id']) or 'project'}",
                {"project_id": project["id"], "project_name": project.get("name") or project["id"]},
                {"project": [project["id"]]},
                unread=f"Project {printable(project['id'])} could not be read: {printable(' '.join(reasons), 2000)}",
            )


def host_name(wished: str) -> str:
    """Replace what is more than a part of a name to Ansible."""
    return _NOT_IN_A_NAME.sub("-", wished).strip("-")[:_LONGEST_NAME]


def unique_names(
    wished: Sequence[str], hosts: Sequence[Host], is_free: Callable[[str, Host], bool]
) -> list[str | None]:
    """Return a name for each host, in their order: the wished one, else the default name, else a longer one, else None.

    A name that several hosts wish for goes to none of them: which one got it would depend on the order of the API.
    """
    count = Counter(wished)
    names: list[str | None] = [
        name if count[name] == 1 and is_free(name, host) else None for name, host in zip(wished, hosts)
    ]
    taken = {name for name in names if name}
    for index, host in enumerate(hosts):
        for name in (host.name, f"{host.name}.northflank"):
            if names[index] is None and name not in taken and is_free(name, host):
                names[index] = name
                taken.add(name)
    return names


def printable(text: str, longest: int = 200) -> str:
    """Return a text of the API that can be shown on a terminal: control characters escaped, the length bounded."""
    shown = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text[: longest + 1]
    )
    return shown if len(shown) <= longest else f"{shown[:longest]}..."


def _addons(
    projects: Sequence[Mapping[str, Any]], filters: Filters
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for project in projects:
        for addon in project["addons"]:
            named = not (id_problems("id", project["id"]) or id_problems("id", addon["id"]))
            if named and filters.take(_traits(project, addon)):
                yield project, addon


def _of_project(project: Mapping[str, Any], team_id: str | None) -> dict[str, Any]:
    team = {} if team_id is None else {"team_id": team_id}
    return {"project_id": project["id"], "project_name": project.get("name") or project["id"], **team}


def _names_of(project: Mapping[str, Any]) -> list[str]:
    return [project["id"], str(project.get("name") or "")]


def _traits(project: Mapping[str, Any], addon: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        "project": _names_of(project),
        "type": [addon_type(addon)],
        "tag": _tags(addon),
        "status": [str(addon.get("status") or "")],
    }


def _tags(addon: Mapping[str, Any]) -> list[str]:
    return [str(tag) for tag in addon.get("tags") or ()]


def _matches(values: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(value, pattern) for value in values for pattern in patterns)
