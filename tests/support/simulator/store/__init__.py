# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the simulated Northflank, one file per kind of object. It knows only the error statuses of HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from simulator.errors import ApiError
from simulator.fleet import Fleet
from simulator.settings import Settings
from simulator.store.addons import Addon
from simulator.store.backups import Backups
from simulator.store.context import Context
from simulator.store.databases import Databases
from simulator.store.destinations import Destinations
from simulator.store.forks import Forks
from simulator.store.notifications import Notifications
from simulator.store.projects import Project
from simulator.store.restores import Restores
from simulator.store.schedules import Schedules
from simulator.store.volumes import Volume


class Store:
    """Everything that the simulated Northflank stores.

    fleet: the initial content, in the format of fleet files, see README.md. Raises ValueError or ApiError if it is
    invalid. clock: the time in seconds. databases: stores the data of addons.
    """

    def __init__(
        self,
        fleet: Mapping[str, Any],
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        databases: Databases | None = None,
    ) -> None:
        initial = Fleet.model_validate(fleet)
        context = Context(settings, clock)
        self.settings = settings
        self.team_id = initial.team_id
        self.journal = context.journal
        self.destinations = Destinations(context, initial.destinations)
        self.notifications = Notifications(context, initial.notifications)
        self.schedules = Schedules(context, self.destinations)
        self.databases = databases or Databases()
        self.backups = Backups(context, self.destinations, self.databases)
        self.restores = Restores(context, self.backups, self.databases)
        self.forks = Forks(context, self.backups, self.databases)
        self.projects = {project.id: Project(project.id, project.name) for project in initial.projects}
        for project in initial.projects:
            for each in project.addons:
                addon = Addon.from_fleet(project.id, each)
                self.projects[project.id].addons[addon.id] = addon
                self.databases.create(addon)
                self.schedules.load(addon, each.backup_schedules, each.listed_schedules)
            for its_volume in project.volumes:
                volume = Volume.from_fleet(project.id, its_volume)
                self.projects[project.id].volumes[volume.id] = volume
                self.schedules.load(volume, its_volume.backup_schedules, its_volume.listed_schedules)

    def project(self, project_id: str) -> Project:
        if project_id not in self.projects:
            raise ApiError(404, f"Project {project_id!r} not found.", "project-not-found")
        if project_id in self.settings.forbidden:
            raise ApiError(403, "The token does not have the permission for this project.", "forbidden")
        self.forks.advance(self.projects[project_id])
        return self.projects[project_id]

    def check_projects_exist(self, project_ids: Iterable[str]) -> None:
        """Raise ApiError if any of the projects does not exist."""
        for project_id in project_ids:
            if project_id not in self.projects:
                raise ApiError(400, f"Project {project_id!r} not found.", "project-not-found")

    def addon(self, project_id: str, addon_id: str) -> Addon:
        addon = self.project(project_id).addons.get(addon_id)
        if addon is None:
            raise ApiError(404, f"Addon {addon_id!r} not found.", "addon-not-found")
        if addon.path in self.settings.forbidden:
            raise ApiError(403, "The token does not have the permission for this addon.", "forbidden")
        return addon

    def credentials(self, addon: Addon) -> dict[str, dict[str, Any]]:
        return self.databases.credentials(addon)

    def users_of(self, destination_id: str) -> list[str]:
        """Return the names of the schedules that use a destination."""
        return [
            f"{addon.path} {schedule['scheduling']['interval']} {schedule['backupType']}"
            for addon in self.addons()
            for schedule in list(addon.schedules.values())
            if destination_id == schedule.get("customDestinationId")
            or any(destination_id == each["destinationId"] for each in schedule.get("additionalDestinations") or ())
        ]

    def volume(self, project_id: str, volume_id: str) -> Volume:
        volume = self.project(project_id).volumes.get(volume_id)
        if volume is None:
            raise ApiError(404, f"Volume {volume_id!r} not found.", "volume-not-found")
        if volume.path in self.settings.forbidden:
            raise ApiError(403, "The token does not have the permission for this volume.", "forbidden")
        return volume

    def addons(self) -> Iterator[Addon]:
        """Iterate over the addons of all projects."""
        return (addon for project in list(self.projects.values()) for addon in list(project.addons.values()))

    def volumes(self) -> Iterator[Volume]:
        """Iterate over the volumes of all projects."""
        return (volume for project in list(self.projects.values()) for volume in list(project.volumes.values()))
