# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of restores."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from simulator.bodies.restores import RestoreAbort
from simulator.routes.backups import ADDON_BACKUP
from simulator.routes.dependencies import AddonDep, StoreDep
from simulator.routes.pagination import PaginationDep

router = APIRouter(prefix="/projects/{project_id}")

SourceId = Annotated[str | None, Query(pattern=r"^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$")]


@router.get("/addons/{addon_id}/restores")
async def list_restores(store: StoreDep, addon: AddonDep, pagination: PaginationDep) -> dict[str, Any]:
    return pagination.paginate("restores", store.restores.list_all(addon), store.settings.max_page_size)


@router.get(f"{ADDON_BACKUP}/restores")
async def list_restores_of_backup(store: StoreDep, addon: AddonDep, backup_id: str) -> dict[str, Any]:
    return {"data": {"restores": store.restores.list_of_backup(addon, backup_id)}}


@router.post(f"{ADDON_BACKUP}/restore")
async def restore_backup(
    store: StoreDep,
    addon: AddonDep,
    backup_id: str,
    sourceProjectId: SourceId = None,
    sourceAddonId: SourceId = None,
) -> dict[str, Any]:
    source = store.addon(sourceProjectId or addon.project_id, sourceAddonId or addon.id)
    return {"data": {"restoreId": store.restores.create(addon, source, backup_id)}}


@router.post(f"{ADDON_BACKUP}/abort-restore")
async def abort_restore(store: StoreDep, addon: AddonDep, backup_id: str, body: RestoreAbort) -> dict[str, Any]:
    store.restores.abort(addon, backup_id, body.restoreId)
    return {"data": {}}
