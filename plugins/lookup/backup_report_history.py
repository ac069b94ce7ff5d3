# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report_history
short_description: Read the history of backup reports
version_added: 0.1.0
description:
  - Reads the file C(history.json) that the role P(community.northflank.backup_report#role) writes.
  - A file that does not exist has no runs. One that cannot be used, or is damaged, is an error in the result, and a
    warning.
author:
  - The community.northflank authors (@ansible-collections)
options:
  _terms:
    description: The path of the file, on the control node. A relative path is relative to the current directory.
    type: list
    elements: path
    required: true
  runs:
    description: How many runs to return at most, the last ones, V(0) or more. If omitted, all are returned.
    type: int
seealso:
  - plugin: community.northflank.backup_report_texts
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the verdicts of the last run
  ansible.builtin.debug:
    msg: "{{ (history.runs | last | default({})).verdicts | default('none yet') }}"
  vars:
    history: "{{ lookup('community.northflank.backup_report_history', 'report/history.json') }}"
"""

RETURN = r"""
_raw:
  description: The history in each file.
  type: list
  elements: dict
  contains:
    runs:
      description:
        - The runs, the oldest first, with the time C(generated_at), the C(limit) (the value of C(--limit), or V(null)),
          C(verdicts) (how many addons and volumes had each verdict), and C(controls) (how many had each status, by
          control, or V(null) if no control was set).
        - A run with a limit does not cover the whole inventory, so it cannot be compared with others.
      type: list
      elements: dict
    error:
      description: Why the file cannot be used. V(null) if it can, or does not exist.
      type: str
"""

from typing import Any

from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display
from ansible.utils.path import unfrackpath
from ansible_collections.community.northflank.plugins.plugin_utils._json_file import Unusable
from ansible_collections.community.northflank.plugins.plugin_utils._report_history import read_history


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        self.set_options(var_options=variables, direct=kwargs)
        runs = self.get_option("runs")
        return [_history(unfrackpath(term, follow=False), runs) for term in terms]


def _history(path: str, runs: int | None) -> dict[str, Any]:
    try:
        listed = read_history(path)
    except Unusable as error:
        message = (
            f"The history of the reports, {path}, {error}. It is not changed, and this run is not added to it."
            " Restore the file from a backup, or move it away to start a new history."
        )
        Display().warning(message)
        return {"runs": [], "error": message}
    return {"runs": listed if runs is None else listed[max(0, len(listed) - runs) :], "error": None}
