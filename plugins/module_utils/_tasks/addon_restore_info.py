# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_restore_info: read the restores of addons.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.resources import ADDON, Resource
from .._api.restores import list_restores
from .._model.restore import newest_first
from . import argument_specs
from .batch import for_each
from .connection import connect
from .context import Context
from .results import result_or_raise
from .selection import select_resources
from .validation import common_errors

ARGUMENT_SPEC: dict[str, Any] = {**argument_specs.connection(), **argument_specs.addons_of_project()}


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    with connect(params, context, common_errors(ARGUMENT_SPEC, params)) as transport:

        def read(addon: Resource) -> dict[str, Any]:
            restores = newest_first(list_restores(transport, addon))
            return {"restores": [restore.to_result() for restore in restores]}

        entries = for_each(transport, params, context, select_resources(transport, ADDON, params), read)
        return result_or_raise({"changed": False, "addons": entries, **transport.usage()}, entries, context)
