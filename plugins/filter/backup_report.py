# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report
short_description: Sum up how a fleet is backed up
version_added: 0.1.0
description:
  - Makes the report of the role P(community.northflank.backup_report#role) out of what
    M(community.northflank.addon_backup_status_info) told of each host.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, hosts, policies, now
options:
  _input:
    description: What the module returned, for each host.
    type: list
    elements: dict
    required: true
  hosts:
    description: The names of the hosts, in the same order.
    type: list
    elements: str
    required: true
  policies:
    description: The names of their policies, in the same order; empty for a host without one.
    type: list
    elements: str
    required: true
  now:
    description: The time of the report, such as V(2026-11-24T02:30:00Z), or a datetime. Without a time zone it is UTC.
    type: raw
    required: true
seealso:
  - plugin: community.northflank.backup_report_csv
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Look at the addons of a project
  community.northflank.addon_backup_status_info:
    project_id: shop
  register: found

- name: Show how many of them are well
  ansible.builtin.debug:
    msg: "{{ ([found] | community.northflank.backup_report(['shop'], [''], now(utc=true))).summary }}"
"""

RETURN = r"""
_value:
  description: The report. Its form is in docs/backup-report.schema.json of the collection.
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.community.northflank.plugins.plugin_utils._report import report
from ansible_collections.community.northflank.plugins.plugin_utils._times import time_of


def backup_report(
    results: Sequence[Mapping[str, Any]], hosts: Sequence[str], policies: Sequence[str], now: Any
) -> dict[str, Any]:
    return report(results, hosts, policies, time_of(now, "community.northflank.backup_report: now"))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_report": backup_report}
