#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_backup_schedules
short_description: Manage all backup schedules of one or many Northflank addons
version_added: 0.1.0
description:
  - Brings the backup schedules of one, several or all addons of a project to a wanted list.
  - An addon that is as wanted costs one request.
  - What fails on one addon leaves the others be. The task then fails at its end, and tells which and why.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes
  - community.northflank._attributes.action_group
  - community.northflank._connection
  - community.northflank._schedule.list
  - community.northflank._schedule.on_difference
options:
  project_id:
    description: The ID of the project.
    type: str
    required: true
    aliases: [projectId]
  addon_ids:
    description:
      - The IDs of the addons. Each counts once. An empty list is nothing to do.
      - Either this or O(all_addons=true) is required.
    type: list
    elements: str
    aliases: [addonIds]
  all_addons:
    description: Whether to take every addon of the project, those that are added in the meantime included.
    type: bool
    default: false
  prune:
    description:
      - Whether schedules that are not in O(schedules) are removed.
      - With V(false) schedules of other intervals and backup types are left alone.
    type: bool
    default: false
  write_method:
    description:
      - V(schedule) creates and deletes each schedule by itself, with the calls that the API documents for it.
      - V(addon) writes the whole list of an addon with one C(PATCH) of the addon, so there is never a moment without a
        schedule. What this call does beside that is not documented, so its answer is compared with what was
        wanted, and a difference is an error that shows both. A schedule that something else creates at the same moment
        may be removed by it.
      - With V(addon), an addon fails before anything is written to it if the request would drop or alter something that
        this version of the collection does not know, or if the response with its schedules had no list of them.
    type: str
    choices: [schedule, addon]
    default: schedule
  stagger_minutes:
    description:
      - A window of minutes, up to V(1440), that the addons are spread over, so that not all of them start at once. The
        times of each addon's schedules are moved by an amount within it.
      - How much later is drawn from the IDs of the project and the addon alone, so it stays the same whatever else is
        in the fleet. All schedules of an addon move alike, over the end of the hour, the day and the week.
      - A schedule with several minutes, hours or days fires later by the nearest smaller amount that keeps its spacing.
      - V(0) moves nothing.
    type: int
    default: 0
  on_unsupported:
    description:
      - What to do with an addon that is to get a dump, which its type cannot make.
      - V(fail) fails it before anything is written to it. V(warn) and V(skip) give it the other schedules of
        O(schedules), V(warn) with a warning.
      - This asks the API for the types of addon, and for the addons of the project unless O(known_addon_types) has them;
        only when a dump is about to be written, so an addon that is as wanted costs nothing more. Where tasks run
        locally the answers are shared by all hosts of a run. Where the token may not read the types, a warning says so,
        and it is as if this were left out.
      - If left out, it is not asked, and the API refuses the dump in its own words, when other schedules may have been
        written.
    type: str
    choices: [fail, warn, skip]
  known_addon_types:
    description: >-
      The types of addons by their ID, as far as they are known, such as V({"orders-db": "postgresql"}).
    type: dict
  concurrency:
    description: How many addons are worked on at once, V(1) to V(64).
    type: int
    default: 8
seealso:
  - module: community.northflank.addon_backup_schedule
  - module: community.northflank.addon_backup_schedule_info
  - name: Limits, and what a rollout costs
    description: What a rollout costs of the API's limit, and of your time.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/limits.rst
  - name: When something goes wrong
    description: What errors mean, and what to do.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/troubleshooting.rst
"""

EXAMPLES = r"""
- name: Hourly and daily snapshots for two addons
  community.northflank.addon_backup_schedules:
    project_id: shop
    addon_ids: [orders-db, customers-db]
    schedules: &standard
      - scheduling:
          interval: hourly
          minute: [0]
        backup_type: snapshot
        retention_time: 2
      - scheduling:
          interval: daily
          hour: [2]
          minute: [30]
        backup_type: snapshot
        retention_time: 14

- name: Just these schedules, and no others, for every addon of the project
  community.northflank.addon_backup_schedules:
    project_id: shop
    all_addons: true
    schedules: *standard
    prune: true

- name: Dumps for those that can make them, spread over the two hours from three o'clock
  community.northflank.addon_backup_schedules:
    project_id: shop
    all_addons: true
    schedules:
      - scheduling:
          interval: daily
          hour: [3]
          minute: [0]
        backup_type: dump
        retention_time: 14
    on_unsupported: skip
    stagger_minutes: 120

- name: Look at what a rollout would do
  community.northflank.addon_backup_schedules:
    project_id: shop
    all_addons: true
    schedules: *standard
  check_mode: true
  diff: true

- name: Read the schedules of one addon
  community.northflank.addon_backup_schedule_info:
    project_id: shop
    addon_ids: [orders-db]
  register: source

- name: Give them to another
  when: source.addons | length > 0
  community.northflank.addon_backup_schedules:
    project_id: shop
    addon_ids: [customers-db]
    schedules: "{{ source.addons[0].backup_schedules }}"
"""

RETURN = r"""
addons:
  description: The addons, in the order of O(addon_ids), or of the API with O(all_addons=true).
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
      description: Whether a schedule of this addon was changed, or in check mode would be.
      type: bool
      returned: always
      sample: true
    failed:
      description: Set when the work on this addon failed.
      type: bool
      returned: when it failed
      sample: true
    interrupted:
      description: Set when nothing was done to the addon, because the task was interrupted before.
      type: bool
      returned: when the task was interrupted
      sample: true
    msg:
      description: Why the work on this addon failed.
      type: str
      returned: when it failed
      sample: "GET /v1/projects/shop/addons/orders-db/backup-schedules failed with status 404: Addon not found."
    skipped:
      description: Set when the addon was left alone because it is being deleted. Only known with O(all_addons=true).
      type: bool
      returned: when it was left alone
      sample: true
    unsupported:
      description: Which dumps the addon was to have but cannot make, and that it did not get, a sentence.
      type: str
      returned: when O(on_unsupported) is V(warn) or V(skip)
      sample: shop/cache is a redis addon, which cannot make dumps, but is to have a weekly dump.
    backup_schedules:
      description: All schedules of the addon as they are after the task, the shortest interval first.
      type: list
      elements: dict
      returned: when they could be read
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
      returned: when the schedules could be read
      sample: [{"action": "replace", "interval": "daily", "backup_type": "snapshot", "changed_options": ["retention_time"]}]
    lost_schedules:
      description:
        - Schedules that were deleted, or may have been, and could not be restored.
        - They can be given as O(schedules) again.
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
  sample: ["schedules[2].retention_time: 90 is more than the 60 days a daily schedule may keep"]
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_schedules as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
