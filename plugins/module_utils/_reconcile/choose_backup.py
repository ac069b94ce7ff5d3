# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the backup of an addon to restore or to fork.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .._api.backups import list_backups, read_backup
from .._api.resources import Resource
from .._api.responses import unexpected_response
from .._api.transport import Transport
from .._errors import NorthflankError
from .._model.backup import Backup, newest_first
from .._model.backup_choice import BackupChoice
from .._model.ids import is_id
from .._model.text import printable, short_repr


def choose_backup(transport: Transport, addon: Resource, choice: BackupChoice, now: datetime) -> Backup:
    """Return the backup, which is completed.

    Raises ApiError; NorthflankError if the backup is not completed, or if none can be chosen.
    """
    if choice.backup_id is not None:
        backup = read_backup(transport, addon, choice.backup_id)
        if not backup.is_completed:
            raise NorthflankError(
                f"Backup {printable(backup.name, 100)} ({printable(backup.id, 100)}) of {addon} is not completed: its"
                f" status is {printable(backup.status, 100)!r}. Choose another backup, or wait until it is completed."
            )
        return backup

    def is_enough(selected: Sequence[Backup]) -> bool:
        # A random choice is from all of them.
        return choice.method == "newest" and choice.choose(selected, now) is not None

    backups = newest_first(list_backups(transport, addon), choice.cutoff(now), is_enough=is_enough)
    chosen = choice.choose(backups, now)
    if chosen is None:
        raise NorthflankError(
            f"{addon} has no completed {choice.kind}. Check its backup schedules, or take a backup with"
            " community.northflank.addon_backup."
        )
    if not is_id(chosen.id):
        # It becomes a part of a path. The user's are validated before the first request.
        raise unexpected_response("GET", addon.backups_path, f"has {short_repr(chosen.id)} as the ID of a backup")
    return chosen
