# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_backup_status_info: assess the backups of addons.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .._api.resources import ADDON
from .._model.times import utc_now
from . import argument_specs
from .assess_backups import assess_backups
from .context import Context

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    **argument_specs.addons_of_project(required=False),
    "all_projects": {"type": "bool", "default": False},
    **argument_specs.desired_schedules(),
    **argument_specs.addon_reconciliation(),
    "known_addon_statuses": {"type": "dict"},
    "grace_minutes": {"type": "int", "default": 60},
    **argument_specs.required_controls(),
}


def run(params: Mapping[str, Any], context: Context, now: Callable[[], datetime] = utc_now) -> dict[str, Any]:
    """Return the result of the module: see assess_backups()."""
    return assess_backups(ADDON, ARGUMENT_SPEC, params, context, now)
