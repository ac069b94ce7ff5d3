# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Valid options of backup schedules and destinations, to be varied by tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.destination import BackupDestination
from ansible_collections.community.northflank.plugins.module_utils._model.notification import (
    NotificationIntegration,
)
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import Scheduling
from hypothesis import strategies as st

TIMES = {
    "hourly": {"minute": [0]},
    "daily": {"minute": [0], "hour": [2]},
    "weekly": {"minute": [0], "hour": [2], "day": ["Monday"]},
}
DESTINATION = {"destination_id": "cold-storage", "retention_time": 7, "type": "custom"}

DESTINATION_IN_API = {
    "id": "cold-storage",
    "name": "Cold storage",
    "type": "s3",
    "prefix": "backups",
    "credentials": {
        "bucketName": "bucket",
        "region": "eu-west-1",
        "endpoint": "s3.example.org",
        "accessKey": "AKIA-of-a-test",
        "secretKey": "secret-of-a-test",
    },
    "createdAt": "2026-01-15T09:30:00.000Z",
}

WEBHOOK = "https://hooks.example.com/of-a-test"

NOTIFICATION_IN_API = {
    "id": "on-call",
    "name": "On call",
    "type": "RAW_WEBHOOK",
    "webhook": WEBHOOK,
    "restricted": False,
    "projects": [],
    "events": {"trigger:addon-backup:failure": True, "trigger:addon-backup:abort": True, "trigger:build:start": False},
    "createdAt": "2026-01-15T09:30:00.000Z",
}


def params(interval: str = "daily", backup_type: str = "snapshot", **changes: Any) -> dict[str, Any]:
    """Return valid options, with changes; those named like a field of scheduling apply to it."""
    scheduling = {"interval": interval, **TIMES[interval]}
    scheduling.update({name: changes.pop(name) for name in ("minute", "hour", "day") if name in changes})
    return {"scheduling": scheduling, "backup_type": backup_type, "retention_time": 7, **changes}


def schedule(*args: str, **changes: Any) -> BackupSchedule:
    """Return the schedule with these options: see params()."""
    return BackupSchedule.from_params(params(*args, **changes))


def destination_params(credentials: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return valid options of a destination, with changes. credentials: changes of the credentials."""
    usual = {
        "bucket_name": "bucket",
        "region": "eu-west-1",
        "endpoint": "s3.example.org",
        "access_key": "AKIA-of-a-test",
        "secret_key": "secret-of-a-test",
    }
    omitted = {"destination_id": None, "description": None, "usage": None}
    options = {**omitted, "name": "Cold storage", "type": "s3", "prefix": "backups", **changes}
    return {**options, "credentials": {**usual, **(credentials or {})}}


def destination(**changes: Any) -> BackupDestination:
    """Return the destination with these options: see destination_params()."""
    return BackupDestination.from_params(destination_params(**changes))


def notification_params(**changes: Any) -> dict[str, Any]:
    """Return valid options of a notification integration, with changes."""
    omitted = dict.fromkeys(("integration_id", "secret", "restricted", "projects"))
    events = ["addon-backup:failure", "addon-backup:abort"]
    usual = {"name": "On call", "type": "RAW_WEBHOOK", "webhook": WEBHOOK, "events": events}
    return {**omitted, **usual, **changes}


def notification(**changes: Any) -> NotificationIntegration:
    """Return the notification integration with these options: see notification_params()."""
    return NotificationIntegration.from_params(notification_params(**changes))


@st.composite
def schedulings(draw: st.DrawFn) -> Scheduling:
    """Return any valid scheduling."""
    interval = draw(st.sampled_from(["hourly", "daily", "weekly"]))
    minute = draw(st.sets(st.integers(0, 59), min_size=1, max_size=4))
    hour = draw(st.sets(st.integers(0, 23), min_size=1)) if interval != "hourly" else ()
    day = draw(st.sets(st.integers(0, 6), min_size=1)) if interval == "weekly" else ()
    return Scheduling.of(interval, minute, hour, day)
