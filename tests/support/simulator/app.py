# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The FastAPI application of the API. Every route of a team router also exists below ``/v1/teams/{team_id}``."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Depends, FastAPI

from simulator.error_handlers import add_error_handlers
from simulator.routes import (
    account,
    addons,
    backups,
    destinations,
    notifications,
    projects,
    restores,
    schedules,
    volumes,
)
from simulator.routes.dependencies import check_team
from simulator.store import Store

TEAM_ROUTERS = (
    projects.router,
    addons.router,
    volumes.router,
    schedules.router,
    backups.router,
    restores.router,
    destinations.router,
    notifications.router,
)


def make_app(get_store: Callable[[], Store]) -> FastAPI:
    """Return the application, without what the gateway adds: authentication, the rate limit, faults.

    get_store: called once per request.
    """
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.get_store = get_store
    app.include_router(account.router, prefix="/v1")
    for router in TEAM_ROUTERS:
        app.include_router(router, prefix="/v1")
        app.include_router(router, prefix="/v1/teams/{team_id}", dependencies=[Depends(check_team)])
    add_error_handlers(app)
    return app
