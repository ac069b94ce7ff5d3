# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts an inventory has, out of the projects and addons that the API lists. Knows no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._addon_types import addon_type
from ansible_collections.community.northflank.plugins.module_utils._ids import id_problems

# By what addons are chosen and grouped.
TRAITS = ("project", "type", "tag", "status")

# What has a meaning in a host pattern, or would be taken for a template, or cannot be typed.
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Filters:
    """Which addons to take, by trait: patterns as of a shell. include: no patterns take all; exclude wins."""

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
    """A host: an addon or a project.

    name: if nothing else is wished for. variables: without their prefix. groups: by trait, the names that it is
    grouped by.
    """

    name: str
    variables: Mapping[str, Any]
    groups: Mapping[str, Sequence[str]]


def addon_hosts(projects: Sequence[Mapping[str, Any]], filters: Filters, team_id: str | None) -> Iterator[Host]:
    """Give a host for each addon that the filters take."""
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
    """Give a host for each project of which the filters take an addon."""
    ids: dict[str, list[str]] = {}
    for project, addon in _addons(projects, filters):
        ids.setdefault(project["id"], []).append(addon["id"])
    for project in projects:
        if project["id"] in ids:
            variables = {**_of_project(project, team_id), "addon_ids": ids[project["id"]]}
            yield Host(project["id"], variables, {"project": [project["id"]]})


def no_ids(projects: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say which ids no request could be made with; their projects and addons are no hosts."""
    return [
        problem
        for project in projects
        for each in (project, *project["addons"])
        for problem in id_problems("id", each["id"])
    ]


def host_name(wished: str) -> str:
    """Make a name that Ansible takes for nothing but a name."""
    return _NOT_IN_A_NAME.sub("-", wished).strip("-")


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


def _traits(project: Mapping[str, Any], addon: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        "project": [project["id"], str(project.get("name") or "")],
        "type": [addon_type(addon)],
        "tag": _tags(addon),
        "status": [str(addon.get("status") or "")],
    }


def _tags(addon: Mapping[str, Any]) -> list[str]:
    return [str(tag) for tag in addon.get("tags") or ()]


def _matches(values: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(value, pattern) for value in values for pattern in patterns)
