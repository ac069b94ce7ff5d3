# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module volume_backup_schedules: reconcile the backup schedules of volumes.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .._api.resources import VOLUME
from .._model.times import utc_now
from . import argument_specs
from .apply_schedules import apply_schedules
from .context import Context

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    **argument_specs.volumes_of_project(required=False),
    "all_volumes": {"type": "bool", "default": False},
    "all_projects": {"type": "bool", "default": False},
    **argument_specs.desired_schedules(argument_specs.volume_schedule),
    **argument_specs.reconciliation(),
    "next_runs": {"type": "int", "default": 0},
    "return_unchanged": {"type": "bool", "default": True},
}


def run(params: Mapping[str, Any], context: Context, now: Callable[[], datetime] = utc_now) -> dict[str, Any]:
    """Return the result of the module: see apply_schedules()."""
    return apply_schedules(VOLUME, ARGUMENT_SPEC, params, context, now)
