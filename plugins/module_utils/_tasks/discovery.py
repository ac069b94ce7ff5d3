# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the inventory plugin: list the projects that a token can see, and their addons and volumes.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .._api.listing import list_fleet
from .._api.projects import list_projects
from .._api.resources import ResourceType
from .._api.transport import Transport
from .._errors import ApiError
from .._model.ids import is_id
from .._model.text import short_repr
from . import argument_specs
from .connection import connect
from .context import Context
from .validation import common_errors

# Statuses that concern a single project: the token may not read it, or it was deleted in the meantime.
_STATUSES_OF_ONE_PROJECT = (403, 404)


def discover(
    params: Mapping[str, Any], types: Sequence[ResourceType], warn: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Return what read_projects() does. Raises InvalidOptions before the first request; TaskFailed if one fails."""
    errors = common_errors(argument_specs.connection(), params)
    with connect(params, Context(True, warn), errors) as transport:
        return read_projects(transport, types, params["team_id"], params["concurrency"])


def read_projects(
    transport: Transport, types: Sequence[ResourceType], team_id: str | None, concurrency: int
) -> list[dict[str, Any]]:
    """Return the projects as the API lists them, with their resources, such as ``addons``, as the API lists them.

    types: of the resources. concurrency: how many projects are read at once.

    A project that could not be read in full has ``unreadable``, the reason, and ``error`` if a request failed. Sends
    one request per 100 projects and, for each type, one per 100 resources of each project. Raises ApiError if a request
    fails for a reason that does not concern a single project.
    """
    projects = list_projects(transport, team_id)
    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        futures = [pool.submit(_with_resources, transport, project, types, team_id) for project in projects]
        try:
            return [each.result() for each in futures]
        except BaseException:
            # The other requests would fail for the same reason: do not send them.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _with_resources(
    transport: Transport, project: Mapping[str, Any], types: Sequence[ResourceType], team_id: str | None
) -> dict[str, Any]:
    read: dict[str, Any] = {**project, **{type_.collection: [] for type_ in types}}
    if not is_id(project["id"]):
        return {**read, "unreadable": f"The API lists it with the invalid ID {short_repr(project['id'])}."}
    for type_ in types:
        try:
            read[type_.collection] = list_fleet(transport, type_, project["id"], team_id)
        except ApiError as error:
            if error.status not in _STATUSES_OF_ONE_PROJECT:
                raise
            reasons = [read["unreadable"]] if "unreadable" in read else []
            read["unreadable"] = " ".join([*reasons, str(error)])
            read["error"] = error.to_result()["error"]
    return read
