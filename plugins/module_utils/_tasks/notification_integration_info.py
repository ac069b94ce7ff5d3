# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module notification_integration_info: read notification integrations.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.notifications import NotificationApi, NotificationReference
from .._model.ids import id_errors
from . import argument_specs
from .batch import for_each
from .connection import connect
from .context import Context
from .results import result_or_raise
from .validation import common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    "integration_ids": {"type": "list", "elements": "str"},
    "names": {"type": "list", "elements": "str"},
}

# What an entry contains about a failure.
_FAILURE_KEYS = ("failed", "interrupted", "msg", "error", "exception")


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    errors = common_errors(ARGUMENT_SPEC, params)
    ids, names = params["integration_ids"], params["names"]
    for index, integration_id in enumerate(ids or ()):
        errors.extend(id_errors(f"integration_ids[{index}]", integration_id))
    with connect(params, context, errors) as transport:
        api = NotificationApi(transport, params["team_id"])
        listed = {
            api.reference(str(each.id)): each
            for each in api.list_all()
            if (ids is None and names is None) or each.id in (ids or ()) or each.name in (names or ())
        }

        def read(reference: NotificationReference) -> dict[str, Any]:
            found = api.read(reference.id)
            return {"found": found.to_result() if found else None}

        entries = transport.secrets.scrub(for_each(transport, params, context, list(listed), read))
        results = []
        for reference, entry in zip(listed, entries):
            if entry.get("failed"):
                failure = {name: entry[name] for name in _FAILURE_KEYS if name in entry}
                results.append({**listed[reference].to_result(), **failure})
            elif entry["found"]:
                # Otherwise it was deleted after it had been listed.
                results.append(entry["found"])
        result = {"changed": False, "notification_integrations": results, **transport.usage()}
        return result_or_raise(result, entries, context, "notification integration")
