# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_drill_reason
short_description: Describe why a task failed
version_added: 0.1.0
description:
  - Returns the name of a task that failed and its message, in one line of about 600 characters, without credentials.
  - The message is that of the first item that failed, if the task has a loop. For commands, it includes the error
    output.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, task, credentials, reveal
options:
  _input:
    description: The result of the task, such as C(ansible_failed_result).
    type: raw
    required: true
  task:
    description: The task, such as C(ansible_failed_task).
    type: dict
    required: true
  credentials:
    description: >-
      The credentials of an addon. All strings of at least eight characters in its C(secrets) are masked.
    type: dict
    default: {}
  reveal:
    description: Whether to return the message of a task with C(no_log=true).
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show why a task failed
  ansible.builtin.debug:
    msg: "{{ result | community.northflank.restore_drill_reason(task) }}"
  vars:
    # In a rescue section, these are ansible_failed_task and ansible_failed_result.
    task:
      name: Count the orders
      no_log: false
    result:
      failed: true
      msg: There are no orders.
"""

RETURN = r"""
_value:
  description: "The reason, such as V(Count the orders: There are no orders.)."
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.plugin_utils._drill_failures import failure_reason, secrets_of


def restore_drill_reason(result: Any, task: Any, credentials: Any = None, reveal: Any = False) -> str:
    return failure_reason(task, result, secrets_of(credentials), bool(reveal))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"restore_drill_reason": restore_drill_reason}
