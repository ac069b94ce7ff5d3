# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request bodies, with the rules of the API reference and of the user guide on backups.

Written from these alone, so that a mistake in the modules' own rules is found here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

MAX_BACKUPS = 500
MAX_DAYS = {"hourly": 7, "daily": 60, "weekly": 120}

Id = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$")]
Days = Annotated[int, Field(ge=1, le=120)]
Minute = Annotated[int, Field(ge=0, le=59)]
Hour = Annotated[int, Field(ge=0, le=23)]
Weekday = Annotated[int, Field(ge=0, le=6)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Scheduling(Body):
    interval: Literal["hourly", "daily", "weekly"]
    minute: Annotated[list[Minute], Field(min_length=1)]
    hour: list[Hour] | None = None
    day: list[Weekday] | None = None

    @model_validator(mode="after")
    def has_the_fields_of_its_interval(self) -> Self:
        has_hours, has_days = self.interval != "hourly", self.interval == "weekly"
        if has_hours != bool(self.hour):
            raise ValueError(f"`hour` is {'required' if has_hours else 'unavailable'} for `{self.interval}` intervals")
        if has_days != bool(self.day):
            raise ValueError(f"`day` is {'required' if has_days else 'unavailable'} for `{self.interval}` intervals")
        return self

    def backups_a_week(self) -> int:
        hours = len(set(self.hour)) if self.hour else 24
        days = len(set(self.day)) if self.day else 7
        return len(set(self.minute)) * hours * days


class Destination(Body):
    destinationId: Id
    retentionTime: Days | None = None
    type: Literal["custom"]


class OfAType(Body):
    """What a schedule and a backup made now have in common."""

    backupType: Literal["dump", "snapshot"]
    additionalDestinations: list[Destination] | None = None
    compressionType: Literal["gz", "zstd"] | None = None
    customDestinationId: Id | None = None

    @model_validator(mode="after")
    def has_the_fields_of_its_type(self) -> Self:
        if self.backupType == "dump" and self.additionalDestinations:
            raise ValueError("`additionalDestinations` is only applicable for snapshot backups")
        if self.backupType == "snapshot" and self.compressionType:
            raise ValueError("`compressionType` is only applicable for dump backups")
        if self.backupType == "snapshot" and self.customDestinationId:
            raise ValueError("`customDestinationId` is only applicable for dump backups")
        ids = [each.destinationId for each in self.additionalDestinations or ()]
        if len(ids) != len(set(ids)):
            raise ValueError("`additionalDestinations` has a destination more than once")
        return self


class BackupSchedule(OfAType):
    scheduling: Scheduling
    retentionTime: Days

    @model_validator(mode="after")
    def keeps_no_more_than_it_may(self) -> Self:
        interval = self.scheduling.interval
        for days in [self.retentionTime, *(each.retentionTime for each in self.additionalDestinations or ())]:
            if days is not None and days > MAX_DAYS[interval]:
                raise ValueError(f"`{interval}` backups have a maximum retention of {MAX_DAYS[interval]} days")
        if self.scheduling.backups_a_week() * self.retentionTime > MAX_BACKUPS * 7:
            raise ValueError(f"this schedule would keep more than {MAX_BACKUPS} backups")
        return self

    @property
    def key(self) -> tuple[str, str]:
        return (self.scheduling.interval, self.backupType)

    def settings(self) -> dict[str, Any]:
        """Give it as it is stored: what was left out is not there, save the compression of a dump."""
        settings = self.model_dump(exclude_none=True)
        if self.backupType == "dump":
            settings.setdefault("compressionType", "gz")
        return {name: value for name, value in settings.items() if value != []}


def one_of_each_key(schedules: list[BackupSchedule]) -> list[BackupSchedule]:
    keys = [schedule.key for schedule in schedules]
    if len(keys) != len(set(keys)):
        raise ValueError("each addon can only have one backup schedule of each interval for each backup type")
    return schedules


BackupSchedules = Annotated[list[BackupSchedule], AfterValidator(one_of_each_key)]


class Addon(Body):
    """The part of the body of "Update addon" that is simulated."""

    backupSchedules: BackupSchedules | None = None


class Backup(OfAType):
    name: Annotated[str, Field(min_length=3, max_length=39)] | None = None
    backupType: Literal["dump", "snapshot"] = "snapshot"
