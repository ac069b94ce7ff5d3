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
  - Creates, replaces or deletes one backup schedule of a Northflank addon, such as a managed database.
  - The options mirror the request body of "Create addon backup schedule" in the API reference. The alias of each option
    is its name in the API, such as C(backupType), so a request body can be used unchanged.
  - The interval and the backup type identify the schedule. An addon has at most one schedule of each combination, so no
    ID is needed.
  - Use M(community.northflank.addon_backup_schedules) to manage several schedules or addons with fewer requests.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes
  - community.northflank._attributes.action_group
  - community.northflank._connection
  - community.northflank._schedule
  - community.northflank._schedule.on_difference
  - community.northflank._schedule.validate_destinations
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
      - V(present) creates the schedule, or replaces it if its settings differ. It fails if the addon does not exist.
      - V(absent) deletes the schedule with this O(scheduling.interval) and O(backup_type). The other options of the
        schedule are ignored. It succeeds if the addon does not exist.
    type: str
    choices: [present, absent]
    default: present
notes:
  - The token needs the permissions C(Project > Addons > General > Read) and C(Update).
seealso:
  - module: community.northflank.addon_backup_schedules
  - module: community.northflank.addon_backup_schedule_info
  - name: Create addon backup schedule
    description: The request of the Northflank API that this module mirrors.
    link: https://northflank.com/docs/v1/api/addons/create-addon-backup-schedule
  - name: Getting started
    description: A guide to the first backup schedule.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/getting_started.rst
  - name: Troubleshooting
    description: What error messages mean, and what to do about them.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/troubleshooting.rst
"""

EXAMPLES = r"""
- name: Take a snapshot every night at 02:30 UTC and keep it for two weeks
  community.northflank.addon_backup_schedule:
    project_id: shop
    addon_id: orders-db
    scheduling:
      interval: daily
      hour: 2
      minute: 30
    backup_type: snapshot
    retention_time: 14

- name: Dump the database on Mondays and Fridays to a custom backup destination
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

- name: Use the names of a request body of the API
  community.northflank.addon_backup_schedule:
    projectId: shop
    addonId: orders-db
    scheduling: {"interval": "weekly", "minute": [30], "hour": [18], "day": [4]}
    backupType: snapshot
    additionalDestinations: [{"destinationId": "our-bucket", "retentionTime": 7, "type": "custom"}]
    retentionTime: 7

- name: Delete the schedule for hourly snapshots
  community.northflank.addon_backup_schedule:
    project_id: shop
    addon_id: orders-db
    scheduling:
      interval: hourly
    backup_type: snapshot
    state: absent
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
backup_schedule:
  description:
    - The schedule after the task. With O(state=absent), the schedule that was deleted.
    - Null if there is none.
  returned: when the options are valid
  type: dict
  contains:
    id:
      description: The ID of the schedule.
      returned: when the schedule exists
      type: str
      sample: 62cc20b90956ab62a58e8474
    scheduling:
      description: When the schedule runs, in UTC. Day V(0) is Monday.
      returned: always
      type: dict
      sample: {interval: weekly, minute: [30], hour: [18], day: [4]}
    backup_type:
      description: Either V(dump) or V(snapshot).
      returned: always
      type: str
      sample: snapshot
    retention_time:
      description: For how many days each backup is kept.
      returned: always
      type: int
      sample: 14
    additional_destinations:
      description: The backup destinations that each snapshot is also copied to.
      returned: for snapshots
      type: list
      elements: dict
      sample: [{destination_id: our-bucket, retention_time: 7, type: custom}]
    compression_type:
      description: How each dump is compressed.
      returned: for dumps
      type: str
      sample: gz
    custom_destination_id:
      description: The ID of the backup destination that each dump is stored in. Empty for Northflank's own storage.
      returned: for dumps
      type: str
      sample: our-bucket
    created_at:
      description: When the schedule was created.
      returned: when the API has listed the schedule
      type: str
      sample: '2026-01-15T09:30:00.000Z'
    updated_at:
      description: When the schedule was last changed.
      returned: when the API has listed the schedule
      type: str
      sample: '2026-01-15T09:30:00.000Z'
    unknown_fields:
      description: Fields that the API lists but this version of the collection does not know.
      returned: when there are any
      type: dict
      sample: {paused: true}
actions:
  description: What the task did or, in check mode, would do, in this order.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    action:
      description: >-
        V(create), V(replace), V(delete) or, if a replacement failed and the old schedule was created again, V(restore).
      returned: always
      type: str
      sample: replace
    interval:
      description: The interval of the schedule.
      returned: always
      type: str
      sample: daily
    backup_type:
      description: The backup type of the schedule.
      returned: always
      type: str
      sample: snapshot
    changed_options:
      description: The options in which the existing schedule differed.
      returned: for V(replace) and V(restore)
      type: list
      elements: str
      sample: [scheduling.hour, retention_time]
    dropped_fields:
      description: Fields that the replacement drops, because this version of the collection does not know them.
      returned: for V(replace), when there are any
      type: dict
      sample: {paused: true}
kept:
  description: The existing schedules that differ and were not replaced, because of O(on_difference).
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    interval:
      description: The interval of the schedule.
      returned: always
      type: str
      sample: daily
    backup_type:
      description: The backup type of the schedule.
      returned: always
      type: str
      sample: snapshot
    changed_options:
      description: The options in which the existing schedule differs.
      returned: always
      type: list
      elements: str
      sample: [scheduling.hour, retention_time]
diff:
  description:
    - One entry per changed addon, with all of its schedules before and after the task.
    - C(ansible-playbook --diff) shows it.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    before_header:
      description: The IDs of the project and the addon.
      returned: always
      type: str
      sample: shop/orders-db
    after_header:
      description: The same as RV(diff[].before_header).
      returned: always
      type: str
      sample: shop/orders-db
    before:
      description: >-
        The schedules before the task by interval and backup type, in the format of a backup schedule but without the
        read-only C(id), C(created_at) and C(updated_at).
      returned: always
      type: dict
      sample: {}
    after:
      description: The schedules after the task, in the same format.
      returned: always
      type: dict
      sample: {hourly snapshot: {scheduling: {interval: hourly, minute: [0]}, backup_type: snapshot, retention_time: 2,
        additional_destinations: []}}
lost_schedules:
  description:
    - Schedules that were deleted, or may have been, and could not be restored.
    - Pass them to O(community.northflank.addon_backup_schedules#module:schedules) to create them again.
  returned: when a schedule was lost
  type: list
  elements: dict
  sample: [{scheduling: {interval: hourly, minute: [0]}, backup_type: snapshot, retention_time: 2,
    additional_destinations: []}]
error:
  description: The request that failed, and the error that the API returned.
  returned: when a request failed
  type: dict
  contains:
    status:
      description: The HTTP status. Null if there was no response.
      returned: always
      type: int
      sample: 404
    method:
      description: The HTTP method.
      returned: always
      type: str
      sample: GET
    path:
      description: The path of the request.
      returned: always
      type: str
      sample: /v1/projects/shop/addons/orders-db/backup-schedules
    message:
      description: The API's error message, or what happened to the request.
      returned: always
      type: str
      sample: Addon not found
    id:
      description: The API's ID of the error. Null if it has none.
      returned: always
      type: str
      sample: not-found
    details:
      description: The API's details of the error. Null if it has none.
      returned: always
      type: raw
      sample: null
validation_errors:
  description: All invalid options, one sentence each. No request was sent.
  returned: when an option is invalid
  type: list
  elements: str
  sample: ['retention_time: 90 exceeds the maximum of 60 days for daily schedules']
requests:
  description: The number of requests that the task sent.
  returned: when the options are valid
  type: int
  sample: 2
rate_limit:
  description: The rate limit of the API, as of the last response. Null if the API did not report it.
  returned: when the options are valid
  type: dict
  contains:
    limit:
      description: The number of requests per hour.
      returned: always
      type: int
      sample: 1000
    remaining:
      description: How many of them are left.
      returned: always
      type: int
      sample: 998
    reset:
      description: The seconds until the limit resets.
      returned: always
      type: int
      sample: 3540
"""

from ansible_collections.community.northflank.plugins.module_utils._module import run_module
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_schedule as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
