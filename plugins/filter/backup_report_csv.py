# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report_csv
short_description: Convert a backup report to CSV
version_added: 0.1.0
description: Returns one line per addon of a report, after a header line. No cell starts like a spreadsheet formula.
author:
  - The community.northflank authors (@ansible-collections)
options:
  _input:
    description: What P(community.northflank.backup_report#filter) returns.
    type: dict
    required: true
seealso:
  - plugin: community.northflank.backup_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the report on an empty fleet
  ansible.builtin.debug:
    msg: "{{ [] | community.northflank.backup_report([], now(utc=true)) | community.northflank.backup_report_csv }}"
"""

RETURN = r"""
_value:
  description: The text of the file.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.plugin_utils._report import as_csv


def backup_report_csv(report: Any) -> str:
    try:
        return as_csv(report)
    except (AttributeError, KeyError, TypeError) as error:
        raise AnsibleFilterError(
            "community.northflank.backup_report_csv takes what the filter backup_report returns,"
            f" not {report!r:.200} ({error!r})"
        ) from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_report_csv": backup_report_csv}
