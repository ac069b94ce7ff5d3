#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_destination_info
short_description: List Northflank backup destinations
version_added: 0.1.0
description:
  - Returns all or some backup destinations of a Northflank account or team and, with O(include_backups=true), the
    backups in them.
  - Sends one request per 100 destinations, and one per 100 backups. Access keys and secret keys are not returned.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes.info
  - community.northflank._attributes.action_group
  - community.northflank._connection
options:
  destination_ids:
    description:
      - Return the destinations with one of these IDs. IDs that do not exist are ignored.
      - If this and O(names) are omitted, all destinations are returned.
    type: list
    elements: str
    aliases: [destinationIds]
  names:
    description:
      - Return the destinations with one of these names, in addition to those in O(destination_ids). Names that do not
        exist are ignored.
      - If this and O(destination_ids) are omitted, all destinations are returned.
    type: list
    elements: str
  include_backups:
    description: Whether to return the backups in each destination.
    type: bool
    default: false
    aliases: [includeBackups]
notes:
  - The token needs the permission C(Account > Platform > BackupDestinations > Read).
  - The API does not always list the IDs of destinations. A missing one is derived from the name, as Northflank does for
    a new destination. This is wrong for a destination that was renamed, so specify its ID in O(destination_ids).
  - The ID is null if the name contains non-ASCII characters, or if several names give the same ID. The backups in such
    a destination can only be read with its ID in O(destination_ids).
seealso:
  - module: community.northflank.backup_destination
  - module: community.northflank.addon_backup_info
"""

EXAMPLES = r"""
- name: Read all backup destinations of a team
  community.northflank.backup_destination_info:
    team_id: our-team
  register: found

- name: Read the backups in a destination
  community.northflank.backup_destination_info:
    destination_ids: [archive]
    include_backups: true
  register: archive

- name: Show the addons that have a completed backup there
  ansible.builtin.debug:
    msg: "{{ completed | map(attribute='addon_id') | unique }}"
  vars:
    completed: "{{ archive.backup_destinations[0].backups | selectattr('status', '==', 'completed') }}"
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
backup_destinations:
  description: The selected destinations, in the order of the API.
  returned: when the options are valid and the destinations could be listed
  type: list
  elements: dict
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
    backups:
      description: The backups in the destination, in the order of the API.
      returned: when they could be read, with O(include_backups=true)
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
        status:
          description: >-
            The status of the backup, one of the choices of O(community.northflank.addon_backup_info#module:status).
          returned: always
          type: str
          sample: completed
        project_id:
          description: The ID of the project of the addon. Null if the API does not return it.
          returned: always
          type: str
          sample: shop
        addon_id:
          description: The ID of the addon. Null if the API does not return it.
          returned: always
          type: str
          sample: orders-db
        addon_type:
          description: The type of the addon. Null if the API does not return it.
          returned: always
          type: str
          sample: postgresql
        addon_version:
          description: The version of the addon when the backup was taken. Null if the API does not return it.
          returned: always
          type: str
          sample: '16.4'
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
        expires_at:
          description: When the backup expires, in UTC. Null if the API returns no valid time.
          returned: always
          type: str
          sample: '2026-02-14T09:30:00Z'
        size:
          description: The size in bytes. Null if the API returns no valid size.
          returned: always
          type: int
          sample: 1048576
    failed:
      description: Whether reading the backups in this destination failed.
      returned: when it failed
      type: bool
      sample: true
    interrupted:
      description: Whether the task was interrupted before it read the backups in this destination.
      returned: when it was interrupted
      type: bool
      sample: true
    msg:
      description: Why reading the backups in this destination failed.
      returned: when it failed
      type: str
      sample: 'GET /v1/backup-destinations/archive/backups failed with status 403: Forbidden.'
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
          sample: /v1/backup-destinations/archive/backups
        message:
          description: The API's error message, or what happened to the request.
          returned: always
          type: str
          sample: Backup destination not found
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
  description: Why the destinations could not be listed, in the format of RV(backup_destinations[].error).
  returned: when they could not be listed
  type: dict
  sample: {status: 403, method: GET, path: /v1/backup-destinations, message: Forbidden, id: forbidden,
    details: null}
validation_errors:
  description: All invalid options, one sentence each. No request was sent.
  returned: when an option is invalid
  type: list
  elements: str
  sample: ['destination_ids[0]: ''Cold storage'' is not an ID: use letters and digits, in groups joined
    by single hyphens']
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import backup_destination_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
