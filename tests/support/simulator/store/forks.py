# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addons that are created from backups, and their lifecycle; the deletion of addons."""

from __future__ import annotations

from typing import Any

from simulator.bodies.addons import NewAddon
from simulator.errors import ApiError
from simulator.store.addons import DELETION_STATUSES, FORK_SUPPORT, Addon
from simulator.store.backups import Backups, Progress
from simulator.store.context import Context, slug
from simulator.store.databases import Databases
from simulator.store.projects import Project

# By the status of an operation.
STATUSES = {"scheduled": "preDeployment", "in-progress": "allocating"}


class Forks:
    """The forks of all projects.

    journal: one entry per write that took effect after the fleet was loaded: create or delete, the path of the addon,
    its description, and who wrote. sources: the ID of the backup of each fork, by its path.
    """

    def __init__(self, context: Context, backups: Backups, databases: Databases) -> None:
        self._context = context
        self._backups = backups
        self._databases = databases
        self._progress: dict[str, Progress] = {}
        self.journal: list[tuple[str, str, str, str]] = []
        self.sources: dict[str, str] = {}

    def create(self, project: Project, source: Addon, body: NewAddon, by: str = "api") -> dict[str, Any]:
        """Create an addon from a backup of the source, and return it. Raises ApiError if that is not possible."""
        with self._context.lock:
            backup = self._backups.get(source, body.source.backupId)
            if backup["status"] != "completed":
                message = f"The backup is not completed (its status is {backup['status']})."
                raise ApiError(409, message, "backup-not-completed")
            if not FORK_SUPPORT[source.type] or body.type != source.type:
                raise ApiError(400, f"An addon of type {source.type} cannot be forked as {body.type}.", "invalid-fork")
            settings, now, addon_id = self._context.settings, self._context.clock(), slug(body.name)
            if addon_id in project.addons:
                raise ApiError(409, f"An addon with the name {body.name!r} already exists.", "addon-exists")
            addon_id += settings.fork_id_suffix
            addon = Addon(addon_id, project.id, body.type, body.name, "preDeployment", description=body.description)
            addon.settings = body.model_dump(include={"version", "billing", "tlsEnabled"})
            if settings.stored_addon_description is not None:
                addon.description = settings.stored_addon_description
            project.addons[addon_id] = addon
            self._databases.create(addon)
            is_complete = self._databases.restore(addon, body.source.backupId) or settings.ignore_restore_errors
            outcome = settings.fork_outcome if is_complete else "failed"
            self._progress[addon.path] = Progress(now, now + settings.fork_duration, outcome)
            self.journal.append(("create", addon.path, addon.description, by))
            self.sources[addon.path] = body.source.backupId
            created = {**addon.to_json(), "billing": addon.settings["billing"]}
            return {name: value for name, value in created.items() if name not in ("status", "uid")}

    def delete(self, project: Project, addon: Addon, by: str = "api") -> None:
        """Delete an addon: at once, or after the duration in the settings."""
        with self._context.lock:
            addon.check_exists()
            self.journal.append(("delete", addon.path, addon.description, by))
            now, duration = self._context.clock(), self._context.settings.deletion_duration
            addon.status = "deleting"
            self._databases.drop(addon)
            self._progress[addon.path] = Progress(now, now + duration, "deleted")
            self.advance(project)

    def advance(self, project: Project) -> None:
        """Update the addons that were created or deleted after the fleet was loaded to the current time."""
        with self._context.lock:
            now = self._context.clock()
            for addon in list(project.addons.values()):
                progress = self._progress.get(addon.path)
                if progress is None:
                    continue
                is_over = now >= progress.ends_at
                if addon.status in DELETION_STATUSES and is_over:
                    del project.addons[addon.id], self._progress[addon.path]
                elif addon.status not in DELETION_STATUSES:
                    status = progress.status(now)
                    addon.status = STATUSES.get(status, status)
