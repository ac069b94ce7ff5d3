# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence of restore drills, as the role restore_drill writes it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any


def evidence(
    completed: datetime,
    addon: str = "shop/orders-db",
    restored: str = "passed",
    verified: str = "passed",
    reason: str = "The reason.",
    seconds: int | None = 240,
) -> dict[str, Any]:
    """Return the evidence of a drill that took ten minutes.

    completed: in UTC. addon: project/addon. restored, verified: the verdicts. reason: of those that are not passed.
    seconds: of the restore.
    """
    project_id, addon_id = addon.split("/")
    started = completed - timedelta(minutes=10)
    return {
        "version": 1,
        "run_id": f"drill-{started:%Y%m%dT%H%M%SZ}-1a2b3c4d",
        "host": f"{addon_id}.{project_id}",
        "operator": "ci",
        "project_id": project_id,
        "addon_id": addon_id,
        "addon_type": "postgresql",
        "policy": {"name": "standard", "sha256": 64 * "0"},
        "backup": {
            "id": "b1",
            "uid": "u1",
            "name": "daily",
            "backup_type": "snapshot",
            "created_at": _utc(started - timedelta(hours=5)),
            "size": 1048576,
            "age_minutes": 300,
        },
        "fork": {
            "project_id": "sandbox",
            "addon_id": f"drill-{addon_id}",
            "name": f"drill-{addon_id}",
            "status": "running",
        },
        "started_at": _utc(started),
        "completed_at": _utc(completed),
        "restored": {**_verdict(restored, reason), "seconds": seconds},
        "verified": {**_verdict(verified, reason), "seconds": 3, "checks": "checks.yml", "results": {}},
        "cleanup": {"outcome": "deleted", "reason": None},
        "versions": {"ansible_core": "2.19.3", "collection": "0.1.0", "python": "3.11.7"},
    }


def write(folder: Path, *drills: dict[str, Any]) -> None:
    """Write the evidence of drills to a folder, which is created if necessary."""
    folder.mkdir(exist_ok=True)
    for each in drills:
        name = f"{each['project_id']}.{each['addon_id']}.{each['run_id']}.json"
        (folder / name).write_text(json.dumps(each))


def _verdict(verdict: str, reason: str) -> dict[str, Any]:
    return {"verdict": verdict, "reason": None if verdict == "passed" else reason}


def _utc(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
