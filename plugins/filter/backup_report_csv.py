# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report_csv
short_description: The addons of a report as CSV
version_added: 0.1.0
description: Gives a line for each addon of a report, below a line of names. No cell is taken for a formula.
author:
  - The community.northflank authors (@ansible-collections)
options:
  _input:
    description: What P(community.northflank.backup_report#filter) gives.
    type: dict
    required: true
seealso:
  - plugin: community.northflank.backup_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the report on an empty fleet
  ansible.builtin.debug:
    msg: "{{ [] | community.northflank.backup_report([], [], now(utc=true)) | community.northflank.backup_report_csv }}"
"""

RETURN = r"""
_value:
  description: The text of the file.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.plugin_utils._report import as_csv


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_report_csv": as_csv}
