#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_restore
short_description: Overwrite a Northflank addon with a backup
version_added: 0.1.0
description:
  - Overwrites all data of an addon, such as a managed database, with a backup of this addon or of another one of the
    same type, and waits until it is restored. The task fails if the restore fails.
  - Without O(once), each run restores the backup again, and discards what was written since.
  - If the outcome of a request is unknown, the module looks for a new restore of the backup in the list of restores, so
    it does not start a second one.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes.restore
  - community.northflank._attributes.action_group
  - community.northflank._connection
  - community.northflank._source_backup
options:
  project_id:
    description: The ID of the project of the addon to overwrite.
    type: str
    required: true
    aliases: [projectId]
  addon_id:
    description: The ID of the addon to overwrite.
    type: str
    required: true
    aliases: [addonId]
  source_project_id:
    description: The ID of the project of the addon that the backup is of. If omitted, it is O(project_id).
    type: str
    aliases: [sourceProjectId]
  source_addon_id:
    description:
      - The ID of the addon that the backup is of. It must be of the same type as the addon to overwrite.
      - If omitted, it is O(addon_id).
    type: str
    aliases: [sourceAddonId]
  backup_id:
    description:
      - The ID of the backup, which must be completed. Mutually exclusive with O(backup).
      - In check mode, it may be empty, because a backup that an earlier task would take has no ID. The task then sends
        no request, and reports a change.
    type: str
    aliases: [backupId]
  backup:
    description:
      - V(newest) restores the newest completed backup that O(backup_type) and O(max_age) allow.
      - Mutually exclusive with O(backup_id). One of them is required.
    type: str
    choices: [newest]
  overwrite:
    description: >-
      Must be V(true), to confirm that all data of the addon is overwritten. Otherwise, the task fails before the first
      request, also in check mode.
    type: bool
    default: false
  once:
    description:
      - If V(true), a backup that was already restored is not restored again, unless another one was restored since. The
        task waits for a restore of it that is in progress, which may have been started by a task with O(wait=false).
      - If the last restore failed or was aborted, the backup is restored again. A restore with the status
        V(not-supported) does not count, because it changed nothing.
      - Writes since the restore are not detected. Do not set it to undo a change, such as a failed migration.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the restore has ended, and to fail if it was not successful.
      - If V(false), the task ends once Northflank has accepted the restore.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait at most, from V(1) to V(604800) (one week). Then the task fails, and the restore
        continues.
      - A restore whose status this version of the collection does not know counts as in progress.
    type: int
    default: 3600
  wait_interval:
    description:
      - How many seconds to wait before the status of the restore is read again, from V(1) to V(3600).
      - Each further interval is 1.5 times as long, up to 60 seconds or, if that is greater, up to this value. Each read
        costs one request per 100 restores of the addon.
    type: int
    default: 5
notes:
  - The token needs the permissions C(Project > Addons > General > Read) and C(Update).
  - Before it restores a backup, the task reads the restores of the addon and the backup, and fails if a restore is in
    progress or the backup is not completed. If the backup is of another addon, it also reads both addons, and fails if
    their types differ. These are two requests, or four for another addon, and one more per further 100 restores or
    backups.
  - A second run with O(once=true) and O(backup_id) sends one request per 100 restores of the addon.
seealso:
  - module: community.northflank.addon_restore_info
  - module: community.northflank.addon_backup
  - name: Restores
    description: A guide with examples, such as undoing a migration and refreshing a test database.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/restores.rst
  - name: Restore addon backup
    description: The request of the Northflank API that this module sends.
    link: https://northflank.com/docs/v1/api/addons/restore-addon-backup
"""

EXAMPLES = r"""
- name: Take a snapshot before a migration
  community.northflank.addon_backup:
    project_id: shop
    addon_id: orders-db
    name: before-release-42
  register: before

- name: Undo the migration
  community.northflank.addon_restore:
    project_id: shop
    addon_id: orders-db
    backup_id: "{{ before.backup.id }}"
    overwrite: true

- name: Overwrite a database of the sandbox with the newest backup of production from the last day
  community.northflank.addon_restore:
    project_id: sandbox
    addon_id: alice-db
    source_project_id: shop
    source_addon_id: orders-db
    backup: newest
    max_age: 1440
    overwrite: true
    once: true
  register: restored

- name: Show how long it took
  ansible.builtin.debug:
    msg: "{{ restored.restore.seconds }} s"
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
restore:
  description:
    - The restore as it was last read. With O(once=true), it may be an earlier one. Null if there is none.
    - In check mode, a restore that the task would start has an empty ID and no times.
    - With O(wait=false), a new restore has the status V(scheduled) and no times, because it was not read.
  returned: when the options are valid
  type: dict
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
diff:
  description:
    - What changed, in one entry. Empty if nothing was restored.
    - C(ansible-playbook --diff) shows it.
  returned: when the options are valid
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
      description: The ID of the backup that was restored last. Empty if the addon was never restored.
      returned: always
      type: dict
      sample: {}
    after:
      description: >-
        The backup that is restored, and the addon that it is of. For a backup that an earlier task would take, in check
        mode, only the latter.
      returned: always
      type: dict
      sample: {backup_id: 62cc20b90956ab62a58e8474, backup_created_at: '2026-01-15T09:30:00.000Z',
        source: shop/orders-db}
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
hint:
  description: How to wait for a restore that has not ended. It is the last sentence of C(msg), too.
  returned: when the task failed or was interrupted before the restore had ended
  type: str
  sample: 'Run the task again with once: true to wait for it.'
validation_errors:
  description: All invalid options, one sentence each. No request was sent.
  returned: when an option is invalid
  type: list
  elements: str
  sample: ['overwrite: must be true, because the task overwrites all data of addon shop/orders-db with
    the newest backup of shop/orders-db']
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_restore as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
