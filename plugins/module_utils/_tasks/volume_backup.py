# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module volume_backup: take or delete a backup of a volume.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .._api.resources import VOLUME, Resource
from .._model.times import utc_now
from . import argument_specs
from .context import Context
from .on_demand_backup import run_on

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    "project_id": argument_specs.option("projectId", type="str", required=True),
    "volume_id": argument_specs.option("volumeId", type="str", required=True),
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    **argument_specs.on_demand_backup(),
    "description": {"type": "str"},
}


def run(params: Mapping[str, Any], context: Context, now: Callable[[], datetime] = utc_now) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    volume = Resource(params["project_id"], params["volume_id"], params["team_id"], VOLUME)
    return run_on(volume, ARGUMENT_SPEC, params, context, now())
