# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List the backups of addons: the work of the module addon_backup_info.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._argspec import ADDON_BACKUP_INFO, boolean_problems
from ansible_collections.community.northflank.plugins.module_utils._backup import STATUSES, never, newest_first
from ansible_collections.community.northflank.plugins.module_utils._batch import for_each
from ansible_collections.community.northflank.plugins.module_utils._calendar import parse_time
from ansible_collections.community.northflank.plugins.module_utils._client import Target
from ansible_collections.community.northflank.plugins.module_utils._fleet import client_for, finish, targets_of
from ansible_collections.community.northflank.plugins.module_utils._task import Task


def backup_info(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Return the result of addon_backup_info. Raises as rollout() does; check mode makes no difference."""
    since = parse_time(params["since"])
    problems = boolean_problems(ADDON_BACKUP_INFO, params)
    if params["since"] is not None and since is None:
        problems.append(
            f"since: {params['since']!r} is not a time such as 2026-11-24T02:30:00Z,"
            " from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z"
        )
    statuses = STATUSES if params["status"] is None else params["status"]
    with client_for(params, task, problems) as client:

        def read(target: Target) -> dict[str, Any]:
            newest_only = params["newest_only"]
            backups = newest_first(client.list_backups(target), since, statuses, bool if newest_only else never)
            return {"backups": [backup.to_result() for backup in backups[: 1 if newest_only else None]]}

        targets = targets_of(client, params)
        addons = for_each(client, params, task, targets, read)
        return finish({"changed": False, "addons": addons, **client.usage()}, addons, task)
