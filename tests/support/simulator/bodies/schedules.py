# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies of backup schedules."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

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

    def backups_per_week(self) -> int:
        hours = len(set(self.hour)) if self.hour else 24
        days = len(set(self.day)) if self.day else 7
        return len(set(self.minute)) * hours * days


class BackupSchedule(BackupOptions):
    scheduling: Scheduling
    retentionTime: Days

    @model_validator(mode="after")
    def check_retention(self) -> Self:
        interval = self.scheduling.interval
        for days in [self.retentionTime, *(each.retentionTime for each in self.additionalDestinations or ())]:
            if days is not None and days > MAX_DAYS[interval]:
                raise ValueError(f"`{interval}` backups have a maximum retention of {MAX_DAYS[interval]} days")
        if self.scheduling.backups_per_week() * self.retentionTime > MAX_BACKUPS * 7:
            raise ValueError(f"this schedule would retain more than {MAX_BACKUPS} backups")
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


def check_unique_keys(schedules: list[BackupSchedule]) -> list[BackupSchedule]:
    keys = [schedule.key for schedule in schedules]
    if len(keys) != len(set(keys)):
        raise ValueError("each addon can only have one backup schedule of each interval for each backup type")
    return schedules


BackupSchedules = Annotated[list[BackupSchedule], AfterValidator(check_unique_keys)]
