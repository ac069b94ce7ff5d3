#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: volume_backup_status_info
short_description: Assess the backups of Northflank volumes
version_added: 0.1.0
description:
  - Compares the backups of volumes with what their schedules require, and their schedules with the desired ones.
    Returns a verdict on each volume, and the reasons for it.
  - The API reference does not list the statuses of volume backups. Only V(completed) counts as successful. If a backup
    that a schedule requires has a status that is not known, the verdict is V(unknown).
  - Sends two requests per volume, and more only if more than a hundred backups of the last 15 days are newer than the
    newest successful one.
  - Unless O(volume_ids) is set, also sends one request per 100 volumes of a project, and with O(all_projects=true) one
    per 100 projects. O(assignments) can cost further requests, as in M(community.northflank.volume_backup_schedules).
  - A volume that cannot be read does not make the task fail. Its verdict is V(unknown).
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes.info
  - community.northflank._attributes.action_group
  - community.northflank._connection
  - community.northflank._schedule.volume_list
  - community.northflank._controls
options:
  project_id:
    description: The ID of the project. Required, unless O(all_projects=true).
    type: str
    aliases: [projectId]
  volume_ids:
    description:
      - The IDs of the volumes. Duplicates are ignored. With an empty list, the module does nothing.
      - If omitted, all volumes of the project are checked.
    type: list
    elements: str
    aliases: [volumeIds]
  all_projects:
    description:
      - Whether to check all volumes of all projects that the token can see, or with O(team_id) of all projects of the
        team.
      - If a project cannot be read, it has an entry in RV(volumes) whose verdict is V(unknown).
      - Mutually exclusive with O(project_id) and O(volume_ids).
    type: bool
    default: false
  schedules:
    description:
      - The desired backup schedules of the volumes, at most one per interval.
      - If this, O(policy) and O(assignments) are omitted, the schedules are not compared, and no verdict is V(drift).
      - Mutually exclusive with O(policy) and O(assignments).
  assignments:
    description:
      - The O(community.northflank.volume_backup_schedules#module:assignments) of the rollout. The schedules of a volume
        that matches none are not compared. It is listed in RV(unassigned).
      - Mutually exclusive with O(schedules) and O(policy).
  prune:
    description: Whether a schedule that is not in O(schedules), or in the policy of the volume, counts as drift.
    type: bool
    default: false
  on_difference:
    description:
      - The O(community.northflank.volume_backup_schedules#module:on_difference) of the rollout.
      - With V(keep) and V(keep_and_warn), a schedule that differs does not count as drift, because the rollout would
        keep it. With V(keep_and_fail) it does, because the rollout would fail.
    type: str
    choices: [replace, keep_and_warn, keep_and_fail, keep]
    default: replace
  stagger_minutes:
    description:
      - The O(community.northflank.volume_backup_schedules#module:stagger_minutes) of the rollout, V(0) to V(1440).
    type: int
    default: 0
  grace_minutes:
    description: How many minutes a backup may take before it counts as late, V(0) to V(10080) (one week).
    type: int
    default: 60
  concurrency:
    description: How many volumes to process at the same time, V(1) to V(64).
    type: int
    default: 8
notes:
  - The token needs the permission C(Project > Volumes > Backups > Read) and, to list the volumes of a project,
    C(Project > Volumes > General > Read). O(all_projects=true) also needs C(Project > General > Read).
  - The API does not offer backups of volumes to every account. Requests then fail with the HTTP status 404 or 405.
seealso:
  - module: community.northflank.volume_backup_info
  - module: community.northflank.volume_backup_schedules
  - module: community.northflank.addon_backup_status_info
"""

EXAMPLES = r"""
- name: Check the backups of the volumes of a project
  community.northflank.volume_backup_status_info:
    project_id: shop
  register: found

- name: Compare the schedules of a volume with a policy
  community.northflank.volume_backup_status_info:
    project_id: shop
    volume_ids: [uploads]
    policy: standard
    prune: true
  register: found

- name: Check requirements on the backups of all volumes of a project
  community.northflank.volume_backup_status_info:
    project_id: shop
    assignments:
      - tags: [critical]
        policy: critical
      - policy: standard
    controls:
      scheduled: {}
      last_backup: {hours: 26}
      no_failures: {last: 5}
    policy_controls:
      critical:
        frequency: {hours: 24}
        last_backup: {hours: 2}
  register: found

- name: Show the volumes that need attention
  ansible.builtin.debug:
    msg: "{{ item.verdict }}: {{ item.reasons | join(' ') }}"
  loop: "{{ found.volumes | rejectattr('verdict', 'eq', 'ok') }}"
  loop_control:
    label: "{{ item.volume_id }}"
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
volumes:
  description: The volumes, in the order of O(volume_ids) or, if that is omitted, in the order of the API.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    project_id:
      description: The ID of the project.
      returned: always
      type: str
      sample: shop
    volume_id:
      description: The ID of the volume. Null if the volumes of the project could not be listed.
      returned: always
      type: str
      sample: uploads
    changed:
      description: Always V(false), because the module only reads.
      returned: always
      type: bool
      sample: false
    policy:
      description: The name of the policy that the schedules were compared with. Null if there was none.
      returned: always
      type: str
      sample: standard
    verdict:
      description:
        - The worst of the following verdicts that applies.
        - >-
          V(unknown) if the volume could not be read or checked, or if a backup that a schedule requires has a status
          that is not known, which RV(volumes[].reasons) quotes.
        - V(unprotected) if the volume has no backup schedule.
        - V(failing) if backups have failed since the last successful one.
        - V(late) if a backup that a schedule requires does not exist.
        - V(drift) if a rollout of the desired schedules would change the volume or fail.
        - V(ok) if none of the above applies.
        - V(skipped) if the volume was not checked, because it is being deleted.
        - A backup whose start time is invalid, or more than five minutes in the future, does not count.
      returned: when the task was not interrupted
      type: str
      sample: late
    reasons:
      description: The reasons for the verdict, one sentence each, the worst first. Empty for V(ok).
      returned: when the task was not interrupted
      type: list
      elements: str
      sample: ['A snapshot was due at 2026-11-24 09:00 UTC, but the newest successful one is
        from 2026-11-24T04:00:05.000Z.']
    backup_schedules:
      description: All schedules of the volume, the shortest interval first.
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
    desired_schedules:
      description:
        - >-
          The schedules that the volume should have, in the format of RV(volumes[].backup_schedules) but without the
          read-only C(id), C(created_at) and C(updated_at).
        - Null if the schedules were not compared.
      returned: when the volume could be read
      type: list
      elements: dict
      sample: [{scheduling: {interval: hourly, minute: [0]}, backup_type: snapshot, retention_time: 2}]
    differences:
      description: >-
        What a rollout with M(community.northflank.volume_backup_schedules) would do to the volume. Empty if the rollout
        would fail.
      returned: when the volume could be read
      type: list
      elements: dict
      contains:
        action:
          description: V(create), V(replace) or V(delete).
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
          description: The options in which the existing schedule differs.
          returned: for V(replace)
          type: list
          elements: str
          sample: [scheduling.hour, retention_time]
        dropped_fields:
          description: >-
            Fields that the replacement would drop, because this version of the collection does not know them.
          returned: for V(replace), when there are any
          type: dict
          sample: {paused: true}
    backups:
      description: The health of the backups, by backup type.
      returned: when the volume could be read
      type: dict
      contains:
        snapshot:
          description: The health of the snapshots.
          returned: when the volume has a schedule or a backup of the last 15 days
          type: dict
          contains:
            newest:
              description: The newest successful backup of the last 15 days. Null if there is none.
              returned: always
              type: dict
              contains:
                id:
                  description: The ID of the backup.
                  returned: always
                  type: str
                  sample: 62cc20b90956ab62a58e8474
                name:
                  description: The name of the backup.
                  returned: always
                  type: str
                  sample: daily-backup
                description:
                  description: The description of the backup. Null if it has none, or if the API does not return it.
                  returned: always
                  type: str
                  sample: null
                status:
                  description: >-
                    The status of the backup, as the API returns it. The API reference does not list the values.
                  returned: always
                  type: str
                  sample: completed
                created_at:
                  description: When the backup began, as the API returns it.
                  returned: always
                  type: str
                  sample: '2026-01-15T09:30:00.000Z'
                updated_at:
                  description: When the backup last changed, as the API returns it. Null if the API does not return it.
                  returned: always
                  type: str
                  sample: '2026-01-15T09:31:00.000Z'
                storage_size:
                  description: The size of the volume in MB. Null if the API returns no valid size.
                  returned: always
                  type: int
                  sample: 4096
            age_minutes:
              description: How many minutes ago this backup began. Null if there is none.
              returned: always
              type: int
              sample: 30
            due_at:
              description: >-
                When the latest backup that should be completed by now was due to begin, in UTC. Null if no schedule
                requires one.
              returned: always
              type: str
              sample: '2026-11-24T09:00:00Z'
            failures:
              description: >-
                How many backups have failed since the newest successful one, or in the last 15 days if there is none.
              returned: always
              type: int
              sample: 0
    controls:
      description:
        - >-
          The controls of the volume that are set in O(controls) or O(policy_controls), by their names. Each has a
          C(status), a C(reason) and its C(parameters).
        - >-
          The status is V(pass), V(fail), V(unknown) if something could not be read or has an unexpected value, or
          V(not_applicable) if the control does not apply. The reason is one or more sentences, also for V(pass).
        - The status of C(off_site), C(immutable), C(restore_tested) and C(restore_time) is always V(not_applicable).
      returned: when O(controls) or O(policy_controls) is set and the task was not interrupted
      type: dict
      sample: {last_backup: {status: pass, reason: 'The newest completed backup began at 2026-11-27T02:30:05Z,
        3 h 12 min ago.', parameters: {hours: 26}}}
    next_runs:
      description: The next three times at which a schedule of the volume runs, in UTC.
      returned: when the volume could be read
      type: list
      elements: str
      sample: ['2026-11-24T10:00:00Z']
    failed:
      description: Whether the task was interrupted before it checked this volume.
      returned: when it was interrupted
      type: bool
      sample: true
    interrupted:
      description: Whether the task was interrupted before it processed this volume.
      returned: when it was interrupted
      type: bool
      sample: true
    msg:
      description: What interrupted the task.
      returned: when the task was interrupted
      type: str
      sample: Interrupted by SIGTERM.
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
unassigned:
  description: The volumes that match none of O(assignments), each with C(project_id) and C(volume_id).
  returned: when O(assignments) is set and the volumes could be listed
  type: list
  elements: dict
  sample: [{project_id: shop, volume_id: cache}]
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import volume_backup_status_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
