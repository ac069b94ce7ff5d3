# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the filters that build a report. Private to the collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
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
"""
