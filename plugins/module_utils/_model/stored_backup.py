# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A backup in a backup destination. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .fields import optional_integer, optional_text, required_text
from .text import short_repr
from .times import format_time


@dataclass(frozen=True)
class StoredBackup:
    """A backup in a destination, whose addon may not exist any more. Times are as the API returns them.

    project_id, addon_id, addon_type, addon_version: None if the API does not return them.
    size: in bytes; None if the API returns no valid size.
    expires_at: in UTC; None if the API returns no valid time.
    has_invalid_expiry: whether the API returns something else, so that nobody knows whether the backup has expired.
    """

    id: str
    name: str
    status: str
    project_id: str | None
    addon_id: str | None
    addon_type: str | None
    addon_version: str | None
    created_at: str
    completed_at: str | None
    expires_at: str | None
    size: int | None
    has_invalid_expiry: bool = False

    @classmethod
    def from_api(cls, listed: Mapping[str, Any]) -> StoredBackup:
        """Convert a backup that the API lists. Raises ValueError if it is not a backup.

        An optional field of an unexpected type counts as not set: it must not hide the backup.
        """
        try:
            project, addon, config = (listed.get(name) or {} for name in ("project", "addon", "config"))
            expires_at = _time(listed.get("expiredBy"))
            return cls(
                id=required_text(listed, "id"),
                name=str(listed.get("name") or ""),
                status=required_text(listed, "status"),
                project_id=optional_text(project.get("id")),
                addon_id=optional_text(addon.get("id")),
                addon_type=optional_text(config.get("addonType")),
                addon_version=optional_text(config.get("addonVersion")),
                created_at=str(listed["createdAt"] or ""),
                completed_at=optional_text(listed.get("completedAt")),
                expires_at=expires_at,
                size=optional_integer(config.get("size")),
                has_invalid_expiry=expires_at is None and bool(listed.get("expiredBy")),
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a backup: {short_repr(listed)}") from error

    def to_result(self) -> dict[str, Any]:
        """Return the form of results."""
        return {name: value for name, value in vars(self).items() if name != "has_invalid_expiry"}


def _time(milliseconds: Any) -> str | None:
    """Return a time that the API returns in milliseconds since 1970; 0 is none."""
    if isinstance(milliseconds, bool) or not milliseconds:
        return None
    try:
        return format_time(datetime.fromtimestamp(float(milliseconds) / 1000, timezone.utc))
    except (OSError, OverflowError, TypeError, ValueError):
        return None
