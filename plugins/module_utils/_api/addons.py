# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's addons.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .paging import items_with_ids, read_pages
from .paths import api_path
from .resources import ADDON, not_found_hint, permission_hint
from .transport import Transport


def list_addons(transport: Transport, project_id: str, team_id: str | None) -> list[dict[str, Any]]:
    """Return all addons of a project, as the API lists them. Raises ApiError."""
    path = addons_path(project_id, team_id)
    hints = {
        403: permission_hint(ADDON.list_permission),
        404: not_found_hint(f"project_id ({project_id})", team_id),
    }
    return items_with_ids(path, "an addon", read_pages(transport, path, "addons", hints))


def addons_path(project_id: str, team_id: str | None) -> str:
    """Return the path of the list of addons of a project."""
    return api_path(team_id, "projects", project_id, ADDON.collection)


def addon_type(addon: Mapping[str, Any]) -> str:
    """Return the type of an addon that the API lists, an empty string if it has none."""
    spec = addon.get("spec")
    return str(spec.get("type") or "") if isinstance(spec, Mapping) else ""


def addon_tags(addon: Mapping[str, Any]) -> list[str]:
    """Return the tags of an addon that the API lists."""
    tags = addon.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else []
