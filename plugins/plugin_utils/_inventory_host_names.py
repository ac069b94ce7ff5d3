# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose the names of hosts, so that no name collides with another host or group. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

# Characters that have a meaning in host patterns or templates, or are hard to type.
_INVALID = re.compile(r"[^A-Za-z0-9_.-]+")

# The maximum length of a host name in DNS. IDs of Northflank are much shorter.
_MAX_LENGTH = 253


def host_name(preferred: str) -> str:
    """Replace the characters that the name of a host must not contain."""
    return _INVALID.sub("-", preferred).strip("-")[:_MAX_LENGTH]


def unique_names(
    preferred: Sequence[str], defaults: Sequence[str], is_free: Callable[[str, int], bool]
) -> list[str | None]:
    """Return a name for each host: its preferred one, else its default, else that with a suffix, else None.

    preferred, defaults: by host. is_free: returns whether a name is free for the host with an index.

    A name that several hosts prefer goes to none of them: otherwise the order of the API would decide.
    """
    count = Counter(preferred)
    names: list[str | None] = [
        name if count[name] == 1 and is_free(name, index) else None for index, name in enumerate(preferred)
    ]
    taken = {name for name in names if name}
    for index, default in enumerate(defaults):
        for name in (default, f"{default}.northflank"):
            if names[index] is None and name not in taken and is_free(name, index):
                names[index] = name
                taken.add(name)
    return names
