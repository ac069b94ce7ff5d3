# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of backup destinations."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from simulator.routes.dependencies import StoreDep
from simulator.routes.pagination import PaginationDep

router = APIRouter(prefix="/backup-destinations")


@router.get("")
async def list_destinations(store: StoreDep, pagination: PaginationDep) -> dict[str, Any]:
    return pagination.paginate("backupDestinations", store.destinations.list_all(), store.settings.max_page_size)
