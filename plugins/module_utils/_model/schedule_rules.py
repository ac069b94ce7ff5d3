# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's rules for backup schedules: times, retention, backup types, destinations. Pure: no HTTP, no Ansible.

Those for backup types and destinations apply to single backups as well.

They are those of the API reference ("Create addon backup schedule") and of the user guide on backups.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from .ids import MIN_DESTINATION_ID, id_errors
from .schedule import BACKUP_TYPES, BackupSchedule, Destination, Key
from .scheduling import INTERVALS, Scheduling
from .text import printable, short_repr

# API reference: the options that each interval requires (and no others are allowed), and their ranges.
_TIMES = {"hourly": ("minute",), "daily": ("minute", "hour"), "weekly": ("minute", "hour", "day")}
_RANGES = {"minute": (0, 59), "hour": (0, 23), "day": (0, 6)}

# API reference: the longest retention of each interval, in days.
_MAX_RETENTION = {"hourly": 7, "daily": 60, "weekly": 120}

# User guide: the most backups that a schedule may have before the first expires.
_MAX_BACKUPS = 500


class TypedSettings(Protocol):
    """The settings that depend on the backup type."""

    @property
    def backup_type(self) -> str | None: ...
    @property
    def additional_destinations(self) -> tuple[Destination, ...] | None: ...
    @property
    def compression_type(self) -> str | None: ...
    @property
    def custom_destination_id(self) -> str | None: ...


def is_known(schedule: BackupSchedule) -> bool:
    """Return whether the interval and the backup type of a schedule are known, and with them its times and rules."""
    return schedule.scheduling.interval in INTERVALS and schedule.backup_type in BACKUP_TYPES


def list_errors(schedules: Sequence[BackupSchedule | None], option: str) -> list[str]:
    """Return the validation errors of a list of schedules, each of which names its option (``schedules[2]...``).

    schedules: None for an entry that is not a schedule, which is skipped.
    """
    errors = []
    first: dict[Key, int] = {}
    for index, schedule in enumerate(schedules):
        if schedule is None:
            continue
        errors.extend(schedule_errors(schedule, f"{option}[{index}]."))
        if schedule.key in first:
            errors.append(
                f"{option}[{index}]: duplicates the {schedule.name} schedule in {option}[{first[schedule.key]}];"
                " there can be only one schedule per interval and backup type"
            )
        first.setdefault(schedule.key, index)
    return errors


def schedule_errors(schedule: BackupSchedule, prefix: str = "") -> list[str]:
    """Return the validation errors of a schedule, each of which names its option after the prefix."""
    if not is_known(schedule):
        errors = [f"scheduling.interval: {schedule.name} schedules are not supported"]
    else:
        interval = schedule.scheduling.interval
        of_type = type_errors(schedule, _MAX_RETENTION[interval], f"{interval} schedules")
        errors = [*time_errors(schedule.scheduling), *_retention_errors(schedule), *of_type]
    return [prefix + error for error in errors]


def time_errors(scheduling: Scheduling) -> list[str]:
    """Return the validation errors of the times of a schedule, each of which names its option."""
    interval = scheduling.interval
    if interval not in INTERVALS:
        return [f"scheduling.interval: {short_repr(interval)} is not one of {', '.join(INTERVALS)}"]
    errors = []
    for name, (lowest, highest) in _RANGES.items():
        values = getattr(scheduling, name)
        option = f"scheduling.{name}"
        if name not in _TIMES[interval]:
            if values:
                errors.append(f"{option}: not allowed for {interval} schedules")
            continue
        if not values:
            errors.append(f"{option}: required for {interval} schedules, with values from {lowest} to {highest}")
        for value in values:
            if isinstance(value, str):
                known = "use 0 (Monday) to 6 (Sunday) or an English day name"
                errors.append(f"{option}: {short_repr(value)} is not a day; {known}")
            elif isinstance(value, bool) or not isinstance(value, int):
                errors.append(f"{option}: {short_repr(value)} is not an integer")
            elif not lowest <= value <= highest:
                errors.append(f"{option}: {short_repr(value)} is not between {lowest} and {highest}")
    return errors


def _retention_errors(schedule: BackupSchedule) -> list[str]:
    interval = schedule.scheduling.interval
    if schedule.retention_time is None:
        return [f"retention_time: required, from 1 to {_MAX_RETENTION[interval]} days for {interval} schedules"]
    errors = _retention_range_errors(
        "retention_time", schedule.retention_time, _MAX_RETENTION[interval], f"{interval} schedules"
    )
    backups = schedule.scheduling.runs_per_day() * schedule.retention_time
    if not errors and backups > _MAX_BACKUPS:
        errors.append(
            f"retention_time: {schedule.retention_time} means that {math.ceil(backups)} backups of this schedule are"
            f" kept, but Northflank keeps at most {_MAX_BACKUPS} per schedule; reduce the retention time or the number"
            " of backups"
        )
    return errors


def type_errors(settings: TypedSettings, max_retention: int, kind: str) -> list[str]:
    """Return the validation errors of the settings that depend on the backup type, each of which names its option.

    max_retention: of a copy in an additional destination, in days. kind: what has this maximum: ``daily schedules``.
    """
    errors: list[str] = []
    if settings.backup_type == "snapshot":
        if settings.compression_type is not None:
            errors.append("compression_type: not allowed for snapshots, only for dumps")
        if settings.custom_destination_id is not None:
            errors.append(
                "custom_destination_id: not allowed for snapshots, only for dumps; use additional_destinations"
            )
    elif settings.additional_destinations:
        errors.append("additional_destinations: not allowed for dumps, only for snapshots; use custom_destination_id")
    if settings.custom_destination_id:
        errors.extend(id_errors("custom_destination_id", settings.custom_destination_id, MIN_DESTINATION_ID))
    return errors + _destination_errors(settings.additional_destinations or (), max_retention, kind)


def _destination_errors(destinations: Sequence[Destination], max_retention: int, kind: str) -> list[str]:
    errors: list[str] = []
    ids = [each.destination_id for each in destinations]
    errors.extend(
        f"additional_destinations: {short_repr(repeated)} is listed more than once"
        for repeated in sorted({each for each in ids if ids.count(each) > 1})
    )
    for each in destinations:
        option = f"additional_destinations[{printable(each.destination_id, 100)}]"
        errors.extend(id_errors(f"{option}.destination_id", each.destination_id, MIN_DESTINATION_ID))
        if each.retention_time is not None:
            errors.extend(_retention_range_errors(f"{option}.retention_time", each.retention_time, max_retention, kind))
    return errors


def _retention_range_errors(option: str, days: int, maximum: int, kind: str) -> list[str]:
    if days < 1:
        return [f"{option}: {short_repr(days)} is less than the minimum of 1 day"]
    if days > maximum:
        return [f"{option}: {short_repr(days)} exceeds the maximum of {maximum} days for {kind}"]
    return []
