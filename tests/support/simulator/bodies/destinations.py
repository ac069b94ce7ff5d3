# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies of backup destinations."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulator.bodies.common import Body

Name = Annotated[str, Field(min_length=1)]


class Credentials(Body):
    accessKey: Name | None = None
    secretKey: Name | None = None
    bucketName: Name
    region: Name
    endpoint: Name
    authMode: Literal["staticCreds", "workloadIdentity"] | None = None
    workloadIdentityId: Name | None = None
    enableObjectLock: bool | None = None
    objectLockRetentionDays: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def check_fields_of_auth_mode(self) -> Self:
        if self.authMode == "workloadIdentity":
            if not self.workloadIdentityId or self.accessKey or self.secretKey:
                raise ValueError("`workloadIdentity` requires `workloadIdentityId`, and neither of the keys")
        elif self.workloadIdentityId:
            raise ValueError("`workloadIdentityId` is only applicable for `workloadIdentity`")
        return self


class NewCredentials(Credentials):
    @model_validator(mode="after")
    def check_keys(self) -> Self:
        if self.authMode != "workloadIdentity" and not (self.accessKey and self.secretKey):
            raise ValueError("`accessKey` and `secretKey` are required for `staticCreds`")
        return self


class BackupDestination(Body):
    name: Name
    description: str | None = None
    type: Literal["s3"]
    prefix: str
    usage: Literal["globalBackups", "containerSnapshots"]
    credentials: NewCredentials


class BackupDestinationUpdate(Body):
    name: Name | None = None
    description: str | None = None
    credentials: Credentials | None = None
