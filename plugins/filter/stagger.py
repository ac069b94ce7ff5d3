# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: stagger
short_description: Spread the schedules of many addons over a window of time
version_added: 0.1.0
description:
  - Moves the times of the schedules of an addon by an amount within a window, so that the addons of a fleet do not all
    start at once. It is what O(community.northflank.addon_backup_schedules#module:stagger_minutes) does.
  - How much later is drawn from the IDs of the project and the addon alone, so it is the same each time.
  - All schedules in the list move alike, over the end of the hour, the day and the week. A list that cannot say that
    moves by the nearest smaller amount at which each schedule keeps its spacing.
  - Hourly schedules spread over the sixty minutes of the hour, however long the window is.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, minutes, project_id, addon_id
options:
  _input:
    description: The schedules of an addon, as the modules take them or as the API does.
    type: list
    elements: dict
    required: true
  minutes:
    description: The window in minutes, V(0) to V(1440).
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
- name: Show when an addon would start within the two hours from two o'clock
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
  description: The schedules with their new times. Days are numbers, V(0) is Monday.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.staggering import MAX_WINDOW
from ansible_collections.community.northflank.plugins.module_utils._model.staggering import stagger as staggered
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import (
    id_of,
    list_of,
    scheduling_of,
    whole_number,
)

_NAME = "community.northflank.stagger"


def stagger(schedules: Any, minutes: Any, project_id: Any, addon_id: Any) -> list[Any]:
    listed = list_of(schedules, _NAME, "schedules")
    window = whole_number(minutes, f"{_NAME}: minutes", 0, MAX_WINDOW)
    ids = id_of(project_id, f"{_NAME}: project_id"), id_of(addon_id, f"{_NAME}: addon_id")
    times = [scheduling_of(each, f"{_NAME}: schedule {index}") for index, each in enumerate(listed)]
    moved = staggered(times, window, *ids)
    return [{**schedule, "scheduling": each.as_dict()} for schedule, each in zip(listed, moved)]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"stagger": stagger}
