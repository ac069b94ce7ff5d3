# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addons and schedules of the benchmark, as request bodies and as options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TOKEN = "token-of-the-benchmark"

# Each has another interval, so that a loop can find missing schedules by their interval.
BODIES: list[dict[str, Any]] = [
    {"scheduling": {"interval": "hourly", "minute": [0]}, "backupType": "snapshot", "retentionTime": 2},
    {"scheduling": {"interval": "daily", "minute": [30], "hour": [2]}, "backupType": "snapshot", "retentionTime": 14},
    {
        "scheduling": {"interval": "weekly", "minute": [15], "hour": [3], "day": [6]},
        "backupType": "dump",
        "retentionTime": 60,
        "compressionType": "gz",
    },
]

_OPTIONS = {"backupType": "backup_type", "retentionTime": "retention_time", "compressionType": "compression_type"}

# The same schedules as options of the modules.
OPTIONS = [{_OPTIONS.get(name, name): value for name, value in body.items()} for body in BODIES]


@dataclass(frozen=True)
class Fleet:
    """A number of addons in projects. The last project may have fewer addons."""

    addons: int
    per_project: int

    def projects(self) -> dict[str, list[str]]:
        """Return the IDs of the addons by the ID of their project."""
        numbers = range(self.addons)
        return {
            f"project-{first // self.per_project + 1}": [
                f"addon-{number + 1}" for number in numbers[first : first + self.per_project]
            ]
            for first in numbers[:: self.per_project]
        }

    def pairs(self) -> list[tuple[str, str]]:
        """Return (project ID, addon ID) of each addon."""
        return [(project, addon) for project, addons in self.projects().items() for addon in addons]
