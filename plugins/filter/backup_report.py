# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report
short_description: Sum up the backups of a fleet
version_added: 0.1.0
description:
  - Builds the report of the role P(community.northflank.backup_report#role) from the results of
    M(community.northflank.addon_backup_status_info).
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, hosts, now, failed_hosts, limit
options:
  _input:
    description:
      - A list of what the module returned for each host. Or C(hostvars), where the hosts have it in the variable
        C(backup_report_result), which is much faster for thousands of addons.
      - The result of a host that is not in O(failed_hosts) must not be missing.
    type: raw
    required: true
  hosts:
    description: The names of the hosts, in the same order.
    type: list
    elements: str
    required: true
  now:
    description: The time of the report, such as V(2026-11-24T02:30:00Z), or a datetime. Without a time zone it is UTC.
    type: raw
    required: true
  failed_hosts:
    description: The hosts that failed or were unreachable. Their addons are V(unknown), whatever their results say.
    type: list
    elements: str
    default: []
  limit:
    description: The value of C(--limit), if the report is limited to a part of the inventory.
    type: str
    default: ""
seealso:
  - plugin: community.northflank.backup_report_csv
    plugin_type: filter
  - plugin: community.northflank.backup_report_texts
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Assess the addons of a project
  community.northflank.addon_backup_status_info:
    project_id: shop
  register: found

- name: Show how many of them are backed up
  ansible.builtin.debug:
    msg: "{{ ([found] | community.northflank.backup_report(['shop'], now(utc=true))).summary }}"
"""

RETURN = r"""
_value:
  description: The report. The collection's docs/backup-report.schema.json describes its format.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.plugin_utils._report_arguments import report_of

_NAME = "community.northflank.backup_report"


def backup_report(results: Any, hosts: Any, now: Any, failed_hosts: Any = (), limit: Any = "") -> dict[str, Any]:
    return report_of(_NAME, results, hosts, now, failed_hosts, limit)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_report": backup_report}
