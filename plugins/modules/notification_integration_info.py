#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: notification_integration_info
short_description: List Northflank notification integrations
version_added: 0.1.0
description:
  - Returns all or some notification integrations of a Northflank account or team, with their events and projects, and
    whether Northflank has disabled them. Webhook URLs and secrets are not returned.
  - Sends one request per 100 integrations of the account or team, and one per returned integration.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes.info
  - community.northflank._attributes.action_group
  - community.northflank._connection
options:
  integration_ids:
    description:
      - Return the integrations with one of these IDs. IDs that do not exist are ignored.
      - If this and O(names) are omitted, all integrations are returned.
    type: list
    elements: str
  names:
    description:
      - Return the integrations with one of these names, in addition to those in O(integration_ids). Names that do not
        exist are ignored.
      - If this and O(integration_ids) are omitted, all integrations are returned.
    type: list
    elements: str
notes:
  - The token needs the permission C(Account > Observability > Notifications > Read).
seealso:
  - module: community.northflank.notification_integration
"""

EXAMPLES = r"""
- name: Read all notification integrations of a team
  community.northflank.notification_integration_info:
    team_id: our-team
  register: found

- name: Fail if no integration reports failed backups of all projects
  ansible.builtin.assert:
    that: reporting | length > 0
    fail_msg: No notification integration reports failed backups.
  vars:
    enabled: "{{ found.notification_integrations | rejectattr('disabled') | rejectattr('restricted') }}"
    reporting: "{{ enabled | selectattr('events', 'contains', 'addon-backup:failure') }}"
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
notification_integrations:
  description: The selected integrations, in the order of the API.
  returned: when the options are valid and the integrations could be listed
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the integration.
      returned: always
      type: str
      sample: failed-backups
    name:
      description: The name of the integration.
      returned: always
      type: str
      sample: Failed backups
    type:
      description: >-
        What receives the notifications: one of the choices of
        O(community.northflank.notification_integration#module:type), or another one of the API, such as V(SLACK).
      returned: always
      type: str
      sample: DISCORD
    restricted:
      description: Whether the integration sends only the events of RV(ignore:projects).
      returned: when the integration could be read
      type: bool
      sample: false
    projects:
      description: The IDs of the projects that the integration is restricted to, sorted.
      returned: when the integration could be read
      type: list
      elements: str
      sample: []
    events:
      description: The enabled events, sorted, without the prefix C(trigger:), with which the API lists them.
      returned: when the integration could be read
      type: list
      elements: str
      sample: ['addon-backup:abort', 'addon-backup:failure']
    disabled:
      description: >-
        Whether Northflank has disabled the integration, because it could not deliver notifications. Null if the API
        does not return it.
      returned: always
      type: bool
      sample: false
    failed_requests:
      description: How many requests to the webhook have failed. Null if the API does not return it.
      returned: always
      type: int
      sample: 0
    first_failed_request_at:
      description: When the first of them failed. Null if the API does not return it.
      returned: always
      type: str
      sample: '2026-01-15T09:30:00.000Z'
    created_at:
      description: When the integration was created.
      returned: when the API has returned it
      type: str
      sample: '2026-01-15T09:30:00.000Z'
    updated_at:
      description: When the integration was last changed.
      returned: when the API has returned it
      type: str
      sample: '2026-01-15T09:30:00.000Z'
    failed:
      description: Whether reading this integration failed.
      returned: when it failed
      type: bool
      sample: true
    interrupted:
      description: Whether the task was interrupted before it read this integration.
      returned: when it was interrupted
      type: bool
      sample: true
    msg:
      description: Why reading this integration failed.
      returned: when it failed
      type: str
      sample: 'GET /v1/integrations/notifications/failed-backups failed with status 403: Forbidden.'
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
          sample: /v1/integrations/notifications/failed-backups
        message:
          description: The API's error message, or what happened to the request.
          returned: always
          type: str
          sample: Forbidden
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
  description: Why the integrations could not be listed, in the format of RV(notification_integrations[].error).
  returned: when they could not be listed
  type: dict
  sample: {status: 403, method: GET, path: /v1/integrations/notifications, message: Forbidden, id: forbidden,
    details: null}
validation_errors:
  description: All invalid options, one sentence each. No request was sent.
  returned: when an option is invalid
  type: list
  elements: str
  sample: ['integration_ids[0]: ''On call'' is not an ID: use letters and digits, in groups joined by
    single hyphens']
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import notification_integration_info as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
