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

# Characters that have a meaning in a host pattern or a template, or cannot be typed.
_INVALID = re.compile(r"[^A-Za-z0-9_.-]+")

# The longest name of a host in DNS; Northflank's IDs are much shorter.
_MAX_LENGTH = 253


def host_name(wished: str) -> str:
    """Replace the characters that a host's name must not have."""
    return _INVALID.sub("-", wished).strip("-")[:_MAX_LENGTH]


def unique_names(
    wished: Sequence[str], defaults: Sequence[str], is_free: Callable[[str, int], bool]
) -> list[str | None]:
    """Return a name for each host: the wished one, otherwise its default, otherwise a longer one, otherwise None.

    wished, defaults: by host. is_free: returns whether the host with an index may have a name.

    A name that several hosts wish for goes to none of them: which one got it would depend on the order of the API.
    """
    count = Counter(wished)
    names: list[str | None] = [
        name if count[name] == 1 and is_free(name, index) else None for index, name in enumerate(wished)
    ]
    taken = {name for name in names if name}
    for index, default in enumerate(defaults):
        for name in (default, f"{default}.northflank"):
            if names[index] is None and name not in taken and is_free(name, index):
                names[index] = name
                taken.add(name)
    return names
