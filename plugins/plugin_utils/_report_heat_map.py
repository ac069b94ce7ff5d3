# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count the backups of a fleet that start in each hour of the week. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import (
    DAYS_PER_WEEK,
    HOURS_PER_DAY,
    INTERVALS,
    MINUTES_PER_HOUR,
)
from ansible_collections.community.northflank.plugins.plugin_utils._json_values import is_list


def heat_map(schedules: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Return how many backups start in each hour of the week, in UTC: seven lists of 24 numbers, that of Monday first.

    Schedules with an unknown interval are not counted.
    """
    week = [[0] * HOURS_PER_DAY for _day in range(DAYS_PER_WEEK)]
    for schedule in schedules:
        times = schedule["scheduling"]
        if times["interval"] not in INTERVALS:
            continue
        starts_per_hour = len(_numbers_below(MINUTES_PER_HOUR, times.get("minute")))
        # An hourly schedule runs in every hour, a daily one on every day.
        hours = _numbers_below(HOURS_PER_DAY, times.get("hour") or range(HOURS_PER_DAY))
        for day in _numbers_below(DAYS_PER_WEEK, times.get("day") or range(DAYS_PER_WEEK)):
            for hour in hours:
                week[day][hour] += starts_per_hour
    return week


def _numbers_below(bound: int, values: Any) -> list[int]:
    """Return the integers from 0 to bound - 1 in a list. The API may add other values."""
    return [each for each in values if isinstance(each, int) and each in range(bound)] if is_list(values) else []
