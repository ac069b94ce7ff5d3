# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated Northflank has: projects, addons, their schedules and backups. Knows no HTTP."""

from __future__ import annotations

import copy
import itertools
import threading
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.bodies import Backup, BackupSchedule, OfAType
from simulator.fleet import Fleet
from simulator.problem import Problem
from simulator.settings import Settings

# Which types of addon can make native dumps.
CAN_DUMP = {"mongodb": True, "mysql": True, "postgresql": True, "minio": False, "rabbitmq": False, "redis": False}

# The states of an addon that is on its way out.
GOING = ("deleting", "deleted")


class AsListed(dict[str, Any]):
    """A schedule of a fleet's listed_schedules: stored without validation and listed unchanged."""


@dataclass
class Addon:
    id: str
    project_id: str
    type: str = "postgresql"
    name: str = ""
    status: str = "running"
    tags: list[str] = field(default_factory=list)
    schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    backups: list[dict[str, Any]] = field(default_factory=list)

    def listed(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name or self.id,
            "uid": _uid(self.project_id, self.id),
            "appId": f"/{self.project_id}/{self.id}",
            "description": "",
            "tags": self.tags,
            "spec": {"type": self.type},
            "status": self.status,
        }


@dataclass
class Project:
    id: str
    name: str = ""
    addons: dict[str, Addon] = field(default_factory=dict)

    def listed(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name or self.id,
            "uid": _uid(self.id),
            "description": "",
            "lifecycleStatus": "created",
        }


class Store:
    """The whole of it, made of a fleet: the form that fleet files have, see README.md.

    journal: what took effect, (project/addon, create or delete, interval and type of the schedule, who did it).
    """

    def __init__(self, fleet: Mapping[str, Any], settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.RLock()
        self.projects: dict[str, Project]
        self.journal: list[tuple[str, str, str, str]]
        self.load(fleet)

    def load(self, fleet: Mapping[str, Any]) -> None:
        """Replace everything with this fleet. If it is wrong (ValueError, Problem), all stays as it was."""
        wanted = Fleet.model_validate(fleet)
        with self._lock:
            before = dict(vars(self))
            try:
                self._fill(wanted)
            except Problem:
                vars(self).update(before)
                raise

    def _fill(self, fleet: Fleet) -> None:
        # From the beginning, so that the same fleet has the same ids and times each time.
        self._ids = (f"{0x62CC20B90956 + number:012x}{number:012x}" for number in itertools.count(1))
        self._seconds = itertools.count()
        self.team_id = fleet.team_id
        self.destinations = [destination.model_dump() for destination in fleet.destinations]
        self.projects = {}
        self.journal = []
        for each in fleet.projects:
            project = self.projects[each.id] = Project(each.id, each.name)
            for its in each.addons:
                addon = project.addons[its.id] = Addon(
                    its.id, project.id, its.type, its.name, its.status, list(its.tags), backups=list(its.backups)
                )
                if its.backup_schedules:
                    self._check(addon, its.backup_schedules)
                for body in its.backup_schedules:
                    self._add(addon, body, "fleet")
                for listed in its.listed_schedules:
                    self._add_as_listed(addon, listed)
        self.journal.clear()

    def project(self, project_id: str) -> Project:
        if project_id not in self.projects:
            raise Problem(404, f"Project {project_id!r} not found.", "project-not-found")
        if project_id in self.settings.forbidden:
            raise Problem(403, "The token does not have the permission for this project.", "forbidden")
        return self.projects[project_id]

    def addon(self, project_id: str, addon_id: str) -> Addon:
        addon = self.project(project_id).addons.get(addon_id)
        if addon is None:
            raise Problem(404, f"Addon {addon_id!r} not found.", "addon-not-found")
        if f"{project_id}/{addon_id}" in self.settings.forbidden:
            raise Problem(403, "The token does not have the permission for this addon.", "forbidden")
        return addon

    def addons(self) -> Iterable[Addon]:
        return (addon for project in list(self.projects.values()) for addon in list(project.addons.values()))

    def list_schedules(self, addon: Addon) -> list[dict[str, Any]]:
        """Give the schedules as the API lists them, in no order that one could count on."""
        with self._lock:
            return _reordered([self._listed(schedule) for schedule in addon.schedules.values()])

    def list_bodies(self, addon: Addon) -> list[dict[str, Any]]:
        """Give the schedules in the form of requests, which the answer to a PATCH may have; in no order either."""
        with self._lock:
            return _reordered([self._disordered(_settings(schedule)) for schedule in addon.schedules.values()])

    def create_schedule(self, addon: Addon, body: BackupSchedule, by: str = "api") -> str:
        with self._lock:
            self._check(addon, [body])
            taken = {_key(schedule) for schedule in addon.schedules.values()}
            if body.key in taken:
                raise Problem(409, f"The addon has a {body.key[0]} {body.key[1]} schedule already.", "schedule-exists")
            self._check_number(len(taken) + 1)
            return self._add(addon, body, by)

    def delete_schedule(self, addon: Addon, schedule_id: str, by: str = "api") -> None:
        with self._lock:
            schedule = addon.schedules.pop(schedule_id, None)
            if schedule is None:
                raise Problem(404, f"Backup schedule {schedule_id!r} not found.", "schedule-not-found")
            self._write_down(addon, "delete", schedule, by)

    def replace_schedules(self, addon: Addon, bodies: list[BackupSchedule]) -> None:
        """Give the addon just these schedules; one that is as it was keeps its id."""
        with self._lock:
            self._check(addon, bodies)
            self._check_number(len(bodies))
            wanted = [_in_order(body.settings()) for body in bodies]
            for schedule_id, schedule in list(addon.schedules.items()):
                settings = _in_order(_settings(schedule))
                if settings in wanted:
                    wanted.remove(settings)
                else:
                    self.delete_schedule(addon, schedule_id)
            for body in bodies:
                if _in_order(body.settings()) in wanted:
                    self._add(addon, body, "api")

    def back_up(self, addon: Addon, body: Backup) -> dict[str, Any]:
        with self._lock:
            self._check(addon, [body])
            backup_id = next(self._ids)
            backup = {
                "id": backup_id,
                "name": body.name or "backup",
                "uid": _uid(addon.project_id, addon.id, backup_id),
                "status": "scheduled",
                "createdAt": self._now(),
                "config": {
                    "size": "0",
                    "source": {"type": "liveInstance" if body.backupType == "dump" else "snapshot"},
                    "compressionType": body.compressionType or "gz",
                },
            }
            addon.backups.append(backup)
            return backup

    def _add(self, addon: Addon, body: BackupSchedule, by: str) -> str:
        schedule_id, now = next(self._ids), self._now()
        schedule = {**body.settings(), "id": schedule_id, "createdAt": now, "updatedAt": now}
        addon.schedules[schedule_id] = schedule
        self._write_down(addon, "create", schedule, by)
        return schedule_id

    def _add_as_listed(self, addon: Addon, listed: Mapping[str, Any]) -> None:
        """Store a schedule unchanged; only the read-only fields that it lacks are added."""
        schedule_id, now = next(self._ids), self._now()
        schedule = AsListed({"id": schedule_id, "createdAt": now, "updatedAt": now, **copy.deepcopy(dict(listed))})
        listed_id = str(schedule["id"])
        addon.schedules[schedule_id if listed_id in addon.schedules else listed_id] = schedule

    def _write_down(self, addon: Addon, done: str, schedule: Mapping[str, Any], by: str) -> None:
        self.journal.append((f"{addon.project_id}/{addon.id}", done, " ".join(_key(schedule)), by))

    def _check_number(self, schedules: int) -> None:
        most = self.settings.max_schedules
        if most is not None and schedules > most:
            raise Problem(409, f"An addon can have {most} schedules.", "too-many-schedules")

    def _check(self, addon: Addon, bodies: Iterable[OfAType]) -> None:
        if addon.status in GOING:
            raise Problem(409, f"The addon is being deleted: its status is {addon.status}.", "addon-deleting")
        known = {destination["id"] for destination in self.destinations}
        for body in bodies:
            if body.backupType == "dump" and not CAN_DUMP[addon.type]:
                raise Problem(400, f"Addons of the type {addon.type} cannot make dumps.", "dump-not-supported")
            destinations = [each.destinationId for each in body.additionalDestinations or ()]
            for destination in [*destinations, body.customDestinationId]:
                if destination and destination not in known:
                    raise Problem(400, f"Backup destination {destination!r} not found.", "destination-not-found")

    def _listed(self, schedule: dict[str, Any]) -> dict[str, Any]:
        """Give a schedule in the shape that it is listed in, which is not the shape that it was created with."""
        if isinstance(schedule, AsListed):
            return copy.deepcopy(dict(schedule))
        listed = self._disordered(schedule)
        listed["backupCompressionType"] = listed.pop("compressionType", "gz")
        return listed

    def _disordered(self, schedule: dict[str, Any]) -> dict[str, Any]:
        """Give a schedule with its lists in another order, and what the API adds tomorrow."""
        if isinstance(schedule, AsListed):
            return copy.deepcopy(dict(schedule))
        times = {
            name: _reordered(value) if isinstance(value, list) else value
            for name, value in schedule["scheduling"].items()
        }
        told = {**schedule, "scheduling": times}
        if "additionalDestinations" in told:
            told["additionalDestinations"] = _reordered(told["additionalDestinations"])
        if self.settings.extra_fields:
            told["sinceTomorrow"] = {"nobody": ["knows"]}
        return told

    def _now(self) -> str:
        seconds = next(self._seconds)
        return f"2026-01-15T{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000Z"


def _key(schedule: Mapping[str, Any]) -> tuple[str, str]:
    scheduling = schedule.get("scheduling")
    interval = scheduling.get("interval") if isinstance(scheduling, Mapping) else None
    return (str(interval), str(schedule.get("backupType")))


def _settings(schedule: Mapping[str, Any]) -> dict[str, Any]:
    settings = {name: value for name, value in schedule.items() if name not in ("id", "createdAt", "updatedAt")}
    compression = settings.pop("backupCompressionType", None)
    if compression is not None and settings.get("backupType") == "dump":
        settings.setdefault("compressionType", compression)
    return settings


def _in_order(value: Any) -> Any:
    """Sort every list in a value of JSON, for the order of lists means nothing."""
    if isinstance(value, Mapping):
        return {name: _in_order(each) for name, each in value.items()}
    return sorted(map(_in_order, value), key=repr) if isinstance(value, list) else value


def _reordered(values: list[Any]) -> list[Any]:
    """Give the values in another order than they came in, two of them too, and the same each time."""
    return values[::-1]


def _uid(*ids: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(ids)))
