# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remember the IDs of what was received recently. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations


class RecentIds:
    """The IDs that were added in the last ``seconds``. Beyond ``max_ids``, the oldest are forgotten."""

    def __init__(self, max_ids: int, seconds: float) -> None:
        self._max_ids = max_ids
        self._seconds = seconds
        # In the order in which they were added.
        self._added_at: dict[str, float] = {}

    def contains(self, id_: str, now: float) -> bool:
        """Return whether an ID was added recently. now: in seconds, of any clock that does not go back."""
        return id_ in self._added_at and now - self._added_at[id_] < self._seconds

    def add(self, id_: str, now: float) -> None:
        """Add an ID, and forget those that are too old or too many."""
        self._added_at.pop(id_, None)
        self._added_at[id_] = now
        while len(self._added_at) > self._max_ids or now - next(iter(self._added_at.values())) >= self._seconds:
            del self._added_at[next(iter(self._added_at))]
