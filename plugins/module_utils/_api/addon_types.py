# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's addon types: which addons cannot create dumps.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from .._errors import ApiError
from .listing import addon_type, list_resources
from .paging import read_pages
from .resources import ADDON, Resource
from .transport import Transport

# Calls a function once per run of Ansible for each name, as far as the caller can: see Context.cached.
Cached = Callable[[str, Callable[[], Any]], Any]


class AddonTypes:
    """Determines the types of addons, reading them as late and as rarely as possible.

    known: the types of some addons, by ID, which are not read.
    warn: called with a sentence if the types cannot be read.
    cached: shares what is read between the tasks of a run. cache_key: what it depends on: see account_key().
    """

    def __init__(
        self,
        transport: Transport,
        known: Mapping[str, str],
        warn: Callable[[str], None],
        cached: Cached,
        cache_key: str,
    ) -> None:
        self._transport = transport
        self._warn = warn
        self._cached = cached
        self._known = known
        # Another token may see other addons and types, even with the same IDs.
        self._cache_key = cache_key
        self._lock = threading.Lock()
        self._without_dumps: list[str] | None = None
        self._listed: dict[str, dict[str, str]] = {}

    def type_without_dumps(self, resource: Resource) -> str | None:
        """Return the type of an addon if addons of that type cannot create dumps, otherwise None.

        Costs one request for the types and, unless its type is known, one per 100 addons of its project; all addons of
        the task share them. Raises ApiError.
        """
        with self._lock:
            if self._without_dumps is None:
                self._without_dumps = self._cached(f"{self._cache_key} addon-types", self._read_types)
            type_ = self._known.get(resource.id) or self._listed_type(resource)
            return type_ if type_ in self._without_dumps else None

    def _listed_type(self, resource: Resource) -> str | None:
        if resource.addon_type is not None:
            return resource.addon_type
        project_id = resource.project_id
        if project_id not in self._listed:
            key = f"{self._cache_key} {project_id} addons"
            self._listed[project_id] = self._cached(key, lambda: self._read_addons(resource))
        return self._listed[project_id].get(resource.id)

    def _read_types(self) -> list[str]:
        try:
            return types_without_dumps(self._transport)
        except ApiError as error:
            if error.status not in (403, 404):
                raise
            # A convenience that a rollout can do without.
            self._warn(f"Could not read which addon types support dumps, so on_unsupported has no effect: {error}")
            return []

    def _read_addons(self, resource: Resource) -> dict[str, Any]:
        listed = list_resources(self._transport, ADDON, resource.project_id, resource.team_id)
        return {addon["id"]: addon_type(addon) for addon in listed}


def types_without_dumps(transport: Transport) -> list[str]:
    """Return the addon types that cannot create dumps, according to the API. Raises ApiError."""
    types = read_pages(transport, "/v1/addon-types", "addonTypes", {})
    return [str(each.get("type")) for each in types if _lacks_dumps(each)]


def _lacks_dumps(addon_type_: Any) -> bool:
    features = addon_type_.get("features") if isinstance(addon_type_, dict) else None
    return isinstance(features, dict) and features.get("backupsDump") is False
