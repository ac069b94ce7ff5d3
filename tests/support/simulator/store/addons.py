# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addons."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, ClassVar

from simulator import fleet
from simulator.errors import ApiError
from simulator.store.context import make_uid

# Whether addons of a type support dumps.
DUMP_SUPPORT = {"mongodb": True, "mysql": True, "postgresql": True, "minio": False, "rabbitmq": False, "redis": False}

# Whether addons of a type can be forked.
FORK_SUPPORT = {name: name in ("mongodb", "mysql", "postgresql") for name in DUMP_SUPPORT}

# The settings of an addon of a fleet.
SETTINGS = {
    "version": "16.4",
    "billing": {"deploymentPlan": "nf-compute-20", "storage": 4096, "replicas": 1, "storageClass": "ssd"},
    "tlsEnabled": True,
}

DELETION_STATUSES = ("deleting", "deleted")


@dataclass
class Addon:
    kind: ClassVar[str] = "addon"

    id: str
    project_id: str
    type: str = "postgresql"
    name: str = ""
    status: str = "running"
    tags: list[str] = field(default_factory=list)
    description: str = ""
    settings: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(SETTINGS))
    schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    backups: list[dict[str, Any]] = field(default_factory=list)
    restores: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def from_fleet(cls, project_id: str, addon: fleet.Addon) -> Addon:
        """Return the addon without its schedules."""
        return cls(
            addon.id,
            project_id,
            addon.type,
            addon.name,
            addon.status,
            list(addon.tags),
            addon.description,
            backups=list(addon.backups),
            restores=list(addon.restores),
        )

    @property
    def path(self) -> str:
        return f"{self.project_id}/{self.id}"

    def check_exists(self) -> None:
        if self.status in DELETION_STATUSES:
            raise ApiError(409, f"The addon is being deleted (its status is {self.status}).", "addon-deleting")

    def check_backup_type(self, backup_type: str) -> None:
        if backup_type == "dump" and not DUMP_SUPPORT[self.type]:
            raise ApiError(400, f"Addons of type {self.type} do not support dumps.", "dump-not-supported")

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name or self.id,
            "uid": make_uid(self.project_id, self.id),
            "appId": f"/{self.project_id}/{self.id}",
            "description": self.description,
            "tags": self.tags,
            "spec": {"type": self.type},
            "status": self.status,
        }

    def to_detailed_json(self) -> dict[str, Any]:
        """Return a single addon, with its settings."""
        billing = self.settings["billing"]
        config = {
            "versionTag": self.settings["version"],
            "deployment": {
                "planId": billing["deploymentPlan"],
                "storageSize": billing["storage"],
                "replicas": billing["replicas"],
                "storageClass": billing["storageClass"],
                "region": "europe-west",
            },
            "networking": {"tlsEnabled": self.settings["tlsEnabled"], "externalAccessEnabled": False},
            "lifecycleStatus": "active",
        }
        return {
            **self.to_json(),
            "createdAt": "2026-01-15T00:00:00.000Z",
            "cluster": {"id": "nf-europe-west", "name": "europe-west", "namespace": "ns", "region": "europe-west"},
            "spec": {"type": self.type, "config": config, "pendingActions": []},
        }
