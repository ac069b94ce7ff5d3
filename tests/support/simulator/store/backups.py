# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups, and their lifecycle."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.bodies.backups import Backup, VolumeBackup
from simulator.errors import ApiError
from simulator.store.context import Context, make_uid
from simulator.store.databases import Databases
from simulator.store.destinations import Destinations
from simulator.store.resources import Resource
from simulator.store.volumes import Volume

IN_PROGRESS = ("scheduled", "in-progress", "aborting")

# The last part of the name of the event, by the status with which a backup of an addon ends.
EVENTS = {"completed": "success", "failed": "failure", "aborted": "abort"}

# The share of its duration after which a backup is no longer scheduled, but in progress.
SCHEDULED_SHARE = 0.1


@dataclass
class Progress:
    """The progress of a backup: it ends with the outcome, a status, at a time of the clock."""

    started_at: float
    ends_at: float
    outcome: str
    is_aborting: bool = False

    def status(self, now: float) -> str:
        if now >= self.ends_at:
            return self.outcome
        if self.is_aborting:
            return "aborting"
        is_scheduled = now < self.started_at + SCHEDULED_SHARE * (self.ends_at - self.started_at)
        return "scheduled" if is_scheduled else "in-progress"


class Backups:
    """The backups of all resources.

    taken: each on-demand backup that was started after the fleet was loaded, in order: the path of its resource, its ID
    and name, and who took it. retained: the IDs of the retained backups. on_event: called for each event of an addon,
    with the last part of its name, the addon and a copy of the backup.
    """

    def __init__(self, context: Context, destinations: Destinations, databases: Databases) -> None:
        self._context = context
        self._destinations = destinations
        self._databases = databases
        self._progress: dict[str, Progress] = {}
        self._sizes: dict[str, str] = {}
        self.taken: list[tuple[str, str, str, str]] = []
        self.retained: set[str] = set()
        self.on_event: Callable[[str, Any, dict[str, Any]], None] = lambda event, addon, backup: None

    def now(self) -> datetime:
        """Return the time at which a backup that is started now begins."""
        return self._context.to_datetime(self._context.clock())

    def list_all(self, resource: Resource) -> list[dict[str, Any]]:
        """Return the backups as the API lists them."""
        with self._context.lock:
            self._advance(resource)
            return copy.deepcopy(resource.backups)

    def get(self, resource: Resource, backup_id: str) -> dict[str, Any]:
        """Return one backup, which has fewer fields than in the list."""
        with self._context.lock:
            return _single(self._find(resource, backup_id))

    def create(self, resource: Resource, body: Backup, by: str = "api") -> dict[str, Any]:
        """Start an on-demand backup, and return it.

        by: for the list of backups taken. Raises ApiError if the body is invalid for the resource, or on a conflict.
        """
        with self._context.lock:
            resource.check_exists()
            resource.check_backup_type(body.backupType)
            self._destinations.check_exist(body.destination_ids)
            config = {
                "size": "0",
                "source": {"type": "liveInstance" if body.backupType == "dump" else "snapshot"},
                "compressionType": body.compressionType or "gz",
            }
            if body.additionalDestinations:
                destinations = [each.model_dump(exclude_none=True) for each in body.additionalDestinations]
                config["additionalDestinations"] = destinations
            fields = {"config": config}
            if body.customDestinationId:
                fields["customDestinationId"] = body.customDestinationId
            return self._start(resource, body.name or "backup", fields, by)

    def create_for_volume(self, volume: Volume, body: VolumeBackup, by: str = "api") -> dict[str, Any]:
        """Start an on-demand backup of a volume, and return it: see create()."""
        with self._context.lock:
            spec = volume.to_json()["spec"]
            fields = {
                "spec": {"storageSize": spec["storageSize"]},
                "source": {"type": "volume", "sourceObject": {"id": volume.id, "spec": spec}},
                **({"description": body.description} if body.description else {}),
            }
            return self._start(volume, body.name, fields, by)

    def _start(self, resource: Resource, name: str, fields: dict[str, Any], by: str) -> dict[str, Any]:
        self._advance(resource)
        settings = self._context.settings
        running = [each for each in resource.backups if each["status"] in IN_PROGRESS]
        if running and settings.one_backup_at_a_time:
            raise ApiError(409, f"Another backup of the {resource.kind} is in progress.", "backup-in-progress")
        backup_id, now = self._context.new_id(), self._context.clock()
        backup = {
            "id": backup_id,
            "name": name,
            "uid": make_uid(resource.project_id, resource.id, backup_id),
            "status": "scheduled",
            "createdAt": self._context.to_text(now),
            **fields,
        }
        resource.backups.append(backup)
        seconds = settings.backup_durations.get(resource.path, settings.backup_duration)
        outcome = settings.backup_outcomes.get(resource.path, settings.backup_outcome)
        size = self._databases.dump(resource, backup_id)
        self._sizes[backup_id] = str(size)
        self._progress[backup_id] = Progress(now, now + seconds, "failed" if size is None else outcome)
        self.taken.append((resource.path, backup_id, name, by))
        if resource.kind == "addon":
            self.on_event("start", resource, copy.deepcopy(backup))
        return _single(self._find(resource, backup_id))

    def abort(self, resource: Resource, backup_id: str) -> None:
        """Stop a backup that is in progress."""
        with self._context.lock:
            backup = self._find(resource, backup_id)
            if backup["status"] not in IN_PROGRESS:
                raise ApiError(409, f"The backup is not in progress (its status is {backup['status']}).", "not-running")
            if backup["status"] != "aborting":
                now = self._context.clock()
                ends_at = now + self._context.settings.abort_duration
                self._progress[backup_id] = Progress(now, ends_at, "aborted", is_aborting=True)

    def retain(self, resource: Resource, backup_id: str) -> None:
        """Keep a backup after its retention time. The API does not return this."""
        with self._context.lock:
            self._find(resource, backup_id)
            self.retained.add(backup_id)

    def delete(self, resource: Resource, backup_id: str) -> None:
        with self._context.lock:
            backup = self._find(resource, backup_id)
            if backup["status"] in IN_PROGRESS:
                raise ApiError(409, "The backup is in progress: abort it first.", "backup-in-progress")
            resource.backups.remove(backup)

    def _find(self, resource: Resource, backup_id: str) -> dict[str, Any]:
        self._advance(resource)
        backup = next((each for each in resource.backups if each["id"] == backup_id), None)
        if backup is None:
            raise ApiError(404, f"Backup {backup_id!r} not found.", "backup-not-found")
        return backup

    def _advance(self, resource: Resource) -> None:
        """Update the backups that were started after the fleet was loaded to the current time."""
        now = self._context.clock()
        for backup in resource.backups:
            progress = self._progress.get(backup.get("id", ""))
            if progress is None or backup["status"] == progress.outcome:
                continue
            backup["status"] = progress.status(now)
            if backup["status"] != progress.outcome:
                continue
            if progress.outcome == "completed" and "config" in backup:
                backup["config"]["size"] = self._sizes[backup["id"]]
            # The reference has no time at which a backup of a volume was completed.
            ended = "completedAt" if resource.kind == "addon" else "updatedAt"
            backup[ended] = self._context.to_text(progress.ends_at)
            if resource.kind == "addon" and progress.outcome in EVENTS:
                self.on_event(EVENTS[progress.outcome], resource, copy.deepcopy(backup))


def _single(backup: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a backup with the fields that a single backup has: no destinations, no compression."""
    single = {name: value for name, value in copy.deepcopy(backup).items() if name != "customDestinationId"}
    for name in ("additionalDestinations", "compressionType"):
        single.get("config", {}).pop(name, None)
    return single
