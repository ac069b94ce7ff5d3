# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of backup schedules."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from simulator.bodies.schedules import BackupSchedule, VolumeBackupSchedule
from simulator.routes.dependencies import AddonDep, StoreDep, VolumeDep
from simulator.routes.pagination import Pagination, PaginationDep
from simulator.store import Store
from simulator.store.resources import Resource

router = APIRouter(prefix="/projects/{project_id}")

ADDON_SCHEDULES = "/addons/{addon_id}/backup-schedules"
VOLUME_SCHEDULES = "/volumes/{volume_id}/backup-schedules"


@router.get(ADDON_SCHEDULES)
async def list_addon_schedules(store: StoreDep, addon: AddonDep, pagination: PaginationDep) -> dict[str, Any]:
    return schedules_response(store, addon, pagination)


@router.post(ADDON_SCHEDULES)
async def create_addon_schedule(store: StoreDep, addon: AddonDep, body: BackupSchedule) -> dict[str, Any]:
    return {"data": {"id": store.schedules.create(addon, body)}}


@router.delete(f"{ADDON_SCHEDULES}/{{schedule_id}}")
async def delete_addon_schedule(store: StoreDep, addon: AddonDep, schedule_id: str) -> dict[str, Any]:
    store.schedules.delete(addon, schedule_id)
    return {"data": {}}


@router.get(VOLUME_SCHEDULES)
async def list_volume_schedules(store: StoreDep, volume: VolumeDep, pagination: PaginationDep) -> dict[str, Any]:
    return schedules_response(store, volume, pagination)


@router.post(VOLUME_SCHEDULES)
async def create_volume_schedule(store: StoreDep, volume: VolumeDep, body: VolumeBackupSchedule) -> dict[str, Any]:
    return {"data": {"id": store.schedules.create(volume, body)}}


@router.delete(f"{VOLUME_SCHEDULES}/{{schedule_id}}")
async def delete_volume_schedule(store: StoreDep, volume: VolumeDep, schedule_id: str) -> dict[str, Any]:
    store.schedules.delete(volume, schedule_id)
    return {"data": {}}


def schedules_response(store: Store, resource: Resource, pagination: Pagination) -> dict[str, Any]:
    schedules = store.schedules.list_all(resource)
    if store.settings.paginate_schedules:
        return pagination.paginate("schedules", schedules, store.settings.max_page_size)
    omit = store.settings.omit_empty_lists and not schedules
    return {"data": {} if omit else {"schedules": schedules}}
