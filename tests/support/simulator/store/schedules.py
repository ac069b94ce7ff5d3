# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup schedules of a resource."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from simulator.bodies.schedules import BackupSchedule, VolumeBackupSchedule
from simulator.errors import ApiError
from simulator.store.context import Context
from simulator.store.destinations import Destinations
from simulator.store.resources import Resource

ScheduleBody = BackupSchedule | VolumeBackupSchedule

READ_ONLY_FIELDS = ("id", "createdAt", "updatedAt")


class RawSchedule(dict[str, Any]):
    """A schedule of a fleet's listed_schedules: stored without validation and listed unchanged."""


class Schedules:
    def __init__(self, context: Context, destinations: Destinations) -> None:
        self._context = context
        self._destinations = destinations

    def load(self, resource: Resource, bodies: Sequence[ScheduleBody], listed: Iterable[Mapping[str, Any]]) -> None:
        """Store the initial schedules of a resource.

        bodies: request bodies. listed: schedules as the API lists them, which are not validated.
        """
        if bodies:
            self._check(resource, bodies)
        for body in bodies:
            self._store(resource, body)
        for schedule in listed:
            self._store_raw(resource, schedule)

    def list_all(self, resource: Resource) -> list[dict[str, Any]]:
        """Return the schedules as the API lists them: the order of the schedules and of their lists is unspecified."""
        with self._context.lock:
            return _reordered([self._listed(resource, schedule) for schedule in resource.schedules.values()])

    def list_in_request_form(self, resource: Resource) -> list[dict[str, Any]]:
        """Return the schedules in the form of request bodies, in unspecified order."""
        with self._context.lock:
            return _reordered([self._returned(_configuration(each)) for each in resource.schedules.values()])

    def create(self, resource: Resource, body: ScheduleBody, by: str = "api") -> str:
        """Create a schedule, and return its ID.

        by: for the journal. Raises ApiError if the body is invalid for the resource, or on a conflict.
        """
        with self._context.lock:
            self._check(resource, [body])
            keys = {_key(schedule) for schedule in resource.schedules.values()}
            if body.key in keys:
                message = f"The {resource.kind} already has a {body.key[0]} {body.key[1]} schedule."
                raise ApiError(409, message, "schedule-exists")
            self._check_count(resource, len(keys) + 1)
            return self._create(resource, body, by)

    def delete(self, resource: Resource, schedule_id: str, by: str = "api") -> None:
        with self._context.lock:
            schedule = resource.schedules.pop(schedule_id, None)
            if schedule is None:
                raise ApiError(404, f"Backup schedule {schedule_id!r} not found.", "schedule-not-found")
            self._record(resource, "delete", schedule, by)

    def replace(self, resource: Resource, bodies: list[BackupSchedule]) -> None:
        """Replace all schedules of the resource. Unchanged schedules keep their IDs."""
        with self._context.lock:
            self._check(resource, bodies)
            self._check_count(resource, len(bodies))
            missing = [_normalized(body.configuration()) for body in bodies]
            for schedule_id, schedule in list(resource.schedules.items()):
                configuration = _normalized(_configuration(schedule))
                if configuration in missing:
                    missing.remove(configuration)
                else:
                    self.delete(resource, schedule_id)
            for body in bodies:
                if _normalized(body.configuration()) in missing:
                    self._create(resource, body, "api")

    def _create(self, resource: Resource, body: ScheduleBody, by: str) -> str:
        schedule = self._store(resource, body)
        self._record(resource, "create", schedule, by)
        return schedule["id"]

    def _store(self, resource: Resource, body: ScheduleBody) -> dict[str, Any]:
        schedule_id, now = self._context.new_id(), self._context.now()
        schedule = {**body.configuration(), "id": schedule_id, "createdAt": now, "updatedAt": now}
        resource.schedules[schedule_id] = schedule
        return schedule

    def _store_raw(self, resource: Resource, listed: Mapping[str, Any]) -> None:
        """Store a schedule unchanged, with any read-only fields that it lacks."""
        schedule_id, now = self._context.new_id(), self._context.now()
        schedule = RawSchedule({"id": schedule_id, "createdAt": now, "updatedAt": now, **copy.deepcopy(dict(listed))})
        listed_id = str(schedule["id"])
        resource.schedules[schedule_id if listed_id in resource.schedules else listed_id] = schedule

    def _record(self, resource: Resource, action: str, schedule: Mapping[str, Any], by: str) -> None:
        self._context.journal.append((resource.path, action, " ".join(_key(schedule)), by))

    def _check_count(self, resource: Resource, count: int) -> None:
        limit = self._context.settings.max_schedules
        if limit is not None and count > limit:
            raise ApiError(409, f"The {resource.kind} can have at most {limit} schedules.", "too-many-schedules")

    def _check(self, resource: Resource, bodies: Iterable[ScheduleBody]) -> None:
        resource.check_exists()
        for body in bodies:
            resource.check_backup_type(body.backupType)
            self._destinations.check_exist(body.destination_ids)

    def _listed(self, resource: Resource, schedule: dict[str, Any]) -> dict[str, Any]:
        """Return a schedule in the form in which it is listed, which differs from that of request bodies."""
        listed = self._returned(schedule)
        if not isinstance(schedule, RawSchedule):
            listed["backupCompressionType"] = listed.pop("compressionType", "gz")
            if resource.kind == "volume" and self._context.settings.omit_volume_backup_type:
                del listed["backupType"]
        return listed

    def _returned(self, schedule: dict[str, Any]) -> dict[str, Any]:
        """Return a copy of a schedule with its lists reordered, and with an unknown field if extra_fields is set."""
        returned = copy.deepcopy(dict(schedule))
        if isinstance(schedule, RawSchedule):
            return returned
        returned["scheduling"] = {
            name: _reordered(value) if isinstance(value, list) else value
            for name, value in schedule["scheduling"].items()
        }
        if "additionalDestinations" in returned:
            returned["additionalDestinations"] = _reordered(returned["additionalDestinations"])
        if self._context.settings.extra_fields:
            returned["futureField"] = {"nested": ["value"]}
        return returned


def _key(schedule: Mapping[str, Any]) -> tuple[str, str]:
    scheduling = schedule.get("scheduling")
    interval = scheduling.get("interval") if isinstance(scheduling, Mapping) else None
    return (str(interval), str(schedule.get("backupType")))


def _configuration(schedule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schedule in the form of request bodies."""
    configuration = {name: value for name, value in schedule.items() if name not in READ_ONLY_FIELDS}
    compression = configuration.pop("backupCompressionType", None)
    if compression is not None and configuration.get("backupType") == "dump":
        configuration.setdefault("compressionType", compression)
    return configuration


def _normalized(value: Any) -> Any:
    """Return a JSON value with every list sorted, because the order of lists has no meaning."""
    if isinstance(value, Mapping):
        return {name: _normalized(each) for name, each in value.items()}
    return sorted(map(_normalized, value), key=repr) if isinstance(value, list) else value


def _reordered(values: list[Any]) -> list[Any]:
    """Return the values in a different but reproducible order, even if there are only two."""
    return values[::-1]
