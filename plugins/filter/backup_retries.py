# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_retries
short_description: Decide which failed backups of addons to retry
version_added: 0.1.0
description:
  - Returns a decision for each addon. If its newest backup failed, the decision contains the name and the type of the
    backup to take. If that backup was aborted, is in progress or is completed, no backup is to be taken.
  - The name begins with C(retry-), and is always the same for the same failed backup. If the failed backup has such a
    name, or a backup with this name exists already, it is not retried again.
  - The decision depends only on the backups and the time, not on what triggered it or on earlier decisions.
author:
  - The community.northflank authors (@ansible-collections)
positional: _input, cooldown
options:
  _input:
    description: >-
      The addons, as M(community.northflank.addon_backup_info) returns them. Addons whose backups could not be read are
      ignored.
    type: list
    elements: dict
    required: true
  cooldown:
    description: The minimum number of minutes between the starts of two retries of an addon, from V(0) to V(10080).
    type: int
    default: 60
  now:
    description: >-
      The current time, such as V(2026-11-24T02:30:00Z) or the result of V(now(utc=true\)). Without a time zone, it is
      in UTC. If omitted, the time of the control node is used.
    type: raw
"""

EXAMPLES = r"""
- name: Read the backups of an addon
  community.northflank.addon_backup_info:
    project_id: shop
    addon_ids: [orders-db]
  register: read

- name: Show whether a backup is to be taken
  ansible.builtin.debug:
    msg: "{{ (read.addons | community.northflank.backup_retries(cooldown=120) | first).reason }}"
"""

RETURN = r"""
_value:
  description: The decisions, in the order of the addons.
  type: list
  elements: dict
  contains:
    addon_id:
      description: The ID of the addon.
      type: str
      sample: orders-db
    name:
      description: The name of the backup to take. Null if none is to be taken.
      type: str
      sample: retry-62cc20b90956ab62a58e8474
    backup_type:
      description: The type of the backup to take, either V(dump) or V(snapshot). Null if none is to be taken.
      type: str
      sample: snapshot
    backup_id:
      description: The ID of the newest backup. Null if there is none.
      type: str
      sample: 62cc20b90956ab62a58e8474
    reason:
      description: The reason for the decision, a sentence.
      type: str
      sample: The newest backup nightly (62cc20b90956ab62a58e8474) failed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._model.backup_retry import decide
from ansible_collections.community.northflank.plugins.module_utils._model.times import utc_now
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import (
    parse_datetime,
    parse_integer,
    parse_list,
)

_NAME = "community.northflank.backup_retries"
_FIELDS = ("id", "name", "status", "backup_type", "created_at")
_MAX_COOLDOWN = 7 * 24 * 60


def backup_retries(addons: Any, cooldown: Any = 60, now: Any = None) -> list[dict[str, Any]]:
    minutes = parse_integer(cooldown, f"{_NAME}: cooldown", 0, _MAX_COOLDOWN)
    time = utc_now() if now is None else parse_datetime(now, f"{_NAME}: now")
    decisions = []
    for addon in parse_list(addons, _NAME, "addons"):
        try:
            if "backups" in addon:
                found = [Backup(**{name: each[name] for name in _FIELDS}) for each in addon["backups"]]
                decision = decide(found, time, timedelta(minutes=minutes))
                decisions.append({"addon_id": addon["addon_id"], **decision.to_result()})
        except (KeyError, TypeError) as error:
            message = f"{_NAME} expects the addons that community.northflank.addon_backup_info returns"
            raise AnsibleFilterError(message) from error
    return decisions


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"backup_retries": backup_retries}
