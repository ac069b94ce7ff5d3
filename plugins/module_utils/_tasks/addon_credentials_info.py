# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_credentials_info: read how to connect to an addon.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.addons import read_credentials
from .._api.resources import Resource
from . import argument_specs
from .connection import connect
from .context import Context
from .results import result_or_raise
from .validation import common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    "project_id": argument_specs.option("projectId", type="str", required=True),
    "addon_id": argument_specs.option("addonId", type="str", required=True),
}


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    addon = Resource(params["project_id"], params["addon_id"], params["team_id"])
    errors = common_errors(ARGUMENT_SPEC, params)
    if not context.no_log:
        errors.append("no_log: set this keyword of the task to true, because the result contains secrets")
    with connect(params, context, errors) as transport:
        credentials = read_credentials(transport, addon)
        return result_or_raise({"changed": False, "credentials": credentials, **transport.usage()}, [], context)
