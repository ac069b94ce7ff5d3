# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_drill_fork_name
short_description: Build the name of the fork of a restore drill
version_added: 0.1.0
description:
  - Returns the name that the role P(community.northflank.restore_drill#role) gives to the fork of an addon. It consists
    of a prefix, the ID of the addon, and a hash of the project, the addon and the run, so it is different in each run.
  - It has at most 39 characters, as Northflank requires. The ID of the addon is truncated if necessary.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, project_id, run_id, prefix
options:
  _input:
    description: The ID of the addon.
    type: str
    required: true
  project_id:
    description: The ID of the project of the addon.
    type: str
    required: true
  run_id:
    description: The ID of the run.
    type: str
    required: true
  prefix:
    description: >-
      The prefix of the name, of at most 20 characters: letters and digits, in groups joined by single hyphens,
      beginning with a letter.
    type: str
    default: drill
"""

EXAMPLES = r"""
- name: Show the name of a fork
  ansible.builtin.debug:
    msg: "{{ 'orders-db' | community.northflank.restore_drill_fork_name('shop', 'drill-20260115T093000Z-1a2b3c4d') }}"
"""

RETURN = r"""
_value:
  description: The name, such as V(drill-orders-db-6c4a8dd0). It is also the ID that Northflank derives from it.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.module_utils._model.drill import fork_name, prefix_errors
from ansible_collections.community.northflank.plugins.module_utils._model.fork import Marker
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import parse_id

_NAME = "community.northflank.restore_drill_fork_name"


def restore_drill_fork_name(addon_id: Any, project_id: Any, run_id: Any, prefix: Any = "drill") -> str:
    errors = prefix_errors(str(prefix))
    if errors:
        raise AnsibleFilterError(f"{_NAME}: prefix: {errors[0]}")
    project, run = parse_id(project_id, f"{_NAME}: project_id"), parse_id(run_id, f"{_NAME}: run_id")
    return fork_name(str(prefix), Marker(project, parse_id(addon_id, f"{_NAME}: addon_id"), run))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"restore_drill_fork_name": restore_drill_fork_name}
