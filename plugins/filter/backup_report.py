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
extends_documentation_fragment:
  - community.northflank._backup_report
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
