#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_backup_schedule_info
short_description: Read the backup schedules of Northflank addons
version_added: 0.1.0
description:
  - Reads the backup schedules of one, several or all addons of a project.
  - What it returns can be given to M(community.northflank.addon_backup_schedules) as it is.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes.info
  - community.northflank._attributes.action_group
  - community.northflank._connection
options:
  project_id:
    description: The ID of the project.
    type: str
    required: true
    aliases: [projectId]
  addon_ids:
    description:
      - The IDs of the addons. Each counts once.
      - If left out, every addon of the project.
    type: list
    elements: str
    aliases: [addonIds]
  concurrency:
    description: How many addons are read at once, V(1) to V(64).
    type: int
    default: 8
seealso:
  - module: community.northflank.addon_backup_schedule
  - module: community.northflank.addon_backup_schedules
"""

EXAMPLES = r"""
- name: Read the schedules of every addon of a project
  community.northflank.addon_backup_schedule_info:
    project_id: shop
  register: found

- name: Name the addons that have none
  ansible.builtin.debug:
    msg: "{{ found.addons | rejectattr('backup_schedules') | map(attribute='addon_id') }}"

- name: Read the schedules of one addon
  community.northflank.addon_backup_schedule_info:
    project_id: shop
    addon_ids: [orders-db]
"""

RETURN = r"""
addons:
  description: The addons, in the order of O(addon_ids), or of the API if that is left out.
  type: list
  elements: dict
  returned: when the options are valid and the addons could be listed
  contains:
    project_id:
      description: The ID of the project.
      type: str
      returned: always
      sample: shop
    addon_id:
      description: The ID of the addon.
      type: str
      returned: always
      sample: orders-db
    changed:
      description: Always false.
      type: bool
      returned: always
      sample: false
    failed:
      description: Set when the schedules of this addon could not be read.
      type: bool
      returned: when it failed
      sample: true
    interrupted:
      description: Set when the addon was not read, because the task was interrupted before.
      type: bool
      returned: when the task was interrupted
      sample: true
    msg:
      description: Why they could not be read.
      type: str
      returned: when it failed
      sample: "GET /v1/projects/shop/addons/orders-db/backup-schedules failed with status 404: Addon not found."
    backup_schedules:
      description: All schedules of the addon, the shortest interval first.
      type: list
      elements: dict
      returned: when they could be read
      contains:
        id:
          description: The ID of the schedule.
          type: str
          returned: always
          sample: 62cc20b90956ab62a58e8474
        scheduling:
          description: When backups are made. Times are taken to be UTC, day C(0) is Monday.
          type: dict
          returned: always
          sample: {"interval": "weekly", "minute": [30], "hour": [18], "day": [4]}
        backup_type:
          description: C(dump) or C(snapshot).
          type: str
          returned: always
          sample: snapshot
        retention_time:
          description: The days that each backup is kept.
          type: int
          returned: always
          sample: 14
        additional_destinations:
          description: Where else each snapshot is copied to.
          type: list
          elements: dict
          returned: for a snapshot
          sample: [{"destination_id": "our-bucket", "retention_time": 7, "type": "custom"}]
        compression_type:
          description: How the dump is compressed.
          type: str
          returned: for a dump
          sample: gz
        custom_destination_id:
          description: The backup destination that the dump goes to. Empty for Northflank's own.
          type: str
          returned: for a dump
          sample: our-bucket
        created_at:
          description: When the schedule was created.
          type: str
          returned: always
          sample: '2026-01-15T09:30:00.000Z'
        updated_at:
          description: When the schedule was last changed.
          type: str
          returned: always
          sample: '2026-01-15T09:30:00.000Z'
        unknown_fields:
          description: What the API lists of the schedule beside the fields that this version of the collection knows.
          type: dict
          returned: when there is any
          sample: {"paused": true}
    error:
      description: What the API said. C(status) is null when there was no answer.
      type: dict
      returned: when a request failed
      contains:
        status:
          description: The HTTP status.
          type: int
          returned: always
          sample: 403
        method:
          description: The method of the request.
          type: str
          returned: always
          sample: POST
        path:
          description: The path of the request.
          type: str
          returned: always
          sample: /v1/projects/shop/addons/orders-db/backup-schedules
        message:
          description: The API's message, or what happened to the request.
          type: str
          returned: always
          sample: Insufficient permissions
        id:
          description: The API's name for the error.
          type: str
          returned: always
          sample: forbidden
        details:
          description: What the API added.
          type: raw
          returned: always
          sample: null
error:
  description: Why the addons of the project could not be listed, like RV(addons[].error).
  type: dict
  returned: when they could not be listed
  sample: {"status": 403, "method": "GET", "path": "/v1/projects/shop/addons", "message": "Forbidden"}
validation_errors:
  description: Everything that is wrong with the options. Nothing was sent then.
  type: list
  elements: str
  returned: when options are wrong
  sample: ["project_id: 'My Shop' is not an ID, which is letters and digits in groups joined by single hyphens"]
requests:
  description: How many requests were sent.
  type: int
  returned: when the options are valid
  sample: 2
rate_limit:
  description: What the last answer told of the API's rate limit. C(reset) is in seconds. Null if it told nothing.
  type: dict
  returned: when the options are valid
  sample: {"limit": 1000, "remaining": 998, "reset": 3540}
"""

from ansible_collections.community.northflank.plugins.module_utils._module import run_module
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_schedule_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
