# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the schedules of addons or volumes: what addon_backup_schedule_info and volume_backup_schedule_info share.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.resources import Resource, ResourceType
from .._api.schedules import ScheduleApi
from .._reconcile.plan import sorted_schedules
from .batch import for_each
from .connection import connect
from .context import Context
from .results import result_or_raise
from .selection import select_resources
from .validation import common_errors


def read_schedules(
    type_: ResourceType, argument_spec: Mapping[str, Any], params: Mapping[str, Any], context: Context
) -> dict[str, Any]:
    """Read the schedules of resources of a type, and return the result of the module.

    Raises InvalidOptions before the first request; TaskFailed with the result.
    """
    with connect(params, context, common_errors(argument_spec, params)) as transport:
        api = ScheduleApi(transport)

        def read(resource: Resource) -> dict[str, Any]:
            schedules = api.read_schedules(resource) or []
            return {"backup_schedules": [schedule.to_result() for schedule in sorted_schedules(schedules)]}

        entries = for_each(transport, params, context, select_resources(transport, type_, params), read)
        result = {"changed": False, type_.collection: entries, **transport.usage()}
        return result_or_raise(result, entries, context, type_.name)
