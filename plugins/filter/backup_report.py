# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report
short_description: Build a report on the backups of a fleet
version_added: 0.1.0
description:
  - Builds a report from the results of M(community.northflank.addon_backup_status_info) and
    M(community.northflank.volume_backup_status_info), as the role P(community.northflank.backup_report#role) does.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, hosts, now, failed_hosts, limit, restore_drills, exceptions, control_labels
options:
  _input:
    description:
      - The results, as a list with one result per host; or C(hostvars), if the results of each host are registered in
        its variables C(backup_report_result) (addons) and C(backup_report_volumes_result) (volumes), which is much
        faster for thousands of addons.
      - There must be a result for each host that is not in O(failed_hosts).
    type: raw
    required: true
  hosts:
    description: The names of the hosts that the report covers, in the order of O(_input) if that is a list.
    type: list
    elements: str
    required: true
  now:
    description: >-
      The time of the report, such as V(2026-11-24T02:30:00Z) or the result of C(now(\)). Without a time zone, it is in
      UTC.
    type: raw
    required: true
  failed_hosts:
    description: >-
      The names of the hosts that failed or were unreachable. The verdict on their backups is V(unknown), and their
      results are ignored.
    type: list
    elements: str
    default: []
  limit:
    description: >-
      The value of C(ansible-playbook --limit), which is included in the report. Empty if the report covers the whole
      inventory.
    type: str
    default: ""
  restore_drills:
    description: >-
      The result of P(community.northflank.restore_drills#lookup). If omitted, the report does not cover restore drills.
    type: dict
  exceptions:
    description:
      - Exceptions from controls. Each is a dictionary with the C(project_id), the C(addon_id) or C(volume_id), the
        C(control), the C(reason), and C(until), the last day on which it counts, in UTC, such as V(2026-12-31).
      - A control that fails or is unknown has the status V(excepted) if there is an exception that has not expired.
    type: list
    elements: dict
    default: []
  control_labels:
    description: >-
      Your own labels of controls, such as identifiers of a framework, as a dictionary from the name of each control to
      a list of labels.
    type: dict
    default: {}
seealso:
  - plugin: community.northflank.backup_report_csv
    plugin_type: filter
  - plugin: community.northflank.backup_report_findings
    plugin_type: filter
  - plugin: community.northflank.backup_report_texts
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check the backups of the addons of a project
  community.northflank.addon_backup_status_info:
    project_id: shop
  register: found

- name: Show how many addons are protected
  ansible.builtin.debug:
    msg: "{{ ([found] | community.northflank.backup_report(['shop'], now(utc=true))).summary }}"
"""

RETURN = r"""
_value:
  description: The report. Its format is described in C(docs/backup-report.schema.json) of the collection.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.plugin_utils._report_arguments import report_of

_NAME = "community.northflank.backup_report"


def backup_report(results: Any, hosts: Any, now: Any, *args: Any, **options: Any) -> dict[str, Any]:
    return report_of(_NAME, results, hosts, now, *args, **options)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_report": backup_report}
