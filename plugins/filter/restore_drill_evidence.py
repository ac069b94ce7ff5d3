# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_drill_evidence
short_description: Build the evidence of a restore drill
version_added: 0.1.0
description:
  - Returns the evidence that the role P(community.northflank.restore_drill#role) writes. Only this role uses it.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, now
options:
  _input:
    description: The record of the drill, with the keys of the example.
    type: dict
    required: true
  now:
    description: The time, such as the result of V(now(utc=true\)). Without a time zone, it is in UTC.
    type: raw
    required: true
seealso:
  - plugin: community.northflank.restore_drill_message
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the evidence of a drill that failed
  ansible.builtin.debug:
    msg: "{{ drill | community.northflank.restore_drill_evidence(now(utc=true)) }}"
  vars:
    drill:
      run_id: drill-20260115T093000Z-1a2b3c4d
      host: orders-db.shop
      operator: ci
      project_id: shop
      addon_id: orders-db
      addon_type: postgresql
      policy: standard
      settings: {backup: newest}
      started_at: "2026-01-15T09:30:00Z"
      check_mode: false
      forked: {}
      deleted: {}
      is_kept: false
      reason: There is no backup.
      checks: null
      checks_seconds: null
      results: {}
      credentials: {}
"""

RETURN = r"""
_value:
  description: The evidence. Its format is described in C(docs/restore-drill.schema.json) of the collection.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.release import __version__ as ansible_core
from ansible_collections.community.northflank.plugins.plugin_utils._drill_evidence import evidence_of
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import parse_datetime

_NAME = "community.northflank.restore_drill_evidence"


def restore_drill_evidence(record: Any, now: Any) -> dict[str, Any]:
    try:
        return evidence_of(record, parse_datetime(now, f"{_NAME}: now"), ansible_core)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"{_NAME}: {error!r}") from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"restore_drill_evidence": restore_drill_evidence}
