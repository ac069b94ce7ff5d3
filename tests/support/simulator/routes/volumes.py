# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of volumes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from simulator.routes.dependencies import StoreDep
from simulator.routes.pagination import PaginationDep

router = APIRouter(prefix="/projects/{project_id}/volumes")


@router.get("")
async def list_volumes(store: StoreDep, project_id: str, pagination: PaginationDep) -> dict[str, Any]:
    volumes = [volume.to_json() for volume in store.project(project_id).volumes.values()]
    field = None if store.settings.bare_lists else "volumes"
    return pagination.paginate(field, volumes, store.settings.max_page_size)
