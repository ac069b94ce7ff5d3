# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies of addons."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.bodies.common import Body, Id
from simulator.bodies.schedules import BackupSchedules


class Billing(Body):
    deploymentPlan: str
    storage: Annotated[int, Field(ge=1024)]
    replicas: Annotated[int, Field(ge=1)]
    storageClass: str | None = None


class ForkSource(Body):
    addonId: Id
    backupId: str
    projectId: Id | None = None
    backupType: Literal["snapshot", "global"] | None = None


class NewAddon(Body):
    """The simulated part of the body of "Create addon": an addon from a backup."""

    name: Annotated[str, Field(min_length=3, max_length=39, pattern=r"^[a-zA-Z]((-|\s)?[a-zA-Z0-9]+)*$")]
    description: Annotated[str, Field(max_length=200, pattern=r"""^[a-zA-Z0-9.,?\s\\/'"()\[\]{}:;`%^&*\-_!]*$""")] = ""
    type: str
    version: str
    billing: Billing
    tlsEnabled: bool = False
    source: ForkSource


class AddonUpdate(Body):
    """The simulated part of the body of "Update addon"."""

    backupSchedules: BackupSchedules | None = None
