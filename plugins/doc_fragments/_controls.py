# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that require backup controls. Private to the collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  controls:
    description:
      - Backup controls, which are requirements on the backups, with their parameters. Each has a status and a reason in
        the result. They do not change the verdict.
      - A control passes only if what it is about was read. Otherwise, its status is V(unknown).
      - If this and O(policy_controls) are omitted, there are none.
    type: dict
    suboptions:
      scheduled:
        description:
          - Require a backup schedule whose times are known. It has no parameters, so set it to V({}).
          - If omitted, it is not required. This applies to each control.
        type: dict
        suboptions: {}
      frequency:
        description: Require that the schedules run often enough.
        type: dict
        suboptions:
          hours:
            description:
              - The longest time between two runs of any of the schedules within a week, in hours, V(1) to V(168) (one
                week).
            type: int
            required: true
      retention:
        description: >-
          Require that at least one schedule keeps its backups for long enough, in Northflank or in one of its
          additional destinations. A destination without a retention time of its own does not count.
        type: dict
        suboptions:
          days:
            description: The shortest retention, in days, V(1) to V(120).
            type: int
            required: true
      last_backup:
        description: Require that the newest completed backup, of any type, is new enough.
        type: dict
        suboptions:
          hours:
            description:
              - How many hours ago it may have begun, V(1) to V(2880) (120 days). Allow for the time between two
                backups, and for the duration of a backup.
              - With more than V(360) (15 days), more backups may have to be read.
            type: int
            required: true
      no_failures:
        description: >-
          Require that backups have ended, and that none of the newest ones failed, was aborted, or was not supported.
        type: dict
        suboptions:
          last:
            description:
              - How many backups, V(1) to V(500). If fewer have ended, all of them.
              - With more than V(100), one more request is sent per 100 backups.
            type: int
            required: true
      off_site:
        description:
          - Require a completed copy in a backup destination that is new enough. Dumps that are stored in a destination
            count, too.
          - Volumes have no copies in backup destinations, so the status is V(not_applicable).
        type: dict
        suboptions:
          hours:
            description: How many hours ago it may have begun, V(1) to V(2880) (120 days).
            type: int
            required: true
      immutable:
        description:
          - Require a completed copy in a backup destination with object lock. If O(controls.off_site) is set, it must
            be as new as required there.
          - For volumes, the status is V(not_applicable).
        type: dict
        suboptions:
          days:
            description: The shortest retention of the object lock, in days, V(1) to V(36500).
            type: int
            required: true
      restore_tested:
        description:
          - Require that a restore was tested not too long ago. The module does not read the evidence of restore drills,
            so the status is V(unknown) unless O(controls.restore_tested.restores=true). The role
            P(community.northflank.backup_report#role) reads it.
          - For volumes, the status is V(not_applicable).
        type: dict
        suboptions:
          days:
            description: How many days ago the test may have been completed, V(1) to V(366).
            type: int
            default: 90
          restores:
            description:
              - Whether the completed restores that Northflank lists count, too. Only those of backups of the same addon
                do, and only if the backup was among those that were read.
              - With V(true), one more request is sent per addon.
            type: bool
            default: false
      restore_time:
        description:
          - Require that the newest test was fast enough. The restores that Northflank lists count with
            O(controls.restore_tested.restores=true). As for O(controls.restore_tested), the module reads no evidence of
            restore drills.
          - For volumes, the status is V(not_applicable).
        type: dict
        suboptions:
          minutes:
            description: How many minutes the restore may take, V(1) to V(10080) (one week).
            type: int
            required: true
  policy_controls:
    description:
      - >-
        Backup controls by policy, such as V({"critical": {"frequency": {"hours": 1}}}), in the format of O(controls).
        For what has one of these policies, they replace O(controls).
      - Only policies that exist are allowed. Requires O(policy) or O(assignments). With O(schedules), it has no effect.
      - If omitted, O(controls) applies whatever the policy is.
    type: dict
"""
