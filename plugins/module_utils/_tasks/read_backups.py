# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the backups of addons or volumes: what addon_backup_info and volume_backup_info share.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._api.backups import list_backups
from .._api.resources import Resource, ResourceType
from .._model.backup import newest_first
from .._model.text import short_repr
from .._model.times import parse_time
from .batch import for_each
from .connection import connect
from .context import Context
from .results import result_or_raise
from .selection import select_resources
from .validation import common_errors


def read_backups(
    type_: ResourceType,
    argument_spec: Mapping[str, Any],
    params: Mapping[str, Any],
    context: Context,
    known_statuses: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Read the backups of resources of a type, and return the result of the module.

    known_statuses: of the backups to return, if the option status is omitted; None returns them all.

    Raises InvalidOptions before the first request; TaskFailed with the result.
    """
    errors = common_errors(argument_spec, params)
    since = parse_time(params["since"])
    if params["since"] is not None and since is None:
        errors.append(
            f"since: {short_repr(params['since'])} is not a time such as 2026-11-24T02:30:00Z"
            " between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z"
        )
    statuses = known_statuses if params["status"] is None else params["status"]
    newest_only = params["newest_only"]
    with connect(params, context, errors) as transport:

        def read(resource: Resource) -> dict[str, Any]:
            listed = list_backups(transport, resource)
            backups = newest_first(listed, since, statuses, bool if newest_only else None)
            return {"backups": [backup.to_result() for backup in backups[: 1 if newest_only else None]]}

        entries = for_each(transport, params, context, select_resources(transport, type_, params), read)
        result = {"changed": False, type_.collection: entries, **transport.usage()}
        return result_or_raise(result, entries, context, type_.name)
