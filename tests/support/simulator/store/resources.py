# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What schedules and backups require of the resource that they belong to, such as an addon."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol


class Resource(Protocol):
    """A resource that has backups.

    kind: the kind of resource in messages, such as addon. schedules: by ID. backups: as the API lists them.
    """

    kind: ClassVar[str]
    id: str
    project_id: str
    schedules: dict[str, dict[str, Any]]
    backups: list[dict[str, Any]]

    @property
    def path(self) -> str:
        """The IDs of the project and the resource, separated by a slash."""

    def check_exists(self) -> None:
        """Raise ApiError if the resource is being deleted."""

    def check_backup_type(self, backup_type: str) -> None:
        """Raise ApiError if the resource does not support this type of backup."""
