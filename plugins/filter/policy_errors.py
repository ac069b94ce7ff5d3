# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: policy_errors
short_description: Validate custom backup policies
version_added: 0.1.0
description:
  - Returns the validation errors of the custom policies that
    O(community.northflank.addon_backup_schedules#module:custom_policies) takes, all at once.
  - The roles use it to report an error once per play, and not once per host.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, variable
options:
  _input:
    description: The custom policies, as a dictionary from the name of each policy to its list of backup schedules.
    type: dict
    required: true
  variable:
    description: The name of the variable that contains the policies. Each error begins with this name.
    type: str
    default: policies
seealso:
  - module: community.northflank.addon_backup_schedules
"""

EXAMPLES = r"""
- name: Check the custom policies
  ansible.builtin.assert:
    that: policies | community.northflank.policy_errors | length == 0
    fail_msg: "{{ policies | community.northflank.policy_errors | join('; ') }}"
  vars:
    policies:
      nightly:
        - scheduling:
            interval: daily
            hour: [1]
            minute: [0]
          backup_type: snapshot
          retention_time: 30
"""

RETURN = r"""
_value:
  description: >-
    The errors, such as V(policies.nightly[0].retention_time: 90 exceeds the maximum of 60 days for daily schedules).
    Empty if all policies are valid.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._tasks.custom_policies import all_policies
from ansible_collections.community.northflank.plugins.plugin_utils._plain_values import plain


def policy_errors(policies: Any, variable: str = "policies") -> list[str]:
    _policies, errors = all_policies(plain(policies), variable)
    return errors


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"policy_errors": policy_errors}
