# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated Northflank has: projects, addons, their schedules and backups. Knows no HTTP."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.bodies import Backup, BackupSchedule
from simulator.problem import Problem
from simulator.settings import Settings

# Which types of addon can make native dumps.
CAN_DUMP = {"mongodb": True, "mysql": True, "postgresql": True, "minio": False, "rabbitmq": False, "redis": False}


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
        return {"id": self.id, "name": self.name or self.id, "description": ""}


class Store:
    """The whole of it, made of a fleet: the form that fleet files have, see README.md.

    journal: what took effect, (project/addon, create or delete, interval and type of the schedule, who did it).
    """

    def __init__(self, fleet: Mapping[str, Any], settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.RLock()
        self.journal: list[tuple[str, str, str, str]] = []
        self.load(fleet)

    def load(self, fleet: Mapping[str, Any]) -> None:
        """Replace everything with this fleet."""
        projects = {}
        for each in fleet.get("projects", ()):
            project = projects[each["id"]] = Project(each["id"], each.get("name", ""))
            for addon in each.get("addons", ()):
                fields = {name: addon[name] for name in ("type", "name", "status", "tags", "backups") if name in addon}
                project.addons[addon["id"]] = Addon(addon["id"], project.id, **fields)
        with self._lock:
            # From the beginning, so that the same fleet has the same ids and times each time.
            self._ids = (f"{0x62CC20B90956 + number:012x}{number:012x}" for number in itertools.count(1))
            self._seconds = itertools.count()
            self.team_id = fleet.get("team_id")
            self.destinations = list(fleet.get("destinations", ()))
            self.projects: dict[str, Project] = projects
        for each in fleet.get("projects", ()):
            for addon in each.get("addons", ()):
                bodies = [BackupSchedule.model_validate(body) for body in addon.get("backup_schedules", ())]
                self.replace_schedules(self.projects[each["id"]].addons[addon["id"]], bodies)
        self.journal.clear()

    def project(self, project_id: str) -> Project:
        try:
            return self.projects[project_id]
        except KeyError:
            raise Problem(404, f"Project {project_id!r} not found.", "project-not-found") from None

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
            listed = [self._listed(schedule) for schedule in addon.schedules.values()]
        return _shuffled(listed)

    def create_schedule(self, addon: Addon, body: BackupSchedule, by: str = "api") -> str:
        with self._lock:
            self._check(addon, [body])
            taken = {_key(schedule) for schedule in addon.schedules.values()}
            if body.key in taken:
                raise Problem(409, f"The addon has a {body.key[0]} {body.key[1]} schedule already.", "schedule-exists")
            if self.settings.max_schedules is not None and len(taken) >= self.settings.max_schedules:
                raise Problem(409, f"An addon can have {self.settings.max_schedules} schedules.", "too-many-schedules")
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
            wanted = [body.settings() for body in bodies]
            for schedule in list(addon.schedules.values()):
                if _settings(schedule) in wanted:
                    wanted.remove(_settings(schedule))
                else:
                    self.delete_schedule(addon, schedule["id"])
            for body in bodies:
                if body.settings() in wanted:
                    self._add(addon, body, "api")

    def back_up(self, addon: Addon, body: Backup) -> dict[str, Any]:
        with self._lock:
            backup = {
                "id": next(self._ids),
                "name": body.name or "backup",
                "status": "scheduled",
                "createdAt": self._now(),
                "config": {"source": {"type": "liveInstance" if body.backupType == "dump" else "snapshot"}},
            }
            addon.backups.append(backup)
            return backup

    def _add(self, addon: Addon, body: BackupSchedule, by: str) -> str:
        schedule_id, now = next(self._ids), self._now()
        schedule = {**body.settings(), "id": schedule_id, "createdAt": now, "updatedAt": now}
        addon.schedules[schedule_id] = schedule
        self._write_down(addon, "create", schedule, by)
        return schedule_id

    def _write_down(self, addon: Addon, done: str, schedule: Mapping[str, Any], by: str) -> None:
        self.journal.append((f"{addon.project_id}/{addon.id}", done, " ".join(_key(schedule)), by))

    def _check(self, addon: Addon, bodies: list[BackupSchedule]) -> None:
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
        times = {
            name: _shuffled(value) if isinstance(value, list) else value
            for name, value in schedule["scheduling"].items()
        }
        listed = {**schedule, "scheduling": times, "backupCompressionType": schedule.get("compressionType", "gz")}
        listed.pop("compressionType", None)
        if "additionalDestinations" in listed:
            listed["additionalDestinations"] = _shuffled(listed["additionalDestinations"])
        if self.settings.extra_fields:
            listed["sinceTomorrow"] = {"nobody": ["knows"]}
        return listed

    def _now(self) -> str:
        seconds = next(self._seconds)
        return f"2026-01-15T{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000Z"


def _key(schedule: Mapping[str, Any]) -> tuple[str, str]:
    return (schedule["scheduling"]["interval"], schedule["backupType"])


def _settings(schedule: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schedule.items() if name not in ("id", "createdAt", "updatedAt")}


def _shuffled(values: list[Any]) -> list[Any]:
    """Give the values in another order than they came in, the same each time."""
    return random.Random(len(values)).sample(values, len(values))
