# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes that have no team form."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from simulator.store.addons import DUMP_SUPPORT, FORK_SUPPORT

router = APIRouter()


@router.get("/login")
async def log_in() -> dict[str, Any]:
    return {"data": {}}


@router.get("/addon-types")
async def list_addon_types() -> dict[str, Any]:
    types = [
        {"type": name, "features": {"backupsDump": dumps, "forkAddon": FORK_SUPPORT[name]}}
        for name, dumps in DUMP_SUPPORT.items()
    ]
    return {"data": {"addonTypes": types}}
