# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of the API. Each path that begins with a project also exists below a team."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from simulator import bodies
from simulator.problem import Problem
from simulator.store import CAN_DUMP, Addon, Store

ADDON = "/projects/{project_id}/addons/{addon_id}"

plain = APIRouter(prefix="/v1")
of_a_team = APIRouter()


def make_app(store: Store) -> FastAPI:
    """Give the API of this store, without what the gateway adds to it: the token, the limit, the faults."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.store = store
    app.include_router(plain)
    app.include_router(of_a_team, prefix="/v1")
    app.include_router(of_a_team, prefix="/v1/teams/{team_id}", dependencies=[Depends(check_team)])
    app.add_exception_handler(Problem, tell_problem)
    app.add_exception_handler(HTTPException, tell_unknown_route)
    app.add_exception_handler(RequestValidationError, tell_invalid_request)
    return app


# All of these are coroutines, though none waits for anything: FastAPI would run plain functions in threads.


async def the_store(request: Request) -> Store:
    return request.app.state.store


TheStore = Annotated[Store, Depends(the_store)]


async def the_addon(store: TheStore, project_id: str, addon_id: str) -> Addon:
    return store.addon(project_id, addon_id)


TheAddon = Annotated[Addon, Depends(the_addon)]


async def check_team(store: TheStore, team_id: str) -> None:
    if team_id != store.team_id:
        raise Problem(404, f"Team {team_id!r} not found.", "team-not-found")


class Paging(BaseModel):
    per_page: int = Field(default=50, ge=1)
    page: int = Field(default=1, ge=1)
    cursor: str | None = Field(default=None, pattern=r"^after-\d+$")

    def cut(self, field: str, items: list[Any], max_size: int) -> dict[str, Any]:
        """Give one page of the items as an answer."""
        size = min(self.per_page, 100, max_size)
        start = int(self.cursor.removeprefix("after-")) if self.cursor else (self.page - 1) * size
        shown, more = items[start : start + size], len(items) > start + size
        pagination = {"hasNextPage": more, "count": len(shown), **({"cursor": f"after-{start + size}"} if more else {})}
        return {"data": {field: shown}, "pagination": pagination}


Page = Annotated[Paging, Query()]


@plain.get("/login")
async def log_in() -> dict[str, Any]:
    return {"data": {}}


@plain.get("/addon-types")
async def list_addon_types() -> dict[str, Any]:
    types = [{"type": each, "features": {"backupsDump": can_dump}} for each, can_dump in CAN_DUMP.items()]
    return {"data": {"addonTypes": types}}


@of_a_team.get("/projects")
async def list_projects(store: TheStore, page: Page) -> dict[str, Any]:
    listed = [project.listed() for project in store.projects.values()]
    return page.cut("projects", listed, store.settings.max_page_size)


@of_a_team.get("/projects/{project_id}/addons")
async def list_addons(store: TheStore, project_id: str, page: Page) -> dict[str, Any]:
    listed = [addon.listed() for addon in store.project(project_id).addons.values()]
    return page.cut("addons", listed, store.settings.max_page_size)


@of_a_team.get("/backup-destinations")
async def list_destinations(store: TheStore, page: Page) -> dict[str, Any]:
    return page.cut("backupDestinations", store.destinations, store.settings.max_page_size)


@of_a_team.get(ADDON)
async def get_addon(addon: TheAddon) -> dict[str, Any]:
    return {"data": addon.listed()}


@of_a_team.patch(ADDON)
async def update_addon(store: TheStore, addon: TheAddon, body: bodies.Addon) -> dict[str, Any]:
    if body.backupSchedules is not None:
        store.replace_schedules(addon, body.backupSchedules)
    told = store.list_bodies(addon) if store.settings.patch_as_asked else store.list_schedules(addon)
    return {"data": {**addon.listed(), "backupSchedules": told}}


@of_a_team.get(f"{ADDON}/backup-schedules")
async def list_schedules(store: TheStore, addon: TheAddon, page: Page) -> dict[str, Any]:
    listed = store.list_schedules(addon)
    if store.settings.page_schedules:
        return page.cut("schedules", listed, store.settings.max_page_size)
    omitted = store.settings.omit_empty_lists and not listed
    return {"data": {} if omitted else {"schedules": listed}}


@of_a_team.post(f"{ADDON}/backup-schedules")
async def create_schedule(store: TheStore, addon: TheAddon, body: bodies.BackupSchedule) -> dict[str, Any]:
    return {"data": {"id": store.create_schedule(addon, body)}}


@of_a_team.delete(f"{ADDON}/backup-schedules/{{schedule_id}}")
async def delete_schedule(store: TheStore, addon: TheAddon, schedule_id: str) -> dict[str, Any]:
    store.delete_schedule(addon, schedule_id)
    return {"data": {}}


@of_a_team.get(f"{ADDON}/backups")
async def list_backups(store: TheStore, addon: TheAddon, page: Page) -> dict[str, Any]:
    return page.cut("backups", addon.backups, store.settings.max_page_size)


@of_a_team.post(f"{ADDON}/backups")
async def back_up(store: TheStore, addon: TheAddon, body: bodies.Backup) -> dict[str, Any]:
    return {"data": store.back_up(addon, body)}


async def tell_problem(request: Request, error: Exception) -> JSONResponse:
    problem = error if isinstance(error, Problem) else Problem(500, str(error))
    return JSONResponse(problem.body(), problem.status)


async def tell_unknown_route(request: Request, error: Exception) -> JSONResponse:
    status = getattr(error, "status_code", 500)
    return JSONResponse(Problem(status, getattr(error, "detail", str(error))).body(), status)


async def tell_invalid_request(request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    details = {".".join(map(str, each["loc"][1:])) or "body": each["msg"] for each in found}
    return JSONResponse(Problem(400, "Invalid request.", "invalid-request", details).body(), 400)
