# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validate the arguments of the filters.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.module_utils._model.ids import id_errors
from ansible_collections.community.northflank.plugins.module_utils._model.schedule_rules import time_errors
from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import INTERVALS, Scheduling
from ansible_collections.community.northflank.plugins.module_utils._model.text import printable, short_repr
from ansible_collections.community.northflank.plugins.module_utils._model.times import parse_time


def parse_interval(schedule: Any, what: str) -> str:
    """Return the interval of a schedule.

    schedule: a backup schedule, or its ``scheduling``. what: the name of the schedule in errors.

    Raises AnsibleFilterError.
    """
    times = _times(schedule)
    interval = times.get("interval") if isinstance(times, Mapping) else None
    if not isinstance(interval, str) or not interval:
        raise _no_interval(schedule, what)
    return interval


def parse_scheduling(schedule: Any, what: str) -> Scheduling:
    """Return the scheduling of a schedule; for the arguments see parse_interval().

    Raises AnsibleFilterError with all validation errors.
    """
    interval = parse_interval(schedule, what)
    if interval not in INTERVALS:
        raise _no_interval(schedule, what)
    times = _times(schedule)
    try:
        minute, hour = _numbers(times.get("minute")), _numbers(times.get("hour"))
    except (OverflowError, TypeError, ValueError):
        error = f"{what}: minute and hour must be lists of integers: {_shown(times)}"
        raise AnsibleFilterError(error) from None
    days = _listed(times.get("day"))
    if not all(_is_number_or_text(day) for day in days):
        raise AnsibleFilterError(f"{what}: day must be a list of integers or English names: {_shown(times)}")
    scheduling = Scheduling.of(str(interval), minute, hour, days)
    errors = time_errors(scheduling)
    if errors:
        raise AnsibleFilterError(printable(f"{what}: {'; '.join(errors)}"))
    return scheduling


def parse_datetime(value: Any, what: str) -> datetime:
    """Convert a datetime, or text such as 2026-11-24T02:30:00Z, to UTC. Without a time zone, it is in UTC."""
    time = parse_time(value.isoformat() if isinstance(value, datetime) else value)
    if time is None:
        raise AnsibleFilterError(f"{what}: {short_repr(value)} is not a time such as 2026-11-24T02:30:00Z")
    return time


def parse_integer(value: Any, what: str, lowest: int, highest: int) -> int:
    """Return an integer. It may be text, because the result of a template often is."""
    number = value
    if isinstance(value, str):
        try:
            number = int(value)
        except ValueError:
            pass
    if isinstance(number, bool) or not isinstance(number, int):
        raise AnsibleFilterError(f"{what}: {_shown(value)} is not an integer from {lowest} to {highest}")
    if not lowest <= number <= highest:
        raise AnsibleFilterError(f"{what}: {short_repr(number)} is not between {lowest} and {highest}")
    return int(number)


def parse_id(value: Any, what: str) -> str:
    """Return an ID. It may be an integer, because YAML reads an ID of digits as one."""
    if not _is_number_or_text(value):
        raise AnsibleFilterError(f"{what}: {_shown(value)} is not an ID")
    text = value if isinstance(value, str) else short_repr(value)
    errors = id_errors(what, text)
    if errors:
        raise AnsibleFilterError(errors[0])
    return text


def parse_list(value: Any, what: str, of: str) -> list[Any]:
    """Return an iterable as a list: many filters of Jinja return generators. of: what the list contains, for errors."""
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise AnsibleFilterError(f"{what} expects a list of {of}, not {_shown(value)}")
    return list(value)


def _no_interval(schedule: Any, what: str) -> AnsibleFilterError:
    intervals = f"{', '.join(INTERVALS[:-1])} or {INTERVALS[-1]}"
    return AnsibleFilterError(f"{what} has no scheduling with an interval of {intervals}: {_shown(schedule)}")


def _times(schedule: Any) -> Any:
    return schedule.get("scheduling", schedule) if isinstance(schedule, Mapping) else None


def _shown(value: Any) -> str:
    return short_repr(dict(value) if isinstance(value, Mapping) else value)


def _is_number_or_text(value: Any) -> bool:
    return isinstance(value, (int, str)) and not isinstance(value, bool)


def _numbers(values: Any) -> list[int]:
    listed = _listed(values)
    if not all(_is_number_or_text(each) for each in listed):
        raise TypeError
    return [int(each) for each in listed]


def _listed(values: Any) -> list[Any]:
    if values is None:
        return []
    return list(values) if isinstance(values, (list, tuple, set)) else [values]
