# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the backup schedules of addons: what the module addon_backup_schedule_info does.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._argspec import (
    ADDON_BACKUP_SCHEDULE_INFO,
    boolean_problems,
)
from ansible_collections.community.northflank.plugins.module_utils._batch import for_each
from ansible_collections.community.northflank.plugins.module_utils._client import Client, Target
from ansible_collections.community.northflank.plugins.module_utils._fleet import client_for, finish, targets_of
from ansible_collections.community.northflank.plugins.module_utils._plan import in_order
from ansible_collections.community.northflank.plugins.module_utils._task import Task


def schedule_info(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Give the result of addon_backup_schedule_info. Raises as rollout() does; check mode makes no difference."""
    with client_for(params, task, boolean_problems(ADDON_BACKUP_SCHEDULE_INFO, params)) as client:
        targets = targets_of(client, params)
        addons = for_each(client, params, task, targets, lambda target: _read(client, target))
        return finish({"changed": False, "addons": addons, **client.usage()}, addons, task)


def _read(client: Client, target: Target) -> dict[str, Any]:
    schedules = client.read_schedules(target) or []
    return {"backup_schedules": [schedule.to_result() for schedule in in_order(schedules)]}
