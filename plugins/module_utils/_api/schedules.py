# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's backup schedules of a resource.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from .._model.ids import is_id
from .._model.schedule import BackupSchedule, ScheduleSchema
from .paging import ListMissing, read_pages
from .rate_limit import Reservation
from .resources import Resource
from .responses import unexpected_response
from .transport import Transport

# A DELETE, the POST that follows it and, if that fails, the POST that restores the old schedule.
_REQUESTS_PER_REPLACE = 3


class ScheduleApi:
    """The calls for backup schedules. Each may raise ApiError and Interrupted."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.attempts = transport.attempts

    def read_schedules(self, resource: Resource) -> list[BackupSchedule] | None:
        """Return the schedules of a resource; None if the response has no list of them.

        The types of the official client allow such a response and treat it as an empty list. Whatever overwrites the
        existing schedules must not.
        """
        try:
            return self.list_schedules(resource)
        except ListMissing:
            return None

    def list_schedules(self, resource: Resource) -> list[BackupSchedule]:
        """Return the schedules of a resource, in the order of the API."""
        path = resource.schedules_path
        listed = read_pages(self._transport, path, "schedules", resource.hints("GET"))
        schedules = _schedules("GET", path, listed, resource.type.schema)
        for schedule in schedules:
            # The ID becomes part of the path of a DELETE.
            if not is_id(schedule.id):
                problem = f"lists the {schedule.name} schedule with the invalid ID {schedule.id!r}"
                raise unexpected_response("GET", path, problem)
        return _without_repeats(path, schedules)

    def create(self, resource: Resource, schedule: BackupSchedule) -> str:
        """Create a schedule and return its ID. After an ApiError with outcome_unknown it may exist all the same."""
        path = resource.schedules_path
        body = schedule.to_api()
        response = self._transport.request("POST", path, body=body, hints=resource.hints("POST"))
        schedule_id = response["data"].get("id")
        if not is_id(schedule_id):
            raise unexpected_response("POST", path, "does not contain the ID of the new schedule")
        return str(schedule_id)

    def delete(self, resource: Resource, schedule: BackupSchedule) -> None:
        """Delete a schedule. After an ApiError with outcome_unknown, or a 404, it may be deleted all the same."""
        self._transport.request("DELETE", _path_of(resource, schedule), hints=resource.hints("DELETE"))

    def replace_all(self, resource: Resource, schedules: Sequence[BackupSchedule]) -> list[BackupSchedule] | None:
        """Replace all schedules of a resource with one request.

        Return the schedules that it has then; None if the response does not list them.
        """
        body = {"backupSchedules": [schedule.to_api() for schedule in schedules]}
        response = self._transport.request("PATCH", resource.path, body=body, hints=resource.hints("PATCH"))
        listed = response["data"].get("backupSchedules")
        return _schedules("PATCH", resource.path, listed, resource.type.schema) if isinstance(listed, list) else None

    def reserve_for_replace(self, resource: Resource, schedule: BackupSchedule) -> AbstractContextManager[Reservation]:
        """Reserve the requests that it takes to replace a schedule: see RateLimit.reserve()."""
        return self._transport.reserve(
            _REQUESTS_PER_REPLACE,
            lambda: self.list_schedules(resource),
            "DELETE",
            _path_of(resource, schedule),
        )


def _path_of(resource: Resource, schedule: BackupSchedule) -> str:
    return f"{resource.schedules_path}/{schedule.id}"


def _without_repeats(path: str, schedules: Sequence[BackupSchedule]) -> list[BackupSchedule]:
    """Return each schedule once: a list that shifts between its pages repeats some, and a DELETE would hit both."""
    by_id: dict[str | None, BackupSchedule] = {}
    for schedule in schedules:
        if by_id.setdefault(schedule.id, schedule) != schedule:
            raise unexpected_response("GET", path, f"has two different schedules with the ID {schedule.id}")
    return list(by_id.values())


def _schedules(method: str, path: str, listed: Any, schema: ScheduleSchema) -> list[BackupSchedule]:
    try:
        return [BackupSchedule.from_api(each, schema) for each in listed]
    except (TypeError, ValueError) as error:
        raise unexpected_response(method, path, f"has an invalid schedule: {error}") from error
