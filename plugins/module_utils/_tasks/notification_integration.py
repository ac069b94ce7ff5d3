# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module notification_integration: reconcile a notification integration.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.notifications import NotificationApi
from .._model.notification import TYPES, NotificationIntegration
from .._model.notification_rules import notification_errors, reference_errors
from .._model.text import short_repr
from .._reconcile.plan_notification import NotificationPlan, ambiguous, plan_absent, plan_present
from . import argument_specs
from .connection import connect
from .context import Context
from .single_object import reconcile_object
from .validation import common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    "integration_id": argument_specs.option("notificationId", type="str"),
    "name": {"type": "str"},
    "type": {"type": "str", "choices": list(TYPES)},
    "webhook": {"type": "str", "no_log": True},
    "secret": {"type": "str", "no_log": True},
    "update_secret": {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
    "restricted": {"type": "bool"},
    "projects": {"type": "list", "elements": "str"},
    "events": {"type": "list", "elements": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    desired = NotificationIntegration.from_params(params)
    errors = [*common_errors(ARGUMENT_SPEC, params), *reference_errors(desired)]
    if params["state"] == "present":
        errors.extend(notification_errors(desired))
    with connect(params, context, errors, desired.secrets()) as transport:
        api = NotificationApi(transport, params["team_id"])
        return reconcile_object(
            api,
            api.reference(desired.id or "", str(desired.name)),
            lambda: _plan(api, desired, params),
            "notification_integration",
            transport,
            params,
            context,
            check=lambda notification: _warn_if_disabled(notification, context),
        )


def _plan(api: NotificationApi, desired: NotificationIntegration, params: Mapping[str, Any]) -> NotificationPlan:
    """Read what exists, and plan what to do with it. Raises ApiError."""
    existing: NotificationIntegration | None
    namesakes: list[NotificationIntegration] = []
    if desired.id is not None:
        existing = api.read(desired.id)
        if existing and params["state"] == "present" and desired.name not in (None, existing.name):
            namesakes = [each for each in api.find_all(str(desired.name)) if each.id != desired.id]
    else:
        found = api.find_all(str(desired.name))
        if len(found) > 1:
            return NotificationPlan(None, None, None, refusals=(ambiguous(desired.name, found),))
        existing = api.read(str(found[0].id)) if found else None
    if params["state"] == "absent":
        return plan_absent(existing)
    return plan_present(desired, existing, namesakes, params["update_secret"] == "always")


def _warn_if_disabled(notification: NotificationIntegration | None, context: Context) -> None:
    if notification is not None and notification.disabled:
        context.warn(
            f"Northflank has disabled the notification integration {short_repr(notification.name)}, so it sends no"
            " notifications. Check what receives them, then enable it again in Northflank."
        )
