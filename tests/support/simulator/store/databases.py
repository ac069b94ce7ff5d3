# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of addons and of their backups."""

from __future__ import annotations

from typing import Any

from simulator.store.addons import Addon
from simulator.store.credentials import credentials_of
from simulator.store.resources import Resource

# The size of a backup without data, in bytes.
SIZE = 1048576


class Databases:
    """No data: every backup and every restore succeeds. A subclass may store the data of some addons.

    The store calls these methods while it holds its lock, so they must not take long.
    """

    def create(self, addon: Addon) -> None:
        """Create the empty database of an addon."""

    def drop(self, addon: Addon) -> None:
        """Remove the database of an addon, even if it is in use."""

    def credentials(self, addon: Addon) -> dict[str, dict[str, Any]]:
        """Return the connection details of an addon, as the API does."""
        return credentials_of(addon)

    def dump(self, resource: Resource, backup_id: str) -> int | None:
        """Save the data of an addon or volume as this backup, and return its size in bytes; None if that failed."""
        return SIZE

    def restore(self, addon: Addon, backup_id: str) -> bool:
        """Replace the data of an addon with that of a backup, and return whether all of it was restored."""
        return True
