# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report_findings
short_description: List what makes a backup report fail
version_added: 0.1.0
description:
  - Returns the addons and volumes of a report that have certain verdicts, or for which certain controls fail or are
    unknown, as lines for a person.
  - The role P(community.northflank.backup_report#role) fails with these lines.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, verdicts, controls, failed_hosts
options:
  _input:
    description: The result of P(community.northflank.backup_report#filter).
    type: dict
    required: true
  verdicts:
    description:
      - The verdicts to list. If there are any, V(unknown) is one of them, because an addon that could not be read may
        have any other verdict.
      - A report without addons and volumes is a finding, too.
    type: list
    elements: str
    default: []
  controls:
    description:
      - The controls to list, if they fail or are unknown.
      - A control that applies to no addon and no volume is a finding, too.
    type: list
    elements: str
    default: []
  failed_hosts:
    description: The names of hosts whose addons and volumes are not listed, because these hosts have failed already.
    type: list
    elements: str
    default: []
seealso:
  - plugin: community.northflank.backup_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check the backups of the addons of a project
  community.northflank.addon_backup_status_info:
    project_id: shop
  register: found

- name: Show what is not protected
  ansible.builtin.debug:
    msg: "{{ report | community.northflank.backup_report_findings(['unprotected', 'failing', 'late']) }}"
  vars:
    report: "{{ [found] | community.northflank.backup_report(['shop'], now(utc=true)) }}"
"""

RETURN = r"""
_value:
  description:
    - For the verdicts, and for each control, a line with the number of addons and volumes, and one line for each.
    - Of each verdict or control, at most 100 are listed. Empty if there are no findings.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import parse_list
from ansible_collections.community.northflank.plugins.plugin_utils._report_arguments import report_expected
from ansible_collections.community.northflank.plugins.plugin_utils._report_findings import findings

_NAME = "community.northflank.backup_report_findings"


def backup_report_findings(report: Any, verdicts: Any = (), controls: Any = (), failed_hosts: Any = ()) -> list[str]:
    listed = (
        parse_list(verdicts, f"{_NAME}: verdicts", "verdicts"),
        parse_list(controls, f"{_NAME}: controls", "names of controls"),
        parse_list(failed_hosts, f"{_NAME}: failed_hosts", "host names"),
    )
    with report_expected(_NAME, report):
        return findings(report, *listed)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_report_findings": backup_report_findings}
