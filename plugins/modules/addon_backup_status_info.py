#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_backup_status_info
short_description: Check the backups of Northflank addons
version_added: 0.1.0
description:
  - Compares the backups of addons with what their schedules promise, and their schedules with the desired ones, and
    returns a verdict on each addon, with its reasons.
  - Sends two requests per addon, and more only if a hundred backups are newer than the newest successful one.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes
  - community.northflank._attributes.action_group
  - community.northflank._attributes.info
  - community.northflank._connection
  - community.northflank._schedule.list
options:
  project_id:
    description: The ID of the project.
    type: str
    required: true
    aliases: [projectId]
  addon_ids:
    description:
      - The IDs of the addons. Each counts once.
      - If left out, every addon of the project is looked at.
    type: list
    elements: str
    aliases: [addonIds]
  schedules:
    description:
      - The backup schedules that the addons are to have, at most one for each interval and backup type.
      - If left out, no addon drifts.
    required: false
  prune:
    description: Whether a schedule that is not in O(schedules) is a difference.
    type: bool
    default: false
  on_difference:
    description:
      - The option of this name of M(community.northflank.addon_backup_schedules). What a rollout would leave as it is
        is no difference; with V(keep_and_fail) it is a reason for the verdict V(drift).
    type: str
    choices: [replace, keep_and_warn, keep_and_fail, keep]
    default: replace
  write_method:
    description:
      - The option of this name of M(community.northflank.addon_backup_schedules). With V(addon), a rollout that would
        fail is a reason for the verdict V(drift).
    type: str
    choices: [schedule, addon]
    default: schedule
  stagger_minutes:
    description:
      - The window of minutes that the addons are spread over, as for M(community.northflank.addon_backup_schedules).
    type: int
    default: 0
  on_unsupported:
    description:
      - Whether a dump in O(schedules) is a difference where the addon's type cannot make dumps. V(warn) and V(skip) say
        no.
      - If left out, and with V(fail), it is one.
    type: str
    choices: [fail, warn, skip]
  known_addon_types:
    description: The types of addons by their ID, as for M(community.northflank.addon_backup_schedules).
    type: dict
  known_addon_statuses:
    description:
      - The statuses of addons by their ID, as the API lists them.
      - An addon that is V(deleting) or V(deleted) is skipped.
      - Useful with O(addon_ids). Without O(addon_ids), the statuses come from the API.
    type: dict
  policy_name:
    description: A name for O(schedules). It is returned unchanged.
    type: str
  grace_minutes:
    description: The minutes that a backup may take to complete before it is late, V(0) to V(10080) (a week).
    type: int
    default: 60
  concurrency:
    description: How many addons are worked on at once, V(1) to V(64).
    type: int
    default: 8
seealso:
  - module: community.northflank.addon_backup_info
  - module: community.northflank.addon_backup_schedules
"""

EXAMPLES = r"""
- name: Check the backups of the addons of a project
  community.northflank.addon_backup_status_info:
    project_id: shop
  register: found

- name: Show the addons that need attention
  ansible.builtin.debug:
    msg: "{{ item.verdict }}: {{ item.reasons | join(' ') }}"
  loop: "{{ found.addons | rejectattr('verdict', 'eq', 'ok') }}"
  loop_control:
    label: "{{ item.addon_id }}"
"""

RETURN = r"""
addons:
  description: The addons, in the order of O(addon_ids), or of the API if that is left out.
  type: list
  elements: dict
  returned: when the options are valid
  contains:
    project_id:
      description: The ID of the project.
      type: str
      returned: always
      sample: shop
    addon_id:
      description: The ID of the addon; null where the addons of the project could not be listed.
      type: str
      returned: always
      sample: orders-db
    changed:
      description: Always V(false), for nothing is changed.
      type: bool
      returned: always
      sample: false
    failed:
      description: Set when this addon was not assessed, because the task was interrupted before.
      type: bool
      returned: when the task was interrupted
      sample: true
    interrupted:
      description: Set when this addon was not assessed, because the task was interrupted before.
      type: bool
      returned: when the task was interrupted
      sample: true
    msg:
      description: What interrupted the task.
      type: str
      returned: when the task was interrupted
      sample: Interrupted by SIGTERM.
    verdict:
      description:
        - The worst verdict that applies.
        - C(unknown), it could not be read or checked; C(unprotected), it has no schedule; C(failing), backups failed
          since the last successful one; C(late), a backup that a schedule promises is missing; C(drift), a rollout
          of O(schedules) would change it; C(ok); C(skipped), it is being deleted and was not checked.
        - A backup whose start time is invalid or in the future (by more than five minutes) does not count.
      type: str
      returned: always
      sample: late
    reasons:
      description: Why, one sentence for each finding, the worst first. Empty for C(ok).
      type: list
      elements: str
      returned: always
      sample: ["A snapshot was due at 2026-11-24 09:00 UTC, but the newest is of 2026-11-24T04:00:05.000Z."]
    exception:
      description: Where the collection itself failed to check this addon. Please report it.
      type: str
      returned: on an unexpected error
      sample: "Traceback (most recent call last): ..."
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
    desired_schedules:
      description: The schedules that the addon is to have, in the same form; null if O(schedules) is left out.
      type: list
      elements: dict
      returned: when it could be read
      sample: []
    differences:
      description: What a rollout would do, as the actions of M(community.northflank.addon_backup_schedules).
      type: list
      elements: dict
      returned: when it could be read
      sample: [{"action": "replace", "interval": "daily", "backup_type": "snapshot", "changed_options": ["retention_time"]}]
    backups:
      description:
        - By kind, C(dump) or C(snapshot), the newest complete backup (C(newest), null if there is none), its age
          (C(age_minutes)), when the latest was due (C(due_at), null if no schedule promises one) and how many failed
          since the newest complete one (C(failed_since)).
      type: dict
      returned: when it could be read
      sample: {"snapshot": {"newest": null, "age_minutes": null, "due_at": "2026-11-24T09:00:00Z", "failed_since": 2}}
    next_runs:
      description: The next three times at which a backup starts, in UTC.
      type: list
      elements: str
      returned: when it could be read
      sample: ["2026-11-24T10:00:00Z"]
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
policy_name:
  description: The value of O(policy_name).
  type: str
  returned: when the options are valid
  sample: standard
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_status_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
