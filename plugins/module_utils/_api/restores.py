# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's restores of an addon. Each call may raise ApiError and Interrupted.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from .._model.ids import is_id
from .._model.restore import Restore
from .paging import distinct, read_pages
from .resources import Resource, not_found_hint
from .responses import unexpected_response
from .transport import Transport


def list_restores(transport: Transport, addon: Resource) -> Iterator[Restore]:
    """Return the restores of an addon in the order of the API, requesting each page when it is needed."""
    path = f"{addon.path}/restores"
    return distinct(path, "restores", read_pages(transport, path, "restores", addon.hints("GET")), Restore.from_api)


def create_restore(
    transport: Transport, target: Resource, source: Resource, backup_id: str, known: Container[str] = ()
) -> Restore:
    """Start to overwrite an addon with a backup, and return the restore as far as the response does.

    source: the addon that the backup is of. backup_id: validated, for it becomes a part of the path.
    known: the IDs of earlier restores.

    After an ApiError with outcome_unknown, it may have started all the same.
    """
    path = f"{target.backups_path}/{backup_id}/restore"
    ids = f"project_id ({target.project_id}), addon_id ({target.id}) and backup_id ({backup_id})"
    if source != target:
        ids += f" of source_project_id ({source.project_id}) and source_addon_id ({source.id})"
    hints = {**target.hints("POST"), 404: not_found_hint(ids, target.team_id)}
    # API reference, "Restore addon backup": for a backup of another addon.
    query = None if source == target else {"sourceProjectId": source.project_id, "sourceAddonId": source.id}
    data = transport.request("POST", path, query=query, hints=hints)["data"]
    if not is_id(data.get("restoreId")):
        raise unexpected_response("POST", path, "has no ID of the restore")
    if data["restoreId"] in known:
        raise unexpected_response("POST", path, f"has the ID of an earlier restore, {data['restoreId']}")
    return Restore(data["restoreId"], backup_id, "scheduled")
