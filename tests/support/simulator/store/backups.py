# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups."""

from __future__ import annotations

from typing import Any

from simulator.bodies.backups import Backup
from simulator.store.context import Context, make_uid
from simulator.store.destinations import Destinations
from simulator.store.resources import Resource


class Backups:
    def __init__(self, context: Context, destinations: Destinations) -> None:
        self._context = context
        self._destinations = destinations

    def create(self, resource: Resource, body: Backup) -> dict[str, Any]:
        """Schedule an on-demand backup, and return it."""
        with self._context.lock:
            resource.check_exists()
            resource.check_backup_type(body.backupType)
            self._destinations.check_exist(body.destination_ids)
            backup_id = self._context.new_id()
            backup = {
                "id": backup_id,
                "name": body.name or "backup",
                "uid": make_uid(resource.project_id, resource.id, backup_id),
                "status": "scheduled",
                "createdAt": self._context.now(),
                "config": {
                    "size": "0",
                    "source": {"type": "liveInstance" if body.backupType == "dump" else "snapshot"},
                    "compressionType": body.compressionType or "gz",
                },
            }
            resource.backups.append(backup)
            return backup
