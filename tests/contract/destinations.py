# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies of backup destinations, with all fields, which both official clients and the module take."""

from __future__ import annotations

from typing import Any

KEYS = {"accessKey": "access-key-of-a-test", "secretKey": "secret-key-of-a-test"}
BUCKET = {"bucketName": "example-bucket", "region": "eu-west-1", "endpoint": "s3.eu-west-1.amazonaws.com"}

BODIES: dict[str, dict[str, Any]] = {
    "few fields": {
        "name": "Example Backup Destination",
        "type": "s3",
        "prefix": "",
        "usage": "globalBackups",
        "credentials": {**BUCKET, **KEYS},
    },
    "object lock": {
        "name": "Locked",
        "description": "Nobody deletes these",
        "type": "s3",
        "prefix": "backups/locked",
        "usage": "containerSnapshots",
        "credentials": {
            **BUCKET,
            **KEYS,
            "authMode": "staticCreds",
            "enableObjectLock": True,
            "objectLockRetentionDays": 30,
        },
    },
    "workload identity": {
        "name": "Without keys",
        "type": "s3",
        "prefix": "backups",
        "usage": "globalBackups",
        "credentials": {**BUCKET, "authMode": "workloadIdentity", "workloadIdentityId": "backup-writer"},
    },
}


def without_defaults(destination: dict[str, Any]) -> dict[str, Any]:
    """Return a destination as the API returns it, without read-only fields and what a request may omit."""
    read_only = ("id", "createdAt", "updatedAt")
    credentials = {
        name: value
        for name, value in destination["credentials"].items()
        if (name, value) not in (("authMode", "staticCreds"), ("enableObjectLock", False))
    }
    fields = {name: value for name, value in destination.items() if name not in read_only and value != ""}
    return {**fields, "credentials": credentials}
