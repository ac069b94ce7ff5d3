#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_backup_status_info
short_description: Assess the backups of Northflank addons
version_added: 0.1.0
description:
  - Compares the backups of addons with what their schedules require, and their schedules with the desired ones.
    Returns a verdict on each addon, and the reasons for it.
  - Sends two requests per addon, and more only if more than a hundred backups of the last 15 days are newer than the
    newest successful dump or the newest successful snapshot.
  - Unless O(addon_ids) is set, also sends one request per 100 addons of a project, and with O(all_projects=true) one
    per 100 projects. O(assignments) and O(on_unsupported) can cost further requests, as in
    M(community.northflank.addon_backup_schedules).
  - O(controls.off_site) and O(controls.immutable) send one request per 100 backup destinations, and one per 100 copies
    in each of them, once per run and account. O(controls.restore_tested.include_restores=true) sends one more per
    addon.
  - An addon that cannot be read does not make the task fail. Its verdict is V(unknown).
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes.info
  - community.northflank._attributes.action_group
  - community.northflank._connection
  - community.northflank._schedule.list
  - community.northflank._controls
options:
  project_id:
    description: The ID of the project. Required, unless O(all_projects=true).
    type: str
    aliases: [projectId]
  addon_ids:
    description:
      - The IDs of the addons. Duplicates are ignored. With an empty list, the module does nothing.
      - If omitted, all addons of the project are checked, except forks of the role
        P(community.northflank.restore_drill#role).
    type: list
    elements: str
    aliases: [addonIds]
  all_projects:
    description:
      - Whether to check all addons of all projects that the token can see, or with O(team_id) of all projects of the
        team.
      - If a project cannot be read, it has an entry in RV(addons) whose verdict is V(unknown).
      - Mutually exclusive with O(project_id), O(addon_ids), O(known_addon_types) and O(known_addon_statuses).
    type: bool
    default: false
  schedules:
    description:
      - The desired backup schedules of the addons, at most one per interval and backup type.
      - If this, O(policy) and O(assignments) are omitted, the schedules are not compared, and no verdict is V(drift).
      - Mutually exclusive with O(policy) and O(assignments).
  assignments:
    description:
      - The O(community.northflank.addon_backup_schedules#module:assignments) of the rollout. The schedules of an addon
        that matches none are not compared. It is listed in RV(unassigned).
      - Mutually exclusive with O(schedules) and O(policy).
  prune:
    description: Whether a schedule that is not in O(schedules), or in the policy of the addon, counts as drift.
    type: bool
    default: false
  on_difference:
    description:
      - The O(community.northflank.addon_backup_schedules#module:on_difference) of the rollout.
      - With V(keep) and V(keep_and_warn), a schedule that differs does not count as drift, because the rollout would
        keep it. With V(keep_and_fail) it does, because the rollout would fail.
    type: str
    choices: [replace, keep_and_warn, keep_and_fail, keep]
    default: replace
  write_method:
    description:
      - The O(community.northflank.addon_backup_schedules#module:write_method) of the rollout.
      - With V(addon), an addon that this method would refuse counts as drift, because the rollout would fail.
    type: str
    choices: [schedule, addon]
    default: schedule
  stagger_minutes:
    description:
      - The O(community.northflank.addon_backup_schedules#module:stagger_minutes) of the rollout, V(0) to V(1440).
    type: int
    default: 0
  on_unsupported:
    description:
      - The O(community.northflank.addon_backup_schedules#module:on_unsupported) of the rollout.
      - With V(warn) and V(skip), a desired dump does not count as missing if the type of an addon does not
        support dumps. With V(fail), and if omitted, it counts as drift.
    type: str
    choices: [fail, warn, skip]
  known_addon_types:
    description:
      - >-
        The types of addons by ID, such as V({"orders-db": "postgresql"}), for O(on_unsupported).
      - The types of addons that are not listed are read from the API if necessary.
    type: dict
  known_addon_statuses:
    description:
      - >-
        The statuses of addons by ID, such as V({"orders-db": "deleting"}), for O(addon_ids).
      - An addon with the status V(deleting) or V(deleted) is skipped. An addon that is not listed is assessed, whatever
        its status.
      - If O(addon_ids) is omitted, the API returns the statuses.
    type: dict
  grace_minutes:
    description: How many minutes a backup may take before it counts as late, V(0) to V(10080) (one week).
    type: int
    default: 60
  concurrency:
    description: How many addons to process at the same time, V(1) to V(64).
    type: int
    default: 8
notes:
  - The token needs the permission C(Project > Addons > General > Read).
    O(all_projects=true) also needs C(Project > General > Read), O(controls.off_site) and O(controls.immutable)
    C(Account > Platform > BackupDestinations > Read).
seealso:
  - module: community.northflank.addon_backup_info
  - module: community.northflank.addon_backup_schedules
  - module: community.northflank.volume_backup_status_info
"""

EXAMPLES = r"""
- name: Check the backups of the addons of a project
  community.northflank.addon_backup_status_info:
    project_id: shop
  register: found

- name: Compare the schedules of an addon with the desired ones, and report others as drift
  community.northflank.addon_backup_status_info:
    project_id: shop
    addon_ids: [orders-db]
    schedules:
      - scheduling:
          interval: daily
          hour: [2]
          minute: [30]
        backup_type: snapshot
        retention_time: 14
    prune: true
  register: found

- name: Compare all addons of all projects with their policies
  community.northflank.addon_backup_status_info:
    all_projects: true
    assignments:
      - tags: [critical]
        policy: critical
      - policy: standard
    on_unsupported: skip
  register: found

- name: Check requirements on the backups of all addons of a project
  community.northflank.addon_backup_status_info:
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
        off_site: {hours: 26}
        immutable: {days: 30}
  register: found

- name: Show the addons that need attention
  ansible.builtin.debug:
    msg: "{{ item.verdict }}: {{ item.reasons | join(' ') }}"
  loop: "{{ found.addons | rejectattr('verdict', 'eq', 'ok') }}"
  loop_control:
    label: "{{ item.addon_id }}"
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
addons:
  description: The addons, in the order of O(addon_ids) or, if that is omitted, in the order of the API.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    project_id:
      description: The ID of the project.
      returned: always
      type: str
      sample: shop
    addon_id:
      description: The ID of the addon. Null if the addons of the project could not be listed.
      returned: always
      type: str
      sample: orders-db
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
        - V(unknown) if the addon could not be read or checked.
        - V(unprotected) if the addon has no backup schedule.
        - V(failing) if backups have failed since the last successful one.
        - V(late) if a backup that a schedule requires does not exist.
        - V(drift) if a rollout of the desired schedules would change the addon or fail.
        - V(ok) if none of the above applies.
        - V(skipped) if the addon was not checked, because it is being deleted.
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
      description: All schedules of the addon, the shortest interval first.
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
    desired_schedules:
      description:
        - >-
          The schedules that the addon should have, in the format of RV(addons[].backup_schedules) but without the
          read-only C(id), C(created_at) and C(updated_at).
        - Null if the schedules were not compared.
      returned: when the addon could be read
      type: list
      elements: dict
      sample: [{scheduling: {interval: hourly, minute: [0]}, backup_type: snapshot, retention_time: 2}]
    differences:
      description: >-
        What a rollout with M(community.northflank.addon_backup_schedules) would do to the addon. Empty if the rollout
        would fail.
      returned: when the addon could be read
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
      returned: when the addon could be read
      type: dict
      contains:
        dump:
          description: The health of the dumps.
          returned: when the addon has a schedule for dumps, or no schedule but dumps of the last 15 days
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
                uid:
                  description: The UID of the backup. Null if the API does not return it.
                  returned: always
                  type: str
                  sample: 7843acd5-e81b-5202-b727-9250771f5219
                name:
                  description: The name of the backup.
                  returned: always
                  type: str
                  sample: daily-backup
                status:
                  description: >-
                    The status of the backup, one of the choices of
                    O(community.northflank.addon_backup_info#module:status).
                  returned: always
                  type: str
                  sample: completed
                backup_type:
                  description: Either V(dump) or V(snapshot). Null if the backup has another source.
                  returned: always
                  type: str
                  sample: snapshot
                created_at:
                  description: When the backup began, as the API returns it.
                  returned: always
                  type: str
                  sample: '2026-01-15T09:30:00.000Z'
                completed_at:
                  description: When the backup was completed, as the API returns it. Null if it is not completed.
                  returned: always
                  type: str
                  sample: '2026-01-15T09:31:00.000Z'
                size:
                  description: The size in bytes. Null if the API returns no valid size.
                  returned: always
                  type: int
                  sample: 1048576
                compression_type:
                  description: How the backup is compressed. Null if the API does not return it.
                  returned: always
                  type: str
                  sample: gz
                additional_destinations:
                  description: >-
                    The backup destinations that a snapshot is also copied to. Null if the API does not return any, as
                    for a single backup: only lists have them.
                  returned: always
                  type: list
                  elements: dict
                  sample: [{destination_id: our-bucket, retention_time: 7, type: custom}]
                custom_destination_id:
                  description: >-
                    The ID of the backup destination that a dump is stored in. Null if the API does not return it, as
                    for a single backup, and for Northflank's own storage.
                  returned: always
                  type: str
                  sample: our-bucket
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
        snapshot:
          description: The health of the snapshots.
          returned: when the addon has a schedule for snapshots, or no schedule but snapshots of the last
            15 days
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
                uid:
                  description: The UID of the backup. Null if the API does not return it.
                  returned: always
                  type: str
                  sample: 7843acd5-e81b-5202-b727-9250771f5219
                name:
                  description: The name of the backup.
                  returned: always
                  type: str
                  sample: daily-backup
                status:
                  description: >-
                    The status of the backup, one of the choices of
                    O(community.northflank.addon_backup_info#module:status).
                  returned: always
                  type: str
                  sample: completed
                backup_type:
                  description: Either V(dump) or V(snapshot). Null if the backup has another source.
                  returned: always
                  type: str
                  sample: snapshot
                created_at:
                  description: When the backup began, as the API returns it.
                  returned: always
                  type: str
                  sample: '2026-01-15T09:30:00.000Z'
                completed_at:
                  description: When the backup was completed, as the API returns it. Null if it is not completed.
                  returned: always
                  type: str
                  sample: '2026-01-15T09:31:00.000Z'
                size:
                  description: The size in bytes. Null if the API returns no valid size.
                  returned: always
                  type: int
                  sample: 1048576
                compression_type:
                  description: How the backup is compressed. Null if the API does not return it.
                  returned: always
                  type: str
                  sample: gz
                additional_destinations:
                  description: >-
                    The backup destinations that a snapshot is also copied to. Null if the API does not return any, as
                    for a single backup: only lists have them.
                  returned: always
                  type: list
                  elements: dict
                  sample: [{destination_id: our-bucket, retention_time: 7, type: custom}]
                custom_destination_id:
                  description: >-
                    The ID of the backup destination that a dump is stored in. Null if the API does not return it, as
                    for a single backup, and for Northflank's own storage.
                  returned: always
                  type: str
                  sample: our-bucket
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
          The controls of the addon that are set in O(controls) or O(policy_controls), by their names. Each has a
          C(status), a C(reason) and its C(parameters).
        - >-
          The status is V(pass), V(fail), V(unknown) if something could not be read or has an unexpected value, or
          V(not_applicable) if the control does not apply. The reason is one or more sentences, also for V(pass).
        - >-
          The control C(restore_time) also has C(measured_at), the time at which the measured restore was completed, if
          Northflank lists one. If restores do not count, it and C(restore_tested) have C(needs_evidence) (V(true)),
          because only the evidence of restore drills can decide, which this module does not read.
      returned: when O(controls) or O(policy_controls) is set and the task was not interrupted
      type: dict
      sample: {last_backup: {status: pass, reason: 'The newest completed backup began at 2026-11-27T02:30:05Z,
        3 h 12 min ago.', parameters: {hours: 26}}}
    next_runs:
      description: The next three times at which a schedule of the addon runs, in UTC.
      returned: when the addon could be read
      type: list
      elements: str
      sample: ['2026-11-24T10:00:00Z']
    failed:
      description: Whether the task was interrupted before it checked this addon.
      returned: when it was interrupted
      type: bool
      sample: true
    interrupted:
      description: Whether the task was interrupted before it processed this addon.
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
unassigned:
  description: The addons that match none of O(assignments), each with C(project_id) and C(addon_id).
  returned: when O(assignments) is set and the addons could be listed
  type: list
  elements: dict
  sample: [{project_id: shop, addon_id: scratch}]
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_status_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
