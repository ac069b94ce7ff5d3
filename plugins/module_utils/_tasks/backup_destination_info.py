# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module backup_destination_info: read backup destinations, and the backups in them.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.destinations import DestinationApi, DestinationReference
from .._model.destination import ID_UNKNOWN, BackupDestination, with_ids
from .._model.ids import MIN_DESTINATION_ID, id_errors
from .._model.text import short_repr
from . import argument_specs
from .batch import for_each
from .connection import connect
from .context import Context
from .results import result_or_raise
from .validation import common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    "destination_ids": argument_specs.option("destinationIds", type="list", elements="str"),
    "names": {"type": "list", "elements": "str"},
    "include_backups": argument_specs.option("includeBackups", type="bool", default=False),
}

# What an entry contains about the backups of a destination.
_READ_KEYS = ("backups", "failed", "interrupted", "msg", "error", "exception")


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    errors = common_errors(ARGUMENT_SPEC, params)
    for index, destination_id in enumerate(params["destination_ids"] or ()):
        errors.extend(id_errors(f"destination_ids[{index}]", destination_id, MIN_DESTINATION_ID))
    with connect(params, context, errors) as transport:
        api = DestinationApi(transport, params["team_id"])
        destinations = _selected(api, params)
        results = [{**each.to_result(), "id": each.id} for each in destinations]

        def read(reference: DestinationReference) -> dict[str, Any]:
            return {"backups": [backup.to_result() for backup in api.list_backups(reference)]}

        entries = []
        if params["include_backups"]:
            references = [api.reference(each.id) for each in destinations if each.id]
            read_entries = dict(zip(references, for_each(transport, params, context, references, read)))
            entries = [read_entries[api.reference(each.id)] if each.id else _without_id(each) for each in destinations]
        for shown, entry in zip(results, entries):
            shown.update((name, entry[name]) for name in _READ_KEYS if name in entry)
        result = {"changed": False, "backup_destinations": results, **transport.usage()}
        return result_or_raise(result, entries, context, "backup destination")


def _without_id(destination: BackupDestination) -> dict[str, Any]:
    """Return the entry of a destination whose backups cannot be read."""
    msg = f"{ID_UNKNOWN} Set destination_ids."
    return {"destination_id": short_repr(destination.name), "changed": False, "failed": True, "msg": msg}


def _selected(api: DestinationApi, params: Mapping[str, Any]) -> list[BackupDestination]:
    """Return the destinations with one of the IDs or names; if both are omitted, all. Raises ApiError."""
    ids, names = params["destination_ids"], params["names"]
    listed = api.list_all()
    destinations = with_ids(listed)
    if ids is None and names is None:
        return destinations
    selected = [each for each in destinations if each.id in (ids or ()) or each.name in (names or ())]
    if any(each.id is None for each in listed):
        # The ID of a destination that was renamed does not follow from its name.
        found = {each.id for each in selected}
        others = [
            api.read(destination_id) for destination_id in dict.fromkeys(ids or ()) if destination_id not in found
        ]
        selected += [each for each in others if each is not None]
    return selected
