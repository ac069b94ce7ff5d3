# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Format a report as CSV and as JSON. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.controls import CONTROLS
from ansible_collections.community.northflank.plugins.plugin_utils._drill_results import NEVER
from ansible_collections.community.northflank.plugins.plugin_utils._json_values import to_text
from ansible_collections.community.northflank.plugins.plugin_utils._report import all_entries

_LISTS = ("addons", "volumes")

_CONTROL_COLUMNS = {f"control_{name}": name for name in CONTROLS}

_COLUMNS = (
    "project_id",
    "resource_type",
    "addon_id",
    "volume_id",
    "verdict",
    "reasons",
    "policy",
    "schedules",
    "newest_backup",
    "next_run",
    "restore_drill",
    "restore_drill_completed_at",
    "restore_drill_reason",
    "restore_drill_verified_at",
    "restore_drill_seconds",
    *_CONTROL_COLUMNS,
)

# A spreadsheet evaluates a cell that starts with one of these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(report: Mapping[str, Any]) -> str:
    """Return the addons and volumes of a report as CSV: a header line, and one line for each."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for entry in all_entries(report):
        newest = [str(health["newest"]["created_at"]) for health in entry["backups"].values() if health["newest"]]
        row = (
            entry["project_id"],
            entry["resource_type"] or "",
            entry.get("addon_id") or "",
            entry.get("volume_id") or "",
            entry["verdict"],
            " ".join(entry["reasons"]),
            entry["policy"] or "",
            "; ".join(_schedule(schedule) for schedule in entry["backup_schedules"]),
            max(newest, default=""),
            next(iter(entry["next_runs"]), ""),
            *_restore_drill(entry["restore_drill"]),
            *(entry["controls"].get(name, {}).get("status") for name in _CONTROL_COLUMNS.values()),
        )
        writer.writerow([_cell("" if value is None else to_text(value)) for value in row])
    return text.getvalue()


def as_json(report: Mapping[str, Any]) -> str:
    """Return a report as JSON, with one line per addon or volume.

    It can be embedded in a script element of HTML: no string in it can end the element.
    """
    rest = _json({name: value for name, value in report.items() if name not in _LISTS})
    lists = "".join(f', "{name}": [\n{_lines(report[name])}\n]' for name in _LISTS)
    return f"{rest[:-1]}{lists}}}\n"


def _lines(entries: Sequence[Mapping[str, Any]]) -> str:
    return ",\n".join(map(_json, entries))


def _json(value: Any) -> str:
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


def _schedule(schedule: Mapping[str, Any]) -> str:
    interval, backup_type = schedule["scheduling"]["interval"], schedule["backup_type"]
    return f"{interval} {backup_type}, {schedule['retention_time']} days"


def _restore_drill(drill: Mapping[str, Any] | None) -> tuple[Any, ...]:
    drill = drill or dict.fromkeys(NEVER)
    last = drill["last"] or {}
    return drill["status"], last.get("completed_at"), last.get("reason"), drill["verified_at"], drill["seconds"]


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
