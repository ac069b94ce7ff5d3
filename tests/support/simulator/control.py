# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control endpoint, with which tests control a running simulator. It requires no token and is not logged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body
from pydantic import ValidationError

from simulator.errors import ApiError
from simulator.faults import Fault
from simulator.gateway import CONTROL
from simulator.settings import Settings

if TYPE_CHECKING:
    from simulator.server import Simulator

JsonObject = Annotated[dict[str, Any], Body()]


@contextmanager
def validation_as_api_error() -> Iterator[None]:
    """Raise validation errors as ApiError."""
    try:
        yield
    except ValidationError as error:
        raise ApiError(400, str(error), "invalid-request") from error


def make_router(simulator: Simulator) -> APIRouter:
    router = APIRouter(prefix=CONTROL.rstrip("/"))
    settings = simulator.settings

    @router.put("/fleet")
    async def reset(fleet: JsonObject) -> None:
        with validation_as_api_error():
            simulator.reset(fleet)

    @router.patch("/settings")
    async def change_settings(changes: JsonObject) -> dict[str, Any]:
        with validation_as_api_error():
            changed = Settings.model_validate({**vars(settings), **changes})
        vars(settings).update(vars(changed))
        return vars(settings)

    @router.put("/faults")
    async def set_faults(rules: list[Fault]) -> None:
        simulator.faults.set(rules)

    @router.get("/log")
    async def get_log() -> list[dict[str, Any]]:
        return simulator.log

    @router.delete("/log")
    async def clear_log() -> None:
        simulator.clear_log()

    @router.get("/schedules")
    async def get_schedules() -> dict[str, list[dict[str, Any]]]:
        return simulator.schedules()

    @router.get("/backups")
    async def get_backups() -> dict[str, list[dict[str, Any]]]:
        return simulator.backups()

    @router.post("/checkpoints")
    async def add_checkpoint(note: JsonObject) -> dict[str, Any]:
        return simulator.add_checkpoint(note)

    @router.get("/checkpoints")
    async def get_checkpoints() -> list[dict[str, Any]]:
        return simulator.checkpoints

    return router
