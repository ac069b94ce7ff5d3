#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_fork
short_description: Create or delete a fork of a Northflank addon
version_added: 0.1.0
description:
  - Creates an addon from a backup of another one, called a fork, and waits until it is running. The source is not
    changed. Use a fork to test whether a backup can be restored, or to inspect old data.
  - The description of a fork is a marker with the source and O(run_id). Only an addon with this marker is accepted as
    an existing fork, and only such an addon is deleted.
  - If the outcome of a request is unknown, the module looks for the name and the marker in the list of addons, so it
    does not create a second fork.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes.fork
  - community.northflank._attributes.action_group
  - community.northflank._connection
  - community.northflank._source_backup
options:
  source_project_id:
    description: The ID of the project of the addon that the backup is of.
    type: str
    required: true
    aliases: [sourceProjectId]
  source_addon_id:
    description: The ID of the addon that the backup is of. The API must report that addons of its type can be forked.
    type: str
    required: true
    aliases: [sourceAddonId]
  backup_id:
    description:
      - The ID of the backup, which must be completed. Mutually exclusive with O(backup). One of them is required with
        O(state=present).
      - In check mode, it may be empty, because a backup that an earlier task would take has no ID.
    type: str
    aliases: [backupId]
  backup:
    description:
      - V(newest) uses the newest completed backup that O(backup_type), O(max_age) and O(window_days) allow.
      - V(random) picks one of them at random. The same O(seed) picks the same backup again, even after other backups
        have expired. A new backup may change the choice.
    type: str
    choices: [newest, random]
  window_days:
    description:
      - Choose only a backup that began at most this many days ago, from V(1) to V(3650) (ten years). With O(max_age),
        the stricter of the two applies. Mutually exclusive with O(backup_id).
      - If omitted, the age does not matter.
    type: int
  seed:
    description:
      - The seed of O(backup=random). If omitted or empty, it is O(run_id).
      - With the default of O(run_id), each run picks the same backup. To pick another one, set O(seed) or O(run_id) to
        a value that differs in each run, such as the ID of a CI job.
    type: str
  project_id:
    description: The ID of the project of the fork. If omitted, it is O(source_project_id).
    type: str
    aliases: [projectId]
  name:
    description:
      - The name of the fork, of 3 to 39 characters. It must not be that of the source.
      - It consists of letters and digits, in groups joined by a single hyphen or space, and begins with a letter.
      - Northflank derives the ID of the fork from it.
    type: str
    required: true
  run_id:
    description:
      - Identifies the run that the fork belongs to, such as a CI job, in the format of an ID. It is part of the marker,
        which may have 200 characters.
      - A fork with this name, of the same source and run, is used as it is. If any other addon has this name, the task
        fails.
    type: str
    default: ansible
  version:
    description: The version of the fork, such as V(16.4) or V(16-latest). If omitted, it is that of the source.
    type: str
  deployment_plan:
    description: The ID of the compute plan of the fork. If omitted, it is that of the source.
    type: str
    aliases: [deploymentPlan]
  storage:
    description: The storage of the fork in MB, at least V(1). If omitted, it is that of the source.
    type: int
  replicas:
    description: The number of replicas of the fork, at least V(1). If omitted, it is that of the source.
    type: int
  state:
    description:
      - V(present) creates the fork, unless it exists. The settings and the backup of an existing fork are not compared.
      - V(absent) deletes the fork and all of its data, if it exists. It is only deleted if its description is the
        marker with the source and O(run_id); otherwise, the task fails. The task does not wait until it is deleted.
    type: str
    choices: [present, absent]
    default: present
  wait:
    description:
      - Whether to wait until the fork is running, and to fail if it cannot start.
      - If V(false), the task ends once Northflank has accepted the fork.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait at most, from V(1) to V(604800) (one week). Then the task fails, and the creation
        continues.
      - A fork whose status this version of the collection does not know counts as not running yet.
    type: int
    default: 3600
  wait_interval:
    description:
      - How many seconds to wait before the status of the fork is read again, from V(1) to V(3600).
      - Each further interval is 1.5 times as long, up to 60 seconds or, if that is greater, up to this value. Each read
        costs one request.
    type: int
    default: 5
notes:
  - The token needs the permissions C(Project > Addons > General > Read), C(Create) and, with O(state=absent),
    C(Delete).
  - The storage class and whether TLS is enabled are those of the source. Other settings, such as those specific to the
    type, are the API's defaults.
  - Northflank creates forks from snapshots. It may refuse dumps, so set O(backup_type=snapshot) if the source has both.
  - To create a fork, the task sends four C(GET) requests, for the addons of the project, the source, the addon types
    and the backups, one more per further 100 addons or backups, and one C(POST) request. An existing fork costs one
    request per 100 addons of the project.
  - A fork is deleted by its ID. The description is read directly before the request that deletes it. If another client
    replaces the fork with another addon in between, that addon is deleted.
seealso:
  - module: community.northflank.addon_fork_info
  - module: community.northflank.addon_restore
  - module: community.northflank.addon_backup
  - name: Restores
    description: A guide with examples, also of forks.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/restores.rst
  - name: Create addon
    description: The request of the Northflank API that this module sends.
    link: https://northflank.com/docs/v1/api/addons/create-addon
"""

EXAMPLES = r"""
- name: Take a snapshot
  community.northflank.addon_backup:
    project_id: shop
    addon_id: orders-db
    name: drill-42

- name: Create an addon from the newest snapshot
  community.northflank.addon_fork:
    source_project_id: shop
    source_addon_id: orders-db
    backup: newest
    backup_type: snapshot
    project_id: sandbox
    name: orders-db-drill
    run_id: drill-42
    storage: 8192

- name: Delete it
  community.northflank.addon_fork:
    source_project_id: shop
    source_addon_id: orders-db
    project_id: sandbox
    name: orders-db-drill
    run_id: drill-42
    state: absent

- name: Create an addon from a random backup of the last month
  community.northflank.addon_fork:
    source_project_id: shop
    source_addon_id: orders-db
    backup: random
    window_days: 30
    seed: "2026-01"
    name: orders-db-sample
    replicas: 1
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
backup:
  description:
    - The backup that was chosen, in check mode too. Null if none was, as for an existing fork and with O(state=absent).
    - It is returned even if the fork could not be created.
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
fork:
  description:
    - The fork as it was last read. With O(state=absent), the fork that was deleted. Null if there is none.
    - In check mode, a fork that the task would create has the expected ID and status, and no times.
    - With O(wait=false), a new fork is as the response to the request describes it, because it was not read.
  returned: when the options are valid
  type: dict
  contains:
    project_id:
      description: The ID of the project of the fork.
      returned: always
      type: str
      sample: sandbox
    addon_id:
      description: The ID of the fork.
      returned: always
      type: str
      sample: orders-db-drill
    name:
      description: The name of the fork.
      returned: always
      type: str
      sample: orders-db-drill
    status:
      description: The status of the fork, such as V(allocating), V(running) or V(failed).
      returned: always
      type: str
      sample: running
    addon_type:
      description: The type of the fork.
      returned: always
      type: str
      sample: postgresql
    backup_id:
      description: The ID of the backup. Null if the fork existed before the task, as the API does not return it.
      returned: always
      type: str
      sample: 62cc20b90956ab62a58e8474
    source_project_id:
      description: The ID of the project of the source, from the marker. Null if the fork has none.
      returned: always
      type: str
      sample: shop
    source_addon_id:
      description: The ID of the source, from the marker. Null if the fork has none.
      returned: always
      type: str
      sample: orders-db
    run_id:
      description: The ID of the run, from the marker. Null if the fork has none.
      returned: always
      type: str
      sample: drill-42
    started_at:
      description: When the task requested the creation of the fork, in UTC. Null if the fork existed before the task.
      returned: always
      type: str
      sample: '2026-01-15T09:30:00Z'
    completed_at:
      description: >-
        When the task saw the fork running, in UTC. Null if it did not, or if the fork existed before the task.
      returned: always
      type: str
      sample: '2026-01-15T09:34:00Z'
    seconds:
      description: >-
        The seconds from RV(fork.started_at) to RV(fork.completed_at), which may include one interval between two reads.
        Null if one of them is null.
      returned: always
      type: int
      sample: 240
diff:
  description:
    - What changed, in one entry. Empty if nothing was changed.
    - C(ansible-playbook --diff) shows it.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    before_header:
      description: The IDs of the project and the fork.
      returned: always
      type: str
      sample: sandbox/orders-db-drill
    after_header:
      description: The same as RV(diff[].before_header).
      returned: always
      type: str
      sample: sandbox/orders-db-drill
    before:
      description: The fork that was deleted, in the format of RV(fork) without times. Otherwise empty.
      returned: always
      type: dict
      sample: {}
    after:
      description: The settings of a new fork. Otherwise empty.
      returned: always
      type: dict
      sample: {name: orders-db-drill, description: 'Fork of shop/orders-db (run: drill-42, created
        by community.northflank)', backup_id: 62cc20b90956ab62a58e8474, version: '16.4',
        deployment_plan: nf-compute-20, storage: 4096, replicas: 1}
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
      sample: /v1/projects/shop/addons/orders-db
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
  description: What to do with a fork that is not running. It is the last sentence of C(msg), too.
  returned: when the task failed or was interrupted before the fork was running
  type: str
  sample: Run the task again with the same run_id to wait for it.
validation_errors:
  description: All invalid options, one sentence each. No request was sent.
  returned: when an option is invalid
  type: list
  elements: str
  sample: ['name: ''orders-db'' is that of the source, shop/orders-db; choose another name']
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_fork as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
