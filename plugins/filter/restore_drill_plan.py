# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_drill_plan
short_description: Plan a run of restore drills
version_added: 0.1.0
description:
  - Returns the plan of a run of the role P(community.northflank.restore_drill#role). Only this role uses it.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, hosts, batch, now, settings
options:
  _input:
    description: C(hostvars), after the role has set its facts.
    type: dict
    required: true
  hosts:
    description: The names of all hosts of the play.
    type: list
    elements: str
    required: true
  batch:
    description: The names of the hosts of the current batch.
    type: list
    elements: str
    required: true
  now:
    description: The time, such as the result of V(now(utc=true\)). Without a time zone, it is in UTC.
    type: raw
    required: true
  settings:
    description: >-
      The variables of the role without the prefix C(restore_drill_): C(sample), C(interval_days), C(max_parallel),
      C(name_prefix), C(checks_timeout) and C(sweep_after_hours). They are validated.
    type: dict
    required: true
seealso:
  - plugin: community.northflank.restore_drill_sample
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Plan a run for an addon
  ansible.builtin.debug:
    msg: "{{ variables | community.northflank.restore_drill_plan(addons, addons, now(utc=true), settings) }}"
  vars:
    addons: [orders-db]
    settings:
      sample: 1
      interval_days: 1
      max_parallel: 1
      name_prefix: drill
      checks_timeout: 600
      sweep_after_hours: 24
    variables:
      orders-db:
        northflank_project_id: shop
        northflank_addon_id: orders-db
"""

RETURN = r"""
_value:
  description:
    - C(run_id) is the ID of the run, the same for all batches of a play.
    - C(batches) is a list of lists of hosts to drill at the same time.
    - C(sweepers) lists the hosts that delete the forks of earlier runs, one per project and account.
    - C(message) describes which hosts are drilled.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.plugin_utils._drill_arguments import parse_settings
from ansible_collections.community.northflank.plugins.plugin_utils._drill_plan import plan
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import parse_datetime, parse_list

_NAME = "community.northflank.restore_drill_plan"


def restore_drill_plan(hostvars: Any, hosts: Any, batch: Any, now: Any, settings: Any) -> dict[str, Any]:
    names = parse_list(hosts, f"{_NAME}: hosts", "host names")
    current = parse_list(batch, f"{_NAME}: batch", "host names")
    time = parse_datetime(now, f"{_NAME}: now")
    if not isinstance(hostvars, Mapping):
        raise AnsibleFilterError(f"{_NAME} expects hostvars, not {hostvars!r:.200}")
    if not isinstance(settings, Mapping):
        raise AnsibleFilterError(f"{_NAME}: settings: {settings!r:.200} is not a dictionary")
    try:
        return plan(hostvars, names, current, time, *parse_settings(settings))
    except ValueError as error:
        raise AnsibleFilterError(f"community.northflank.restore_drill: {error}.") from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"restore_drill_plan": restore_drill_plan}
