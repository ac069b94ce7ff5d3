# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report_texts
short_description: The files of a backup report
version_added: 0.1.0
description:
  - Builds the same report as P(community.northflank.backup_report#filter), and returns it as JSON, CSV and HTML.
  - Use it for thousands of addons, where templates of the report itself take long.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, hosts, now, failed_hosts, limit
options:
  _input:
    description: The results, as for P(community.northflank.backup_report#filter).
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
  - plugin: community.northflank.backup_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the report on an empty fleet as JSON
  ansible.builtin.debug:
    msg: "{{ ([] | community.northflank.backup_report_texts([], now(utc=true))).json }}"
"""

RETURN = r"""
_value:
  description:
    - C(json), the report with one line per addon. It can be embedded in a script element of HTML.
    - C(csv), what P(community.northflank.backup_report_csv#filter) returns.
    - C(html), a dictionary of the parts of the page that the role P(community.northflank.backup_report#role) writes.
      All text in them is escaped. The parts may change in a minor version.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.plugin_utils._report import as_csv, as_json
from ansible_collections.community.northflank.plugins.plugin_utils._report_html import as_html
from ansible_collections.community.northflank.plugins.plugin_utils._results import report_of

_NAME = "community.northflank.backup_report_texts"


def backup_report_texts(results: Any, hosts: Any, now: Any, failed_hosts: Any = (), limit: Any = "") -> dict[str, Any]:
    summed_up = report_of(_NAME, results, hosts, now, failed_hosts, limit)
    return {"json": as_json(summed_up), "csv": as_csv(summed_up), "html": as_html(summed_up)}


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_report_texts": backup_report_texts}
