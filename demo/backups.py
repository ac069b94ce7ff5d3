# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backups that the addons of the demo are said to have: those that their schedules promise, but for a few."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

# No backup of these arrived in the last hours.
LATE = {"tickets-db", "reports-db"}

# Nobody asks for backups of this one: the rollout leaves it out.
UNPROTECTED = {"erin-queue"}


def with_backups(fleet: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Give the fleet with a snapshot an hour of the last day, and weekly dumps. now: in UTC."""
    projects = [
        {**project, "addons": [{**addon, "backups": backups_of(addon["id"], now)} for addon in project["addons"]]}
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
    begun = [each for each in snapshots + dumps if created(each) <= text(now)]
    return sorted(begun, key=created, reverse=True)


def backup(began: datetime, source: str) -> dict[str, Any]:
    return {
        "id": f"{int(began.timestamp()):024x}",
        "name": f"{source} of {text(began)}",
        "status": "completed",
        "createdAt": text(began),
        "completedAt": text(began + timedelta(minutes=1)),
        "config": {"size": "73400320", "source": {"type": source}, "compressionType": "gz"},
    }


def created(listed: Mapping[str, Any]) -> str:
    return listed["createdAt"]


def text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")
