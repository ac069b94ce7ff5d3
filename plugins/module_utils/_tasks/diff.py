# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The diff of a resource.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._api.resources import Resource
from .._model.schedule import BackupSchedule
from .._reconcile.plan import by_name


def diff_entry(resource: Resource, before: Iterable[BackupSchedule], after: Iterable[BackupSchedule]) -> dict[str, Any]:
    """Return an entry of the list ``diff``: dictionaries of schedules by ``<interval> <backup_type>``."""
    return {
        "before_header": str(resource),
        "after_header": str(resource),
        "before": {name: schedule.settings() for name, schedule in by_name(before).items()},
        "after": {name: schedule.settings() for name, schedule in by_name(after).items()},
    }
