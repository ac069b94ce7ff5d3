# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's backups of a resource.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator

from .._model.backup import Backup
from .paging import read_pages
from .resources import Resource
from .responses import unexpected_response
from .transport import Transport


def list_backups(transport: Transport, resource: Resource) -> Iterator[Backup]:
    """Yield the backups of a resource in the order of the API, requesting each page when it is needed.

    Raises ApiError.
    """
    path = resource.backups_path
    type_ = resource.type
    for each in read_pages(transport, path, "backups", resource.hints("GET"), may_be_bare=type_.may_be_bare):
        try:
            yield Backup.from_api(each, type_.schema.backup_types)
        except ValueError as error:
            raise unexpected_response("GET", path, f"has an item that is {error}") from error
