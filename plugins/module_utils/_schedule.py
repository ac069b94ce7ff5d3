# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a backup schedule of an addon is: its fields, its normal form, its rules. Pure: no HTTP, no Ansible.

A schedule comes in three forms, and this file alone knows them:

- params: the options of a module, names in snake_case, anything may be left out (None);
- api: the request body and the listed schedule, names in camelCase;
- result: what modules return and diffs show, names in snake_case.

The rules are those of the API reference ("Create addon backup schedule") and of the user guide on backups.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._calendar import (
    INTERVALS,
    Scheduling,
    stagger,
    with_article,
)
from ansible_collections.community.northflank.plugins.module_utils._ids import id_problems

# API reference: the days that a schedule of each interval may keep a backup at most.
_MAX_RETENTION = {"hourly": 7, "daily": 60, "weekly": 120}

# User guide: a schedule must not pile up more backups than this before the first expires.
_MAX_BACKUPS = 500

_DEFAULT_COMPRESSION = "gz"

_BACKUP_TYPES = ("dump", "snapshot")

# API reference: the fields that a listed schedule, its scheduling and its destinations have.
_FIELDS = (
    "id",
    "backupType",
    "scheduling",
    "retentionTime",
    "createdAt",
    "updatedAt",
    "additionalDestinations",
    "customDestinationId",
    "compressionType",
    "backupCompressionType",
)
_TIME_FIELDS = ("interval", "minute", "hour", "day")
_DESTINATION_FIELDS = ("destinationId", "retentionTime", "type")

# (interval, backup_type). An addon has at most one schedule of each.
Key = tuple[str, str]


@dataclass(frozen=True)
class Destination:
    """One of a snapshot's additional destinations. retention_time is in days; None when it is left out."""

    destination_id: str
    retention_time: int | None = None
    type: str = "custom"

    def to_api(self) -> dict[str, Any]:
        body = {"destinationId": self.destination_id, "type": self.type, "retentionTime": self.retention_time}
        return {name: value for name, value in body.items() if value is not None}

    def to_result(self) -> dict[str, Any]:
        result = {"destination_id": self.destination_id, "retention_time": self.retention_time, "type": self.type}
        return {name: value for name, value in result.items() if value is not None}


@dataclass(frozen=True)
class BackupSchedule:
    """One backup schedule in its normal form.

    None means left out: nothing is said about the field. () and "" mean none.
    retention_time is in days. The three fields that the server makes do not count in a comparison.
    unknown_fields: the fields of a listed schedule that this collection does not know, in the shape and by the names
    of the API. They never cause a difference, but a replace drops them.
    """

    scheduling: Scheduling
    backup_type: str
    retention_time: int | None = None
    additional_destinations: tuple[Destination, ...] | None = None
    compression_type: str | None = None
    custom_destination_id: str | None = None
    id: str | None = field(default=None, compare=False)
    created_at: str | None = field(default=None, compare=False)
    updated_at: str | None = field(default=None, compare=False)
    unknown_fields: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> BackupSchedule:
        """Make it from the options of a module, by their canonical names. Nothing is refused here: see problems()."""
        times = params["scheduling"]
        destinations = params.get("additional_destinations")
        custom_destination_id = params.get("custom_destination_id")
        # An empty value is accepted where the field is not allowed, and says nothing there.
        if params["backup_type"] == "dump":
            destinations = destinations or None
        else:
            custom_destination_id = custom_destination_id or None
        return cls(
            scheduling=Scheduling.of(times["interval"], times.get("minute"), times.get("hour"), times.get("day")),
            backup_type=params["backup_type"],
            retention_time=params.get("retention_time"),
            additional_destinations=_destinations(destinations, "destination_id", "retention_time"),
            compression_type=params.get("compression_type"),
            custom_destination_id=custom_destination_id,
        )

    @classmethod
    def from_api(cls, listed: Mapping[str, Any]) -> BackupSchedule:
        """Make it from a schedule as the API lists it (or from a request body).

        Raises ValueError when it is no backup schedule, or when a field is not of the type that the API documents.
        """
        try:
            dump = listed["backupType"] == "dump"
            times = listed["scheduling"]
            destinations = None if dump else listed.get("additionalDestinations") or ()
            # Listed as backupCompressionType, asked for as compressionType; on a snapshot it means nothing.
            compression = listed.get("backupCompressionType") or listed.get("compressionType") or _DEFAULT_COMPRESSION
            return cls(
                scheduling=Scheduling.of(
                    _text("interval", times["interval"]),
                    _integers("minute", times.get("minute")),
                    _integers("hour", times.get("hour")),
                    _integers("day", times.get("day")),
                ),
                backup_type=_text("backupType", listed["backupType"]),
                retention_time=_integer("retentionTime", listed["retentionTime"]),
                additional_destinations=_listed_destinations(destinations),
                compression_type=_text("compressionType", compression) if dump else None,
                custom_destination_id=_text("customDestinationId", listed.get("customDestinationId") or "")
                if dump
                else None,
                id=listed.get("id"),
                created_at=_optional_text("createdAt", listed.get("createdAt")),
                updated_at=_optional_text("updatedAt", listed.get("updatedAt")),
                unknown_fields=_unknown_fields(listed),
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"no backup schedule: {listed!r:.200}") from error

    @property
    def is_understood(self) -> bool:
        """Whether its interval and backup type are known, so that the rules of the API and its times are, too."""
        return self.scheduling.interval in INTERVALS and self.backup_type in _BACKUP_TYPES

    @property
    def key(self) -> Key:
        return (self.scheduling.interval, self.backup_type)

    @property
    def name(self) -> str:
        """Name it for people and diffs: ``daily snapshot``."""
        return " ".join(self.key)

    def to_api(self) -> dict[str, Any]:
        """Give the request body that creates it."""
        body = {
            "scheduling": self.scheduling.as_dict(),
            "backupType": self.backup_type,
            "retentionTime": self.retention_time,
            "additionalDestinations": [each.to_api() for each in self.additional_destinations or ()],
            "compressionType": self.compression_type,
            "customDestinationId": self.custom_destination_id,
        }
        return {name: value for name, value in body.items() if value not in (None, "", [])}

    def settings(self) -> dict[str, Any]:
        """Give what a user can set, in the form of a result; fields of the other backup type are left out."""
        result: dict[str, Any] = {
            "scheduling": self.scheduling.as_dict(),
            "backup_type": self.backup_type,
            "retention_time": self.retention_time,
            "compression_type": self.compression_type,
            "custom_destination_id": self.custom_destination_id,
        }
        if self.additional_destinations is not None:
            result["additional_destinations"] = [each.to_result() for each in self.additional_destinations]
        result["unknown_fields"] = self.unknown_fields or None
        return {name: value for name, value in result.items() if value is not None}

    def to_result(self) -> dict[str, Any]:
        """Give what modules return: the settings and, as far as they are known, id, created_at and updated_at."""
        made = {"id": self.id, "created_at": self.created_at, "updated_at": self.updated_at}
        return {**self.settings(), **{name: value for name, value in made.items() if value is not None}}

    def with_defaults(self) -> BackupSchedule:
        """Fill what is left out with what the server makes of it in a new schedule."""
        if self.backup_type == "dump":
            return replace(
                self,
                compression_type=self.compression_type or _DEFAULT_COMPRESSION,
                custom_destination_id=self.custom_destination_id or "",
            )
        return replace(self, additional_destinations=self.additional_destinations or ())

    def over(self, existing: BackupSchedule) -> BackupSchedule:
        """Fill what is left out with what the existing schedule of the same key has."""
        destinations = existing.additional_destinations
        if self.additional_destinations is not None:
            kept = {each.destination_id: each.retention_time for each in destinations or ()}
            destinations = tuple(
                each if each.retention_time is not None else replace(each, retention_time=kept.get(each.destination_id))
                for each in self.additional_destinations
            )
        return replace(
            self,
            additional_destinations=destinations,
            compression_type=_set_or(self.compression_type, existing.compression_type),
            custom_destination_id=_set_or(self.custom_destination_id, existing.custom_destination_id),
        )

    def differences(self, existing: BackupSchedule) -> tuple[str, ...]:
        """Name the options in which the existing schedule of the same key is not as this one sets them."""
        wanted = self.over(existing)
        pairs = {
            "scheduling.minute": (wanted.scheduling.minute, existing.scheduling.minute),
            "scheduling.hour": (wanted.scheduling.hour, existing.scheduling.hour),
            "scheduling.day": (wanted.scheduling.day, existing.scheduling.day),
            "retention_time": (wanted.retention_time, existing.retention_time),
            "additional_destinations": (wanted.additional_destinations, existing.additional_destinations),
            "compression_type": (wanted.compression_type, existing.compression_type),
            "custom_destination_id": (wanted.custom_destination_id, existing.custom_destination_id),
        }
        return tuple(option for option, (ours, theirs) in pairs.items() if ours != theirs)

    def problems(self, where: str = "") -> list[str]:
        """Say every rule that it breaks, each naming its option behind the prefix where (``schedules[2].``)."""
        if not self.is_understood:
            found = [f"scheduling.interval: {self.name!r} is not a schedule that this collection knows"]
        else:
            found = [*self.scheduling.problems(), *self._retention_problems(), *self._type_problems()]
        return [where + problem for problem in found]

    def _retention_problems(self) -> list[str]:
        interval = self.scheduling.interval
        most = _MAX_RETENTION[interval]
        if self.retention_time is None:
            a_schedule = f"{with_article(interval)} schedule"
            return [f"retention_time: is required, {a_schedule} keeps its backups for 1 to {most} days"]
        found = _retention_range("retention_time", self.retention_time, interval)
        backups = self.scheduling.runs_per_day() * self.retention_time
        if not found and backups > _MAX_BACKUPS:
            found.append(
                f"retention_time: {self.retention_time} days of this schedule are {math.ceil(backups)} backups,"
                f" more than the {_MAX_BACKUPS} that Northflank keeps of one; keep them for fewer days, or make fewer"
            )
        return found

    def _type_problems(self) -> list[str]:
        found: list[str] = []
        if self.backup_type == "snapshot":
            if self.compression_type is not None:
                found.append("compression_type: is for dumps only, leave it out of a snapshot schedule")
            if self.custom_destination_id is not None:
                found.append(
                    "custom_destination_id: is for dumps only, a snapshot schedule has additional_destinations"
                )
        elif self.additional_destinations:
            found.append("additional_destinations: is for snapshots only, a dump schedule has custom_destination_id")
        if self.custom_destination_id:
            found.extend(id_problems("custom_destination_id", self.custom_destination_id, shortest=3))
        return found + self._destination_problems()

    def _destination_problems(self) -> list[str]:
        found: list[str] = []
        ids = [each.destination_id for each in self.additional_destinations or ()]
        found.extend(
            f"additional_destinations: {repeated!r} stands there more than once"
            for repeated in sorted({each for each in ids if ids.count(each) > 1})
        )
        for each in self.additional_destinations or ():
            where = f"additional_destinations[{each.destination_id}]"
            found.extend(id_problems(f"{where}.destination_id", each.destination_id, shortest=3))
            if each.retention_time is not None:
                found.extend(_retention_range(f"{where}.retention_time", each.retention_time, self.scheduling.interval))
        return found


def list_problems(schedules: Sequence[BackupSchedule], option: str) -> list[str]:
    """Say every rule that the schedules of a list option break, by themselves and beside each other."""
    found = []
    first: dict[Key, int] = {}
    for index, schedule in enumerate(schedules):
        found.extend(schedule.problems(f"{option}[{index}]."))
        if schedule.key in first:
            found.append(
                f"{option}[{index}]: is a second {schedule.name} schedule beside {option}[{first[schedule.key]}];"
                " an addon has one of each interval and backup_type"
            )
        first.setdefault(schedule.key, index)
    return found


def staggered(schedules: Sequence[BackupSchedule], window: int, project_id: str, addon_id: str) -> list[BackupSchedule]:
    """Give the schedules at the times that an addon has them when a fleet is spread over a window: see stagger()."""
    times = stagger([schedule.scheduling for schedule in schedules], window, project_id, addon_id)
    return [replace(schedule, scheduling=each) for schedule, each in zip(schedules, times)]


def _destinations(
    listed: Iterable[Mapping[str, Any]] | None, id_: str, retention_time: str
) -> tuple[Destination, ...] | None:
    if listed is None:
        return None
    destinations = (Destination(each[id_], each.get(retention_time), each.get("type") or "custom") for each in listed)
    return tuple(sorted(destinations, key=lambda each: each.destination_id))


def _listed_destinations(listed: Any) -> tuple[Destination, ...] | None:
    for each in listed or ():
        _text("destinationId", each["destinationId"])
        if each.get("retentionTime") is not None:
            _integer("retentionTime", each["retentionTime"])
    return _destinations(listed, "destinationId", "retentionTime")


def _unknown_fields(listed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a listed schedule has beside the fields that the API documents for it, in the same shape."""
    unknown = _others(listed, _FIELDS)
    of_the_other_type = "additionalDestinations" if listed["backupType"] == "dump" else "customDestinationId"
    if listed.get(of_the_other_type):
        unknown[of_the_other_type] = listed[of_the_other_type]
    times = _others(listed["scheduling"], _TIME_FIELDS)
    if times:
        unknown["scheduling"] = times
    destinations = [
        {"destinationId": each["destinationId"], **_others(each, _DESTINATION_FIELDS)}
        for each in listed.get("additionalDestinations") or ()
        if _others(each, _DESTINATION_FIELDS)
    ]
    if destinations:
        unknown["additionalDestinations"] = destinations
    return unknown


def _others(values: Mapping[str, Any], known: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in known and value is not None}


class _WrongType(ValueError):
    """A field of a listed schedule that is not of the type that the API documents."""


def _integer(name: str, value: Any) -> int:
    # In Python, True is an integer.
    if not isinstance(value, int) or isinstance(value, bool):
        raise _WrongType(f"{name} is {value!r:.200}, which is not an integer")
    return value


def _integers(name: str, values: Any) -> list[int]:
    if values is not None and not isinstance(values, list):
        raise _WrongType(f"{name} is {values!r:.200}, which is not a list")
    return [_integer(name, each) for each in values or ()]


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _WrongType(f"{name} is {value!r:.200}, which is not a string")
    if not value.isprintable():
        raise _WrongType(f"{name} is {value!a:.200}, which has control characters")
    return value


def _optional_text(name: str, value: Any) -> str | None:
    return None if value is None else _text(name, value)


def _set_or(value: str | None, fallback: str | None) -> str | None:
    return fallback if value is None else value


def _retention_range(option: str, days: int, interval: str) -> list[str]:
    most = _MAX_RETENTION[interval]
    if days < 1:
        return [f"{option}: {days} is less than the 1 day that a backup is kept at least"]
    if days > most:
        return [f"{option}: {days} is more than the {most} days {with_article(interval)} schedule may keep"]
    return []
