# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for the options of a notification integration. Pure: no HTTP, no Ansible.

They are those of the types of the official clients ("Create notification integration"), and what follows from the
meaning of the options.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .ids import id_errors
from .notification import BACKUP_EVENTS, RAW_WEBHOOK, NotificationIntegration, event_names
from .text import short_repr
from .text_rules import secret_errors, text_errors
from .urls import is_loopback

# The API may add events: only the form of a name is checked.
_EVENT = re.compile(r"[A-Za-z0-9_-]+(:[A-Za-z0-9_-]+)+")


def reference_errors(notification: NotificationIntegration) -> list[str]:
    """Return the validation errors of the options that identify an integration, each of which names its option."""
    if notification.id is not None:
        return id_errors("integration_id", notification.id)
    return [] if notification.name else ["name: set name or integration_id"]


def notification_errors(notification: NotificationIntegration) -> list[str]:
    """Return the validation errors of an integration that is to exist, each of which names its option."""
    errors = text_errors("name", notification.name, may_be_empty=notification.id is None)
    errors.extend(_webhook_errors(notification.webhook))
    errors.extend(secret_errors("secret", notification.secret))
    if notification.secret is not None and notification.type not in (None, RAW_WEBHOOK):
        errors.append(f"secret: not allowed with type: {notification.type}; only {RAW_WEBHOOK} sends it")
    return [*errors, *_project_errors(notification), *_event_errors(notification)]


def _webhook_errors(webhook: str | None) -> list[str]:
    """Return the validation errors of the URL, which is as secret as a password."""
    errors = secret_errors("webhook", webhook)
    if errors or webhook is None:
        return errors
    try:
        url = urlsplit(webhook)
        host = url.hostname or ""
        is_complete = url.port != 0 and url.scheme in ("http", "https")
    except ValueError:
        host, is_complete = "", False
    if not host or not is_complete or " " in webhook:
        return ["webhook: is not a URL such as https://hooks.example.com/backups (the value is not shown)"]
    if url.scheme == "http" and not is_loopback(host):
        return ["webhook: would send notifications unencrypted; use https"]
    return []


def _project_errors(notification: NotificationIntegration) -> list[str]:
    projects = notification.projects
    if projects is None:
        return []
    errors = [error for project_id in sorted(projects) for error in id_errors("projects", project_id)]
    if projects and not notification.restricted:
        errors.append("projects: requires restricted: true; without it, the notifications of all projects are sent")
    if not projects and notification.restricted:
        errors.append("projects: must not be empty with restricted: true")
    return errors


def _event_errors(notification: NotificationIntegration) -> list[str]:
    return [
        f"events: {short_repr(name)} is not the name of an event; use names such as {', '.join(BACKUP_EVENTS)}"
        for name in event_names(notification.events or ())
        if not _EVENT.fullmatch(name)
    ]
