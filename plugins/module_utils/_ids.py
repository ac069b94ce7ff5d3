# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The form of Northflank's ids. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re

# API reference, "Create addon backup schedule", destinationId.
_SLUG = re.compile(r"[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*")
_LONGEST = 100


def id_problems(option: str, value: str, shortest: int = 1) -> list[str]:
    """Say what is wrong with an id, naming the option; an empty list when nothing is."""
    if not _SLUG.fullmatch(value):
        return [f"{option}: {value!r} is not an ID, which is letters and digits in groups joined by single hyphens"]
    if not shortest <= len(value) <= _LONGEST:
        return [f"{option}: {value!r} has {len(value)} characters, an id has {shortest} to {_LONGEST}"]
    return []
