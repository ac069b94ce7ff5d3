# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of backups on demand, of addons and of volumes. Private to the collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  project_id:
    description: The ID of the project.
    type: str
    required: true
    aliases: [projectId]
  backup_id:
    description:
      - The ID of an existing backup.
      - With O(state=present), no backup is taken. The task waits for this one, which may have been started by a task
        with O(wait=false). Mutually exclusive with O(name) and O(max_age).
      - With the other states, either this or O(name) is required.
      - In check mode, it may be empty, because a backup that an earlier task would take has no ID. The task then sends
        no request, and reports a change for all states except O(state=present).
    type: str
    aliases: [backupId]
  wait:
    description:
      - Whether to wait until the backup has ended, and to fail if it was not successful.
      - If V(false), the task ends once Northflank has accepted the backup.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait at most, from V(1) to V(604800) (one week). Then the task fails, and the backup
        continues.
      - A backup whose status this version of the collection does not know counts as in progress.
    type: int
    default: 3600
  wait_interval:
    description:
      - How many seconds to wait before the status of the backup is read again, from V(1) to V(3600).
      - Each further interval is 1.5 times as long, up to 60 seconds or, if that is greater, up to this value. Each read
        costs one request.
    type: int
    default: 5
notes:
  - If the API refuses a backup because another one is in progress, the task waits for that one if it satisfies O(name)
    and O(max_age). Otherwise, and if both are omitted, the task fails with the API's message, because a backup that
    began earlier does not contain what was written since.
"""
