# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random fleets with known verdicts."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

HOSTILE = "<script>document.title='hacked'</script>{{ 7 * 7 }}\"'"

ADDONS_PER_PROJECT = 20

HOURLY = {"scheduling": {"interval": "hourly", "minute": [0]}, "backupType": "snapshot", "retentionTime": 7}
DAILY = {
    "scheduling": {"interval": "daily", "hour": [2], "minute": [30]},
    "backupType": "snapshot",
    "retentionTime": 30,
}
WEEKLY = {
    "scheduling": {"interval": "weekly", "day": [6], "hour": [3], "minute": [15]},
    "backupType": "dump",
    "retentionTime": 120,
}


@dataclass
class Addon:
    """An addon with the schedules of the policy critical and their backups."""

    id: str
    now: datetime
    schedules: list[dict[str, Any]] = field(default_factory=lambda: [HOURLY, DAILY, WEEKLY])
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    dumps: list[dict[str, Any]] = field(default_factory=list)
    forbidden: bool = False

    def __post_init__(self) -> None:
        hour = self.now.replace(minute=0, second=5, microsecond=0)
        self.snapshots = [_backup(hour - timedelta(hours=each), "snapshot") for each in range(30)]
        sunday = self.now.replace(hour=3, minute=15, second=5) - timedelta(days=(self.now.weekday() + 1) % 7)
        last = sunday if sunday <= self.now else sunday - timedelta(days=7)
        self.dumps = [_backup(last - timedelta(days=7 * each), "liveInstance") for each in range(3)]

    def as_fleet(self, rng: random.Random) -> dict[str, Any]:
        backups = sorted(self.snapshots + self.dumps, key=lambda each: each["createdAt"], reverse=True)
        tags = ["critical", HOSTILE]
        schedules = rng.sample(self.schedules, len(self.schedules))
        return {"id": self.id, "name": HOSTILE, "tags": tags, "backup_schedules": schedules, "backups": backups}


def unprotected(addon: Addon) -> None:
    addon.schedules = []


def late(addon: Addon) -> None:
    addon.snapshots = addon.snapshots[5:]


def late_with_dumps(addon: Addon) -> None:
    # There is an older dump, and one in progress.
    addon.dumps = [{**addon.dumps[0], "status": "in-progress"}, *addon.dumps[2:]]


def never_backed_up(addon: Addon) -> None:
    addon.snapshots, addon.dumps = [], []


def failing(addon: Addon) -> None:
    addon.snapshots[0] = {**addon.snapshots[0], "status": "failed"}


def drifting(addon: Addon) -> None:
    addon.schedules = [HOURLY, {**DAILY, "retentionTime": 3}, WEEKLY]


def missing_a_schedule(addon: Addon) -> None:
    addon.schedules = [HOURLY, DAILY]


def unreadable(addon: Addon) -> None:
    addon.forbidden = True


def nothing(addon: Addon) -> None:
    """Change nothing."""


# The changes of an addon that lead to each verdict, the worst verdict first.
CHANGES: dict[str, list[Callable[[Addon], None]]] = {
    "unknown": [unreadable],
    "unprotected": [unprotected],
    "failing": [failing],
    "late": [late, late_with_dumps, never_backed_up],
    "drift": [drifting, missing_a_schedule],
    "ok": [nothing],
}


def random_fleet(seed: int, addons: int, now: datetime) -> tuple[dict[str, Any], list[str], dict[str, str]]:
    """Return a fleet, the addons that the token may not read, and the verdict of each addon, by project/addon."""
    rng = random.Random(seed)
    projects: dict[str, list[Addon]] = {}
    verdicts = {}
    for number in range(addons):
        project_id = f"project-{number // ADDONS_PER_PROJECT + 1}"
        addon = Addon(f"addon-{number + 1}", now)
        verdict = rng.choice([*CHANGES, "ok", "ok", "ok"])
        rng.choice(CHANGES[verdict])(addon)
        if verdict in ("late", "failing") and rng.random() < 0.5:
            drifting(addon)  # a less severe verdict, which does not replace the other
        projects.setdefault(project_id, []).append(addon)
        verdicts[f"{project_id}/{addon.id}"] = verdict
    fleet = {
        "projects": [
            {"id": id_, "name": HOSTILE, "addons": [addon.as_fleet(rng) for addon in addons_]}
            for id_, addons_ in projects.items()
        ]
    }
    forbidden = [f"{id_}/{addon.id}" for id_, addons_ in projects.items() for addon in addons_ if addon.forbidden]
    return fleet, forbidden, verdicts


def _backup(started: datetime, source: str) -> dict[str, Any]:
    time = started.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    times = {"createdAt": time, "completedAt": time}
    config = {"size": "1048576", "source": {"type": source}, "compressionType": "gz"}
    return {"id": time, "name": HOSTILE, "status": "completed", "config": config, **times}
