# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: next_runs
short_description: Calculate the next runs of a backup schedule
version_added: 0.1.0
description: Returns the next times at which a backup schedule runs, in UTC.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, start, count
options:
  _input:
    description: A backup schedule in the format of the modules or of the API, or only its C(scheduling).
    type: dict
    required: true
  start:
    description:
      - The time after which to return runs, such as V(2026-11-24T02:30:00Z), or a datetime.
      - A run at exactly this time is not returned.
      - Without a time zone, the time is in UTC.
    type: raw
    required: true
  count:
    description: How many runs to return, V(1) to V(1000).
    type: int
    default: 1
seealso:
  - plugin: community.northflank.stagger
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the next three runs of a schedule
  ansible.builtin.debug:
    msg: "{{ scheduling | community.northflank.next_runs(now(utc=true), 3) }}"
  vars:
    scheduling:
      interval: weekly
      day: [Sunday]
      hour: [3]
      minute: [15]
"""

RETURN = r"""
_value:
  description:
    - The times of the runs in UTC, the next one first, such as V(2026-11-29T03:15:00Z).
    - Empty if this version of the collection does not know the interval of the schedule.
  type: list
  elements: str
"""

from collections.abc import Callable
from itertools import islice
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import INTERVALS
from ansible_collections.community.northflank.plugins.module_utils._model.times import format_time
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import (
    parse_datetime,
    parse_integer,
    parse_interval,
    parse_scheduling,
)

_NAME = "community.northflank.next_runs"
_MAX_COUNT = 1000


def next_runs(schedule: Any, start: Any, count: Any = 1) -> list[str]:
    number = parse_integer(count, f"{_NAME}: count", 1, _MAX_COUNT)
    after = parse_datetime(start, f"{_NAME}: start")
    what = f"{_NAME}: the schedule"
    if parse_interval(schedule, what) not in INTERVALS:
        # An interval that the API has added in the meantime.
        return []
    runs = parse_scheduling(schedule, what).runs_after(after)
    return [format_time(run) for run in islice(runs, number)]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"next_runs": next_runs}
