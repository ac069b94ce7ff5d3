# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which backups or restores have ended since they were last listed. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Union

from .backup import STATUSES, Backup
from .restore import Restore
from .times import parse_time

Operation = Union[Backup, Restore]

# How an operation has ended, by its status: the last part of the names of Northflank's own events.
_OUTCOMES = {"completed": "success", "failed": "failure", "not-supported": "failure", "aborted": "abort"}

# The outcome of an operation with a status that this collection does not know. It may not have ended.
UNKNOWN = "unknown"

OUTCOMES = (*dict.fromkeys(_OUTCOMES.values()), UNKNOWN)


def outcome(status: str) -> str | None:
    """Return one of OUTCOMES, None while the operation is in progress."""
    return None if status in STATUSES and status not in _OUTCOMES else _OUTCOMES.get(status, UNKNOWN)


def started_at(operation: Operation) -> datetime | None:
    """Return when an operation started; None if the API returns no valid time."""
    return operation.started_at if isinstance(operation, Backup) else parse_time(operation.started_at)


class StatusHistory:
    """The statuses of all backups, or all restores, of an addon or a volume, in the last two lists of them.

    A list that shifts between its pages may lack an operation, so one missing list does not make it new.

    is_new: whether all operations of the first list are new. Otherwise, they are already known.
    """

    def __init__(self, is_new: bool = False) -> None:
        self._lists: list[dict[str, str]] = [{}] if is_new else []

    def update(self, operations: Iterable[Operation], since: datetime | None = None) -> list[Operation]:
        """Return the operations that have ended, or have an unknown status, and did not have this status before.

        operations: all of them. since: of the first list, also return the operations that started after this time.
        """
        listed = list(operations)
        is_first = not self._lists
        known = {id_: status for each in self._lists for id_, status in each.items()}
        ended = [each for each in listed if outcome(each.status) and known.get(each.id) != each.status]
        if is_first:
            ended = [each for each in ended if since and (started_at(each) or since) > since]
        self._lists = [*self._lists[-1:], {each.id: each.status for each in listed}]
        return ended
