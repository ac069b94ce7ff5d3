# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report_parts
short_description: Read backup reports of parts of a fleet
version_added: 0.1.0
description:
  - Reads the files C(report.json) that several runs of the role P(community.northflank.backup_report#role), such as
    the slices of a job, have written. P(community.northflank.backup_report#filter) can merge them into one report.
  - If several files have a host, the newest counts.
  - A host that none of them has is V(unknown) in the merged report. A file that cannot be used is ignored with a
    warning, so that its hosts are V(unknown), too.
author:
  - The community.northflank authors (@ansible-collections)
options:
  _terms:
    description: The paths of the files, on the control node. Relative paths are relative to the current directory.
    type: list
    elements: path
    required: true
  hosts:
    description: The names of the hosts that the merged report covers.
    type: list
    elements: str
    required: true
  max_age_hours:
    description: >-
      How many hours ago a file may have been generated, V(1) to V(8760) (one year). An older file is ignored.
    type: int
    default: 24
seealso:
  - plugin: community.northflank.backup_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Merge the reports of the slices
  ansible.builtin.debug:
    msg: "{{ (parts | community.northflank.backup_report(ansible_play_hosts_all, now(utc=true))).summary.verdicts }}"
  vars:
    files: "{{ query('ansible.builtin.fileglob', '/srv/slice-*.json') }}"
    parts: "{{ query('community.northflank.backup_report_parts', files, hosts=ansible_play_hosts_all) }}"
  run_once: true
"""

RETURN = r"""
_raw:
  description: >-
    The result of each host, in the order of O(hosts), as P(community.northflank.backup_report#filter) expects it.
  type: list
  elements: dict
"""

from datetime import datetime, timedelta, timezone
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display
from ansible.utils.path import unfrackpath
from ansible_collections.community.northflank.plugins.plugin_utils._plain_values import plain
from ansible_collections.community.northflank.plugins.plugin_utils._report_parts import read_parts

_MAX_HOURS = 8760


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[Any]:
        self.set_options(var_options=variables, direct=kwargs)
        hours = self.get_option("max_age_hours")
        if not 1 <= hours <= _MAX_HOURS:
            raise AnsibleLookupError(f"max_age_hours: {hours} is not between 1 and {_MAX_HOURS}")
        paths = [unfrackpath(str(path), follow=False) for path in self._flatten(plain(terms))]
        hosts = [str(host) for host in plain(self.get_option("hosts"))]
        results, errors = read_parts(paths, hosts, datetime.now(timezone.utc), timedelta(hours=hours))
        for error in errors:
            Display().warning(f"A part of the report cannot be used, so its hosts may be unknown: {error}")
        return [results[host] for host in hosts]
