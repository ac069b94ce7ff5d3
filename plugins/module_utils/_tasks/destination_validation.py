# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validate that the backup destinations that schedules refer to exist.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._api.connection_options import account_key
from .._api.destinations import DestinationApi
from .._api.transport import Transport
from .._errors import InvalidOptions
from .._model.schedule import BackupSchedule
from .._model.text import printable, short_repr
from .context import Context


def require_destinations(
    transport: Transport, params: Mapping[str, Any], context: Context, schedules: Mapping[str, BackupSchedule]
) -> None:
    """Raise InvalidOptions if schedules refer to backup destinations that do not exist.

    schedules: by the prefix of the names of their options, such as ``schedules[2].``.

    All tasks of a run share the list of destinations. Sends no request if no schedule refers to a destination. Raises
    ApiError if they cannot be listed.
    """
    used = {option: id_ for prefix, schedule in schedules.items() for option, id_ in _used(prefix, schedule)}
    if not used:
        return
    api, key = DestinationApi(transport, params["team_id"]), account_key(params)
    listed = context.cached(f"{key} backup destinations", lambda: _list_ids(api))
    known, are_complete = set(listed["ids"]), listed["are_complete"]

    def exists(destination_id: str) -> bool:
        if destination_id in known or are_complete:
            return destination_id in known
        # The ID of a destination that was renamed does not follow from its name.
        return bool(context.cached(f"{key} backup destination {destination_id}", lambda: _exists(api, destination_id)))

    existing = printable(", ".join(sorted(known))) or "none"
    errors = [
        f"{option}: there is no backup destination with the ID {short_repr(id_)} (existing ones: {existing})"
        for option, id_ in used.items()
        if not exists(id_)
    ]
    if errors:
        raise InvalidOptions(errors, "nothing was written")


def _used(prefix: str, schedule: BackupSchedule) -> Iterator[tuple[str, str]]:
    """Yield the options of a schedule that refer to a destination, with its ID."""
    for each in schedule.additional_destinations or ():
        yield f"{prefix}additional_destinations[{each.destination_id}].destination_id", each.destination_id
    if schedule.custom_destination_id:
        yield f"{prefix}custom_destination_id", schedule.custom_destination_id


def _list_ids(api: DestinationApi) -> dict[str, Any]:
    """Return the IDs of the destinations, and whether the API lists them; otherwise they are derived from the names."""
    listed = api.list_all()
    return {"ids": [each.expected_id for each in listed], "are_complete": all(each.id is not None for each in listed)}


def _exists(api: DestinationApi, destination_id: str) -> bool:
    return api.read(destination_id) is not None
