# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of backups."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from simulator.bodies.backups import Backup, VolumeBackup
from simulator.routes.dependencies import AddonDep, StoreDep, VolumeDep
from simulator.routes.pagination import PaginationDep

router = APIRouter(prefix="/projects/{project_id}")

ADDON_BACKUPS = "/addons/{addon_id}/backups"
ADDON_BACKUP = f"{ADDON_BACKUPS}/{{backup_id}}"
VOLUME_BACKUPS = "/volumes/{volume_id}/backups"
VOLUME_BACKUP = f"{VOLUME_BACKUPS}/{{backup_id}}"


@router.get(ADDON_BACKUPS)
async def list_addon_backups(store: StoreDep, addon: AddonDep, pagination: PaginationDep) -> dict[str, Any]:
    return pagination.paginate("backups", store.backups.list_all(addon), store.settings.max_page_size)


@router.post(ADDON_BACKUPS)
async def create_addon_backup(store: StoreDep, addon: AddonDep, body: Backup) -> dict[str, Any]:
    return {"data": store.backups.create(addon, body)}


@router.get(ADDON_BACKUP)
async def get_addon_backup(store: StoreDep, addon: AddonDep, backup_id: str) -> dict[str, Any]:
    return {"data": store.backups.get(addon, backup_id)}


@router.post(f"{ADDON_BACKUP}/abort")
async def abort_addon_backup(store: StoreDep, addon: AddonDep, backup_id: str) -> dict[str, Any]:
    store.backups.abort(addon, backup_id)
    return {"data": {}}


@router.post(f"{ADDON_BACKUP}/retain")
async def retain_addon_backup(store: StoreDep, addon: AddonDep, backup_id: str) -> dict[str, Any]:
    store.backups.retain(addon, backup_id)
    return {"data": {}}


@router.delete(ADDON_BACKUP)
async def delete_addon_backup(store: StoreDep, addon: AddonDep, backup_id: str) -> dict[str, Any]:
    store.backups.delete(addon, backup_id)
    return {"data": {}}


@router.get(VOLUME_BACKUPS)
async def list_volume_backups(store: StoreDep, volume: VolumeDep, pagination: PaginationDep) -> dict[str, Any]:
    field = None if store.settings.bare_lists else "backups"
    return pagination.paginate(field, store.backups.list_all(volume), store.settings.max_page_size)


@router.post(VOLUME_BACKUPS)
async def create_volume_backup(store: StoreDep, volume: VolumeDep, body: VolumeBackup) -> dict[str, Any]:
    return {"data": store.backups.create_for_volume(volume, body)}


@router.get(VOLUME_BACKUP)
async def get_volume_backup(store: StoreDep, volume: VolumeDep, backup_id: str) -> dict[str, Any]:
    return {"data": store.backups.get(volume, backup_id)}


@router.delete(VOLUME_BACKUP)
async def delete_volume_backup(store: StoreDep, volume: VolumeDep, backup_id: str) -> dict[str, Any]:
    store.backups.delete(volume, backup_id)
    return {"data": {}}
