#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: addon_credentials_info
short_description: Read the credentials of a Northflank addon
version_added: 0.1.0
description:
  - Returns the credentials of an addon, for example to check the data of a fork. The result contains secrets.
  - The task must have C(no_log=true). Otherwise, it fails before it sends a request.
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
  addon_id:
    description: The ID of the addon.
    type: str
    required: true
    aliases: [addonId]
notes:
  - The token needs the permission C(Project > Addons > General > Read Spec).
  - A registered variable contains the secrets. Set C(no_log=true) for each task that uses it in an option or a loop,
    and do not save it with C(ansible.builtin.set_fact) and C(cacheable=true).
  - With C(no_log=true), Ansible hides the error if the task fails. Print RV(ignore:msg) of the registered variable,
    which contains no secret.
  - Do not set E(ANSIBLE_DEBUG), with which Ansible prints the output of modules in spite of C(no_log=true). With
    C(async), Ansible saves the result in a file on the host until M(ansible.builtin.async_status) with
    C(mode=cleanup) deletes it.
seealso:
  - module: community.northflank.addon_fork
"""

EXAMPLES = r"""
- name: Read the credentials of an addon
  community.northflank.addon_credentials_info:
    project_id: shop
    addon_id: orders-db
  register: orders
  no_log: true

- name: Show the host of the addon
  ansible.builtin.debug:
    msg: "{{ orders.credentials.envs.HOST }}"
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
credentials:
  description: The credentials, as the API returns them. Their names depend on the type of the addon.
  returned: when the options are valid and the credentials could be read
  type: dict
  contains:
    envs:
      description: The values that are not secret, such as the host, by name. Empty if there are none.
      returned: always
      type: dict
      sample: {HOST: primary.orders-db--abcdefghijkl.addon.code.run, PORT: '5432', USERNAME: app, DATABASE: orders}
    secrets:
      description: The secrets by name. Empty if there are none.
      returned: always
      type: dict
      sample: {PASSWORD: '...', POSTGRES_URI: '...'}
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
      sample: /v1/projects/shop/addons/orders-db/credentials
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
  sample: ['no_log: set this keyword of the task to true, because the result contains secrets']
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_credentials_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
