# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose the hosts of an inventory from the projects, addons and volumes that the API lists. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._api.listing import addon_type, tags_of
from ansible_collections.community.northflank.plugins.module_utils._api.resources import (
    ADDON,
    RESOURCE_TYPES,
    VOLUME,
    ResourceType,
)
from ansible_collections.community.northflank.plugins.module_utils._model.ids import is_id
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_host_names import host_name
from ansible_collections.community.northflank.plugins.plugin_utils._text import escape_control_characters

# The properties of addons and volumes by which the options filter.
TRAITS = ("project", "type", "tag", "name", "status")

# What the names of hosts begin with, by type. An addon and a volume of a project may have the same ID.
_PREFIXES = {ADDON: "", VOLUME: "volume."}


@dataclass(frozen=True)
class Filters:
    """Shell patterns that select addons and volumes, by trait.

    include: all match if it is empty. exclude: takes precedence over include.
    """

    include: Mapping[str, Sequence[str]]
    exclude: Mapping[str, Sequence[str]]

    def match(self, traits: Mapping[str, Sequence[str]]) -> bool:
        """Return whether an addon or a volume with these traits is selected. Filters by other traits do not apply."""
        for name, values in traits.items():
            included = self.include.get(name)
            if included and not _matches(values, included):
                return False
            if _matches(values, self.exclude.get(name) or ()):
                return False
        return True


@dataclass(frozen=True)
class Host:
    """A host: an addon, a volume, a project, or a project that could not be read.

    name: the default name. variables: without their prefix. groups: the values that it is grouped by, by trait.
    unreadable: why the project, or a part of it, could not be read; empty if it could.
    """

    name: str
    variables: Mapping[str, Any]
    groups: Mapping[str, Sequence[str]]
    unreadable: str = ""


def resource_hosts(
    type_: ResourceType, projects: Sequence[Mapping[str, Any]], filters: Filters, team_id: str | None
) -> Iterator[Host]:
    """Yield a host for each addon, or each volume, that the filters match."""
    for project, listed in _listed(type_, projects, filters):
        properties = {
            "id": listed["id"],
            "name": listed.get("name") or listed["id"],
            **({"type": addon_type(listed)} if type_.has_types else {}),
            "status": listed.get("status") or "",
            "tags": tags_of(listed),
        }
        variables = {f"{type_.name}_{name}": value for name, value in properties.items()}
        groups = {
            "project": [project["id"]],
            "type": [addon_type(listed) if type_.has_types else type_.name],
            "tag": properties["tags"],
            "status": [str(properties["status"])],
        }
        name = f"{_PREFIXES[type_]}{listed['id']}.{project['id']}"
        yield Host(name, {**_of_project(project, team_id), **variables}, groups)


def project_hosts(projects: Sequence[Mapping[str, Any]], filters: Filters, team_id: str | None) -> Iterator[Host]:
    """Yield a host for each project with an addon that the filters match."""
    ids: dict[str, list[str]] = {}
    for project, addon in _listed(ADDON, projects, filters):
        ids.setdefault(project["id"], []).append(addon["id"])
    for project in projects:
        if project["id"] in ids:
            variables = {**_of_project(project, team_id), "addon_ids": ids[project["id"]]}
            yield Host(project["id"], variables, {"project": [project["id"]]})


def unreadable_hosts(projects: Sequence[Mapping[str, Any]], filters: Filters) -> Iterator[Host]:
    """Yield a host for each project that could not be read in full, unless the filters exclude the project.

    The types, tags, names and statuses of its addons and volumes are unknown, so the other filters do not apply.
    """
    for project in projects:
        reasons = [project["unreadable"]] if "unreadable" in project else []
        reasons += [
            f"The API lists {type_} with the invalid ID {short_repr(listed['id'])}."
            for type_ in RESOURCE_TYPES
            for listed in project.get(type_.collection, ())
            if not is_id(listed["id"])
        ]
        if reasons and filters.match({"project": _names_of(project)}):
            yield Host(
                f"unreadable.{host_name(project['id']) or 'project'}",
                {"project_id": project["id"], "project_name": project.get("name") or project["id"]},
                {"project": [project["id"]]},
                unreadable=f"Project {escape_control_characters(project['id'])} could not be read:"
                f" {escape_control_characters(' '.join(reasons), 2000)}",
            )


def _listed(
    type_: ResourceType, projects: Sequence[Mapping[str, Any]], filters: Filters
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for project in projects:
        for listed in project[type_.collection]:
            named = is_id(project["id"]) and is_id(listed["id"])
            if named and filters.match(_traits(type_, project, listed)):
                yield project, listed


def _of_project(project: Mapping[str, Any], team_id: str | None) -> dict[str, Any]:
    team = {} if team_id is None else {"team_id": team_id}
    return {"project_id": project["id"], "project_name": project.get("name") or project["id"], **team}


def _names_of(listed: Mapping[str, Any]) -> list[str]:
    return [listed["id"], str(listed.get("name") or "")]


def _traits(type_: ResourceType, project: Mapping[str, Any], listed: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        "project": _names_of(project),
        **({"type": [addon_type(listed)]} if type_.has_types else {}),
        "tag": tags_of(listed),
        "name": _names_of(listed),
        "status": [str(listed.get("status") or "")],
    }


def _matches(values: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(value, pattern) for value in values for pattern in patterns)
