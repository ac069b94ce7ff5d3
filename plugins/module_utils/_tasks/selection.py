# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Select the addons that a task is about.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.addons import addons_path, list_addons
from .._api.paging import unexpected_response
from .._api.resources import Resource
from .._api.transport import Transport
from .._model.ids import id_errors


def select_addons(transport: Transport, params: Mapping[str, Any]) -> list[Resource]:
    """Return the addons in the option addon_ids, each once; if it is omitted, all addons of the project.

    Raises ApiError.
    """
    project_id, team_id, ids = params["project_id"], params["team_id"], params["addon_ids"]
    if ids is not None:
        return [Resource(project_id, addon_id, team_id) for addon_id in dict.fromkeys(ids)]
    # By ID: a list may shift between its pages, but two threads must not work on the same addon.
    listed = {addon["id"]: addon.get("status") for addon in list_addons(transport, project_id, team_id)}
    errors = [error for addon_id in listed for error in id_errors("addon", addon_id)]
    if errors:
        raise unexpected_response("GET", addons_path(project_id, team_id), f"has an invalid ID: {errors[0]}")
    return [
        Resource(project_id, addon_id, team_id, status=status if isinstance(status, str) else None)
        for addon_id, status in listed.items()
    ]
