# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of backup destinations."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from simulator.bodies.destinations import BackupDestination, BackupDestinationUpdate
from simulator.routes.dependencies import StoreDep
from simulator.routes.pagination import PaginationDep

router = APIRouter(prefix="/backup-destinations")


@router.get("")
async def list_destinations(store: StoreDep, pagination: PaginationDep) -> dict[str, Any]:
    return pagination.paginate("backupDestinations", store.destinations.list_all(), store.settings.max_page_size)


@router.post("")
async def create_destination(store: StoreDep, body: BackupDestination) -> dict[str, Any]:
    return {"data": store.destinations.create(body)}


@router.get("/{destination_id}")
async def get_destination(store: StoreDep, destination_id: str) -> dict[str, Any]:
    return {"data": store.destinations.get(destination_id)}


@router.patch("/{destination_id}")
async def update_destination(store: StoreDep, destination_id: str, body: BackupDestinationUpdate) -> dict[str, Any]:
    return {"data": store.destinations.update(destination_id, body)}


@router.delete("/{destination_id}")
async def delete_destination(store: StoreDep, destination_id: str) -> dict[str, Any]:
    store.destinations.delete(destination_id, store.users_of(destination_id))
    return {"data": {}}


@router.get("/{destination_id}/backups")
async def list_destination_backups(store: StoreDep, destination_id: str, pagination: PaginationDep) -> dict[str, Any]:
    backups = store.destinations.backups(destination_id)
    page = pagination.paginate("backups", backups, store.settings.max_page_size)
    # The official client's types declare a bare list.
    return {**page, "data": page["data"]["backups"]}
