# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_drill_leftovers
short_description: Select the forks that interrupted restore drills left
version_added: 0.1.0
description:
  - Returns the forks of runs of the role P(community.northflank.restore_drill#role) that started at least O(hours) ago.
  - A fork is returned only if its run ID has the format of the role, and its name is the one that the role gives to the
    fork of this addon in this run, with any prefix.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, now, hours
options:
  _input:
    description: The forks that M(community.northflank.addon_fork_info) returns.
    type: list
    elements: dict
    required: true
  now:
    description: The time, such as the result of V(now(utc=true\)). Without a time zone, it is in UTC.
    type: raw
    required: true
  hours:
    description: >-
      The minimum number of hours since the run started, V(0) to V(8760). With V(0), forks of runs in progress are
      returned, too.
    type: int
    default: 24
seealso:
  - module: community.northflank.addon_fork_info
"""

EXAMPLES = r"""
- name: List the forks of a project
  community.northflank.addon_fork_info:
    project_id: sandbox
  register: found

- name: Show the forks that interrupted drills left
  ansible.builtin.debug:
    msg: "{{ found.forks | community.northflank.restore_drill_leftovers(now(utc=true)) | map(attribute='name') }}"
"""

RETURN = r"""
_value:
  description: The forks, in the format of O(_input).
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.module_utils._model.drill import is_left_over
from ansible_collections.community.northflank.plugins.module_utils._model.fork import Marker
from ansible_collections.community.northflank.plugins.plugin_utils._drill_arguments import MAX_HOURS
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import (
    parse_datetime,
    parse_integer,
    parse_list,
)

_NAME = "community.northflank.restore_drill_leftovers"
_MARKER = ("source_project_id", "source_addon_id", "run_id")


def restore_drill_leftovers(forks: Any, now: Any, hours: Any = 24) -> list[Any]:
    time, age = parse_datetime(now, f"{_NAME}: now"), parse_integer(hours, f"{_NAME}: hours", 0, MAX_HOURS)
    listed = parse_list(forks, _NAME, "forks")
    if not all(isinstance(fork, Mapping) and {*_MARKER, "name"} <= set(fork) for fork in listed):
        raise AnsibleFilterError(f"{_NAME} expects the forks that community.northflank.addon_fork_info returns")
    return [
        fork
        for fork in listed
        if all(fork[name] for name in _MARKER)
        and is_left_over(str(fork["name"]), Marker(*(str(fork[name]) for name in _MARKER)), time, age)
    ]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"restore_drill_leftovers": restore_drill_leftovers}
