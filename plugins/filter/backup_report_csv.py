# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report_csv
short_description: Convert a backup report to CSV
version_added: 0.1.0
description:
  - Returns a header line, and one line per addon or volume of the report.
  - Cells that a spreadsheet would evaluate as a formula are prefixed with a single quote.
author:
  - The community.northflank authors (@ansible-collections)
options:
  _input:
    description: The result of P(community.northflank.backup_report#filter).
    type: dict
    required: true
seealso:
  - plugin: community.northflank.backup_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check the backups of the addons of a project
  community.northflank.addon_backup_status_info:
    project_id: shop
  register: found

- name: Show the report as CSV
  ansible.builtin.debug:
    msg: "{{ report | community.northflank.backup_report_csv }}"
  vars:
    report: "{{ [found] | community.northflank.backup_report(['shop'], now(utc=true)) }}"
"""

RETURN = r"""
_value:
  description: The report as CSV.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.plugin_utils._report_arguments import report_expected
from ansible_collections.community.northflank.plugins.plugin_utils._report_formats import as_csv


def backup_report_csv(report: Any) -> str:
    with report_expected("community.northflank.backup_report_csv", report):
        return as_csv(report)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_report_csv": backup_report_csv}
