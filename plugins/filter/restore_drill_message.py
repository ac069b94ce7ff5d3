# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_drill_message
short_description: Describe the result of a restore drill
version_added: 0.1.0
description:
  - Returns a summary of the evidence of a restore drill, in one or two sentences.
author:
  - The community.northflank authors (@ansible-collections)
options:
  _input:
    description: The evidence, as the role P(community.northflank.restore_drill#role) writes it.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Describe the result of a drill
  ansible.builtin.debug:
    msg: "{{ evidence | community.northflank.restore_drill_message }}"
  vars:
    evidence:
      project_id: shop
      addon_id: orders-db
      backup: {id: "1", name: nightly, age_minutes: 312}
      fork: {project_id: sandbox, addon_id: drill-orders-db-6c4a8dd0}
      restored: {verdict: passed, reason: null, seconds: 240}
      verified: {verdict: passed, reason: null, seconds: 3, checks: checks.yml}
      cleanup: {outcome: deleted, reason: null}
"""

RETURN = r"""
_value:
  description: >-
    The message, such as V(shop/orders-db: backup nightly (5 hours old\) was restored in 240 s, and verified in 3 s.
    The fork sandbox/drill-orders-db-6c4a8dd0 was deleted.).
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.plugin_utils._drill_evidence import message_of


def restore_drill_message(evidence: Any) -> str:
    try:
        return message_of(evidence)
    except (AttributeError, KeyError, TypeError) as error:
        raise AnsibleFilterError(
            "community.northflank.restore_drill_message expects the evidence of a drill,"
            f" not {evidence!r:.200} ({error!r})"
        ) from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"restore_drill_message": restore_drill_message}
