#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_restore_info
short_description: List the restores of Northflank addons
version_added: 0.1.0
description:
  - Returns the restores of one, several or all addons of a project, the newest first.
  - Sends one request per 100 restores of an addon.
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
  concurrency:
    description: How many addons to process at the same time, V(1) to V(64).
    type: int
    default: 8
notes:
  - The token needs the permission C(Project > Addons > General > Read).
seealso:
  - module: community.northflank.addon_restore
  - module: community.northflank.addon_backup_info
"""

EXAMPLES = r"""
- name: List the restores of an addon
  community.northflank.addon_restore_info:
    project_id: shop
    addon_ids: [orders-db]
  register: found

- name: Show the last one
  ansible.builtin.debug:
    msg: "{{ found.addons[0].restores | first | default('never restored') }}"
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
    restores:
      description: The restores of the addon, the newest first.
      returned: when they could be read
      type: list
      elements: dict
      contains:
        id:
          description: The ID of the restore.
          returned: always
          type: str
          sample: 62cc20b90956ab62a58e8475
        backup_id:
          description: The ID of the backup that the addon was overwritten with.
          returned: always
          type: str
          sample: 62cc20b90956ab62a58e8474
        status:
          description: >-
            The status of the restore. It has the same values as that of a backup, the choices of
            O(community.northflank.addon_backup_info#module:status).
          returned: always
          type: str
          sample: completed
        started_at:
          description: When the restore began, as the API returns it. Empty if it does not.
          returned: always
          type: str
          sample: '2026-01-15T09:30:00.000Z'
        completed_at:
          description: When the restore was completed, as the API returns it. Null if it is not completed.
          returned: always
          type: str
          sample: '2026-01-15T09:31:00.000Z'
        seconds:
          description: How many seconds the restore took. Null if it is not completed.
          returned: always
          type: int
          sample: 60
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
      sample: 'GET /v1/projects/shop/addons/orders-db/restores failed with status 404: Addon not found.
        Check project_id (shop) and addon_id (orders-db). With an organization''s token, also
        set team_id.'
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
          sample: /v1/projects/shop/addons/orders-db/restores
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_restore_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
