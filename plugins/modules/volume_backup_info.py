#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: volume_backup_info
short_description: List the backups of Northflank volumes
version_added: 0.1.0
description:
  - Returns the backups of one, several or all volumes of a project, the newest first.
  - Sends one request per 100 backups of a volume. With O(since) and O(newest_only), it stops as soon as possible.
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
  volume_ids:
    description:
      - The IDs of the volumes. Duplicates are ignored. With an empty list, the module does nothing.
      - If omitted, all volumes of the project are read.
    type: list
    elements: str
    aliases: [volumeIds]
  status:
    description:
      - Return only backups with one of these statuses.
      - The API reference does not list the statuses. They are compared as the API returns them.
      - If omitted, backups of any status are returned.
    type: list
    elements: str
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
    description: How many volumes to process at the same time, V(1) to V(64).
    type: int
    default: 8
notes:
  - The token needs the permission C(Project > Volumes > Backups > Read) and, to list the volumes of a project,
    C(Project > Volumes > General > Read).
  - The API does not offer backups of volumes to every account. Requests then fail with the HTTP status 404 or 405.
  - The API does not guarantee that it lists the newest backups first. With O(since) and O(newest_only), the module
    therefore stops only after it has read at least a hundred backups in this order.
seealso:
  - module: community.northflank.volume_backup
  - module: community.northflank.volume_backup_schedule_info
  - module: community.northflank.volume_backup_status_info
  - module: community.northflank.addon_backup_info
"""

EXAMPLES = r"""
- name: Return the newest completed backup of each volume of a project
  community.northflank.volume_backup_info:
    project_id: shop
    status: [completed]
    newest_only: true
  register: found

- name: Return the backups of a volume that began today
  community.northflank.volume_backup_info:
    project_id: shop
    volume_ids: [uploads]
    since: "{{ now(utc=true, fmt='%Y-%m-%d') }}"
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
      description: The ID of the volume.
      returned: always
      type: str
      sample: uploads
    changed:
      description: Always V(false), because the module only reads.
      returned: always
      type: bool
      sample: false
    backups:
      description: The backups of the volume, the newest first.
      returned: when they could be read
      type: list
      elements: dict
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
          description: The status of the backup, as the API returns it. The API reference does not list the values.
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
    failed:
      description: Whether reading this volume failed.
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
          sample: /v1/projects/shop/volumes/uploads/backups
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
  sample: ['volume_ids[0]: ''My DB'' is not an ID: use letters and digits, in groups joined by single
    hyphens']
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import volume_backup_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
