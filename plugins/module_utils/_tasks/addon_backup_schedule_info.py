# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_backup_schedule_info: read the backup schedules of addons.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.resources import Resource
from .._api.schedules import ScheduleApi
from .._reconcile.plan import sorted_schedules
from . import argument_specs
from .batch import for_each
from .connection import connect
from .context import Context
from .results import result_or_raise
from .selection import select_addons
from .validation import common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    **argument_specs.addons_of_project(),
}


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    with connect(params, context, common_errors(ARGUMENT_SPEC, params)) as transport:
        api = ScheduleApi(transport)

        def read(addon: Resource) -> dict[str, Any]:
            schedules = api.read_schedules(addon) or []
            return {"backup_schedules": [schedule.to_result() for schedule in sorted_schedules(schedules)]}

        addons = for_each(transport, params, context, select_addons(transport, params), read)
        return result_or_raise({"changed": False, "addons": addons, **transport.usage()}, addons, context)
