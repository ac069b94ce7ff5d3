# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backup controls: named requirements on the backups of a resource, their parameters and results. Pure.

What could not be read, or has an unexpected value, is unknown: it never passes.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import backup_findings, copy_findings, finding, schedule_findings
from .backup import Backup
from .destination_copies import UNREAD, Copies
from .finding import Finding, any_of, unknown
from .restore import Restore
from .restore_findings import (
    NO_EVIDENCE,
    newer_of,
    restore_tested_by_drill,
    restore_tested_by_restores,
    restore_time_by_drill,
    restore_time_by_restores,
)
from .schedule import BackupSchedule
from .text import short_repr

# The numeric parameters of each control, and their ranges. restore_tested also has a Boolean.
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

# Of a result, the worst first.
STATUSES = finding.STATUSES

# The parameters of each required control, in the order of CONTROLS.
Controls = Mapping[str, Mapping[str, Any]]

# Volumes have neither copies in backup destinations nor restores.
ADDON_ONLY = ("off_site", "immutable", "restore_tested", "restore_time")


def range_errors(option: str, controls: Controls) -> list[str]:
    """Return the validation errors of the parameters, each of which begins with the name of its option."""
    return [
        f"{option}.{name}.{parameter}: {short_repr(parameters[parameter])} is not between {minimum} and {maximum}"
        for name, parameters in controls.items()
        for parameter, (minimum, maximum) in RANGES[name].items()
        if not minimum <= parameters[parameter] <= maximum
    ]


@dataclass(frozen=True)
class Facts:
    """What was read about a resource, as far as its controls need it.

    name: as project/addon. backups: the newest first. restores: those of the addon's own backups; None if no control
    needs them. unread_restores: why the restores could not be read.
    now: the time at which the resource was read.
    """

    name: str
    schedules: Sequence[BackupSchedule]
    backups: Sequence[Backup]
    now: datetime
    copies: Copies = UNREAD
    restores: Sequence[Restore] | None = None
    unread_restores: str | None = None


def needs_copies(controls: Controls) -> bool:
    """Return whether a control is about the copies in backup destinations."""
    return "off_site" in controls or "immutable" in controls


def needs_restores(controls: Controls) -> bool:
    """Return whether the restores that Northflank lists count."""
    return "restore_tested" in controls and bool(controls["restore_tested"]["include_restores"])


def assess(controls: Controls, facts: Facts) -> dict[str, dict[str, Any]]:
    """Return the results of the controls of a resource that was read."""
    hours = controls["off_site"]["hours"] if "off_site" in controls else None

    def of_restores(find: Callable[..., Finding], parameters: Mapping[str, Any]) -> Finding:
        if facts.unread_restores:
            return unknown(f"Its restores could not be read: {facts.unread_restores}")
        return NO_EVIDENCE if facts.restores is None else find(parameters, facts.restores, facts.now)

    find: dict[str, Callable[[Mapping[str, Any]], Finding]] = {
        "scheduled": lambda each: schedule_findings.scheduled(each, facts.schedules),
        "frequency": lambda each: schedule_findings.frequency(each, facts.schedules),
        "retention": lambda each: schedule_findings.retention(each, facts.schedules),
        "last_backup": lambda each: backup_findings.last_backup(each, facts.backups, facts.now),
        "no_failures": lambda each: backup_findings.no_failures(each, facts.backups, facts.now),
        "off_site": lambda each: copy_findings.off_site(each, facts.name, facts.copies),
        "immutable": lambda each: copy_findings.immutable(each, facts.name, facts.copies, hours),
        "restore_tested": lambda each: of_restores(restore_tested_by_restores, each),
        "restore_time": lambda each: of_restores(restore_time_by_restores, each),
    }
    return {name: find[name](parameters).to_result(parameters) for name, parameters in controls.items()}


def not_applicable(reason: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a control that does not apply to a resource."""
    return Finding("not_applicable", reason).to_result(parameters)


def unreadable(controls: Controls, reason: str) -> dict[str, dict[str, Any]]:
    """Return the results of the controls of a resource or a project that could not be read."""
    return {name: unknown(f"It could not be read: {reason}").to_result(each) for name, each in controls.items()}


def with_restore_drills(
    controls: Mapping[str, Mapping[str, Any]], drill: Mapping[str, Any] | None, now: datetime
) -> dict[str, dict[str, Any]]:
    """Return results with those of restore_tested and restore_time completed by the evidence of restore drills.

    controls: the results of an addon that was read, by control. drill: its restore drills, as the report has them; None
    if the report read no evidence: the results then stay as they are. now: in UTC.
    """
    completed = {name: dict(each) for name, each in controls.items()}
    for name, by_drill, combined in (
        ("restore_tested", restore_tested_by_drill, lambda *findings: any_of(findings)),
        ("restore_time", restore_time_by_drill, newer_of),
    ):
        if drill is not None and name in completed:
            completed[name] = _with_drill(completed[name], drill, now, by_drill, combined)
    return completed


def _with_drill(
    found: Mapping[str, Any],
    drill: Mapping[str, Any],
    now: datetime,
    by_drill: Callable[[Mapping[str, Any], Mapping[str, Any], datetime], Finding],
    combined: Callable[[Finding, Finding], Finding],
) -> dict[str, Any]:
    # Without its parameters, a control cannot be checked.
    if found["status"] == "not_applicable" or not found["parameters"]:
        return dict(found)
    finding = by_drill(found["parameters"], drill, now)
    if not found.get("needs_evidence"):
        finding = combined(Finding(found["status"], found["reason"], found.get("measured_at")), finding)
    return finding.to_result(found["parameters"])
