# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restore drills: which addons a run drills, the names of their forks, and those left over. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from .fork import Marker
from .text import short_repr
from .times import parse_time

# No addon is drilled less often than once per quarter.
MAX_ROTATION_DAYS = 92

_RUN_ID = re.compile(r"drill-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]{8}")

# API reference, "Create addon": a name has at most 39 characters and starts with a letter.
_MAX_NAME = 39
_HASH_LENGTH = 8
_PREFIX = re.compile(r"[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*")
MAX_PREFIX = 20


def run_id(now: datetime, token: str) -> str:
    """Return the ID of a run: drill-20261127T203131Z-1a2b3c4d. now: in UTC. token: 8 random hex digits."""
    return f"drill-{now.strftime('%Y%m%dT%H%M%SZ')}-{token}"


def run_time(run_id: str) -> datetime | None:
    """Return the time in the ID of a run; None if it is not the ID of a drill."""
    found = _RUN_ID.fullmatch(run_id)
    return parse_time("{}-{}-{}T{}:{}:{}Z".format(*found.groups())) if found else None


def prefix_errors(prefix: str) -> list[str]:
    """Return the validation errors of the prefix of names."""
    if _PREFIX.fullmatch(prefix) and len(prefix) <= MAX_PREFIX:
        return []
    return [
        f"{short_repr(prefix)} is not a prefix of at most {MAX_PREFIX} characters: use letters and digits, in groups"
        " joined by single hyphens, and begin with a letter"
    ]


def fork_name(prefix: str, source: Marker) -> str:
    """Return the name of the fork of a drill, which is also its ID: PREFIX-ADDON-HASH. The addon may be cut."""
    head = f"{prefix}-{source.addon_id}"[: _MAX_NAME - _HASH_LENGTH - 1].rstrip("-")
    return f"{head}-{_hash(source)}".lower()


def is_drill(name: str, marker: Marker) -> bool:
    """Return whether a fork has a name that a drill would give it, with any prefix."""
    return run_time(marker.run_id) is not None and name.endswith(f"-{_hash(marker)}")


def is_of_drill(name: object, description: object) -> bool:
    """Return whether an addon is the fork of a drill, as the API lists its name and its description."""
    marker = Marker.parse(description)
    return isinstance(name, str) and marker is not None and is_drill(name, marker)


def is_left_over(name: str, marker: Marker, now: datetime, hours: int) -> bool:
    """Return whether a fork is of a drill that started at least this many hours ago."""
    started_at = run_time(marker.run_id)
    return started_at is not None and is_drill(name, marker) and now - started_at >= timedelta(hours=hours)


def sample(hosts: Iterable[str], size: int | None, now: datetime, interval_days: int) -> list[str]:
    """Return the hosts that the run of a day drills. size: how many, at most; None for all.

    The hosts are put into an order that depends on their names only, and dealt to groups. Each run drills the next
    group, so that as many consecutive runs as there are groups drill each host exactly once.

    Raises ValueError if that takes too long.
    """
    ordered = sorted(set(hosts), key=lambda host: (sha256(host.encode(errors="replace")).digest(), host))
    if size is None or len(ordered) <= size:
        return ordered
    groups = -(-len(ordered) // size)
    if groups * interval_days > MAX_ROTATION_DAYS:
        smallest = -(-len(ordered) // (MAX_ROTATION_DAYS // interval_days))
        raise ValueError(
            f"with a sample of {size} every {_days(interval_days)}, it takes {groups * interval_days} days until each"
            f" of the {len(ordered)} addons has been drilled, but at most {MAX_ROTATION_DAYS} are allowed. Set the"
            f" sample to {smallest} or more"
        )
    return ordered[now.toordinal() // interval_days % groups :: groups]


def batches(hosts: Sequence[str], size: int) -> list[list[str]]:
    """Return the hosts in batches of at most this size."""
    return [list(hosts[start : start + size]) for start in range(0, len(hosts), size)]


def _days(number: int) -> str:
    return "day" if number == 1 else f"{number} days"


def _hash(source: Marker) -> str:
    text = f"{source.project_id}/{source.addon_id}/{source.run_id}"
    return sha256(text.encode()).hexdigest()[:_HASH_LENGTH]
