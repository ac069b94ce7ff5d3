# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_fork_info: list the addons of a project that this collection created from backups.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.addons import list_addons
from . import argument_specs
from .connection import connect
from .context import Context
from .results import result_or_raise
from .validation import common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    "project_id": argument_specs.option("projectId", type="str", required=True),
}


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    with connect(params, context, common_errors(ARGUMENT_SPEC, params)) as transport:
        listed = list_addons(transport, params["project_id"], params["team_id"])
        # Each once: a list may shift between its pages.
        forks = {each.addon_id: each.to_result() for each in listed if each.marker is not None}
        return result_or_raise({"changed": False, "forks": list(forks.values()), **transport.usage()}, [], context)
