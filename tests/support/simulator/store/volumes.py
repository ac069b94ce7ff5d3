# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volumes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from simulator import fleet
from simulator.errors import ApiError
from simulator.store.context import make_uid

CREATED_AT = "2026-01-01T00:00:00.000Z"


@dataclass
class Volume:
    kind: ClassVar[str] = "volume"

    id: str
    project_id: str
    name: str = ""
    status: str = "BOUND"
    tags: list[str] = field(default_factory=list)
    attached_objects: list[dict[str, Any]] = field(default_factory=list)
    schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    backups: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def from_fleet(cls, project_id: str, volume: fleet.Volume) -> Volume:
        """Return the volume without its schedules."""
        return cls(
            volume.id,
            project_id,
            volume.name,
            volume.status,
            list(volume.tags),
            [attached.model_dump() for attached in volume.attached_objects],
            backups=list(volume.backups),
        )

    @property
    def path(self) -> str:
        # An addon of the project may have the same ID.
        return f"{self.project_id}/volumes/{self.id}"

    def check_exists(self) -> None:
        """Do nothing: no status of a volume that is being deleted is known."""

    def check_backup_type(self, backup_type: str) -> None:
        if backup_type != "snapshot":
            raise ApiError(400, "Backups of volumes are snapshots.", "backup-type-not-supported")

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name or self.id,
            "uid": make_uid(self.project_id, "volumes", self.id),
            "tags": self.tags,
            "status": self.status,
            "spec": {"accessMode": "ReadWriteOnce", "storageSize": 4096},
            "attachedObjects": self.attached_objects,
            "createdAt": CREATED_AT,
            "updatedAt": CREATED_AT,
        }
