# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies of backup schedules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from simulator.bodies.common import BackupOptions, Body, Days

MAX_BACKUPS = 500
MAX_DAYS = {"hourly": 7, "daily": 60, "weekly": 120}

Minute = Annotated[int, Field(ge=0, le=59)]
Hour = Annotated[int, Field(ge=0, le=23)]
Weekday = Annotated[int, Field(ge=0, le=6)]


class Scheduling(Body):
    interval: Literal["hourly", "daily", "weekly"]
    minute: Annotated[list[Minute], Field(min_length=1)]
    hour: list[Hour] | None = None
    day: list[Weekday] | None = None

    @model_validator(mode="after")
    def check_fields_of_interval(self) -> Self:
        needs_hour, needs_day = self.interval != "hourly", self.interval == "weekly"
        if needs_hour != bool(self.hour):
            raise ValueError(f"`hour` is {'required' if needs_hour else 'unavailable'} for `{self.interval}` intervals")
        if needs_day != bool(self.day):
            raise ValueError(f"`day` is {'required' if needs_day else 'unavailable'} for `{self.interval}` intervals")
        return self

    def check_retention(self, days: int, days_of_copies: Iterable[int | None] = ()) -> None:
        """Raise ValueError if backups, or copies of them, are kept for too many days."""
        if any(each is not None and each > MAX_DAYS[self.interval] for each in [days, *days_of_copies]):
            raise ValueError(f"`{self.interval}` backups have a maximum retention of {MAX_DAYS[self.interval]} days")
        if self.backups_per_week() * days > MAX_BACKUPS * 7:
            raise ValueError(f"this schedule would retain more than {MAX_BACKUPS} backups")

    def backups_per_week(self) -> int:
        hours = len(set(self.hour)) if self.hour else 24
        days = len(set(self.day)) if self.day else 7
        return len(set(self.minute)) * hours * days


class BackupSchedule(BackupOptions):
    scheduling: Scheduling
    retentionTime: Days

    @model_validator(mode="after")
    def check_retention(self) -> Self:
        copies = [each.retentionTime for each in self.additionalDestinations or ()]
        self.scheduling.check_retention(self.retentionTime, copies)
        return self

    @property
    def key(self) -> tuple[str, str]:
        """The interval and the backup type. An addon has at most one schedule per key."""
        return (self.scheduling.interval, self.backupType)

    def configuration(self) -> dict[str, Any]:
        """Return the schedule as it is stored: without unset fields, with the default compression of dumps."""
        configuration = self.model_dump(exclude_none=True)
        if self.backupType == "dump":
            configuration.setdefault("compressionType", "gz")
        return {name: value for name, value in configuration.items() if value != []}


class VolumeBackupSchedule(Body):
    """The body of "Create volume backup schedule". All backups of volumes are snapshots."""

    backupType: ClassVar[str] = "snapshot"
    destination_ids: ClassVar[tuple[str, ...]] = ()

    scheduling: Scheduling
    retentionTime: Days

    @model_validator(mode="after")
    def check_retention(self) -> Self:
        self.scheduling.check_retention(self.retentionTime)
        return self

    @property
    def key(self) -> tuple[str, str]:
        """The interval and the backup type. A volume has at most one schedule per key."""
        return (self.scheduling.interval, self.backupType)

    def configuration(self) -> dict[str, Any]:
        """Return the schedule as it is stored: without unset fields."""
        return {**self.model_dump(exclude_none=True), "backupType": self.backupType}


AnySchedule = TypeVar("AnySchedule", BackupSchedule, VolumeBackupSchedule)


def check_unique_keys(schedules: list[AnySchedule]) -> list[AnySchedule]:
    keys = [schedule.key for schedule in schedules]
    if len(keys) != len(set(keys)):
        raise ValueError("there can only be one backup schedule of each interval for each backup type")
    return schedules


BackupSchedules = Annotated[list[BackupSchedule], AfterValidator(check_unique_keys)]
VolumeBackupSchedules = Annotated[list[VolumeBackupSchedule], AfterValidator(check_unique_keys)]
