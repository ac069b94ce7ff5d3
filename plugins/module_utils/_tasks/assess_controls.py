# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assess the backup controls of addons or volumes, reading what they need besides the schedules and backups.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from .._api.connection_options import account_key
from .._api.copies import CopiesInDestinations
from .._api.resources import ADDON, Resource, ResourceType
from .._api.restores import list_restores
from .._api.transport import Transport
from .._errors import ApiError, Interrupted
from .._model.backup import Backup
from .._model.controls import (
    ADDON_ONLY,
    Controls,
    Facts,
    assess,
    needs_copies,
    needs_restores,
    not_applicable,
    unreadable,
)
from .._model.destination_copies import UNREAD, Copies
from .._model.schedule import BackupSchedule
from .batch import internal_error
from .context import Context

AnyResult = TypeVar("AnyResult")


class ControlAssessment:
    """Assesses the controls of resources. now: returns the current time."""

    def __init__(
        self, transport: Transport, params: Mapping[str, Any], context: Context, now: Callable[[], datetime]
    ) -> None:
        self._transport = transport
        self._now = now
        account = account_key(params)
        self._copies = CopiesInDestinations(transport, params["team_id"], context.cached, account, now)

    def assess(
        self,
        resource: Resource,
        controls: Controls,
        schedules: Sequence[BackupSchedule],
        backups: Sequence[Backup],
        backup_ids: Container[str],
    ) -> dict[str, Any]:
        """Return the results of the controls of a resource.

        backups: those that its controls need, the newest first. backup_ids: of all that were read.

        Costs one request per 100 restores if they count, and what CopiesInDestinations.read() costs. What cannot be
        read makes only the controls that need it unknown. Raises Interrupted.
        """
        copies, restores, unread_restores = UNREAD, None, None
        applicable = _applicable(resource.type, controls)
        if needs_copies(applicable):
            read, error = _read(self._copies.read)
            copies = read or Copies(self._now(), error=error)
        if needs_restores(applicable):
            listed, unread_restores = _read(lambda: list(list_restores(self._transport, resource)))
            # The API also lists those of the backups of other addons.
            restores = [each for each in listed or () if each.backup_id in backup_ids]
        facts = Facts(str(resource), schedules, backups, self._now(), copies, restores, unread_restores)
        return _with_not_applicable(resource.type, controls, assess(applicable, facts))


def unassessed_controls(type_: ResourceType, controls: Controls, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the results of the controls of a resource or a project that was not assessed.

    entry: what the result of the module has for it.
    """
    reason = entry["reasons"][0]
    if entry["verdict"] == "skipped":
        return {name: not_applicable(reason, each) for name, each in controls.items()}
    return _with_not_applicable(type_, controls, unreadable(_applicable(type_, controls), reason))


def _applicable(type_: ResourceType, controls: Controls) -> Controls:
    return {name: each for name, each in controls.items() if type_ is ADDON or name not in ADDON_ONLY}


def _with_not_applicable(type_: ResourceType, controls: Controls, results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the results of all controls, including those that do not apply to resources of this type."""
    reason = f"{type_.collection.capitalize()} have neither copies in backup destinations nor restores."
    return {name: results.get(name) or not_applicable(reason, each) for name, each in controls.items()}


def _read(read: Callable[[], AnyResult]) -> tuple[AnyResult | None, str | None]:
    """Return what is read; None and the reason if that fails. Raises Interrupted."""
    try:
        return read(), None
    except Interrupted:
        raise
    except ApiError as error:
        return None, str(error)
    except Exception as error:  # noqa: BLE001  # it must not affect the verdict and other controls
        return None, internal_error(error)
