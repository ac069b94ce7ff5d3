# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backup controls: named requirements on the backups of a resource, their parameters and results. Pure.

What could not be read, or has an unexpected value, is unknown: it never passes.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .finding import STATUSES, Finding, any_of, unknown
from .restore_findings import NO_EVIDENCE, newer_of, tested_by_drill, timed_by_drill
from .text import short_repr

__all__ = ["CONTROLS", "RANGES", "STATUSES", "Controls", "range_errors", "unreadable", "with_restore_drills"]

# The numeric parameters of each control, and their ranges. restore_tested also has the Boolean restores.
RANGES: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "scheduled": {},
    # A schedule runs at least once a week.
    "frequency": {"hours": (1, 7 * 24)},
    # API reference: no backup is kept longer than 120 days.
    "retention": {"days": (1, 120)},
    "last_backup": {"hours": (1, 120 * 24)},
    "no_failures": {"last": (1, 500)},
    "off_site": {"hours": (1, 120 * 24)},
    "immutable": {"days": (1, 36500)},
    "restore_tested": {"days": (1, 366)},
    "restore_time": {"minutes": (1, 7 * 24 * 60)},
}
CONTROLS = tuple(RANGES)

# The parameters of each required control, in the order of CONTROLS.
Controls = Mapping[str, Mapping[str, Any]]

_UNREADABLE = "It could not be read: "


def range_errors(option: str, controls: Controls) -> list[str]:
    """Return the validation errors of the parameters, each of which begins with the name of its option."""
    return [
        f"{option}.{name}.{parameter}: {short_repr(parameters[parameter])} is not between {minimum} and {maximum}"
        for name, parameters in controls.items()
        for parameter, (minimum, maximum) in RANGES[name].items()
        if not minimum <= parameters[parameter] <= maximum
    ]


def unreadable(controls: Controls, reason: str) -> dict[str, dict[str, Any]]:
    """Return the results of the controls of a resource or a project that could not be read."""
    return {name: unknown(f"{_UNREADABLE}{reason}").to_result(each) for name, each in controls.items()}


def with_restore_drills(
    controls: Mapping[str, Mapping[str, Any]], drill: Mapping[str, Any] | None, now: datetime
) -> dict[str, dict[str, Any]]:
    """Return results with those of restore_tested and restore_time completed by the evidence of restore drills.

    controls: the results of an addon, by control. drill: its restore drills, as the report has them; None if the report
    read no evidence: the results then stay as they are. now: in UTC.
    """
    completed = {name: dict(each) for name, each in controls.items()}
    for name, by_drill, combined in (
        ("restore_tested", tested_by_drill, lambda *findings: any_of(findings)),
        ("restore_time", timed_by_drill, newer_of),
    ):
        if drill is not None and name in completed:
            completed[name] = _with_drill(completed[name], drill, now, by_drill, combined)
    return {name: {key: each[key] for key in ("status", "reason", "parameters")} for name, each in completed.items()}


def _with_drill(
    found: Mapping[str, Any],
    drill: Mapping[str, Any],
    now: datetime,
    by_drill: Callable[[Mapping[str, Any], Mapping[str, Any], datetime], Finding],
    combined: Callable[[Finding, Finding], Finding],
) -> dict[str, Any]:
    if found["status"] == "not_applicable" or found["reason"].startswith(_UNREADABLE):
        return dict(found)
    finding = by_drill(found["parameters"], drill, now)
    if found["reason"] != NO_EVIDENCE.reason:
        finding = combined(Finding(found["status"], found["reason"], found.get("measured_at")), finding)
    return finding.to_result(found["parameters"])
