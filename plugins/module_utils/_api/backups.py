# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's backups of a resource. Each call may raise ApiError and Interrupted.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from .._model.backup import Backup, VolumeBackup
from .._model.ids import is_id
from .._model.text import short_repr
from .paging import distinct, read_object, read_pages
from .resources import VOLUME, Resource, not_found_hint
from .responses import unexpected_response
from .transport import Transport


def list_backups(transport: Transport, resource: Resource) -> Iterator[Backup]:
    """Return the backups of a resource in the order of the API, requesting each page when it is needed."""
    path = resource.backups_path
    items = read_pages(transport, path, "backups", resource.hints("GET"), may_be_bare=resource.type.may_be_bare)
    return distinct(path, "backups", items, partial(_parse, resource))


def read_backup(transport: Transport, resource: Resource, backup_id: str) -> Backup:
    """Return a backup. Raises ApiError if the response is about another one."""
    path = _path(resource, backup_id)
    backup = _backup("GET", path, resource, read_object(transport, path, _hints(resource, "GET", backup_id)))
    if backup.id != backup_id:
        raise unexpected_response("GET", path, f"is the backup {short_repr(backup.id)}")
    return backup


def create_backup(transport: Transport, resource: Resource, body: Mapping[str, Any]) -> Backup:
    """Start a backup and return it. After an ApiError with outcome_unknown it may exist all the same."""
    path = resource.backups_path
    response = transport.request("POST", path, body=body, hints=resource.hints("POST"))
    return _backup("POST", path, resource, response["data"])


def retain_backup(transport: Transport, resource: Resource, backup_id: str) -> None:
    """Keep a backup after its retention time. Harmless to repeat after an ApiError with outcome_unknown."""
    _act(transport, resource, backup_id, "retain")


def abort_backup(transport: Transport, resource: Resource, backup_id: str) -> None:
    """Stop a backup in progress. After an ApiError with outcome_unknown it may have stopped all the same."""
    _act(transport, resource, backup_id, "abort")


def delete_backup(transport: Transport, resource: Resource, backup_id: str) -> None:
    """Delete a backup. After an ApiError with outcome_unknown, or a 404, it may be deleted all the same."""
    transport.request("DELETE", _path(resource, backup_id), hints=_hints(resource, "DELETE", backup_id))


def _act(transport: Transport, resource: Resource, backup_id: str, action: str) -> None:
    path = f"{_path(resource, backup_id)}/{action}"
    transport.request("POST", path, hints=_hints(resource, "POST", backup_id))


def _path(resource: Resource, backup_id: str) -> str:
    # The user's are validated before the first request.
    if not is_id(backup_id):
        raise unexpected_response("GET", resource.backups_path, f"has {backup_id!r} as the ID of a backup")
    return f"{resource.backups_path}/{backup_id}"


def _hints(resource: Resource, method: str, backup_id: str) -> dict[int, str]:
    ids = f"project_id ({resource.project_id}), {resource.type.id_option} ({resource.id}) and backup_id ({backup_id})"
    return {**resource.hints(method), 404: not_found_hint(ids, resource.team_id)}


def _backup(method: str, path: str, resource: Resource, returned: Mapping[str, Any]) -> Backup:
    try:
        return _parse(resource, returned)
    except ValueError as error:
        raise unexpected_response(method, path, f"is {error}") from error


def _parse(resource: Resource, returned: Mapping[str, Any]) -> Backup:
    return (VolumeBackup if resource.type is VOLUME else Backup).from_api(returned)
