# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of notification integrations."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from simulator.bodies.notifications import Notification, NotificationUpdate
from simulator.routes.dependencies import StoreDep
from simulator.routes.pagination import PaginationDep

router = APIRouter(prefix="/integrations/notifications")


@router.get("")
async def list_notifications(store: StoreDep, pagination: PaginationDep) -> dict[str, Any]:
    listed = store.notifications.list_all()
    return pagination.paginate("notificationIntegrations", listed, store.settings.max_page_size)


@router.post("")
async def create_notification(store: StoreDep, body: Notification) -> dict[str, Any]:
    store.check_projects_exist(body.projects or ())
    return {"data": store.notifications.create(body)}


@router.get("/{notification_id}")
async def get_notification(store: StoreDep, notification_id: str) -> dict[str, Any]:
    return {"data": store.notifications.get(notification_id)}


@router.post("/{notification_id}")
async def update_notification(store: StoreDep, notification_id: str, body: NotificationUpdate) -> dict[str, Any]:
    store.check_projects_exist(body.projects or ())
    return {"data": store.notifications.update(notification_id, body)}


@router.delete("/{notification_id}")
async def delete_notification(store: StoreDep, notification_id: str) -> dict[str, Any]:
    store.notifications.delete(notification_id)
    return {"data": {}}
