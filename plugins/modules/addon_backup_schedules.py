#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_backup_schedules
short_description: Manage the backup schedules of one or more Northflank addons
version_added: 0.1.0
description:
  - Reconciles the backup schedules of one, several or all addons of a project, or of all projects, with the desired
    ones.
  - The desired schedules are those in a list, those of a policy, or those that are assigned to each addon by its tags,
    type and name.
  - An addon that is up to date costs one C(GET) request.
  - A failure on one addon does not affect the others. The task fails after all addons have been processed, and reports
    why each addon failed.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes
  - community.northflank._attributes.action_group
  - community.northflank._connection
  - community.northflank._schedule.list
  - community.northflank._schedule.on_difference
  - community.northflank._schedule.validate_destinations
options:
  project_id:
    description: The ID of the project. Required, unless O(all_projects=true).
    type: str
    aliases: [projectId]
  addon_ids:
    description:
      - The IDs of the addons. Duplicates are ignored. With an empty list, the module does nothing.
      - Either this, O(all_addons=true) or O(all_projects=true) is required.
    type: list
    elements: str
    aliases: [addonIds]
  all_addons:
    description:
      - Whether to manage all addons of the project. They are listed in each run, so new addons are included.
      - An addon that is being deleted is skipped with a warning.
      - The forks that the role P(community.northflank.restore_drill#role) creates are not included.
    type: bool
    default: false
  all_projects:
    description:
      - Whether to manage all addons of all projects that the token can see, or with O(team_id) of all projects of the
        team.
      - Costs one request per 100 projects, and one per 100 addons of each project, in addition to those per addon.
      - A project that cannot be read fails, and does not affect the others.
      - Mutually exclusive with O(project_id), O(addon_ids) and O(known_addon_types).
    type: bool
    default: false
  prune:
    description:
      - Whether to delete schedules that are not in O(schedules), or in the policy of the addon.
      - V(false) keeps schedules of other intervals and backup types.
    type: bool
    default: false
  write_method:
    description:
      - V(schedule) creates and deletes each schedule with a separate request, as documented in the API reference.
      - V(addon) replaces all schedules of an addon with one C(PATCH) request, so that no schedule is missing in
        between. The API reference does not document all effects of this request, so its response is compared with what
        was requested. If they differ, the addon fails with both. A schedule that another client creates at the same
        time may be deleted.
      - With V(addon), an addon fails before anything is written to it if the request would drop or alter something that
        this version of the collection does not know, or if the API did not list its schedules.
    type: str
    choices: [schedule, addon]
    default: schedule
  stagger_minutes:
    description:
      - The window in minutes, V(0) to V(1440), over which to spread the backups of the addons, so that they do not all
        start at once. V(0) does not change the times.
      - Each addon has an offset within the window. It depends only on the IDs of the project and the addon, so it stays
        the same when other addons come and go. All schedules of an addon run later by its offset, if necessary in the
        next hour, on the next day or in the next week.
      - If the times of a schedule cannot be expressed with this offset, the largest smaller offset is used that works
        for all schedules of the addon.
    type: int
    default: 0
  on_unsupported:
    description:
      - What to do if a dump is desired, but the type of an addon does not support dumps.
      - V(fail) fails before anything is written to the addon. V(skip) applies only the snapshot schedules, and V(warn)
        also issues a warning.
      - The module then reads which types support dumps and, for addons that are not in O(known_addon_types), the addons
        of their project. It does so only if a dump is about to be written, so up-to-date addons cost no further
        requests. With C(connection=local), all hosts of a run share the responses. If the token cannot read the types,
        the module issues a warning, and continues as if this option were omitted.
      - If omitted, the API decides. It may reject a dump after other schedules of the addon have been written.
    type: str
    choices: [fail, warn, skip]
  known_addon_types:
    description:
      - >-
        The types of addons by ID, such as V({"orders-db": "postgresql"}), for O(on_unsupported).
      - The types of addons that are not listed are read from the API if necessary.
    type: dict
  concurrency:
    description: How many addons to process at the same time, V(1) to V(64).
    type: int
    default: 8
  next_runs:
    description: How many of the next runs of each schedule to return in RV(addons[].next_runs), V(0) to V(1000).
    type: int
    default: 0
  return_unchanged:
    description:
      - Whether to return in RV(addons) those that are up to date, too. RV(unchanged) is their number.
      - V(false) saves memory with many thousands of addons. It still returns those that were changed, failed or were
        skipped, and those with schedules that were kept.
    type: bool
    default: true
notes:
  - The token needs the permissions C(Project > Addons > General > Read) and C(Update).
    O(all_projects=true) also needs C(Project > General > Read).
seealso:
  - module: community.northflank.addon_backup_schedule
  - module: community.northflank.addon_backup_schedule_info
  - module: community.northflank.volume_backup_schedules
  - name: Limits and large fleets
    description: How many requests and how much time a rollout takes.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/limits.rst
  - name: Troubleshooting
    description: What error messages mean, and what to do about them.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/troubleshooting.rst
"""

EXAMPLES = r"""
- name: Take hourly and daily snapshots of two addons
  community.northflank.addon_backup_schedules:
    project_id: shop
    addon_ids: [orders-db, customers-db]
    schedules:
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

- name: Apply a built-in policy to all addons of a project, and delete all other schedules
  community.northflank.addon_backup_schedules:
    project_id: shop
    all_addons: true
    policy: standard
    prune: true

- name: Apply a built-in policy to all addons of a project
  community.northflank.addon_backup_schedules:
    project_id: shop
    all_addons: true
    policy: minimal

- name: Apply a custom policy to one addon
  community.northflank.addon_backup_schedules:
    project_id: shop
    addon_ids: [orders-db]
    policy: archive
    custom_policies:
      archive:
        - scheduling:
            interval: weekly
            day: [Friday]
            hour: [18]
            minute: [30]
          backup_type: snapshot
          retention_time: 120

- name: Choose the policy of each addon by its name, its tags and its type
  community.northflank.addon_backup_schedules:
    project_id: shop
    all_addons: true
    assignments:
      - names: ["*-scratch"]
        schedules: []
      - tags: [critical]
        policy: critical
      - types: [redis, "memcached*"]
        policy: minimal
      - policy: standard
    on_unsupported: skip

- name: Apply a policy to all addons of all projects, and return when the backups start
  community.northflank.addon_backup_schedules:
    all_projects: true
    policy: standard
    next_runs: 3

- name: Dump all addons whose type supports it, spread over the two hours from 03:00 UTC
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

- name: Show what a rollout would change
  community.northflank.addon_backup_schedules:
    project_id: shop
    all_addons: true
    policy: standard
  check_mode: true
  diff: true

- name: Delete all schedules of an addon
  community.northflank.addon_backup_schedules:
    project_id: shop
    addon_ids: [customers-db]
    schedules: []
    prune: true

- name: Read the schedules of one addon
  community.northflank.addon_backup_schedule_info:
    project_id: shop
    addon_ids: [orders-db]
  register: source

- name: Apply them to another addon
  when: source.addons | length > 0
  community.northflank.addon_backup_schedules:
    project_id: shop
    addon_ids: [customers-db]
    schedules: "{{ source.addons[0].backup_schedules }}"
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
addons:
  description: The addons, in the order of O(addon_ids) or, if that is omitted, in the order of the API.
  returned: when the options are valid and the addons could be listed
  type: list
  elements: dict
  contains:
    project_id:
      description: The ID of the project.
      returned: always
      type: str
      sample: shop
    addon_id:
      description: >-
        The ID of the addon. Null if the addons of the project could not be listed, with O(all_projects=true).
      returned: always
      type: str
      sample: orders-db
    changed:
      description: Whether the schedules of this addon changed, or may have, or in check mode would change.
      returned: always
      type: bool
      sample: true
    backup_schedules:
      description: All schedules of the addon after the task, the shortest interval first.
      returned: when they could be read
      type: list
      elements: dict
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
      returned: when the schedules could be read
      type: list
      elements: dict
      contains:
        action:
          description: >-
            V(create), V(replace), V(delete) or, if a replacement failed and the old schedule was created again,
            V(restore).
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
      returned: when the schedules could be read
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
    skipped:
      description: Whether the addon was skipped, because it is being deleted.
      returned: when it was skipped, with O(all_addons=true)
      type: bool
      sample: true
    policy:
      description: The name of the policy that was applied.
      returned: when a policy was applied
      type: str
      sample: standard
    next_runs:
      description: The next runs of each schedule in UTC, by interval and backup type.
      returned: when O(next_runs) is greater than 0 and the schedules could be read
      type: dict
      sample: {daily snapshot: ['2026-11-25T02:30:00Z']}
    unsupported:
      description: The desired dumps that the type of this addon does not support, in a sentence.
      returned: when there are any, with O(on_unsupported=warn) or O(on_unsupported=skip)
      type: str
      sample: shop/cache is a redis addon, which does not support the desired weekly dump.
    failed:
      description: Whether this addon failed.
      returned: when it failed
      type: bool
      sample: true
    interrupted:
      description: Whether the task was interrupted before it processed this addon.
      returned: when it was interrupted
      type: bool
      sample: true
    msg:
      description: Why this addon failed.
      returned: when it failed
      type: str
      sample: 'GET /v1/projects/shop/addons/orders-db/backup-schedules failed with status 404: Addon not
        found. Check project_id (shop) and addon_id (orders-db). With an organization''s token,
        also set team_id.'
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
    exception:
      description: The traceback of an internal error of the collection. Please report it.
      returned: on an internal error
      type: str
      sample: 'Traceback (most recent call last): ...'
unchanged:
  description: >-
    How many addons are up to date, whether or not they are in RV(addons). Those with schedules that differ and were
    kept count, too; those that were skipped do not.
  returned: when the addons could be listed
  type: int
  sample: 997
unassigned:
  description: The addons that match none of O(assignments), each with C(project_id) and C(addon_id).
  returned: when O(assignments) is set and the addons could be listed
  type: list
  elements: dict
  sample: [{project_id: shop, addon_id: scratch}]
diff:
  description:
    - One entry per changed addon, with all of its schedules before and after the task.
    - C(ansible-playbook --diff) shows it.
  returned: when the options are valid and the addons could be listed
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
error:
  description: Why the addons of the project could not be listed, in the format of RV(addons[].error).
  returned: when they could not be listed
  type: dict
  sample: {status: 403, method: GET, path: /v1/projects/shop/addons, message: Forbidden, id: forbidden,
    details: null}
validation_errors:
  description: All invalid options, one sentence each. No request was sent.
  returned: when an option is invalid
  type: list
  elements: str
  sample: ['schedules[2].retention_time: 90 exceeds the maximum of 60 days for daily schedules']
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_schedules as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
