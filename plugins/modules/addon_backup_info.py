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
  - Sends one request for each 100 backups of an addon, and no more than needed.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes
  - community.northflank._attributes.action_group
  - community.northflank._attributes.info
  - community.northflank._connection
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
  status:
    description:
      - The statuses of the backups to give.
      - If left out, backups of any status are given.
    type: list
    elements: str
    choices: [scheduled, in-progress, completed, aborting, aborted, failed, not-supported]
  since:
    description:
      - Omit the backups that began before this time, such as V(2026-11-24T02:30:00Z). Without a time zone it is UTC.
      - The first valid time is V(0001-01-01T00:00:00Z), the last one V(9999-12-31T23:59:59Z).
      - If omitted, backups of any age are returned.
    type: str
  newest_only:
    description: Whether to give only the newest backup of those that are asked for.
    type: bool
    default: false
  concurrency:
    description: How many addons are worked on at once, V(1) to V(64).
    type: int
    default: 8
notes:
  - Reading ends early for O(since) and O(newest_only) only where the list is seen to go back in time. Nothing promises
    that it does.
seealso:
  - module: community.northflank.addon_backup_status_info
"""

EXAMPLES = r"""
- name: The newest complete backup of each addon of the project
  community.northflank.addon_backup_info:
    project_id: shop
    status: [completed]
    newest_only: true
  register: found

- name: What failed today
  community.northflank.addon_backup_info:
    project_id: shop
    addon_ids: [orders-db]
    status: [failed, aborted]
    since: "{{ now(utc=true, fmt='%Y-%m-%d') }}"
"""

RETURN = r"""
addons:
  description: The addons, in the order of O(addon_ids), or of the API if that is left out.
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
      description: Always V(false), for nothing is changed.
      type: bool
      returned: always
      sample: false
    failed:
      description: Set when this addon could not be read.
      type: bool
      returned: when it failed
      sample: true
    interrupted:
      description: Set when the addon was not read, because the task was interrupted before.
      type: bool
      returned: when the task was interrupted
      sample: true
    msg:
      description: Why this addon could not be read.
      type: str
      returned: when it failed
      sample: "GET /v1/projects/shop/addons/orders-db/backups failed with status 404: Addon not found."
    backups:
      description: The backups of the addon, the newest first.
      type: list
      elements: dict
      returned: when they could be read
      contains:
        id:
          description: The ID of the backup.
          type: str
          returned: always
          sample: 62cc20b90956ab62a58e8474
        name:
          description: Its name.
          type: str
          returned: always
          sample: daily-backup
        status:
          description: Its status, one of those of O(status).
          type: str
          returned: always
          sample: completed
        backup_type:
          description: C(dump) or C(snapshot); null where the API tells of another source.
          type: str
          returned: always
          sample: snapshot
        created_at:
          description: When it began, as the API returns it.
          type: str
          returned: always
          sample: '2026-01-15T09:30:00.000Z'
        completed_at:
          description: When it was complete, as the API returns it; null before that.
          type: str
          returned: always
          sample: '2026-01-15T09:31:00.000Z'
        size:
          description: Its size in bytes; null if the API returns no valid size.
          type: int
          returned: always
          sample: 1048576
        compression_type:
          description: How it is compressed; null if the API does not say.
          type: str
          returned: always
          sample: gz
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
