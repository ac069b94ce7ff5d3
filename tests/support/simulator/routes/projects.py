# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of projects."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from simulator.routes.dependencies import StoreDep
from simulator.routes.pagination import PaginationDep

router = APIRouter(prefix="/projects")


@router.get("")
async def list_projects(store: StoreDep, pagination: PaginationDep) -> dict[str, Any]:
    projects = [project.to_json() for project in store.projects.values()]
    return pagination.paginate("projects", projects, store.settings.max_page_size)
