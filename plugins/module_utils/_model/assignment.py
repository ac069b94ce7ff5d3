# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assign backup schedules to resources by their traits. The first match wins. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .schedule import BackupSchedule


@dataclass(frozen=True)
class Traits:
    """What assignments select resources by. names: the ID and the name. types: of an addon."""

    names: Sequence[str]
    types: Sequence[str]
    tags: Sequence[str]


@dataclass(frozen=True)
class Assignment:
    """The backup schedules of the resources that match.

    policy: the name of the policy that the schedules are from; None for a list of schedules.
    names, types, tags: shell patterns, of which a resource must match one of each; None matches every resource.
    """

    schedules: Sequence[BackupSchedule]
    policy: str | None = None
    names: Sequence[str] | None = None
    types: Sequence[str] | None = None
    tags: Sequence[str] | None = None

    def matches(self, traits: Traits) -> bool:
        """Return whether a resource with these traits matches."""
        return (
            _matches(traits.names, self.names)
            and _matches(traits.types, self.types)
            and _matches(traits.tags, self.tags)
        )


def first_match(assignments: Sequence[Assignment], traits: Traits) -> Assignment | None:
    """Return the first assignment that a resource with these traits matches; None if there is none."""
    return next((each for each in assignments if each.matches(traits)), None)


def _matches(values: Sequence[str], patterns: Sequence[str] | None) -> bool:
    return patterns is None or any(fnmatchcase(value, pattern) for value in values for pattern in patterns)
