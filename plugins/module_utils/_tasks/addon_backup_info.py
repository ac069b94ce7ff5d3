# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_backup_info: read the backups of addons.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.backups import list_backups
from .._api.resources import ADDON, Resource
from .._model.backup import STATUSES, newest_first
from .._model.text import short_repr
from .._model.times import parse_time
from . import argument_specs
from .batch import for_each
from .connection import connect
from .context import Context
from .results import result_or_raise
from .selection import select_resources
from .validation import common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    **argument_specs.addons_of_project(),
    "status": {"type": "list", "elements": "str", "choices": list(STATUSES)},
    "since": {"type": "str"},
    "newest_only": {"type": "bool", "default": False},
}


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    errors = common_errors(ARGUMENT_SPEC, params)
    since = parse_time(params["since"])
    if params["since"] is not None and since is None:
        errors.append(
            f"since: {short_repr(params['since'])} is not a time such as 2026-11-24T02:30:00Z"
            " between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z"
        )
    statuses = STATUSES if params["status"] is None else params["status"]
    newest_only = params["newest_only"]
    with connect(params, context, errors) as transport:

        def read(addon: Resource) -> dict[str, Any]:
            listed = list_backups(transport, addon)
            backups = newest_first(listed, since, statuses, bool if newest_only else None)
            return {"backups": [backup.to_result() for backup in backups[: 1 if newest_only else None]]}

        addons = for_each(transport, params, context, select_resources(transport, ADDON, params), read)
        return result_or_raise({"changed": False, "addons": addons, **transport.usage()}, addons, context)
