#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_fork_info
short_description: List the forks in a Northflank project
version_added: 0.1.0
description:
  - Returns the addons of a project that M(community.northflank.addon_fork) created, in any run and from any source. Use
    it to find forks that an interrupted run did not delete.
  - An addon is such a fork if its description is the marker that M(community.northflank.addon_fork) sets. Forks that
    were created in another way, or whose description was edited, are not returned.
  - Sends one request per 100 addons of the project.
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
notes:
  - The token needs the permission C(Project > Addons > General > Read).
  - If the API lists an addon without a valid ID, name or status, the task fails, because it could be a fork.
seealso:
  - module: community.northflank.addon_fork
"""

EXAMPLES = r"""
- name: List the forks in the sandbox
  community.northflank.addon_fork_info:
    project_id: sandbox
  register: found

- name: Delete those of a run
  community.northflank.addon_fork:
    source_project_id: "{{ item.source_project_id }}"
    source_addon_id: "{{ item.source_addon_id }}"
    project_id: "{{ item.project_id }}"
    name: "{{ item.name }}"
    run_id: "{{ item.run_id }}"
    state: absent
  loop: "{{ found.forks | selectattr('run_id', 'eq', 'drill-42') }}"
  loop_control:
    label: "{{ item.name }}"
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
forks:
  description: The forks in the project, in the order of the API.
  returned: when the options are valid and the addons could be listed
  type: list
  elements: dict
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
      description: Always null, because the API does not return it.
      returned: always
      type: str
      sample: null
    source_project_id:
      description: The ID of the project of the source, from the marker.
      returned: always
      type: str
      sample: shop
    source_addon_id:
      description: The ID of the source, from the marker.
      returned: always
      type: str
      sample: orders-db
    run_id:
      description: The ID of the run, from the marker.
      returned: always
      type: str
      sample: drill-42
    started_at:
      description: Always null, because the API does not return it.
      returned: always
      type: str
      sample: null
    completed_at:
      description: Always null, because the API does not return it.
      returned: always
      type: str
      sample: null
    seconds:
      description: Always null, because the API does not return it.
      returned: always
      type: int
      sample: null
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
      sample: /v1/projects/sandbox/addons
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
validation_errors:
  description: All invalid options, one sentence each. No request was sent.
  returned: when an option is invalid
  type: list
  elements: str
  sample: ['project_id: ''My project'' is not an ID: use letters and digits, in groups joined by single
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_fork_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
