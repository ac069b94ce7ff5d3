# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: stagger
short_description: Spread the backup schedules of many addons over time
version_added: 0.1.0
description:
  - Adds an offset within a window to the times of an addon's schedules, so that the backups of many addons do not all
    start at once. O(community.northflank.addon_backup_schedules#module:stagger_minutes) does the same.
  - The offset depends only on the IDs of the project and the addon, so it stays the same when other addons come and go.
  - For a volume, specify its ID instead of that of an addon.
  - All schedules run later by the same offset, if necessary in the next hour, on the next day or in the next week. If
    the times of a schedule cannot be expressed with the offset, the largest smaller offset is used that works for all
    schedules of the list.
  - Hourly schedules are spread over the minutes of the hour, even if the window is longer.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, minutes, project_id, addon_id
options:
  _input:
    description: The backup schedules of an addon, in the format of the modules or of the API.
    type: list
    elements: dict
    required: true
  minutes:
    description: The window in minutes, V(0) to V(1440). V(0) does not change the times.
    type: int
    required: true
  project_id:
    description: The ID of the project.
    type: str
    required: true
  addon_id:
    description: The ID of the addon.
    type: str
    required: true
seealso:
  - plugin: community.northflank.next_runs
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the schedule of an addon, spread over the two hours from 02:00 UTC
  ansible.builtin.debug:
    msg: "{{ schedules | community.northflank.stagger(120, 'shop', 'orders-db') }}"
  vars:
    schedules:
      - scheduling:
          interval: daily
          hour: [2]
          minute: [0]
        backup_type: snapshot
        retention_time: 14
"""

RETURN = r"""
_value:
  description: The schedules with the new times. Days are integers, V(0) is Monday.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.staggering import MAX_WINDOW
from ansible_collections.community.northflank.plugins.module_utils._model.staggering import stagger as staggered
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import (
    parse_id,
    parse_integer,
    parse_list,
    parse_scheduling,
)

_NAME = "community.northflank.stagger"


def stagger(schedules: Any, minutes: Any, project_id: Any, addon_id: Any) -> list[Any]:
    listed = parse_list(schedules, _NAME, "schedules")
    window = parse_integer(minutes, f"{_NAME}: minutes", 0, MAX_WINDOW)
    ids = parse_id(project_id, f"{_NAME}: project_id"), parse_id(addon_id, f"{_NAME}: addon_id")
    times = [parse_scheduling(each, f"{_NAME}: schedule {index}") for index, each in enumerate(listed)]
    moved = staggered(times, window, *ids)
    return [{**schedule, "scheduling": each.as_dict()} for schedule, each in zip(listed, moved)]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"stagger": stagger}
