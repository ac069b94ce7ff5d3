#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_backup_schedule
short_description: Manage one backup schedule of a Northflank addon
version_added: 0.1.0
description:
  - Creates, changes or removes one backup schedule of a Northflank addon (a managed database).
  - The options mirror the request body of the API's "Create addon backup schedule". Each also takes its name in the API
    (such as C(backupType)), so a request body copied from there works as it stands.
  - A schedule is found by its interval and backup type, of which an addon has at most one each. No ID is needed.
  - To manage several schedules, or several addons, M(community.northflank.addon_backup_schedules) takes fewer requests.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes
  - community.northflank._attributes.action_group
  - community.northflank._connection
  - community.northflank._schedule
  - community.northflank._schedule.on_difference
options:
  project_id:
    description: The ID of the project.
    type: str
    required: true
    aliases: [projectId]
  addon_id:
    description: The ID of the addon.
    type: str
    required: true
    aliases: [addonId]
  state:
    description:
      - V(present) makes sure that the schedule exists with these settings. A missing addon is an error.
      - V(absent) makes sure that there is no schedule of O(scheduling.interval) and O(backup_type), the only options
        that it needs. A missing addon is fine.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: community.northflank.addon_backup_schedules
  - module: community.northflank.addon_backup_schedule_info
  - name: Create addon backup schedule
    description: The call of the Northflank API that this module mirrors.
    link: https://northflank.com/docs/v1/api/addons/create-addon-backup-schedule
  - name: Getting started
    description: A guide from nothing to the first schedule.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/getting_started.rst
  - name: When something goes wrong
    description: What errors mean, and what to do.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/troubleshooting.rst
"""

EXAMPLES = r"""
- name: Snapshot the disk every night at 02:30, and keep it for two weeks
  community.northflank.addon_backup_schedule:
    project_id: shop
    addon_id: orders-db
    scheduling:
      interval: daily
      hour: 2
      minute: 30
    backup_type: snapshot
    retention_time: 14

- name: Dump the database on Mondays and Fridays to a bucket of our own
  community.northflank.addon_backup_schedule:
    project_id: shop
    addon_id: orders-db
    scheduling:
      interval: weekly
      day: [Monday, Friday]
      hour: 18
      minute: 30
    backup_type: dump
    compression_type: zstd
    custom_destination_id: our-bucket
    retention_time: 120

- name: The same names as in the API work, too
  community.northflank.addon_backup_schedule:
    projectId: shop
    addonId: orders-db
    scheduling: {"interval": "weekly", "minute": [30], "hour": [18], "day": [4]}
    backupType: snapshot
    additionalDestinations: [{"destinationId": "our-bucket", "retentionTime": 7, "type": "custom"}]
    retentionTime: 7

- name: No hourly snapshots any more
  community.northflank.addon_backup_schedule:
    project_id: shop
    addon_id: orders-db
    scheduling:
      interval: hourly
    backup_type: snapshot
    state: absent
"""

RETURN = r"""
backup_schedule:
  description:
    - The schedule as it is after the task. With O(state=absent) the one that was removed.
    - Null if there is none.
  type: dict
  returned: when the options are valid
  contains:
    id:
      description: The ID of the schedule. Missing for one that check mode would create.
      type: str
      returned: when the schedule exists
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
      returned: when the schedule was there before the task
      sample: '2026-01-15T09:30:00.000Z'
    updated_at:
      description: When the schedule was last changed.
      type: str
      returned: when the schedule was there before the task
      sample: '2026-01-15T09:30:00.000Z'
    unknown_fields:
      description: What the API lists of the schedule beside the fields that this version of the collection knows.
      type: dict
      returned: when there is any
      sample: {"paused": true}
actions:
  description:
    - What was done, or in check mode would be done, in its order.
    - C(action) is C(create), C(replace), C(delete) or C(restore) (an old schedule that was created again).
    - C(changed_options) names the options that were not as wanted.
    - C(dropped_fields) has the fields that a replacement drops, because this version of the collection does not
      know them.
  type: list
  elements: dict
  returned: when the options are valid
  sample: [{"action": "replace", "interval": "daily", "backup_type": "snapshot", "changed_options": ["retention_time"]}]
lost_schedules:
  description:
    - Schedules that were deleted, or may have been, and could not be restored.
    - Each can be given as options again.
  type: list
  elements: dict
  returned: when a schedule was lost
  sample: []
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
validation_errors:
  description: Everything that is wrong with the options. Nothing was sent then.
  type: list
  elements: str
  returned: when options are wrong
  sample: ["retention_time: 90 is more than the 60 days a daily schedule may keep"]
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_schedule as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
