# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test may do to a running simulator over HTTP. None of it needs a token, and none of it is logged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body
from pydantic import ValidationError

from simulator.faults import Fault
from simulator.gateway import CONTROL
from simulator.problem import Problem
from simulator.settings import Settings

if TYPE_CHECKING:
    from simulator.server import Simulator

Anything = Annotated[dict[str, Any], Body()]


@contextmanager
def told_what_is_wrong() -> Iterator[None]:
    """Answer what pydantic refuses as the API answers a request that is wrong."""
    try:
        yield
    except ValidationError as error:
        raise Problem(400, str(error), "invalid-request") from error


def make_router(simulator: Simulator) -> APIRouter:
    router = APIRouter(prefix=CONTROL.rstrip("/"))
    settings = simulator.settings

    @router.put("/fleet")
    async def begin(fleet: Anything) -> None:
        with told_what_is_wrong():
            simulator.begin(fleet)

    @router.patch("/settings")
    async def change_settings(changes: Anything) -> dict[str, Any]:
        with told_what_is_wrong():
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

    @router.post("/checkpoints")
    async def add_checkpoint(note: Anything) -> dict[str, Any]:
        return simulator.add_checkpoint(note)

    @router.get("/checkpoints")
    async def get_checkpoints() -> list[dict[str, Any]]:
        return simulator.checkpoints

    return router
