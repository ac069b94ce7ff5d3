# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies of on-demand backups."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.bodies.common import BackupOptions, Body

Name = Annotated[str, Field(min_length=3, max_length=39, pattern=r"^[a-zA-Z0-9]+([-\s/:][a-zA-Z0-9]+)*$")]


class Backup(BackupOptions):
    name: Name | None = None
    backupType: Literal["dump", "snapshot"] = "snapshot"


class VolumeBackup(Body):
    """All backups of volumes are snapshots. The limits of the name are those for addons: the reference has none."""

    name: Name
    description: str | None = None
