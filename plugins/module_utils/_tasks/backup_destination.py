# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module backup_destination: reconcile a backup destination.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.destinations import DestinationApi
from .._model.destination import AUTH_MODES, TYPES, USAGES, BackupDestination
from .._model.destination_rules import destination_errors, reference_errors
from .._model.text import short_repr
from .._reconcile.plan_destination import DestinationPlan, plan_absent, plan_present
from . import argument_specs
from .connection import connect
from .context import Context
from .single_object import reconcile_object
from .validation import boolean_errors, common_errors

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    "destination_id": {"type": "str", "aliases": ["destinationId", "backupDestinationId"]},
    "name": {"type": "str"},
    "description": {"type": "str"},
    "type": {"type": "str", "choices": list(TYPES), "default": "s3"},
    "prefix": {"type": "str"},
    "usage": {"type": "str", "choices": list(USAGES)},
    "credentials": {
        "type": "dict",
        "options": {
            "bucket_name": argument_specs.option("bucketName", type="str", required=True),
            "region": {"type": "str", "required": True},
            "endpoint": {"type": "str", "required": True},
            "auth_mode": argument_specs.option("authMode", type="str", choices=list(AUTH_MODES)),
            "access_key": argument_specs.option("accessKey", type="str", no_log=True),
            "secret_key": argument_specs.option("secretKey", type="str", no_log=True),
            "workload_identity_id": argument_specs.option("workloadIdentityId", type="str"),
            "enable_object_lock": argument_specs.option("enableObjectLock", type="bool"),
            "object_lock_retention_days": argument_specs.option("objectLockRetentionDays", type="int"),
        },
    },
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module. Raises InvalidOptions before the first request; TaskFailed with the result."""
    desired = BackupDestination.from_params(params)
    is_present = params["state"] == "present"
    errors = [*common_errors(ARGUMENT_SPEC, params), *reference_errors(desired)]
    if is_present and not boolean_errors(ARGUMENT_SPEC, params):
        errors.extend(destination_errors(desired))
    with connect(params, context, errors, desired.secrets()) as transport:
        api = DestinationApi(transport, params["team_id"])
        return reconcile_object(
            api,
            api.reference(desired.expected_id),
            lambda: _plan(api, desired, is_present),
            "backup_destination",
            transport,
            params,
            context,
            check=lambda destination: _warn_of_id(desired, destination, context),
        )


def _plan(api: DestinationApi, desired: BackupDestination, is_present: bool) -> DestinationPlan:
    """Read what exists, and plan what to do with it. Raises ApiError."""
    existing = api.read(desired.expected_id)
    if not is_present:
        return plan_absent(desired, existing)
    is_named = existing is not None and existing.name == desired.name
    return plan_present(desired, existing, None if is_named else api.find(str(desired.name)))


def _warn_of_id(desired: BackupDestination, destination: BackupDestination | None, context: Context) -> None:
    if destination is not None and desired.name and destination.id not in (None, desired.expected_id):
        context.warn(
            f"Northflank gave the backup destination {short_repr(desired.name)} the ID {destination.id}, not"
            f" {desired.expected_id}. Set destination_id to this ID, and use it in backup schedules."
        )
