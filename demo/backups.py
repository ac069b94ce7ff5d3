# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backups of the demo: those of the schedules of addons and volumes, with a few exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

# Addons without a snapshot in the last hours.
LATE = {"tickets-db", "reports-db"}

# Addons without schedules, which the rollout excludes.
UNPROTECTED = {"erin-queue"}


def with_backups(fleet: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the fleet with hourly snapshots of the last day, and weekly dumps. now: in UTC."""
    projects = [
        {
            **project,
            "addons": [{**addon, "backups": backups_of(addon["id"], now)} for addon in project["addons"]],
            "volumes": [
                {**volume, "backups": [each for each in backups_of(volume["id"], now) if is_snapshot(each)]}
                for volume in project.get("volumes", [])
            ],
        }
        for project in fleet["projects"]
    ]
    return {**fleet, "projects": projects}


def backups_of(addon_id: str, now: datetime) -> list[dict[str, Any]]:
    if addon_id in UNPROTECTED:
        return []
    hour = now.replace(minute=0, second=0, microsecond=0)
    sunday = now.replace(hour=3, minute=15, second=0, microsecond=0) - timedelta(days=now.isoweekday() % 7)
    snapshots = [backup(hour - timedelta(hours=each), "snapshot") for each in range(6 if addon_id in LATE else 0, 26)]
    dumps = [backup(sunday - timedelta(weeks=each), "liveInstance") for each in range(3)]
    backups = [each for each in snapshots + dumps if created(each) <= text(now)]
    return sorted(backups, key=created, reverse=True)


def backup(started: datetime, source: str) -> dict[str, Any]:
    return {
        "id": f"{int(started.timestamp()):024x}",
        "name": f"{source} of {text(started)}",
        "status": "completed",
        "createdAt": text(started),
        "completedAt": text(started + timedelta(minutes=1)),
        "config": {"size": "73400320", "source": {"type": source}, "compressionType": "gz"},
    }


def is_snapshot(backup: Mapping[str, Any]) -> bool:
    return backup["config"]["source"]["type"] == "snapshot"


def created(backup: Mapping[str, Any]) -> str:
    return backup["createdAt"]


def text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")
