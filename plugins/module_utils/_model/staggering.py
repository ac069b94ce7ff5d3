# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Spread the schedules of a fleet over time, so that not all backups start at once. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from .schedule import BackupSchedule
from .scheduling import HOURS_PER_DAY, MINUTES_PER_HOUR, Scheduling

# The longest window, in minutes: one day.
MAX_WINDOW = HOURS_PER_DAY * MINUTES_PER_HOUR


def stagger(schedulings: Sequence[Scheduling], window: int, project_id: str, resource_id: str) -> list[Scheduling]:
    """Return the schedulings of a resource, later by its offset within the window.

    window: in minutes, from 0 (no offset) to MAX_WINDOW.

    The offset is a hash of the two IDs, so it is always the same, whatever else the fleet contains. All schedulings of
    a resource get the same offset: those that did not coincide still do not. Where the API cannot express one of them
    (see Scheduling.shifted()), the offset is the largest smaller one that it can express for all.
    """
    digest = int.from_bytes(hashlib.sha256(f"{project_id}/{resource_id}".encode()).digest()[:8], "big")
    for minutes in range(digest % max(window, 1), 0, -1):
        shifted = [each.shifted(minutes) for each in schedulings]
        if None not in shifted:
            return [each for each in shifted if each]
    return list(schedulings)


def stagger_schedules(
    schedules: Sequence[BackupSchedule], window: int, project_id: str, resource_id: str
) -> list[BackupSchedule]:
    """Return the schedules of a resource with their schedulings staggered: see stagger()."""
    schedulings = stagger([schedule.scheduling for schedule in schedules], window, project_id, resource_id)
    return [replace(schedule, scheduling=each) for schedule, each in zip(schedules, schedulings)]


def window_errors(option: str, window: int) -> list[str]:
    """Return the validation errors of a window, each of which begins with the name of the option."""
    if 0 <= window <= MAX_WINDOW:
        return []
    return [f"{option}: {window} is not between 0 and {MAX_WINDOW} minutes (one day)"]
