# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controls off_site and immutable: what the copies in backup destinations prove about an addon. Pure.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from .destination_copies import Copies, DestinationCopies
from .finding import Finding, any_of, failed, passed, unknown
from .times import format_days, format_duration, format_time, parse_time


def off_site(parameters: Mapping[str, Any], addon: str, copies: Copies) -> Finding:
    """Return whether a destination has a completed copy that is new enough. addon: as project/addon."""
    return _in_any(copies, lambda each: _copied(each, addon, parameters["hours"], copies.read_at))


def immutable(parameters: Mapping[str, Any], addon: str, copies: Copies, hours: int | None) -> Finding:
    """Return whether such a copy is in a destination whose object lock is long enough.

    hours: how long ago it may have begun; None if any completed copy counts.
    """
    return _in_any(copies, lambda each: _locked(each, addon, hours, copies.read_at, parameters["days"]))


def _in_any(copies: Copies, find: Callable[[DestinationCopies], Finding]) -> Finding:
    if copies.error:
        return unknown(f"The backup destinations could not be listed: {copies.error}")
    if not copies.destinations:
        return failed("There is no backup destination.")
    return any_of(
        unknown(f"The copies in the backup destination {each.name} could not be read: {each.error}")
        if each.error
        else find(each)
        for each in copies.destinations
    )


def _locked(destination: DestinationCopies, addon: str, hours: int | None, now: datetime, days: int) -> Finding:
    copied = _copied(destination, addon, hours, now)
    if copied.status == "fail":
        return copied
    if not destination.locked:
        return failed(f"The backup destination {destination.name} has no object lock.")
    lock_days = destination.lock_days
    if lock_days is None:
        return unknown(f"The object lock of the backup destination {destination.name} has no valid number of days.")
    lock = f"The object lock of the backup destination {destination.name} lasts {format_days(lock_days)}"
    if lock_days < days:
        return failed(f"{lock}, less than {format_days(days)}.")
    return Finding(copied.status, f"{copied.reason} {lock}.")


def _copied(destination: DestinationCopies, addon: str, hours: int | None, now: datetime) -> Finding:
    """Return whether a destination that was read has a completed copy of an addon that is new enough."""
    name = destination.name
    newest = parse_time(destination.completed.get(addon))
    reason = f"There is no completed copy of its backups in the backup destination {name}."
    if newest is not None:
        copy = f"The newest completed copy in the backup destination {name} began at {format_time(newest)}"
        reason = f"{copy}, {format_duration(now - newest)} ago"
        if _is_within(newest, hours, now):
            return passed(f"{reason}.")
        reason = f"{reason}, more than {format_duration(timedelta(hours=hours or 0))}."
    if _is_within(parse_time(destination.undetermined.get(addon)), hours, now):
        return unknown(
            f"A copy in the backup destination {name} has an unknown status, an invalid or future start, or an invalid"
            " time of expiry."
        )
    if _is_within(parse_time(destination.unattributed), hours, now):
        return unknown(f"Northflank lists copies in the backup destination {name} without their addons.")
    return failed(reason)


def _is_within(time: datetime | None, hours: int | None, now: datetime) -> bool:
    return time is not None and (hours is None or now - time <= timedelta(hours=hours))
