#!/usr/bin/python

# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: notification_integration
short_description: Manage a Northflank notification integration
version_added: 0.1.0
description:
  - Creates, updates or deletes a notification integration of a Northflank account or team. An integration sends events,
    such as the failure of an addon's backup, to a webhook of your own, Discord or Microsoft Teams.
  - The options mirror the request body of "Create notification integration" of the API, but O(events) is a list.
  - The webhook URL is a secret, because whoever knows it can send messages. Results, diffs and messages contain neither
    O(webhook) nor O(secret).
  - The API returns the webhook URL, so the module detects whether it differs. It does not return O(secret). See
    O(update_secret).
  - The API cannot change O(type). If it differs, the module fails and changes nothing.
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - community.northflank._attributes
  - community.northflank._attributes.action_group
  - community.northflank._connection
options:
  name:
    description:
      - The name of the integration. It identifies the integration if O(integration_id) is omitted, and is then
        required.
      - Northflank may accept several integrations with the same name. The module never creates a second one. If there
        are several, it fails, and the message lists their IDs.
      - Set O(integration_id) to change the name of an existing integration.
    type: str
  integration_id:
    description:
      - The ID of an existing integration. The module fails if it does not exist, unless O(state=absent).
      - If omitted, the integration is found by its O(name). Northflank determines the ID of a new integration.
    type: str
    aliases: [notificationId]
  type:
    description:
      - What receives the notifications. V(RAW_WEBHOOK) is a webhook of your own. It cannot be changed.
      - If omitted, an existing integration keeps its type. Required for a new integration.
    type: str
    choices: [RAW_WEBHOOK, DISCORD, TEAMS, TEAMS_WORKFLOWS]
  webhook:
    description:
      - The URL that Northflank sends the notifications to, with C(https). C(http) is allowed for a loopback address
        only.
      - Use Ansible Vault or a lookup plugin instead of storing it in plain text.
      - If omitted, an existing integration keeps its URL. Required for a new integration.
    type: str
  secret:
    description:
      - A secret with at least 8 characters that Northflank sends with each notification, in the header
        C(X-Northflank-Notification-Integration-Token), so that the receiver can verify the sender. Only with
        O(type=RAW_WEBHOOK).
      - If omitted, an existing integration keeps its secret, and a new one has none. The module cannot remove a secret.
      - The API does not return it. Use O(update_secret) to change the secret of an existing integration.
    type: str
  update_secret:
    description:
      - When to send O(secret), which the API does not return.
      - With V(on_create), only a new integration gets the secret. A changed O(secret) has no effect on an existing one.
      - With V(always), each run with O(secret) sends it, and reports a change. Use it to change a secret.
      - If the API returns a masked webhook URL, the same applies to O(webhook).
    type: str
    choices: [on_create, always]
    default: on_create
  restricted:
    description:
      - Whether the integration sends only the events of O(projects).
      - If omitted, an existing integration keeps its setting, and a new one is not restricted.
    type: bool
  projects:
    description:
      - The IDs of all projects whose events the integration sends, in any order. Requires O(restricted=true).
      - An empty list removes all projects, and is not allowed if the integration is restricted, because it would then
        send no events.
      - If omitted, an existing integration keeps its projects. Required with O(restricted=true) for a new integration,
        and for one without projects.
    type: list
    elements: str
  events:
    description:
      - All events that the integration sends, in any order. All others are disabled.
      - V(addon-backup:start), V(addon-backup:success), V(addon-backup:failure) and V(addon-backup:abort) are the events
        of the backups of addons. All other events of the API are accepted, too, such as V(build:failure).
      - The prefix C(trigger:), with which the API lists events, is optional.
      - If omitted, an existing integration keeps its events, and a new one gets the four events of backups.
      - An empty list disables all events.
      - The API has no events for restores or for backups of volumes.
    type: list
    elements: str
  state:
    description:
      - V(present) creates the integration, or updates it if its settings differ.
      - V(absent) deletes the integration with this O(integration_id) or O(name). The other options are ignored. It
        succeeds if the integration does not exist.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode:
    description: >-
      Sends only C(GET) requests. Returns what a real run would return, except for what the API determines for a new
      integration, such as its ID, and except for RV(ignore:updated_at), RV(ignore:requests) and RV(ignore:rate_limit).
      It cannot predict what only the API checks, such as an unknown project.
  diff_mode:
    description: Returns the settings of the integration before and after the task. Secrets are hidden.
  idempotent:
    support: partial
    description: >-
      A second run with the same options changes nothing, unless O(secret) is set with O(update_secret=always). It sends
      two C(GET) requests, or one if O(integration_id) is set, and one more per further 100 integrations.
notes:
  - The token needs the permissions C(Account > Observability > Notifications > Read), C(Create), C(Update) and
    C(Delete), depending on what the task does.
  - Creating an integration costs two requests. Updating one costs two more than an up-to-date one, because the module
    reads the integration after the update.
  - Northflank disables an integration if it repeatedly cannot deliver notifications. The module then issues a warning.
  - Restrictions to tags are neither set nor removed, because the API does not return them.
  - If the settings that the API stores differ from the requested ones, the module fails, and reports these options.
seealso:
  - module: community.northflank.notification_integration_info
  - name: Notifications
    description: A guide to notifications about backups.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/notifications.rst
"""

EXAMPLES = r"""
- name: Report failed backups of all projects to a Discord channel
  community.northflank.notification_integration:
    name: Failed backups
    type: DISCORD
    webhook: "{{ vault_discord_webhook }}"
    events: [addon-backup:failure, addon-backup:abort]

- name: Send all events of the backups of two projects to a webhook
  community.northflank.notification_integration:
    name: Backups of the shop
    type: RAW_WEBHOOK
    webhook: "{{ vault_backup_webhook }}"
    secret: "{{ vault_backup_webhook_secret }}"
    restricted: true
    projects: [shop, billing]

- name: Report failed backups and full disks to a Teams channel
  community.northflank.notification_integration:
    name: On call
    type: TEAMS_WORKFLOWS
    webhook: "{{ vault_teams_webhook }}"
    events:
      - addon-backup:failure
      - infrastructure:addon-volume:usage-90-exceeded

- name: Change the secret of an integration
  community.northflank.notification_integration:
    name: Backups of the shop
    secret: "{{ vault_new_backup_webhook_secret }}"
    update_secret: always

- name: Delete an integration
  community.northflank.notification_integration:
    name: Failed backups
    state: absent
"""

# Generated: edit docs/return_values.yml, then run: nox --session return_docs
RETURN = r"""
notification_integration:
  description:
    - The integration after the task. With O(state=absent), the integration that was deleted.
    - Null if there is none.
  returned: when the options are valid
  type: dict
  contains:
    id:
      description: The ID of the integration. Null in check mode, if the task would create it.
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
    name:
      description: The name of the integration. If it was renamed, the previous name.
      returned: always
      type: str
      sample: Failed backups
    changed_options:
      description: The options in which the existing integration differed, or that were sent in any case.
      returned: for V(update)
      type: list
      elements: str
      sample: [events, secret]
diff:
  description:
    - The settings of the integration before and after the task, with secrets hidden. Empty if nothing was changed.
    - C(ansible-playbook --diff) shows it.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    before_header:
      description: O(integration_id) or, if that is omitted, O(name), after the words C(notification integration).
      returned: always
      type: str
      sample: notification integration Failed backups
    after_header:
      description: The same as RV(diff[].before_header).
      returned: always
      type: str
      sample: notification integration Failed backups
    before:
      description: >-
        The settings before the task, in the format of RV(notification_integration) but without read-only fields. Empty
        if the integration did not exist.
      returned: always
      type: dict
      sample: {}
    after:
      description: The settings after the task, in the same format. Empty if the integration does not exist.
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
      sample: 400
    method:
      description: The HTTP method.
      returned: always
      type: str
      sample: POST
    path:
      description: The path of the request.
      returned: always
      type: str
      sample: /v1/integrations/notifications
    message:
      description: The API's error message, or what happened to the request.
      returned: always
      type: str
      sample: Project not found
    id:
      description: The API's ID of the error. Null if it has none.
      returned: always
      type: str
      sample: project-not-found
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
  sample: ['webhook: would send notifications unencrypted; use https']
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
from ansible_collections.community.northflank.plugins.module_utils._tasks import notification_integration as task


def main() -> None:
    run_module(task.ARGUMENT_SPEC, task.run)


if __name__ == "__main__":
    main()
