#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: volume_backup
short_description: Take or delete a backup of a Northflank volume
version_added: 0.1.0
description:
  - Takes a backup of a volume, which is a snapshot of the disk, and waits until it is completed. The task fails if the
    backup does.
  - Without O(name), O(max_age) and O(backup_id), each run takes another backup. Set one of them to make the task
    idempotent.
  - The API reference does not list the statuses of volume backups. A backup counts as completed if its status is
    V(completed), and as unsuccessful if it is V(failed), V(aborted) or V(not-supported). The task waits for a backup
    with any other status until O(wait_timeout), and then fails and reports the status. If the API returns other
    statuses, set O(wait=false), and please open an issue.
  - Each backup gets a name, even if O(name) is omitted. If the outcome of a request is unknown, the module looks for
    this name in the list of backups, so it does not start a second one.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes.on_demand_backup
  - community.northflank._attributes.action_group
  - community.northflank._connection
  - community.northflank._on_demand_backup
options:
  volume_id:
    description: The ID of the volume.
    type: str
    required: true
    aliases: [volumeId]
  state:
    description:
      - V(present) takes a backup, unless O(name) or O(max_age) is set and an existing backup satisfies them, or
        O(backup_id) is set.
      - V(absent) deletes the backup with O(backup_id) or O(name). It succeeds if the backup or the volume does not
        exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the backup. It must not be empty. The API reference states no other restrictions.
      - With O(state=present), no backup is taken if a completed one has this name. The task waits for one in progress.
        A failed or aborted one does not count.
      - If omitted, the name of a new backup consists of C(ansible-), the time in UTC and random characters.
      - The API does not guarantee that names are unique. If several backups have the name, O(state=absent) fails and
        lists their IDs.
    type: str
  description:
    description: The description of a new backup. If omitted, it has none. Existing backups are not compared.
    type: str
  max_age:
    description:
      - With O(state=present), no backup is taken if one began at most this many minutes ago, from V(1) to V(5256000)
        (ten years), whoever took it. The task waits for one in progress.
      - With O(name) as well, the backup must also have this name. If it is older, another backup of the same name is
        taken.
      - If omitted, the age does not matter.
    type: int
notes:
  - The token needs the permissions C(Project > Volumes > Backups > Read), C(Create) and C(Delete), as far as the task
    makes use of them.
  - The API does not offer backups of volumes to every account. Requests then fail with the HTTP status 404 or 405.
seealso:
  - module: community.northflank.volume_backup_info
  - module: community.northflank.addon_backup
  - name: Backups on demand
    description: A guide with examples, such as a backup of a whole fleet before a migration.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/on_demand_backups.rst
"""

EXAMPLES = r"""
- name: Take a snapshot of a volume before a migration, once per release
  community.northflank.volume_backup:
    project_id: shop
    volume_id: uploads
    name: before-release-42
    description: Before the migration of the uploads

- name: Delete the snapshot
  community.northflank.volume_backup:
    project_id: shop
    volume_id: uploads
    name: before-release-42
    state: absent
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
backup:
  description:
    - The backup as it was last read. With O(state=absent), the backup that was deleted. Null if there is none.
    - >-
      In check mode, a backup that the task would take has an empty ID and an empty start time, and its name is empty
      unless O(name) is set.
  returned: when the options are valid
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
diff:
  description:
    - >-
      What changed, in one entry. O(state=present) shows the options of the new backup, O(state=absent) the deleted
      backup. Empty if nothing was changed.
    - C(ansible-playbook --diff) shows it.
  returned: when the options are valid
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
      description: What the task changed, as it was before. Empty for a new backup.
      returned: always
      type: dict
      sample: {}
    after:
      description: What the task changed, as it is afterwards. Empty if the backup was deleted.
      returned: always
      type: dict
      sample: {name: before-migration}
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
hint:
  description: How to wait for a backup that has not ended. It is the last sentence of C(msg), too.
  returned: when the task failed or was interrupted before the backup had ended
  type: str
  sample: Set backup_id to 62cc20b90956ab62a58e8474 to wait for it.
validation_errors:
  description: All invalid options, one sentence each. No request was sent.
  returned: when an option is invalid
  type: list
  elements: str
  sample: ['max_age: 0 is not between 1 and 5256000 minutes (ten years)']
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import volume_backup as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
