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

    All tasks of a run share the list of destinations; one that it lacks is requested by its ID, because it may be newer
    than the list, or renamed in a list without IDs. Sends no request if no schedule refers to a destination. Raises
    ApiError if they cannot be read.
    """
    used = {option: id_ for prefix, schedule in schedules.items() for option, id_ in _used(prefix, schedule)}
    if not used:
        return
    api, key = DestinationApi(transport, params["team_id"]), account_key(params)
    listed = context.cached(f"{key} backup destinations", lambda: [each.expected_id for each in api.list_all()])
    missing = {id_ for id_ in {*used.values()}.difference(listed) if api.read(id_) is None}
    existing = printable(", ".join(sorted(listed))) or "none"
    errors = [
        f"{option}: there is no backup destination with the ID {short_repr(id_)} (existing ones: {existing})"
        for option, id_ in used.items()
        if id_ in missing
    ]
    if errors:
        raise InvalidOptions(errors, "nothing was written")


def _used(prefix: str, schedule: BackupSchedule) -> Iterator[tuple[str, str]]:
    """Yield the options of a schedule that refer to a destination, with its ID."""
    for each in schedule.additional_destinations or ():
        yield f"{prefix}additional_destinations[{each.destination_id}].destination_id", each.destination_id
    if schedule.custom_destination_id:
        yield f"{prefix}custom_destination_id", schedule.custom_destination_id
