# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup destinations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator import fleet
from simulator.errors import ApiError


class Destinations:
    def __init__(self, destinations: Iterable[fleet.Destination]) -> None:
        self._destinations = {destination.id: destination.model_dump() for destination in destinations}

    def list_all(self) -> list[dict[str, Any]]:
        return list(self._destinations.values())

    def check_exist(self, destination_ids: Iterable[str]) -> None:
        """Raise ApiError if any of the destinations does not exist."""
        for destination_id in destination_ids:
            if destination_id not in self._destinations:
                raise ApiError(400, f"Backup destination {destination_id!r} not found.", "destination-not-found")
