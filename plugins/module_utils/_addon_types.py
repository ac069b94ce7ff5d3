# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which addons can make native dumps: a matter of their type. Asked of the API as late and as seldom as can be.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._client import Client, Target
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._task import Task


class AddonTypes:
    """Knows the types of the addons of a project, and which types cannot dump.

    params: the options of the module. addon_types has the types of some of the addons, by id, so that the addons need
    not be listed for these; api_url, api_token and team_id tell whose types they are.
    """

    def __init__(self, client: Client, task: Task, params: Mapping[str, Any]) -> None:
        self._client = client
        self._task = task
        self._known: Mapping[str, str] = params["addon_types"] or {}
        # What a token sees is of no use to another one, even of the same IDs. Of the token only its digest is kept.
        token = hashlib.sha256(str(params["api_token"]).encode()).hexdigest()
        self._where = f"{params['api_url'].rstrip('/')} {token} {params['team_id']}"
        self._lock = threading.Lock()
        self._without_dumps: list[str] | None = None
        self._listed: dict[str, str] | None = None

    def without_dumps(self, target: Target) -> str | None:
        """Give the type of an addon that cannot dump; None for one that can, or that the API does not tell of.

        Costs a request for the types and, where its type is not known, one for the addons of its project; all addons
        of the task share them. Raises ApiError.
        """
        with self._lock:
            if self._without_dumps is None:
                self._without_dumps = self._task.share(f"{self._where} addon-types", self._ask_types)
            type_ = self._known.get(target.addon_id) or self._types_of_project(target).get(target.addon_id)
            return type_ if type_ in self._without_dumps else None

    def _types_of_project(self, target: Target) -> Mapping[str, str]:
        if self._listed is None:
            where = f"{self._where} {target.project_id} addons"
            self._listed = self._task.share(where, lambda: self._ask_addons(target))
        return self._listed

    def _ask_types(self) -> list[str]:
        try:
            return self._client.types_without_dumps()
        except ApiError as error:
            if error.status not in (403, 404):
                raise
            # The types are told to help, and are nothing that a rollout must have.
            self._task.say(f"Which types of addon can make dumps is not known, so the API decides: {error}")
            return []

    def _ask_addons(self, target: Target) -> dict[str, Any]:
        listed = self._client.list_addons(target.project_id, target.team_id)
        return {addon["id"]: addon_type(addon) for addon in listed}


def addon_type(addon: Mapping[str, Any]) -> str:
    """Give the type of an addon that the API lists, an empty text if it does not tell it."""
    spec = addon.get("spec")
    return str(spec.get("type") or "") if isinstance(spec, Mapping) else ""
