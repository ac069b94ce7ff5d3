#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_backup_info
short_description: List the backups of Northflank addons
version_added: 0.1.0
description:
  - Returns the backups of one, several or all addons of a project, the newest first.
  - Sends one request per 100 backups of an addon. With O(since) and O(newest_only), it stops as soon as possible.
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
      - The IDs of the addons. Duplicates are ignored. With an empty list, the module does nothing.
      - If omitted, all addons of the project are read, except forks of the role
        P(community.northflank.restore_drill#role).
    type: list
    elements: str
    aliases: [addonIds]
  status:
    description:
      - Return only backups with one of these statuses.
      - If omitted, backups of any of these statuses are returned.
    type: list
    elements: str
    choices: [scheduled, in-progress, completed, aborting, aborted, failed, not-supported]
  since:
    description:
      - Return only backups that began at this time or later, such as V(2026-11-24T02:30:00Z). Without a time zone, the
        time is in UTC. A backup without a valid start time is always returned.
      - The time must be between V(0001-01-01T00:00:00Z) and V(9999-12-31T23:59:59Z).
      - If omitted, backups of any age are returned.
    type: str
  newest_only:
    description: Whether to return only the newest of the backups that O(status) and O(since) select.
    type: bool
    default: false
  concurrency:
    description: How many addons to process at the same time, V(1) to V(64).
    type: int
    default: 8
notes:
  - The token needs the permission C(Project > Addons > General > Read).
  - The API does not guarantee that it lists the newest backups first. With O(since) and O(newest_only), the module
    therefore stops only after it has read at least a hundred backups in this order.
seealso:
  - module: community.northflank.addon_backup
  - module: community.northflank.addon_backup_schedule_info
  - module: community.northflank.addon_backup_status_info
  - module: community.northflank.volume_backup_info
"""

EXAMPLES = r"""
- name: Return the newest completed backup of each addon of a project
  community.northflank.addon_backup_info:
    project_id: shop
    status: [completed]
    newest_only: true
  register: found

- name: Return the backups of an addon that failed today
  community.northflank.addon_backup_info:
    project_id: shop
    addon_ids: [orders-db]
    status: [failed, aborted]
    since: "{{ now(utc=true, fmt='%Y-%m-%d') }}"
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
      description: The ID of the addon.
      returned: always
      type: str
      sample: orders-db
    changed:
      description: Always V(false), because the module only reads.
      returned: always
      type: bool
      sample: false
    backups:
      description: The backups of the addon, the newest first.
      returned: when they could be read
      type: list
      elements: dict
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
            The status of the backup, one of the choices of O(community.northflank.addon_backup_info#module:status).
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
            The backup destinations that a snapshot is also copied to. Null if the API does not return any, as for a
            single backup: only lists have them.
          returned: always
          type: list
          elements: dict
          sample: [{destination_id: our-bucket, retention_time: 7, type: custom}]
        custom_destination_id:
          description: >-
            The ID of the backup destination that a dump is stored in. Null if the API does not return it, as for a
            single backup, and for Northflank's own storage.
          returned: always
          type: str
          sample: our-bucket
    failed:
      description: Whether reading this addon failed.
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
          sample: /v1/projects/shop/addons/orders-db/backups
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
  sample: ['addon_ids[0]: ''My DB'' is not an ID: use letters and digits, in groups joined by single hyphens']
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
