# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controls restore_tested and restore_time: what the restores of an addon, and its restore drills, prove. Pure.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from .finding import Finding, any_of, failed, passed, unknown
from .restore import STATUSES, Restore
from .text import short_repr
from .times import format_days, format_duration, format_time, is_in_future, parse_time

# Of a module, which reads no evidence of drills.
NO_EVIDENCE = Finding("unknown", "No evidence of restore drills was read.", needs_evidence=True)

_NO_RESTORE = failed("Northflank lists no completed restore of any of the addon's own backups.")
_NO_DRILL = failed("No restore drill has verified its backups.")

_UNKNOWN_START = datetime.max.replace(tzinfo=timezone.utc)


def restore_tested_by_restores(parameters: Mapping[str, Any], restores: Iterable[Restore], now: datetime) -> Finding:
    """Return what restores prove about restore_tested. restores: those of the addon's own backups."""
    relevant = _relevant(restores)
    completions = [(each, _completion(each, now)) for each in relevant]
    newest = max((completed for _restore, completed in completions if completed), default=None)
    tested = _NO_RESTORE if newest is None else _tested("restore", newest, parameters, now)
    return any_of([tested, *(unknown(_unusable(restore)) for restore, completed in completions if not completed)])


def restore_time_by_restores(parameters: Mapping[str, Any], restores: Iterable[Restore], now: datetime) -> Finding:
    """Return what the newest restore proves about restore_time. restores: those of the addon's own backups."""
    relevant = _relevant(restores)
    if not relevant:
        return _NO_RESTORE
    newest = relevant[0]
    completed = _completion(newest, now)
    if completed is None or newest.seconds is None:
        return unknown(_unusable(newest))
    return _timed("newest completed restore", newest.seconds, completed, parameters)


def restore_tested_by_drill(parameters: Mapping[str, Any], drill: Mapping[str, Any], now: datetime) -> Finding:
    """Return what the restore drills of an addon prove about restore_tested."""
    if drill["status"] == "unknown":
        return _unusable_evidence(drill)
    completed = parse_time(drill["verified_at"])
    if completed is None:
        return _NO_DRILL
    if is_in_future(completed, now):
        return unknown(f"Its newest verified restore drill was completed in the future, at {drill['verified_at']}.")
    tested = _tested("verified restore drill", completed, parameters, now)
    if drill["status"] != "failed":
        return tested
    return Finding(
        tested.status, f"{tested.reason} A newer drill, completed at {drill['last']['completed_at']}, failed."
    )


def restore_time_by_drill(parameters: Mapping[str, Any], drill: Mapping[str, Any], _now: datetime) -> Finding:
    """Return what the newest verified restore drill of an addon proves about restore_time."""
    if drill["status"] == "unknown":
        return _unusable_evidence(drill)
    completed = parse_time(drill["verified_at"])
    if completed is None or drill["seconds"] is None:
        return failed("No verified restore drill has measured how long a restore takes.")
    return _timed("restore of the newest verified drill", drill["seconds"], completed, parameters)


def newer_of(restores: Finding, drill: Finding) -> Finding:
    """Return what the newer of two measured restores proves; if one was never measured, what the other does."""
    if restores.measured_at and drill.measured_at:
        return max(restores, drill, key=lambda each: each.measured_at or "")
    # What could not be read may be newer than the other.
    if drill.status == "unknown":
        return drill
    return restores if restores.measured_at or restores.status == "unknown" else drill


def _relevant(restores: Iterable[Restore]) -> list[Restore]:
    """Return the restores that are, or may be, completed: those whose start is unknown first, then the newest."""
    relevant = [each for each in restores if each.is_completed or each.status not in STATUSES]
    return sorted(relevant, key=lambda each: parse_time(each.started_at) or _UNKNOWN_START, reverse=True)


def _completion(restore: Restore, now: datetime) -> datetime | None:
    """Return when a restore was completed; None if that is not known."""
    completed = parse_time(restore.completed_at) if restore.is_completed else None
    return None if completed is None or is_in_future(completed, now) else completed


def _unusable(restore: Restore) -> str:
    if not restore.is_completed:
        return f"A restore has the unknown status {short_repr(restore.status)}."
    times = f"{short_repr(restore.started_at)} to {short_repr(restore.completed_at)}"
    return f"A completed restore has invalid or future times: {times}."


def _unusable_evidence(drill: Mapping[str, Any]) -> Finding:
    return unknown(f"The evidence of its newest restore drill cannot be used: {drill['last']['reason']}.")


def _tested(what: str, completed: datetime, parameters: Mapping[str, Any], now: datetime) -> Finding:
    age = now - completed
    reason = f"The newest {what} was completed at {format_time(completed)}, {format_duration(age)} ago"
    if age <= timedelta(days=parameters["days"]):
        return passed(f"{reason}.")
    return failed(f"{reason}, more than {format_days(parameters['days'])}.")


def _timed(what: str, seconds: int, completed: datetime, parameters: Mapping[str, Any]) -> Finding:
    reason = f"The {what}, completed at {format_time(completed)}, took {format_duration(timedelta(seconds=seconds))}"
    if seconds <= parameters["minutes"] * 60:
        return Finding("pass", f"{reason}.", format_time(completed))
    return Finding("fail", f"{reason}, more than {parameters['minutes']} min.", format_time(completed))
