# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies of notification integrations, which the official clients accept, and the options of the module."""

from __future__ import annotations

from typing import Any

FAILURE, ABORT = "trigger:addon-backup:failure", "trigger:addon-backup:abort"
WEBHOOK = "https://hooks.example.com/of-a-test"

BODIES: dict[str, dict[str, Any]] = {
    "few fields": {"name": "Example Notification", "type": "DISCORD", "webhook": WEBHOOK, "events": {FAILURE: True}},
    "all fields": {
        "name": "Backups",
        "type": "RAW_WEBHOOK",
        "webhook": WEBHOOK,
        "secret": "secret-of-a-test",
        "restricted": True,
        "projects": ["project-1"],
        "events": {FAILURE: True, ABORT: True, "trigger:build:failure": True, "trigger:build:start": False},
    },
    "no events": {"name": "Silent", "type": "TEAMS_WORKFLOWS", "webhook": WEBHOOK, "restricted": False, "events": {}},
}


def options_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return the options of the module that mean the same as a request body."""
    events = {"events": [name for name, value in body["events"].items() if value]} if "events" in body else {}
    return {**body, **events}


def without_read_only(notification: dict[str, Any]) -> dict[str, Any]:
    """Return an integration of the API without read-only fields."""
    return {name: value for name, value in notification.items() if name not in ("id", "createdAt", "updatedAt")}
