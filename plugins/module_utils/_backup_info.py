# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the backups that were taken of addons. What the module addon_backup_info does.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._argspec import ADDON_BACKUP_INFO, boolean_problems
from ansible_collections.community.northflank.plugins.module_utils._backup import STATUSES, never, newest_first
from ansible_collections.community.northflank.plugins.module_utils._batch import for_each
from ansible_collections.community.northflank.plugins.module_utils._calendar import moment
from ansible_collections.community.northflank.plugins.module_utils._client import Target
from ansible_collections.community.northflank.plugins.module_utils._fleet import client_for, finish, targets_of
from ansible_collections.community.northflank.plugins.module_utils._task import Task


def backup_info(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Give the result of addon_backup_info. Raises as rollout() does; check mode makes no difference."""
    since = moment(params["since"])
    problems = boolean_problems(ADDON_BACKUP_INFO, params)
    if params["since"] is not None and since is None:
        problems.append(f"since: {params['since']!r} is not a time like 2026-11-24T02:30:00Z")
    statuses = STATUSES if params["status"] is None else params["status"]
    with client_for(params, task, problems) as client:

        def read(target: Target) -> dict[str, Any]:
            newest_only = params["newest_only"]
            backups = newest_first(client.list_backups(target), since, statuses, bool if newest_only else never)
            return {"backups": [backup.to_result() for backup in backups[: 1 if newest_only else None]]}

        targets = targets_of(client, params)
        addons = for_each(client, params, task, targets, read)
        return finish({"changed": False, "addons": addons, **client.usage()}, addons, task)
