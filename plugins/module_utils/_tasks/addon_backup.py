# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_backup: take, retain, abort or delete a backup of an addon.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .._api.resources import Resource
from .._model.times import utc_now
from . import argument_specs
from .context import Context
from .on_demand_backup import run_on

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    "project_id": argument_specs.option("projectId", type="str", required=True),
    "addon_id": argument_specs.option("addonId", type="str", required=True),
    "state": {"type": "str", "choices": ["present", "absent", "retained", "aborted"], "default": "present"},
    **argument_specs.on_demand_backup(),
    "backup_type": argument_specs.option("backupType", type="str", choices=["dump", "snapshot"], default="snapshot"),
    **argument_specs.storage(),
}


def run(params: Mapping[str, Any], context: Context, now: Callable[[], datetime] = utc_now) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    addon = Resource(params["project_id"], params["addon_id"], params["team_id"])
    return run_on(addon, ARGUMENT_SPEC, params, context, now())
