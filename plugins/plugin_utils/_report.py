# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on how a fleet is backed up, out of what addon_backup_status_info tells. Pure: no HTTP, no Ansible.

docs/backup-report.schema.json says what it looks like.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._calendar import (
    DAYS_PER_WEEK,
    HOURS_PER_DAY,
    Scheduling,
)
from ansible_collections.community.northflank.plugins.module_utils._verdict import VERDICTS

# The version of the form of the report. A field that is added does not change it.
_VERSION = 1

# What is backed up, even if not quite as it should be.
_PROTECTED = ("ok", "drift")

_COLUMNS = ("project_id", "addon_id", "verdict", "reasons", "policy", "schedules", "newest_backup", "next_run")

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_OF_AN_ADDON: dict[str, Any] = {
    "backup_schedules": [],
    "wanted_schedules": None,
    "differences": [],
    "backups": {},
    "next_runs": [],
}


def report(
    results: Sequence[Mapping[str, Any]], hosts: Sequence[str], policies: Sequence[str], now: datetime
) -> dict[str, Any]:
    """Sum up a fleet.

    results: what addon_backup_status_info told of each host. hosts, policies: their names. now: in UTC.
    """
    addons = [addon for of_a_host in zip(results, hosts, policies) for addon in _addons(*of_a_host)]
    addons.sort(key=lambda addon: (VERDICTS.index(addon["verdict"]), addon["project_id"], addon["addon_id"] or ""))
    counts = Counter(addon["verdict"] for addon in addons)
    protected = sum(counts[verdict] for verdict in _PROTECTED)
    return {
        "version": _VERSION,
        "generated_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "summary": {
            "addons": len(addons),
            "verdicts": {verdict: counts[verdict] for verdict in VERDICTS},
            "protected": protected,
            "protected_share": round(protected / len(addons), 4) if addons else None,
        },
        "starts": starts([schedule for addon in addons for schedule in addon["backup_schedules"]]),
        "addons": addons,
    }


def starts(schedules: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Count the backups that start in each hour of the week, UTC: seven lists of 24, Monday's first."""
    week = [[0] * HOURS_PER_DAY for _day in range(DAYS_PER_WEEK)]
    for schedule in schedules:
        times = schedule["scheduling"]
        scheduling = Scheduling.of(times["interval"], times.get("minute"), times.get("hour"), times.get("day"))
        for day in scheduling.day or range(DAYS_PER_WEEK):
            for hour in scheduling.hour or range(HOURS_PER_DAY):
                # What the API adds tomorrow may be anywhere.
                if day in range(DAYS_PER_WEEK) and hour in range(HOURS_PER_DAY):
                    week[int(day)][hour] += len(scheduling.minute)
    return week


def as_csv(told: Mapping[str, Any]) -> str:
    """Give the addons of a report, a line each."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for addon in told["addons"]:
        newest = [kind["newest"]["created_at"] for kind in addon["backups"].values() if kind["newest"]]
        row = (
            addon["project_id"],
            addon["addon_id"] or "",
            addon["verdict"],
            " ".join(addon["reasons"]),
            addon["policy"] or "",
            "; ".join(_schedule(schedule) for schedule in addon["backup_schedules"]),
            max(newest, default=""),
            next(iter(addon["next_runs"]), ""),
        )
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _addons(result: Mapping[str, Any], host: str, policy: str) -> list[dict[str, Any]]:
    unread = {"project_id": host, "addon_id": None, "msg": result.get("msg") or "It was not looked at."}
    addons: Sequence[Mapping[str, Any]] = result.get("addons") or ([] if "addons" in result else [unread])
    return [
        {
            "host": host,
            "project_id": addon["project_id"],
            "addon_id": addon["addon_id"],
            "policy": policy or None,
            "verdict": addon.get("verdict", "unknown"),
            "reasons": list(addon.get("reasons", [addon.get("msg", "")])),
            **{name: addon.get(name, default) for name, default in _OF_AN_ADDON.items()},
        }
        for addon in addons
    ]


def _schedule(schedule: Mapping[str, Any]) -> str:
    interval, backup_type = schedule["scheduling"]["interval"], schedule["backup_type"]
    return f"{interval} {backup_type}, {schedule['retention_time']} days"


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
