# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_drill_sample
short_description: Choose the hosts of a day for restore drills
version_added: 0.1.0
description:
  - Returns the hosts that a run of the role P(community.northflank.restore_drill#role) drills.
  - The hosts are divided into as few groups as O(size) allows. The groups depend only on the names of the hosts, not on
    their order in the inventory. Each day, or every O(interval_days) days, the next group is chosen, so that each host
    is drilled exactly once per rotation.
  - If hosts are added or removed, others may move to another group.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, size, now, interval_days
options:
  _input:
    description: The names of the hosts.
    type: list
    elements: str
    required: true
  size:
    description:
      - The maximum number of hosts to return, V(1) to V(100000). If null, all of them.
      - If a rotation would take more than 92 days, the filter fails and reports the smallest size that is allowed.
    type: int
    required: true
  now:
    description: >-
      The day, such as V(2026-11-24T02:30:00Z) or the result of V(now(utc=true\)). Without a time zone, it is in UTC.
    type: raw
    required: true
  interval_days:
    description: The number of days from one run to the next, V(1) to V(92).
    type: int
    default: 1
"""

EXAMPLES = r"""
- name: Show which addons are drilled on the first three days of the year
  ansible.builtin.debug:
    msg: "{{ addons | community.northflank.restore_drill_sample(2, item) }}"
  loop: ["2026-01-01", "2026-01-02", "2026-01-03"]
  vars:
    addons: [orders-db.shop, customers-db.shop, ledger-db.billing, invoices-db.billing, alice-db.sandbox]
"""

RETURN = r"""
_value:
  description: The names of the hosts.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.module_utils._model.drill import sample
from ansible_collections.community.northflank.plugins.plugin_utils._drill_arguments import (
    parse_interval_days,
    parse_size,
)
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import parse_datetime, parse_list

_NAME = "community.northflank.restore_drill_sample"


def restore_drill_sample(hosts: Any, size: Any, now: Any, interval_days: Any = 1) -> list[str]:
    names = [str(each) for each in parse_list(hosts, _NAME, "host names")]
    number = parse_size(size, f"{_NAME}: size")
    days = parse_interval_days(interval_days, f"{_NAME}: interval_days")
    try:
        return sample(names, number, parse_datetime(now, f"{_NAME}: now"), days)
    except ValueError as error:
        raise AnsibleFilterError(f"{_NAME}: {error}.") from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"restore_drill_sample": restore_drill_sample}
