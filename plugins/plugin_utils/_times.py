# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The times of schedules as the filters take and give them.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.module_utils._calendar import INTERVALS, Scheduling, moment


def scheduling_of(schedule: Any, what: str) -> Scheduling:
    """Take the times of a schedule: one that has ``scheduling``, or that object itself.

    what: names it in an error. Raises AnsibleFilterError, with every rule of the API that the times break.
    """
    times = schedule.get("scheduling", schedule) if isinstance(schedule, Mapping) else None
    if not isinstance(times, Mapping) or times.get("interval") not in INTERVALS:
        raise AnsibleFilterError(f"{what} has no scheduling with an interval of {', '.join(INTERVALS)}: {schedule!r}")
    try:
        minute, hour = _numbers(times.get("minute")), _numbers(times.get("hour"))
    except (TypeError, ValueError):
        raise AnsibleFilterError(f"{what}: minute and hour must be lists of whole numbers: {dict(times)!r}") from None
    scheduling = Scheduling.of(str(times["interval"]), minute, hour, _listed(times.get("day")))
    problems = scheduling.problems()
    if problems:
        raise AnsibleFilterError(f"{what}: {'; '.join(problems)}")
    return scheduling


def time_of(value: Any, what: str) -> datetime:
    """Take a datetime, or a text like 2026-11-24T02:30:00Z; without a time zone it is UTC. Give it in UTC."""
    time = moment(value.isoformat() if isinstance(value, datetime) else value)
    if time is None:
        raise AnsibleFilterError(f"{what}: {value!r} is not a time like 2026-11-24T02:30:00Z")
    return time


def _numbers(values: Any) -> list[int]:
    return [int(each) for each in _listed(values)]


def _listed(values: Any) -> list[Any]:
    if values is None:
        return []
    return list(values) if isinstance(values, (list, tuple, set)) else [values]
