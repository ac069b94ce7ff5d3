# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report_texts
short_description: Build a report on the backups of a fleet as JSON, CSV and HTML
version_added: 0.1.0
description:
  - Builds the same report as P(community.northflank.backup_report#filter), and returns it as JSON, CSV and HTML.
  - For thousands of addons, this is much faster than converting the report in templates.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, hosts, now, failed_hosts, limit, restore_drills
options:
  _input:
    description: >-
      The results of M(community.northflank.addon_backup_status_info) and
      M(community.northflank.volume_backup_status_info), in a list or in C(hostvars), as for
      P(community.northflank.backup_report#filter).
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
seealso:
  - plugin: community.northflank.backup_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check the backups of the addons of a project
  community.northflank.addon_backup_status_info:
    project_id: shop
  register: found

- name: Write the report to a file
  ansible.builtin.copy:
    content: "{{ ([found] | community.northflank.backup_report_texts(['shop'], now(utc=true))).csv }}"
    dest: backup-report.csv
    mode: "0644"
"""

RETURN = r"""
_value:
  description:
    - C(json) is the report as JSON, with one line per addon or volume. It can be embedded in a script element of HTML.
    - C(csv) is the result of P(community.northflank.backup_report_csv#filter).
    - C(html) contains the parts of the page that the role P(community.northflank.backup_report#role) writes. All text
      in them is escaped. The parts may change in a minor version.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.plugin_utils._report_arguments import report_of
from ansible_collections.community.northflank.plugins.plugin_utils._report_formats import as_csv, as_json
from ansible_collections.community.northflank.plugins.plugin_utils._report_html import as_html

_NAME = "community.northflank.backup_report_texts"


def backup_report_texts(
    results: Any, hosts: Any, now: Any, failed_hosts: Any = (), limit: Any = "", restore_drills: Any = None
) -> dict[str, Any]:
    report = report_of(_NAME, results, hosts, now, failed_hosts, limit, restore_drills)
    return {"json": as_json(report), "csv": as_csv(report), "html": as_html(report)}


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_report_texts": backup_report_texts}
