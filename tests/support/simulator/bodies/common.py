# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What request bodies share."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Id = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$")]
Days = Annotated[int, Field(ge=1, le=120)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AdditionalDestination(Body):
    destinationId: Id
    retentionTime: Days | None = None
    type: Literal["custom"]


class BackupOptions(Body):
    """The options that schedules and on-demand backups share."""

    backupType: Literal["dump", "snapshot"]
    additionalDestinations: list[AdditionalDestination] | None = None
    compressionType: Literal["gz", "zstd"] | None = None
    customDestinationId: Id | None = None

    @model_validator(mode="after")
    def check_options_of_backup_type(self) -> Self:
        if self.backupType == "dump" and self.additionalDestinations:
            raise ValueError("`additionalDestinations` is only applicable for snapshot backups")
        if self.backupType == "snapshot" and self.compressionType:
            raise ValueError("`compressionType` is only applicable for dump backups")
        if self.backupType == "snapshot" and self.customDestinationId:
            raise ValueError("`customDestinationId` is only applicable for dump backups")
        ids = [destination.destinationId for destination in self.additionalDestinations or ()]
        if len(ids) != len(set(ids)):
            raise ValueError("`additionalDestinations` contains duplicate destinations")
        return self

    @property
    def destination_ids(self) -> list[str]:
        """The IDs of all destinations that the backups are stored at, other than the default one."""
        ids = [destination.destinationId for destination in self.additionalDestinations or ()]
        return [*ids, self.customDestinationId] if self.customDestinationId else ids
