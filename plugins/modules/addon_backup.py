#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_backup
short_description: Take, retain, abort or delete a backup of a Northflank addon
version_added: 0.1.0
description:
  - Takes a backup of an addon, such as a managed database, and waits until it is completed. The task fails if the
    backup does.
  - Without O(name), O(max_age) and O(backup_id), each run takes another backup. Set one of them to make the task
    idempotent.
  - The options mirror the request body of "Backup addon" in the API reference. Each has its name in the API, such as
    C(backupType), as an alias.
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
  addon_id:
    description: The ID of the addon.
    type: str
    required: true
    aliases: [addonId]
  state:
    description:
      - V(present) takes a backup, unless O(name) or O(max_age) is set and an existing backup satisfies them, or
        O(backup_id) is set.
      - V(absent) deletes the backup with O(backup_id) or O(name). It succeeds if the backup or the addon does not
        exist.
      - V(retained) keeps the backup with O(backup_id) or O(name) after the retention time of its schedule. The API does
        not return whether a backup is retained, so the request is sent each time, and RV(ignore:changed) is always
        V(true).
      - V(aborted) stops the backup with O(backup_id) or O(name) if it is in progress, and waits until it has ended. A
        backup that has ended is not changed, whatever its status is.
    type: str
    choices: [present, absent, retained, aborted]
    default: present
  name:
    description:
      - The name of the backup, with 3 to 39 characters. It consists of letters and digits, in groups joined by a single
        hyphen, space, slash or colon.
      - With O(state=present), no backup is taken if a completed one has this name and O(backup_type). The task waits
        for one in progress. A failed or aborted one does not count.
      - If omitted, the name of a new backup consists of C(ansible-), the time in UTC and random characters.
      - The API does not guarantee that names are unique. If several backups have the name, the other states fail and
        list their IDs.
    type: str
  max_age:
    description:
      - With O(state=present), no backup is taken if one of O(backup_type) began at most this many minutes ago, from
        V(1) to V(5256000) (ten years), whoever took it. The task waits for one in progress.
      - With O(name) as well, the backup must also have this name. If it is older, another backup of the same name is
        taken.
      - If omitted, the age does not matter.
    type: int
  backup_type:
    description:
      - V(snapshot) is a snapshot of the disk.
      - V(dump) is a native dump of the database. Not all types of addons support it.
    type: str
    choices: [dump, snapshot]
    default: snapshot
    aliases: [backupType]
  additional_destinations:
    description:
      - The backup destinations that a new snapshot is also copied to. Only for O(backup_type=snapshot).
      - If omitted or empty, it is not copied. Existing backups are not compared.
    type: list
    elements: dict
    aliases: [additionalDestinations]
    suboptions:
      destination_id:
        description: The ID of a saved backup destination. It must not occur more than once.
        type: str
        required: true
        aliases: [destinationId]
      retention_time:
        description: For how many days the copy is kept, V(1) to V(120). If omitted, the API decides.
        type: int
        aliases: [retentionTime]
      type:
        description: The type of the destination.
        type: str
        choices: [custom]
        default: custom
  compression_type:
    description: How a new dump is compressed. Only for O(backup_type=dump). If omitted, the API uses V(gz).
    type: str
    choices: [gz, zstd]
    aliases: [compressionType]
  custom_destination_id:
    description:
      - The ID of a saved backup destination that a new dump is stored in. Only for O(backup_type=dump).
      - If omitted or empty, it is stored in Northflank's own storage.
    type: str
    aliases: [customDestinationId]
notes:
  - The token needs the permissions C(Project > Addons > General > Read) and C(Update).
seealso:
  - module: community.northflank.addon_backup_info
  - module: community.northflank.addon_restore
  - module: community.northflank.volume_backup
  - name: Backups on demand
    description: A guide with examples, such as a backup of a whole fleet before a migration.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/on_demand_backups.rst
  - name: Backup addon
    description: The request of the Northflank API that this module mirrors.
    link: https://northflank.com/docs/v1/api/addons/backup-addon
"""

EXAMPLES = r"""
- name: Take a snapshot before a migration, once per release
  community.northflank.addon_backup:
    project_id: shop
    addon_id: orders-db
    name: before-release-42

- name: Take a dump, unless there is one from the last hour
  community.northflank.addon_backup:
    project_id: shop
    addon_id: orders-db
    backup_type: dump
    compression_type: zstd
    custom_destination_id: our-bucket
    max_age: 60
  register: dump

- name: Start a snapshot, and do something else in the meantime
  community.northflank.addon_backup:
    project_id: shop
    addon_id: customers-db
    name: before-release-42
    wait: false
  register: started

- name: Wait for the snapshot
  community.northflank.addon_backup:
    project_id: shop
    addon_id: customers-db
    backup_id: "{{ started.backup.id }}"

- name: Delete the snapshot
  community.northflank.addon_backup:
    project_id: shop
    addon_id: orders-db
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
        The backup destinations that a snapshot is also copied to. Null if the API does not return any, as for a single
        backup: only lists have them.
      returned: always
      type: list
      elements: dict
      sample: [{destination_id: our-bucket, retention_time: 7, type: custom}]
    custom_destination_id:
      description: >-
        The ID of the backup destination that a dump is stored in. Null if the API does not return it, as for a single
        backup, and for Northflank's own storage.
      returned: always
      type: str
      sample: our-bucket
diff:
  description:
    - >-
      What changed, in one entry. O(state=present) shows the options of the new backup, O(state=retained) and
      O(state=aborted) what they change, and O(state=absent) the deleted backup. Empty if nothing was changed.
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
      description: What the task changed, as it was before. Empty for a new backup.
      returned: always
      type: dict
      sample: {}
    after:
      description: What the task changed, as it is afterwards. Empty if the backup was deleted.
      returned: always
      type: dict
      sample: {name: before-migration, backup_type: snapshot}
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
