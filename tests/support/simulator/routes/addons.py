# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of addons."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from simulator.bodies.addons import AddonUpdate, NewAddon
from simulator.routes.dependencies import AddonDep, StoreDep
from simulator.routes.pagination import PaginationDep

router = APIRouter(prefix="/projects/{project_id}/addons")


@router.get("")
async def list_addons(store: StoreDep, project_id: str, pagination: PaginationDep) -> dict[str, Any]:
    addons = [addon.to_json() for addon in store.project(project_id).addons.values()]
    return pagination.paginate("addons", addons, store.settings.max_page_size)


@router.post("")
async def create_addon(store: StoreDep, project_id: str, body: NewAddon) -> dict[str, Any]:
    source = store.addon(body.source.projectId or project_id, body.source.addonId)
    return {"data": store.forks.create(store.project(project_id), source, body)}


@router.get("/{addon_id}")
async def get_addon(addon: AddonDep) -> dict[str, Any]:
    return {"data": addon.to_detailed_json()}


@router.get("/{addon_id}/credentials")
async def get_credentials(store: StoreDep, addon: AddonDep) -> dict[str, Any]:
    return {"data": store.credentials(addon)}


@router.delete("/{addon_id}")
async def delete_addon(store: StoreDep, project_id: str, addon: AddonDep) -> dict[str, Any]:
    store.forks.delete(store.project(project_id), addon)
    return {"data": {}}


@router.patch("/{addon_id}")
async def update_addon(store: StoreDep, addon: AddonDep, body: AddonUpdate) -> dict[str, Any]:
    if body.backupSchedules is not None:
        store.schedules.replace(addon, body.backupSchedules)
    if store.settings.patch_returns_request_form:
        schedules = store.schedules.list_in_request_form(addon)
    else:
        schedules = store.schedules.list_all(addon)
    return {"data": {**addon.to_json(), "backupSchedules": schedules}}
