# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List the projects that a token can see, and their addons.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._argspec import CONNECTION, boolean_problems
from ansible_collections.community.northflank.plugins.module_utils._client import Client
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._fleet import client_for
from ansible_collections.community.northflank.plugins.module_utils._ids import id_problems
from ansible_collections.community.northflank.plugins.module_utils._task import Task

# Statuses that concern one project only: the token may not read it, or it was deleted meanwhile.
_OF_ONE_PROJECT = (403, 404)


def discover(params: Mapping[str, Any], say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Return the projects as the API lists them, each with ``addons`` as the API lists them.

    A project that could not be read has no addons but ``unread``, the reason. Sends a request for each hundred
    projects, and for each hundred addons of a project. Raises InvalidOptions before the first request, TaskFailed if
    a request fails for another reason.
    """
    with client_for(params, Task(True, say), boolean_problems({"argument_spec": CONNECTION}, params)) as client:
        projects = client.list_projects(params["team_id"])
        with ThreadPoolExecutor(max_workers=params["concurrency"]) as pool:
            found = [pool.submit(_with_addons, client, project, params["team_id"]) for project in projects]
            try:
                return [each.result() for each in found]
            except BaseException:
                # The other requests would fail for the same reason: do not send them.
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _with_addons(client: Client, project: Mapping[str, Any], team_id: str | None) -> dict[str, Any]:
    errors = id_problems("project id", project["id"])
    if errors:
        return {**project, "addons": [], "unread": " ".join(errors)}
    try:
        return {**project, "addons": client.list_addons(project["id"], team_id)}
    except ApiError as error:
        if error.status not in _OF_ONE_PROJECT:
            raise
        return {**project, "addons": [], "unread": str(error)}
