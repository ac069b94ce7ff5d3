# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_backup_schedules: reconcile the backup schedules of addons.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.addon_types import AddonTypes
from .._model.schedule import BackupSchedule
from .._model.schedule_rules import schedules_errors
from .._model.staggering import window_errors
from .._reconcile.desired_state import DesiredState
from . import argument_specs
from .connection import connect
from .context import Context
from .reconciliation import ONCE_PER_TASK, once_per_task, reconcile
from .results import finish
from .selection import select_addons
from .validation import boolean_errors, common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    **argument_specs.addons_of_project(),
    "all_addons": {"type": "bool", "default": False},
    "schedules": argument_specs.schedules(required=True),
    **argument_specs.reconciliation(),
}


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module.

    Raises InvalidOptions before the first request; TaskFailed with the result if the work on an addon failed, or if
    the addons of the project could not be listed.
    """
    errors = common_errors(ARGUMENT_SPEC, params)
    if not boolean_errors(ARGUMENT_SPEC, params):
        schedules = [BackupSchedule.from_params(each) for each in params["schedules"]]
        errors.extend(schedules_errors(schedules, "schedules"))
        errors.extend(window_errors("stagger_minutes", params["stagger_minutes"]))
    if (params["addon_ids"] is None) != params["all_addons"]:
        errors.insert(0, "addon_ids: set either addon_ids or all_addons: true")
    with connect(params, context, errors) as transport:
        types = AddonTypes(transport, params, context.warn, context.cached)
        desired = DesiredState.from_params(params, types)
        reports = reconcile(transport, params, context, select_addons(transport, params), desired)
        result = {
            "addons": [{name: report[name] for name in report if name not in ONCE_PER_TASK} for report in reports],
            **once_per_task(reports, transport, context.warn),
        }
        return finish(result, reports, context)
