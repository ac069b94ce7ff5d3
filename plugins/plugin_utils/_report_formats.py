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
from collections.abc import Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.plugin_utils._report_values import to_text

_COLUMNS = ("project_id", "addon_id", "verdict", "reasons", "policy", "schedules", "newest_backup", "next_run")

# A spreadsheet evaluates a cell that starts with one of these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(report: Mapping[str, Any]) -> str:
    """Return the addons of a report as CSV: a header line, and one line per addon."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for addon in report["addons"]:
        newest = [str(health["newest"]["created_at"]) for health in addon["backups"].values() if health["newest"]]
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
        writer.writerow([_cell(to_text(value)) for value in row])
    return text.getvalue()


def as_json(report: Mapping[str, Any]) -> str:
    """Return a report as JSON, with one line per addon.

    It can be embedded in a script element of HTML: no string in it can end the element.
    """
    addons = ",\n".join(_json(addon) for addon in report["addons"])
    rest = _json({name: value for name, value in report.items() if name != "addons"})
    return f'{rest[:-1]}, "addons": [\n{addons}\n]}}\n'


def _json(value: Any) -> str:
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


def _schedule(schedule: Mapping[str, Any]) -> str:
    interval, backup_type = schedule["scheduling"]["interval"], schedule["backup_type"]
    return f"{interval} {backup_type}, {schedule['retention_time']} days"


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
