# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for the options of a backup destination. Pure: no HTTP, no Ansible.

They are those of the API reference ("Add backup destination"), and what follows from the meaning of the options.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from .destination import SECRETS, STATIC_CREDENTIALS, WORKLOAD_IDENTITY, BackupDestination, Credentials
from .ids import MIN_DESTINATION_ID, id_errors, predicted_id
from .text import short_repr
from .text_rules import secret_errors, text_errors


def reference_errors(destination: BackupDestination) -> list[str]:
    """Return the validation errors of the options that identify a destination, each of which names its option."""
    if destination.id is not None:
        return id_errors("destination_id", destination.id, MIN_DESTINATION_ID)
    if not destination.name:
        return ["destination_id: set name or destination_id"]
    if predicted_id(destination.name):
        return []
    return [
        f"destination_id: required, because the ID that Northflank derives from the name {short_repr(destination.name)}"
        " cannot be predicted"
    ]


def destination_errors(destination: BackupDestination) -> list[str]:
    """Return the validation errors of a destination that is to exist, each of which names its option."""
    errors = []
    for option in ("name", "type", "prefix"):
        if getattr(destination, option) is None:
            errors.append(f"{option}: required if state is present")
    if destination.credentials.bucket_name is None:
        errors.append("credentials: required if state is present")
    for option in ("name", "description", "prefix"):
        errors.extend(text_errors(option, getattr(destination, option), may_be_empty=option != "name"))
    return [*errors, *_credentials_errors(destination.credentials)]


def _credentials_errors(credentials: Credentials) -> list[str]:
    errors = []
    for name in ("bucket_name", "region", "endpoint", "workload_identity_id"):
        errors.extend(text_errors(f"credentials.{name}", getattr(credentials, name)))
    if "@" in (credentials.endpoint or ""):
        errors.append("credentials.endpoint: must not contain credentials; use access_key and secret_key")
    for name in SECRETS:
        errors.extend(secret_errors(f"credentials.{name}", getattr(credentials, name)))
    days = credentials.object_lock_retention_days
    if days is not None and days < 1:
        errors.append(f"credentials.object_lock_retention_days: {short_repr(days)} is less than the minimum of 1 day")
    if days is not None and credentials.enable_object_lock is False:
        errors.append("credentials.object_lock_retention_days: not allowed with enable_object_lock: false")
    return [*errors, *_auth_mode_errors(credentials)]


def _auth_mode_errors(credentials: Credentials) -> list[str]:
    if credentials.auth_mode == WORKLOAD_IDENTITY:
        errors = [
            f"credentials.{name}: not allowed with auth_mode: {WORKLOAD_IDENTITY}"
            for name in SECRETS
            if getattr(credentials, name) is not None
        ]
        if credentials.workload_identity_id is None:
            errors.append(f"credentials.workload_identity_id: required with auth_mode: {WORKLOAD_IDENTITY}")
        return errors
    if credentials.auth_mode == STATIC_CREDENTIALS and credentials.workload_identity_id is not None:
        return [f"credentials.workload_identity_id: not allowed with auth_mode: {STATIC_CREDENTIALS}"]
    return []
