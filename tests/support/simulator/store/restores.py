# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores, and their lifecycle."""

from __future__ import annotations

import copy
from typing import Any

from simulator.errors import ApiError
from simulator.store.addons import Addon
from simulator.store.backups import IN_PROGRESS, Backups, Progress
from simulator.store.context import Context
from simulator.store.databases import Databases


class Restores:
    """The restores of all addons.

    started: each restore that was started after the fleet was loaded, in order: the path of its addon, its ID, the ID
    of the backup, and who started it.
    """

    def __init__(self, context: Context, backups: Backups, databases: Databases) -> None:
        self._context = context
        self._backups = backups
        self._databases = databases
        self._progress: dict[str, Progress] = {}
        self.started: list[tuple[str, str, str, str]] = []

    def list_all(self, addon: Addon) -> list[dict[str, Any]]:
        """Return the restores of an addon as the API lists them."""
        with self._context.lock:
            self._advance(addon)
            return copy.deepcopy(addon.restores)

    def list_of_backup(self, addon: Addon, backup_id: str) -> list[dict[str, Any]]:
        """Return the restores of an addon from one of its backups, as the API lists them: without the backup's ID."""
        with self._context.lock:
            self._backups.get(addon, backup_id)
            listed = [each for each in self.list_all(addon) if each["backupId"] == backup_id]
            return [{name: value for name, value in each.items() if name != "backupId"} for each in listed]

    def create(self, addon: Addon, source: Addon, backup_id: str, by: str = "api") -> str:
        """Start to overwrite an addon with a backup of the source, and return the ID of the restore.

        by: for the list of restores started. Raises ApiError if that is not possible.
        """
        with self._context.lock:
            addon.check_exists()
            backup = self._backups.get(source, backup_id)
            if backup["status"] != "completed":
                message = f"The backup is not completed (its status is {backup['status']})."
                raise ApiError(409, message, "backup-not-completed")
            restore_id, now, settings = self._context.new_id(), self._context.clock(), self._context.settings
            self._advance(addon)
            if settings.check_restores and source.type != addon.type:
                raise ApiError(400, "The addon and the backup are of different types.", "type-mismatch")
            if settings.check_restores and any(each["status"] in IN_PROGRESS for each in addon.restores):
                raise ApiError(409, "Another restore of the addon is in progress.", "restore-in-progress")
            restore = {
                "id": restore_id,
                "backupId": backup_id,
                "restoreTimestamp": self._context.to_text(now),
                "status": "scheduled",
            }
            addon.restores.append(restore)
            is_complete = self._databases.restore(addon, backup_id) or settings.ignore_restore_errors
            outcome = settings.restore_outcome if is_complete else "failed"
            self._progress[restore_id] = Progress(now, now + settings.restore_duration, outcome)
            self.started.append((addon.path, restore_id, backup_id, by))
            return restore_id

    def abort(self, addon: Addon, backup_id: str, restore_id: str) -> None:
        """Stop a restore that is in progress."""
        with self._context.lock:
            self._advance(addon)
            ids = {"id": restore_id, "backupId": backup_id}
            restore = next((each for each in addon.restores if ids.items() <= each.items()), None)
            if restore is None:
                raise ApiError(404, f"Restore {restore_id!r} not found.", "restore-not-found")
            if restore["status"] not in IN_PROGRESS:
                raise ApiError(409, "The restore is not in progress.", "not-running")
            now = self._context.clock()
            ends_at = now + self._context.settings.abort_duration
            self._progress[restore_id] = Progress(now, ends_at, "aborted", is_aborting=True)

    def _advance(self, addon: Addon) -> None:
        """Update the restores that were started after the fleet was loaded to the current time."""
        now = self._context.clock()
        for restore in addon.restores:
            progress = self._progress.get(restore["id"])
            if progress is None or restore["status"] == progress.outcome:
                continue
            restore["status"] = progress.status(now)
            if restore["status"] == progress.outcome:
                restore["completedAt"] = self._context.to_text(progress.ends_at)
