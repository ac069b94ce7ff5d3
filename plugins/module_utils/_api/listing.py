# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's lists of the addons and volumes of a project.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.drill import is_of_drill
from .paging import items_with_ids, read_pages
from .paths import api_path
from .resources import ResourceType
from .transport import Transport


def list_resources(
    transport: Transport, type_: ResourceType, project_id: str, team_id: str | None
) -> list[dict[str, Any]]:
    """Return all resources of a type of a project, as the API lists them. Raises ApiError."""
    path = list_path(type_, project_id, team_id)
    hints = type_.hints(type_.list_permission, f"project_id ({project_id})", team_id)
    listed = read_pages(transport, path, type_.collection, hints, may_be_bare=type_.may_be_bare)
    return items_with_ids(path, str(type_), listed)


def list_fleet(transport: Transport, type_: ResourceType, project_id: str, team_id: str | None) -> list[dict[str, Any]]:
    """Return the resources of a project that are to be backed up: all but the forks of restore drills. Raises ApiError.

    Such a fork exists for minutes, and its schedules and backups would vanish with it.
    """
    listed = list_resources(transport, type_, project_id, team_id)
    return [each for each in listed if not is_of_drill(each.get("name"), each.get("description"))]


def list_path(type_: ResourceType, project_id: str, team_id: str | None) -> str:
    """Return the path of the list of resources of a type of a project."""
    return api_path(team_id, "projects", project_id, type_.collection)


def addon_type(listed: Mapping[str, Any]) -> str:
    """Return the type of an addon that the API lists; an empty string if it has none, such as for a volume."""
    spec = listed.get("spec")
    return str(spec.get("type") or "") if isinstance(spec, Mapping) else ""


def tags_of(listed: Mapping[str, Any]) -> list[str]:
    """Return the tags of a resource that the API lists."""
    tags = listed.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else []
