# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report_texts
short_description: Build a report on the backups of a fleet in several formats
version_added: 0.1.0
description:
  - Builds the same report as P(community.northflank.backup_report#filter), and returns it as JSON, CSV, HTML, JUnit XML
    and Prometheus metrics, and the history of reports with this one.
  - For thousands of addons, this is much faster than converting the report in templates.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, hosts, now, failed_hosts, limit, restore_drills, exceptions, control_labels
options:
  _input:
    description: >-
      The results of M(community.northflank.addon_backup_status_info) and
      M(community.northflank.volume_backup_status_info), in a list or in C(hostvars), as for
      P(community.northflank.backup_report#filter).
    type: raw
    required: true
  history:
    description: >-
      The earlier runs, which the result of P(community.northflank.backup_report_history#lookup) contains. If omitted,
      the page shows no history.
    type: dict
  formats:
    description: >-
      The formats to return. If omitted, all but V(history). Only V(html) and V(history) use O(history).
    type: list
    elements: str
    choices: [json, csv, html, junit, metrics, history]
    default: [json, csv, html, junit, metrics]
extends_documentation_fragment:
  - community.northflank._backup_report
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
    - C(junit) is the report as JUnit XML, with a test suite for the verdicts and one per control.
    - C(metrics) is the report in the text format of Prometheus.
    - C(history) is the content of the file with the history, including this report.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import parse_list
from ansible_collections.community.northflank.plugins.plugin_utils._plain_values import plain
from ansible_collections.community.northflank.plugins.plugin_utils._report_arguments import report_of
from ansible_collections.community.northflank.plugins.plugin_utils._report_formats import as_csv, as_json
from ansible_collections.community.northflank.plugins.plugin_utils._report_history import (
    as_history,
    is_history,
    with_report,
)
from ansible_collections.community.northflank.plugins.plugin_utils._report_html import as_html
from ansible_collections.community.northflank.plugins.plugin_utils._report_junit import as_junit
from ansible_collections.community.northflank.plugins.plugin_utils._report_metrics import as_metrics

_NAME = "community.northflank.backup_report_texts"
_FORMATS = ("json", "csv", "html", "junit", "metrics")


def backup_report_texts(
    results: Any, hosts: Any, now: Any, *args: Any, history: Any = None, formats: Any = _FORMATS, **options: Any
) -> dict[str, Any]:
    earlier = plain(history)
    if earlier is not None and not is_history(earlier):
        lookup = "the result of the lookup community.northflank.backup_report_history"
        raise AnsibleFilterError(f"{_NAME}: history expects {lookup}")
    report = report_of(_NAME, results, hosts, now, *args, **options)
    runs = with_report(earlier["runs"], report) if earlier else []
    error = earlier["error"] if earlier else None
    conversions: dict[str, Callable[[], Any]] = {
        "json": lambda: as_json(report),
        "csv": lambda: as_csv(report),
        "html": lambda: as_html(report, runs, error),
        "junit": lambda: as_junit(report),
        "metrics": lambda: as_metrics(report),
        "history": lambda: as_history(runs),
    }
    listed = parse_list(formats, f"{_NAME}: formats", "formats")
    unknown = [each for each in listed if not isinstance(each, str) or each not in conversions]
    if unknown:
        raise AnsibleFilterError(f"{_NAME}: formats: {unknown[0]!r:.200} is not one of {', '.join(conversions)}")
    return {name: conversions[name]() for name in listed}


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_report_texts": backup_report_texts}
