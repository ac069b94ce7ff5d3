#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_destination
short_description: Manage a Northflank backup destination
version_added: 0.1.0
description:
  - Creates, updates or deletes a backup destination of a Northflank account or team. A destination is an S3 bucket that
    backups are stored in or copied to.
  - The options mirror the request body of "Add backup destination" in the API reference. Each has its name in the API,
    such as C(bucketName), as an alias, so a request body can be used unchanged.
  - The API returns the access key and the secret key of a destination, so the module detects whether they differ. It
    masks them in results, diffs and messages.
  - The API cannot change O(type), O(prefix) and O(usage). If they differ, the module fails and changes nothing. It
    never replaces a destination, because backup schedules refer to it.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes
  - community.northflank._attributes.action_group
  - community.northflank._connection
options:
  name:
    description:
      - The name of the destination, unique in the account or team. Required if O(state=present).
      - Set O(destination_id) to change the name of an existing destination. Without it, the module fails if the
        destination with the derived ID has another name.
    type: str
  destination_id:
    description:
      - The ID of the destination, with 3 to 100 letters, digits and single hyphens.
      - If omitted, it is derived from O(name), as Northflank does for a new destination. V(My archive), for example,
        gives V(my-archive). Required if O(name) is omitted, or contains non-ASCII characters.
      - Northflank determines the ID of a new destination. If it differs from the expected one, the module issues a
        warning.
    type: str
    aliases: [destinationId, backupDestinationId]
  description:
    description:
      - A description of the destination. An empty string means none.
      - If omitted, an existing destination keeps its description, and a new one has none.
    type: str
  type:
    description: The type of the storage. It cannot be changed.
    type: str
    choices: [s3]
    default: s3
  prefix:
    description:
      - The path in the bucket under which the backups are stored. An empty string means the root of the bucket. It
        cannot be changed.
      - Required if O(state=present).
    type: str
  usage:
    description:
      - What the destination is for, as the API defines it. It cannot be changed.
      - If omitted, an existing destination keeps its usage, and a new one gets V(globalBackups).
    type: str
    choices: [globalBackups, containerSnapshots]
  credentials:
    description:
      - The bucket, and how to authenticate.
      - Required if O(state=present).
    type: dict
    suboptions:
      bucket_name:
        description: The name of the bucket.
        type: str
        required: true
        aliases: [bucketName]
      region:
        description: The region of the bucket.
        type: str
        required: true
      endpoint:
        description: The endpoint of the storage, such as V(s3.eu-west-1.amazonaws.com).
        type: str
        required: true
      auth_mode:
        description:
          - V(staticCreds) uses O(credentials.access_key) and O(credentials.secret_key), V(workloadIdentity) uses
            O(credentials.workload_identity_id).
          - If omitted, it follows from the credentials that are set. Without any, an existing destination keeps its
            mode, and a new one uses V(staticCreds).
        type: str
        choices: [staticCreds, workloadIdentity]
        aliases: [authMode]
      access_key:
        description:
          - The access key, with at least 8 characters. It is masked like a secret.
          - If omitted, an existing destination keeps its key. Required for a new destination with
            O(credentials.auth_mode=staticCreds), and to change credentials if the API does not return the existing key.
        type: str
        aliases: [accessKey]
      secret_key:
        description:
          - The secret key, with at least 8 characters. Use Ansible Vault or a lookup plugin instead of storing it in
            plain text.
          - If omitted, an existing destination keeps its key. Required for a new destination with
            O(credentials.auth_mode=staticCreds), and to change credentials if the API does not return the existing key.
        type: str
        aliases: [secretKey]
      workload_identity_id:
        description: The ID of the workload identity. Required with O(credentials.auth_mode=workloadIdentity).
        type: str
        aliases: [workloadIdentityId]
      enable_object_lock:
        description:
          - Whether backups are stored with an object lock, which prevents them from being deleted or overwritten.
          - If omitted, an existing destination keeps its setting, and a new one uses no object lock.
        type: bool
        aliases: [enableObjectLock]
      object_lock_retention_days:
        description:
          - For how many days each backup is locked, at least V(1). Not allowed with
            O(credentials.enable_object_lock=false).
          - If omitted, an existing destination keeps its value, and the API decides for a new one.
        type: int
        aliases: [objectLockRetentionDays]
  state:
    description:
      - V(present) creates the destination, or updates it if its settings differ.
      - V(absent) deletes the destination with this O(destination_id). The other options, except O(name) if
        O(destination_id) is omitted, are ignored. It succeeds if the destination does not exist. If the API refuses to
        delete it, for example because it is in use, the module fails with the API's message.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode:
    description: >-
      Sends only C(GET) requests. Returns what a real run would return, except for RV(ignore:created_at),
      RV(ignore:updated_at), RV(ignore:requests) and RV(ignore:rate_limit). It cannot predict what only the API checks,
      such as whether the bucket can be accessed.
  diff_mode:
    description: Returns the settings of the destination before and after the task. Secrets are hidden.
  idempotent:
    description: A second run with the same options changes nothing. It sends one C(GET) request.
notes:
  - The token needs the permissions C(Account > Platform > BackupDestinations > Read), C(Create), C(Update) and
    C(Delete), depending on what the task does.
  - Creating or renaming a destination costs three requests, because the module checks first that its name is not in
    use.
  - If the settings that the API stores differ from the requested ones, the module fails, and reports these options.
  - The API reference does not state whether existing backups remain accessible after a change of the bucket.
seealso:
  - module: community.northflank.backup_destination_info
  - module: community.northflank.addon_backup_schedule
  - name: Add backup destination
    description: The request of the Northflank API that this module mirrors.
    link: https://northflank.com/docs/v1/api/backup-destinations/add-backup-destination
  - name: Backup destinations
    description: A guide to storing backups in your own bucket.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/destinations.rst
"""

EXAMPLES = r"""
- name: Store backups in a bucket
  community.northflank.backup_destination:
    name: Archive
    description: Backups of all production databases
    prefix: northflank
    credentials:
      bucket_name: example-backups
      region: eu-west-1
      endpoint: s3.eu-west-1.amazonaws.com
      access_key: "{{ vault_backup_access_key }}"
      secret_key: "{{ vault_backup_secret_key }}"

- name: Keep each backup immutable for 30 days
  community.northflank.backup_destination:
    name: Locked storage
    prefix: ""
    credentials:
      bucket_name: example-locked-backups
      region: eu-west-1
      endpoint: s3.eu-west-1.amazonaws.com
      access_key: "{{ vault_backup_access_key }}"
      secret_key: "{{ vault_backup_secret_key }}"
      enable_object_lock: true
      object_lock_retention_days: 30

- name: Rename a destination, which keeps its ID
  community.northflank.backup_destination:
    destination_id: archive
    name: Database archive
    prefix: northflank
    credentials:
      bucket_name: example-backups
      region: eu-west-1
      endpoint: s3.eu-west-1.amazonaws.com

- name: Use the names of a request body of the API
  community.northflank.backup_destination:
    name: Example Backup Destination
    type: s3
    prefix: backups
    usage: globalBackups
    credentials:
      {
        "bucketName": "example-bucket",
        "region": "eu-west-1",
        "endpoint": "s3.eu-west-1.amazonaws.com",
        "authMode": "workloadIdentity",
        "workloadIdentityId": "backup-writer"
      }

- name: Delete a destination that no backup schedule uses
  community.northflank.backup_destination:
    name: Locked storage
    state: absent
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
backup_destination:
  description:
    - The destination after the task. With O(state=absent), the destination that was deleted.
    - Null if there is none.
  returned: when the options are valid
  type: dict
  contains:
    id:
      description: >-
        The ID of the destination. If the API does not return it, it is derived from the name, as Northflank does for a
        new destination. Null if the name does not determine it.
      returned: always
      type: str
      sample: archive
    name:
      description: The name of the destination.
      returned: always
      type: str
      sample: Archive
    description:
      description: The description of the destination. Empty if it has none.
      returned: always
      type: str
      sample: Backups of all production databases
    type:
      description: The type of the storage.
      returned: always
      type: str
      sample: s3
    prefix:
      description: The path in the bucket. Empty for its root.
      returned: always
      type: str
      sample: northflank
    usage:
      description: What the destination is for, V(globalBackups) or V(containerSnapshots).
      returned: always
      type: str
      sample: globalBackups
    credentials:
      description: The bucket, and how to authenticate, without the access key and the secret key.
      returned: always
      type: dict
      contains:
        bucket_name:
          description: The name of the bucket.
          returned: always
          type: str
          sample: example-backups
        region:
          description: The region of the bucket.
          returned: always
          type: str
          sample: eu-west-1
        endpoint:
          description: The endpoint of the storage.
          returned: always
          type: str
          sample: s3.eu-west-1.amazonaws.com
        auth_mode:
          description: Either V(staticCreds) or V(workloadIdentity).
          returned: always
          type: str
          sample: staticCreds
        workload_identity_id:
          description: The ID of the workload identity.
          returned: with V(workloadIdentity)
          type: str
          sample: backup-writer
        enable_object_lock:
          description: Whether backups are stored with an object lock.
          returned: always
          type: bool
          sample: false
        object_lock_retention_days:
          description: For how many days each backup is locked.
          returned: with an object lock
          type: int
          sample: 30
    created_at:
      description: When the destination was created.
      returned: when the API has returned it
      type: str
      sample: '2026-01-15T09:30:00.000Z'
    updated_at:
      description: When the destination was last changed.
      returned: when the API has returned it
      type: str
      sample: '2026-01-15T09:30:00.000Z'
actions:
  description: What the task did or, in check mode, would do. Empty if nothing was changed.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    action:
      description: V(create), V(update) or V(delete).
      returned: always
      type: str
      sample: update
    destination_id:
      description: The ID of the destination. For V(create), the ID that it was expected to get.
      returned: always
      type: str
      sample: archive
    changed_options:
      description: The options in which the existing destination differed.
      returned: for V(update)
      type: list
      elements: str
      sample: [description, credentials.secret_key]
diff:
  description:
    - The settings of the destination before and after the task, with secrets hidden. Empty if nothing was changed.
    - C(ansible-playbook --diff) shows it.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    before_header:
      description: The ID of the destination, after the words C(backup destination).
      returned: always
      type: str
      sample: backup destination archive
    after_header:
      description: The same as RV(diff[].before_header).
      returned: always
      type: str
      sample: backup destination archive
    before:
      description: >-
        The settings before the task, in the format of RV(backup_destination) but without the read-only C(id),
        C(created_at) and C(updated_at). Empty if the destination did not exist.
      returned: always
      type: dict
      sample: {}
    after:
      description: The settings after the task, in the same format. Empty if the destination does not exist.
      returned: always
      type: dict
      sample: {}
error:
  description: The request that failed, and the error that the API returned.
  returned: when a request failed
  type: dict
  contains:
    status:
      description: The HTTP status. Null if there was no response.
      returned: always
      type: int
      sample: 409
    method:
      description: The HTTP method.
      returned: always
      type: str
      sample: DELETE
    path:
      description: The path of the request.
      returned: always
      type: str
      sample: /v1/backup-destinations/archive
    message:
      description: The API's error message, or what happened to the request.
      returned: always
      type: str
      sample: The destination is in use
    id:
      description: The API's ID of the error. Null if it has none.
      returned: always
      type: str
      sample: conflict
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
validation_errors:
  description: All invalid options, one sentence each. No request was sent.
  returned: when an option is invalid
  type: list
  elements: str
  sample: ['credentials.secret_key: has fewer than 8 characters']
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import backup_destination as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
