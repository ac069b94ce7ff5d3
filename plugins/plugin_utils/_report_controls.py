# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls in a report: validate results of modules, add restore drills, and count. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.controls import (
    CONTROLS,
    RANGES,
    STATUSES,
    with_restore_drills,
)
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.plugins.module_utils._model.times import is_formatted
from ansible_collections.community.northflank.plugins.plugin_utils._json_values import to_json_value

# What a finding is. An exception applies to these only.
FINDINGS = ("fail", "unknown")

# Only the report has exceptions.
_STATUSES_OF_MODULES = tuple(status for status in STATUSES if status != "excepted")

# Of the result of a control. To merge reports, measured_at finds the newest restore, and needs_evidence shows that the
# evidence of restore drills decides alone.
_FIELDS = ("status", "reason", "parameters", "measured_at", "needs_evidence")


def controls_error(value: Any) -> str | None:
    """Return why the controls of an addon or a volume cannot be used; None if they can."""
    if not isinstance(value, Mapping):
        return "controls is not a dictionary"
    for name, result in value.items():
        if name not in CONTROLS:
            return f"the control {short_repr(name)} is unknown"
        if not isinstance(result, Mapping) or result.get("status") not in _STATUSES_OF_MODULES:
            return f"the control {name} has no valid status"
        if not isinstance(result.get("reason"), str):
            return f"the control {name} has no valid reason"
        if "measured_at" in result and not is_formatted(result["measured_at"]):
            return f"the control {name} has no valid measured_at"
        if result.get("needs_evidence", True) is not True:
            return f"the control {name} has no valid needs_evidence"
        # The parameters of an addon that could not be read are not known.
        is_unread = result["status"] == "unknown" and result.get("parameters") == {}
        if not is_unread and not _are_parameters(name, result.get("parameters")):
            return f"the control {name} has no valid parameters"
    return None


def copied_controls(value: Any) -> dict[str, dict[str, Any]]:
    """Return valid controls as a report has them."""
    return {
        name: {field: to_json_value(value[name][field]) for field in _FIELDS if field in value[name]}
        for name in CONTROLS
        if name in value
    }


def unknown_controls(value: Any, reason: str) -> dict[str, dict[str, Any]]:
    """Return as unknown the controls that a malformed result names."""
    names = value if isinstance(value, Mapping) else ()
    return {name: _unknown(reason) for name in CONTROLS if name in names}


def complete_controls(entries: Sequence[dict[str, Any]], now: datetime) -> None:
    """Add the restore drills to the controls of entries. One that was not read has every control of any other."""
    names = [name for name in CONTROLS if any(name in entry["controls"] for entry in entries)]
    for entry in entries if names else ():
        if _is_read(entry):
            entry["controls"] = with_restore_drills(entry["controls"], entry["restore_drill"], now)
        else:
            entry["controls"] = {name: _unread(entry, name) for name in names}


def count_controls(entries: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]] | None:
    """Return how many entries have each status, by control; None if no control is set."""
    counts = Counter((name, result["status"]) for entry in entries for name, result in entry["controls"].items())
    names = {name for name, _status in counts}
    return {name: {status: counts[name, status] for status in STATUSES} for name in CONTROLS if name in names} or None


def _are_parameters(name: str, value: Any) -> bool:
    """Return whether a value has the parameters of a control, in their ranges."""
    return isinstance(value, Mapping) and all(
        isinstance(value.get(parameter), int)
        and not isinstance(value[parameter], bool)
        and minimum <= value[parameter] <= maximum
        for parameter, (minimum, maximum) in RANGES[name].items()
    )


def _is_read(entry: Mapping[str, Any]) -> bool:
    """Return whether an addon or a volume was read. If it was, only one of its schedules makes its verdict unknown."""
    return entry["verdict"] != "unknown" or bool(entry["backup_schedules"])


def _unread(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    result: dict[str, Any] = entry["controls"].get(name, {})
    return result if result.get("status") == "unknown" else _unknown(" ".join(entry["reasons"]))


def _unknown(reason: str) -> dict[str, Any]:
    return {"status": "unknown", "reason": reason, "parameters": {}}
