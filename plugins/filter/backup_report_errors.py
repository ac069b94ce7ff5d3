# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_report_errors
short_description: Validate the variables of the role backup_report
version_added: 0.1.0
description:
  - Returns the validation errors of variables of the role P(community.northflank.backup_report#role), all at once.
  - The role uses it to report an error once per play, before the first request.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input
options:
  _input:
    description: >-
      The values of O(community.northflank.backup_report#role:main:backup_report_exceptions),
      O(community.northflank.backup_report#role:main:backup_report_control_labels) and
      O(community.northflank.backup_report#role:main:backup_report_history), as a dictionary with the keys
      C(exceptions), C(control_labels) and C(history). Each can be omitted.
    type: dict
    required: true
seealso:
  - plugin: community.northflank.policy_errors
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check the exceptions
  ansible.builtin.assert:
    that: "{'exceptions': exceptions} | community.northflank.backup_report_errors | length == 0"
    fail_msg: "{{ {'exceptions': exceptions} | community.northflank.backup_report_errors | join('; ') }}"
  vars:
    exceptions:
      - project_id: shop
        addon_id: cache
        control: off_site
        reason: The cache can be rebuilt.
        until: "2026-12-31"
"""

RETURN = r"""
_value:
  description: >-
    The errors, such as V(backup_report_exceptions[0].until: 'soon' is not a date such as 2026-12-31). Empty if all
    values are valid.
  type: list
  elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.plugins.plugin_utils._plain_values import plain
from ansible_collections.community.northflank.plugins.plugin_utils._report_options import option_errors

_NAME = "community.northflank.backup_report_errors"
_DEFAULTS: dict[str, Any] = {"exceptions": [], "control_labels": {}, "history": 0}


def backup_report_errors(values: Any) -> list[str]:
    given = plain(values)
    if not isinstance(given, Mapping) or not given.keys() <= _DEFAULTS.keys():
        raise AnsibleFilterError(f"{_NAME} expects a dictionary with {', '.join(_DEFAULTS)}, not {short_repr(given)}")
    return option_errors(**{**_DEFAULTS, **given}, prefix="backup_report_")


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_report_errors": backup_report_errors}
