# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The format of fleets: the initial content of a simulator, from a file or a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from simulator.bodies.common import Body
from simulator.bodies.notifications import Events, Webhook
from simulator.bodies.schedules import BackupSchedules, VolumeBackupSchedules

AddonType = Literal["minio", "mongodb", "mysql", "postgresql", "rabbitmq", "redis"]


class Addon(Body):
    id: str
    name: str = ""
    type: AddonType = "postgresql"
    status: str = "running"
    tags: list[str] = Field(default_factory=list)
    description: str = ""
    backup_schedules: BackupSchedules = Field(default_factory=list)
    # Listed unchanged, without validation: unknown fields, types and intervals, duplicates.
    listed_schedules: list[dict[str, Any]] = Field(default_factory=list)
    # As the API lists them.
    backups: list[dict[str, Any]] = Field(default_factory=list)
    restores: list[dict[str, Any]] = Field(default_factory=list)


class AttachedObject(Body):
    """What a volume is mounted in."""

    id: str
    type: Literal["service", "job"] = "service"


class Volume(Body):
    id: str
    name: str = ""
    status: str = "BOUND"
    tags: list[str] = Field(default_factory=list)
    attached_objects: list[AttachedObject] = Field(default_factory=list)
    backup_schedules: VolumeBackupSchedules = Field(default_factory=list)
    # As for addons.
    listed_schedules: list[dict[str, Any]] = Field(default_factory=list)
    backups: list[dict[str, Any]] = Field(default_factory=list)


class Project(Body):
    id: str
    name: str = ""
    addons: list[Addon] = Field(default_factory=list)
    volumes: list[Volume] = Field(default_factory=list)


class Destination(Body):
    """A backup destination as the API returns it. name: by default the ID."""

    id: str
    name: str = ""
    description: str | None = None
    type: Literal["s3"] = "s3"
    prefix: str = ""
    usage: Literal["globalBackups", "containerSnapshots"] = "globalBackups"
    credentials: dict[str, Any] = Field(
        default={
            "bucketName": "backups",
            "endpoint": "s3.example.org",
            "region": "eu-west-1",
            "accessKey": "access-key-of-the-simulator",
            "secretKey": "secret-key-of-the-simulator",
        }
    )
    # As the API lists them.
    backups: list[dict[str, Any]] = Field(default_factory=list)


class Notification(Body):
    """A notification integration as the API returns it, and its secret. name: by default the ID."""

    id: str
    name: str = ""
    type: Literal["RAW_WEBHOOK", "SLACK", "DISCORD", "TEAMS", "TEAMS_WORKFLOWS"] = "RAW_WEBHOOK"
    webhook: Webhook = "https://hooks.example.org/webhook-of-the-simulator"
    secret: str | None = None
    restricted: bool = False
    projects: list[str] = Field(default_factory=list)
    events: Events = Field(default_factory=dict)
    status: dict[str, Any] | None = None


class Fleet(Body):
    token: str | None = None
    team_id: str | None = None
    destinations: list[Destination] = Field(default_factory=list)
    notifications: list[Notification] = Field(default_factory=list)
    projects: list[Project] = Field(default_factory=list)


def make_fleet(
    projects: int = 1,
    addons: int = 1,
    types: Sequence[str] = ("postgresql",),
    schedules: Sequence[Any] = (),
    volumes: int = 0,
) -> dict[str, Any]:
    """Return a fleet of project-1, project-2 and so on, each with addon-1, addon-2 and so on, and volume-1 and so on.

    types: the types of the addons, repeated as needed. schedules: the schedules of every addon, as request bodies.
    """
    return {
        "destinations": [{"id": "cold-storage", "name": "Cold storage"}],
        "projects": [
            {
                "id": f"project-{project + 1}",
                "addons": [
                    {"id": f"addon-{addon + 1}", "type": types[addon % len(types)], "backup_schedules": list(schedules)}
                    for addon in range(addons)
                ],
                "volumes": [{"id": f"volume-{volume + 1}"} for volume in range(volumes)],
            }
            for project in range(projects)
        ],
    }
