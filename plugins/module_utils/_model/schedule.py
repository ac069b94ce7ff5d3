# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A backup schedule: its forms, its normal form, its comparison with another. Pure: no HTTP, no Ansible.

A schedule has three forms:

- params: a module's options, named in snake_case; any of them may be omitted (None);
- api: the request body and the schedules that the API lists, named in camelCase;
- result: what modules return and diffs show, named in snake_case.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .scheduling import Scheduling
from .text import short_repr

BACKUP_TYPES = ("dump", "snapshot")

# API reference: the default compression of a dump.
_DEFAULT_COMPRESSION = "gz"

# API reference: the fields of a listed schedule, of its scheduling and of its destinations.
_LISTED_FIELDS = (
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
_SCHEDULING_FIELDS = ("interval", "minute", "hour", "day")
_DESTINATION_FIELDS = ("destinationId", "retentionTime", "type")

# (interval, backup_type). A resource has at most one schedule of each.
Key = tuple[str, str]


@dataclass(frozen=True)
class ScheduleSchema:
    """What the schedules of a type of resource have. fields: of the API's request body."""

    fields: tuple[str, ...]

    @property
    def backup_types(self) -> tuple[str, ...]:
        """The types of backups. Without the field, all are snapshots."""
        return BACKUP_TYPES if "backupType" in self.fields else ("snapshot",)

    @property
    def has_destinations(self) -> bool:
        """Whether snapshots can have additional destinations."""
        return "additionalDestinations" in self.fields


# API reference, "Create addon backup schedule".
ADDON_SCHEMA = ScheduleSchema(
    (
        "scheduling",
        "backupType",
        "retentionTime",
        "additionalDestinations",
        "compressionType",
        "customDestinationId",
    )
)

# Official client, "Create volume backup schedule".
VOLUME_SCHEMA = ScheduleSchema(("scheduling", "retentionTime"))


@dataclass(frozen=True)
class Destination:
    """An additional destination of a snapshot. retention_time is in days, None if omitted."""

    destination_id: str
    retention_time: int | None = None
    type: str = "custom"

    def to_api(self) -> dict[str, Any]:
        """Return the object that a request body contains."""
        body = {"destinationId": self.destination_id, "type": self.type, "retentionTime": self.retention_time}
        return {name: value for name, value in body.items() if value is not None}

    def to_result(self) -> dict[str, Any]:
        """Return the form of results."""
        result = {"destination_id": self.destination_id, "retention_time": self.retention_time, "type": self.type}
        return {name: value for name, value in result.items() if value is not None}


@dataclass(frozen=True)
class BackupSchedule:
    """A backup schedule in its normal form.

    None means omitted; () and "" mean none. retention_time is in days. Read-only fields do not count in a comparison.

    unknown_fields: the fields of a listed schedule that this collection does not know, with the names and nesting of
    the API. They never cause a difference, but replacing the schedule drops them.
    schema: what the schedule can have.
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
    schema: ScheduleSchema = field(default=ADDON_SCHEMA, compare=False)

    @classmethod
    def from_params(cls, params: Mapping[str, Any], schema: ScheduleSchema = ADDON_SCHEMA) -> BackupSchedule:
        """Convert a module's options, by their canonical names. Does not validate them: see schedule_rules."""
        scheduling = params["scheduling"]
        destinations = params.get("additional_destinations")
        custom_destination_id = params.get("custom_destination_id")
        # An empty value is accepted for an option that the backup type does not have, and has no effect there.
        if params["backup_type"] == "dump":
            destinations = destinations or None
        else:
            custom_destination_id = custom_destination_id or None
        return cls(
            scheduling=Scheduling.of(
                scheduling["interval"], scheduling.get("minute"), scheduling.get("hour"), scheduling.get("day")
            ),
            backup_type=params["backup_type"],
            retention_time=params.get("retention_time"),
            additional_destinations=destinations_of(destinations, "destination_id", "retention_time"),
            compression_type=params.get("compression_type"),
            custom_destination_id=custom_destination_id,
            schema=schema,
        )

    @classmethod
    def from_api(cls, listed: Mapping[str, Any], schema: ScheduleSchema = ADDON_SCHEMA) -> BackupSchedule:
        """Convert a schedule that the API lists, or a request body.

        Raises ValueError if it is not a backup schedule, or if a field does not have its documented type.
        """
        try:
            if "backupType" not in schema.fields:
                listed = {**listed, "backupType": listed.get("backupType") or "snapshot"}
            is_dump = listed["backupType"] == "dump"
            scheduling = listed["scheduling"]
            has_destinations = schema.has_destinations and not is_dump
            destinations = listed.get("additionalDestinations") or () if has_destinations else None
            # Lists call it backupCompressionType, requests compressionType. On a snapshot it has no meaning.
            compression = listed.get("backupCompressionType") or listed.get("compressionType") or _DEFAULT_COMPRESSION
            custom_destination_id = listed.get("customDestinationId") or ""
            return cls(
                scheduling=Scheduling.of(
                    _string("interval", scheduling["interval"]),
                    _integers("minute", scheduling.get("minute")),
                    _integers("hour", scheduling.get("hour")),
                    _integers("day", scheduling.get("day")),
                ),
                backup_type=_string("backupType", listed["backupType"]),
                retention_time=_integer("retentionTime", listed["retentionTime"]),
                additional_destinations=_listed_destinations(destinations),
                compression_type=_string("compressionType", compression) if is_dump else None,
                custom_destination_id=_string("customDestinationId", custom_destination_id) if is_dump else None,
                id=_optional_string("id", listed.get("id")),
                created_at=_optional_string("createdAt", listed.get("createdAt")),
                updated_at=_optional_string("updatedAt", listed.get("updatedAt")),
                unknown_fields=_unknown_fields(listed, has_destinations),
                schema=schema,
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a backup schedule: {short_repr(listed)}") from error

    @property
    def key(self) -> Key:
        """What identifies a schedule of a resource."""
        return (self.scheduling.interval, self.backup_type)

    @property
    def name(self) -> str:
        """The name of the schedule in messages and diffs: ``daily snapshot``."""
        return " ".join(self.key)

    def to_api(self) -> dict[str, Any]:
        """Return the request body that creates the schedule."""
        body = {
            "scheduling": self.scheduling.as_dict(),
            "backupType": self.backup_type,
            "retentionTime": self.retention_time,
            "additionalDestinations": [each.to_api() for each in self.additional_destinations or ()],
            "compressionType": self.compression_type,
            "customDestinationId": self.custom_destination_id,
        }
        return {name: body[name] for name in self.schema.fields if body[name] not in (None, "", [])}

    def settings(self) -> dict[str, Any]:
        """Return the settings that a user controls, in the form of results, without those of the other backup type."""
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
        """Return the settings and the read-only fields that are known: ``id``, ``created_at``, ``updated_at``."""
        read_only = {"id": self.id, "created_at": self.created_at, "updated_at": self.updated_at}
        return {**self.settings(), **{name: value for name, value in read_only.items() if value is not None}}

    def with_defaults(self) -> BackupSchedule:
        """Return the schedule with the defaults of the API for what is omitted in a new schedule."""
        if self.backup_type == "dump":
            return replace(
                self,
                compression_type=self.compression_type or _DEFAULT_COMPRESSION,
                custom_destination_id=self.custom_destination_id or "",
            )
        if self.schema.has_destinations:
            return replace(self, additional_destinations=self.additional_destinations or ())
        return self

    def reduced_to(self, schema: ScheduleSchema) -> BackupSchedule | None:
        """Return the schedule without what another schema does not have; None if that is its backup type."""
        if self.backup_type not in schema.backup_types:
            return None
        destinations = self.additional_destinations if schema.has_destinations else None
        return replace(self, additional_destinations=destinations, schema=schema)

    def filled_from(self, existing: BackupSchedule) -> BackupSchedule:
        """Return the schedule with the settings of the existing one of the same key for what is omitted."""
        destinations = existing.additional_destinations
        if self.additional_destinations is not None:
            retention_times = {each.destination_id: each.retention_time for each in destinations or ()}
            destinations = tuple(
                each
                if each.retention_time is not None
                else replace(each, retention_time=retention_times.get(each.destination_id))
                for each in self.additional_destinations
            )
        return replace(
            self,
            additional_destinations=destinations,
            compression_type=_first_set(self.compression_type, existing.compression_type),
            custom_destination_id=_first_set(self.custom_destination_id, existing.custom_destination_id),
        )

    def differences(self, existing: BackupSchedule) -> tuple[str, ...]:
        """Return the options in which the existing schedule of the same key differs; omitted options never do."""
        desired = self.filled_from(existing)
        pairs = {
            "scheduling.minute": (desired.scheduling.minute, existing.scheduling.minute),
            "scheduling.hour": (desired.scheduling.hour, existing.scheduling.hour),
            "scheduling.day": (desired.scheduling.day, existing.scheduling.day),
            "retention_time": (desired.retention_time, existing.retention_time),
            "additional_destinations": (desired.additional_destinations, existing.additional_destinations),
            "compression_type": (desired.compression_type, existing.compression_type),
            "custom_destination_id": (desired.custom_destination_id, existing.custom_destination_id),
        }
        return tuple(option for option, (ours, theirs) in pairs.items() if ours != theirs)


def destinations_of(
    listed: Iterable[Mapping[str, Any]] | None, id_name: str, retention_name: str
) -> tuple[Destination, ...] | None:
    """Convert additional destinations, sorted by ID; None stays None. id_name, retention_name: their keys."""
    if listed is None:
        return None
    destinations = (
        Destination(each[id_name], each.get(retention_name), each.get("type") or "custom") for each in listed
    )
    return tuple(sorted(destinations, key=lambda each: each.destination_id))


def _listed_destinations(listed: Any) -> tuple[Destination, ...] | None:
    for each in listed or ():
        _string("destinationId", each["destinationId"])
        if each.get("retentionTime") is not None:
            _integer("retentionTime", each["retentionTime"])
    return destinations_of(listed, "destinationId", "retentionTime")


def _unknown_fields(listed: Mapping[str, Any], has_destinations: bool) -> dict[str, Any]:
    """Return the fields of a listed schedule that the API does not document for it, nested as in the schedule."""
    unknown = _others(listed, _LISTED_FIELDS)
    if listed["backupType"] != "dump" and listed.get("customDestinationId"):
        unknown["customDestinationId"] = listed["customDestinationId"]
    scheduling = _others(listed["scheduling"], _SCHEDULING_FIELDS)
    if scheduling:
        unknown["scheduling"] = scheduling
    destinations = listed.get("additionalDestinations") or []
    if has_destinations:
        destinations = [
            {"destinationId": each["destinationId"], **_others(each, _DESTINATION_FIELDS)}
            for each in destinations
            if _others(each, _DESTINATION_FIELDS)
        ]
    if destinations:
        unknown["additionalDestinations"] = destinations
    return unknown


def _others(values: Mapping[str, Any], known: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in known and value is not None}


class _WrongType(ValueError):
    """A field of a listed schedule does not have its documented type."""


def _integer(name: str, value: Any) -> int:
    # In Python, True is an integer.
    if not isinstance(value, int) or isinstance(value, bool):
        raise _WrongType(f"{name} is {short_repr(value)}, which is not an integer")
    return value


def _integers(name: str, values: Any) -> list[int]:
    if values is not None and not isinstance(values, list):
        raise _WrongType(f"{name} is {short_repr(values)}, which is not a list")
    return [_integer(name, each) for each in values or ()]


def _string(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _WrongType(f"{name} is {short_repr(value)}, which is not a string")
    if not value.isprintable():
        raise _WrongType(f"{name} is {short_repr(value)}, which contains control characters")
    return value


def _optional_string(name: str, value: Any) -> str | None:
    return None if value is None else _string(name, value)


def _first_set(value: str | None, fallback: str | None) -> str | None:
    return fallback if value is None else value
