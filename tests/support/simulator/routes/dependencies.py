# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What routes take from the request: the store, and the objects that the path names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from simulator.errors import ApiError
from simulator.store import Store
from simulator.store.addons import Addon
from simulator.store.volumes import Volume


async def get_store(request: Request) -> Store:
    return request.app.state.get_store()


StoreDep = Annotated[Store, Depends(get_store)]


async def get_addon(store: StoreDep, project_id: str, addon_id: str) -> Addon:
    return store.addon(project_id, addon_id)


AddonDep = Annotated[Addon, Depends(get_addon)]


async def get_volume_with_backups(store: StoreDep, project_id: str, volume_id: str) -> Volume:
    """Return the volume, for its schedules and backups."""
    if store.settings.volume_backups_status:
        raise ApiError(store.settings.volume_backups_status, "Cannot access backups of volumes.", "not-available")
    return store.volume(project_id, volume_id)


VolumeDep = Annotated[Volume, Depends(get_volume_with_backups)]


async def check_team(store: StoreDep, team_id: str) -> None:
    if team_id != store.team_id:
        raise ApiError(404, f"Team {team_id!r} not found.", "team-not-found")
