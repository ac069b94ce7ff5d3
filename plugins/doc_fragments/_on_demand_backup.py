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
      - With O(state=present), no backup is taken. The task waits for this one, such as one that was started with
        O(wait=false). Mutually exclusive with O(name) and O(max_age).
      - In check mode, it may be empty, as the ID of a backup that an earlier task would take. Nothing is read then, and
        all states but O(state=present) report a change.
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
      - How many seconds to wait, from V(1) to V(604800) (one week). Then the task fails, and the backup continues.
      - This also limits the wait for a backup whose status this version of the collection does not know.
    type: int
    default: 3600
  wait_interval:
    description:
      - How many seconds after the start to read the status of the backup first, from V(1) to V(3600). Each further
        interval is half as long again, up to a minute. Each read is a request.
    type: int
    default: 5
"""
