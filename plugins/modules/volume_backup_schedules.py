#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: volume_backup_schedules
short_description: Manage the backup schedules of one or more Northflank volumes
version_added: 0.1.0
description:
  - Reconciles the backup schedules of one, several or all volumes of a project, or of all projects, with the desired
    ones.
  - The desired schedules are those in a list, those of a policy, or those that are assigned to each volume by its tags
    and name. The backups of volumes are snapshots.
  - A volume that is up to date costs one C(GET) request.
  - A failure on one volume does not affect the others. The task fails after all volumes have been processed, and
    reports why each volume failed.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes
  - community.northflank._attributes.action_group
  - community.northflank._connection
  - community.northflank._schedule.volume_list
  - community.northflank._schedule.on_difference
options:
  project_id:
    description: The ID of the project. Required, unless O(all_projects=true).
    type: str
    aliases: [projectId]
  volume_ids:
    description:
      - The IDs of the volumes. Duplicates are ignored. With an empty list, the module does nothing.
      - Either this, O(all_volumes=true) or O(all_projects=true) is required.
    type: list
    elements: str
    aliases: [volumeIds]
  all_volumes:
    description:
      - Whether to manage all volumes of the project. They are listed in each run, so new volumes are included.
      - A volume that is being deleted is skipped with a warning.
    type: bool
    default: false
  all_projects:
    description:
      - Whether to manage all volumes of all projects that the token can see, or with O(team_id) of all projects of the
        team.
      - Costs one request per 100 projects, and one per 100 volumes of each project, in addition to those per volume.
      - A project that cannot be read fails, and does not affect the others.
      - Mutually exclusive with O(project_id) and O(volume_ids).
    type: bool
    default: false
  prune:
    description:
      - Whether to delete schedules that are not in O(schedules), or in the policy of the volume.
      - V(false) keeps schedules of other intervals.
    type: bool
    default: false
  stagger_minutes:
    description:
      - The window in minutes, V(0) to V(1440), over which to spread the backups of the volumes, so that they do not all
        start at once. V(0) does not change the times.
      - Works like O(community.northflank.addon_backup_schedules#module:stagger_minutes). The offset of a volume depends
        only on the IDs of the project and the volume.
    type: int
    default: 0
  concurrency:
    description: How many volumes to process at the same time, V(1) to V(64).
    type: int
    default: 8
  next_runs:
    description: How many of the next runs of each schedule to return in RV(volumes[].next_runs), V(0) to V(1000).
    type: int
    default: 0
  return_unchanged:
    description:
      - Whether to return in RV(volumes) those that are up to date, too. RV(unchanged) is their number.
      - V(false) saves memory with many thousands of volumes. It still returns those that were changed, failed or were
        skipped, and those with schedules that were kept.
    type: bool
    default: true
notes:
  - The token needs the permissions C(Project > Volumes > Backups > Read), C(Create) and C(Delete) and, to list the
    volumes of a project, C(Project > Volumes > General > Read). O(all_projects=true) also needs
    C(Project > General > Read).
  - The API does not offer backup schedules of volumes to every account. Requests then fail with the HTTP status 404 or
    405.
seealso:
  - module: community.northflank.volume_backup_schedule_info
  - module: community.northflank.volume_backup_status_info
  - module: community.northflank.addon_backup_schedules
  - name: Troubleshooting
    description: What error messages mean, and what to do about them.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/troubleshooting.rst
"""

EXAMPLES = r"""
- name: Take hourly and daily snapshots of a volume
  community.northflank.volume_backup_schedules:
    project_id: shop
    volume_ids: [uploads]
    schedules: &standard
      - scheduling:
          interval: hourly
          minute: [0]
        retention_time: 2
      - scheduling:
          interval: daily
          hour: [2]
          minute: [30]
        retention_time: 14

- name: Apply these schedules, and no others, to all volumes of a project
  community.northflank.volume_backup_schedules:
    project_id: shop
    all_volumes: true
    schedules: *standard
    prune: true

- name: Apply the snapshot schedules of a built-in policy, spread over the two hours from 02:30 UTC
  community.northflank.volume_backup_schedules:
    project_id: shop
    all_volumes: true
    policy: minimal
    stagger_minutes: 120

- name: Choose the policy of each volume by its name and its tags
  community.northflank.volume_backup_schedules:
    project_id: shop
    all_volumes: true
    assignments:
      - names: ["*-cache"]
        schedules: []
      - tags: [critical]
        policy: critical
      - policy: standard

- name: Apply a policy to all volumes of all projects, and return when the backups start
  community.northflank.volume_backup_schedules:
    all_projects: true
    policy: standard
    next_runs: 3

- name: Read the schedules of one volume
  community.northflank.volume_backup_schedule_info:
    project_id: shop
    volume_ids: [uploads]
  register: source

- name: Apply them to another volume
  when: source.volumes | length > 0
  community.northflank.volume_backup_schedules:
    project_id: shop
    volume_ids: [web-cache]
    schedules: "{{ source.volumes[0].backup_schedules }}"
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
volumes:
  description: The volumes, in the order of O(volume_ids) or, if that is omitted, in the order of the API.
  returned: when the options are valid and the volumes could be listed
  type: list
  elements: dict
  contains:
    project_id:
      description: The ID of the project.
      returned: always
      type: str
      sample: shop
    volume_id:
      description: >-
        The ID of the volume. Null if the volumes of the project could not be listed, with O(all_projects=true).
      returned: always
      type: str
      sample: uploads
    changed:
      description: Whether the schedules of this volume changed, or may have, or in check mode would change.
      returned: always
      type: bool
      sample: true
    backup_schedules:
      description: All schedules of the volume after the task, the shortest interval first.
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
          description: Always V(snapshot).
          returned: always
          type: str
          sample: snapshot
        retention_time:
          description: For how many days each backup is kept.
          returned: always
          type: int
          sample: 14
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
      description: Whether the volume was skipped, because it is being deleted.
      returned: when it was skipped, with O(all_volumes=true)
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
    failed:
      description: Whether this volume failed.
      returned: when it failed
      type: bool
      sample: true
    interrupted:
      description: Whether the task was interrupted before it processed this volume.
      returned: when it was interrupted
      type: bool
      sample: true
    msg:
      description: Why this volume failed.
      returned: when it failed
      type: str
      sample: 'GET /v1/projects/shop/volumes/uploads/backup-schedules failed with status 404: Volume not
        found. Check project_id (shop) and volume_id (uploads). With an organization''s token,
        also set team_id.'
    lost_schedules:
      description:
        - Schedules that were deleted, or may have been, and could not be restored.
        - Pass them to O(community.northflank.volume_backup_schedules#module:schedules) to create them again.
      returned: when a schedule was lost
      type: list
      elements: dict
      sample: [{scheduling: {interval: hourly, minute: [0]}, backup_type: snapshot, retention_time: 2}]
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
          sample: /v1/projects/shop/volumes/uploads/backup-schedules
        message:
          description: The API's error message, or what happened to the request.
          returned: always
          type: str
          sample: Volume not found
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
    How many volumes are up to date, whether or not they are in RV(volumes). Those with schedules that differ and were
    kept count, too; those that were skipped do not.
  returned: when the volumes could be listed
  type: int
  sample: 997
unassigned:
  description: The volumes that match none of O(assignments), each with C(project_id) and C(volume_id).
  returned: when O(assignments) is set and the volumes could be listed
  type: list
  elements: dict
  sample: [{project_id: shop, volume_id: cache}]
diff:
  description:
    - One entry per changed volume, with all of its schedules before and after the task.
    - C(ansible-playbook --diff) shows it.
  returned: when the options are valid and the volumes could be listed
  type: list
  elements: dict
  contains:
    before_header:
      description: The IDs of the project and the volume.
      returned: always
      type: str
      sample: shop/uploads
    after_header:
      description: The same as RV(diff[].before_header).
      returned: always
      type: str
      sample: shop/uploads
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
      sample: {hourly snapshot: {scheduling: {interval: hourly, minute: [0]}, backup_type: snapshot, retention_time: 2}}
error:
  description: Why the volumes of the project could not be listed, in the format of RV(volumes[].error).
  returned: when they could not be listed
  type: dict
  sample: {status: 403, method: GET, path: /v1/projects/shop/volumes, message: Forbidden, id: forbidden,
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import volume_backup_schedules as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
