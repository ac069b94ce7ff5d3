# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The built-in policies. A policy is a name for a list of backup schedules. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from .text import short_repr

# As options of the modules. At most one schedule of each interval, because some addons may be limited to that. Each at
# minutes of its own: of backups that coincide Northflank creates only one.
BUILT_IN: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "minimal": (
        {
            "scheduling": {"interval": "daily", "hour": [2], "minute": [30]},
            "backup_type": "snapshot",
            "retention_time": 7,
        },
    ),
    "standard": (
        {
            "scheduling": {"interval": "hourly", "minute": [0]},
            "backup_type": "snapshot",
            "retention_time": 2,
        },
        {
            "scheduling": {"interval": "daily", "hour": [2], "minute": [30]},
            "backup_type": "snapshot",
            "retention_time": 14,
        },
    ),
    "critical": (
        {
            "scheduling": {"interval": "hourly", "minute": [0]},
            "backup_type": "snapshot",
            "retention_time": 7,
        },
        {
            "scheduling": {"interval": "daily", "hour": [2], "minute": [30]},
            "backup_type": "snapshot",
            "retention_time": 30,
        },
        {
            "scheduling": {"interval": "weekly", "day": ["Sunday"], "hour": [3], "minute": [15]},
            "backup_type": "dump",
            "retention_time": 120,
        },
    ),
}


def unknown_policy(option: str, name: str, known: Iterable[str]) -> str:
    """Return the validation error of the name of a policy that does not exist. known: the names of the policies."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return f"{option}: {short_repr(name)} is not a policy; the policies are {', '.join(names)}{hint}"
