# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's projects.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from typing import Any

from .paging import items_with_ids, read_pages
from .paths import api_path
from .resources import ORGANIZATION_HINT, permission_hint
from .transport import Transport


def list_projects(transport: Transport, team_id: str | None) -> list[dict[str, Any]]:
    """Return all projects that the token can see, as the API lists them. Raises ApiError."""
    path = api_path(team_id, "projects")
    not_found = f"Check team_id ({team_id})." if team_id else f"Check api_url. {ORGANIZATION_HINT}"
    hints = {403: permission_hint("Project > General > Read"), 404: not_found}
    return items_with_ids(path, "a project", read_pages(transport, path, "projects", hints))
