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
      - The backup controls to check, with their parameters. A control is a requirement on the backups. The result has a
        status and a reason for each of them. Controls do not change the verdict.
      - If the data that a control needs cannot be read, its status is V(unknown).
      - If this and O(policy_controls) are omitted, no controls are checked.
    type: dict
    suboptions:
      scheduled:
        description:
          - Require a backup schedule whose times are known. It has no parameters, so set it to V({}).
          - Like each control, it is not checked if omitted.
        type: dict
        suboptions: {}
      frequency:
        description: Require that the schedules run often enough.
        type: dict
        suboptions:
          hours:
            description:
              - The maximum number of hours between two runs of any of the schedules, V(1) to V(168) (one week).
            type: int
            required: true
      retention:
        description: >-
          Require that at least one schedule keeps its backups for long enough, in Northflank or in one of its
          additional destinations. A destination without a retention time of its own does not count.
        type: dict
        suboptions:
          days:
            description: The minimum retention, in days, V(1) to V(120).
            type: int
            required: true
      last_backup:
        description: Require that the newest completed backup, of any type, is new enough.
        type: dict
        suboptions:
          hours:
            description:
              - The maximum number of hours since it began, V(1) to V(2880) (120 days). Allow for the time between two
                backups, and for the duration of a backup.
              - With more than V(360) (15 days), more backups may have to be read.
            type: int
            required: true
      no_failures:
        description: >-
          Require that at least one backup has ended, and that none of the newest ones failed, was aborted, or was not
          supported.
        type: dict
        suboptions:
          last:
            description:
              - How many of the newest backups to check, V(1) to V(500). If fewer have ended, all of them are checked.
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
            description: The maximum number of hours since it began, V(1) to V(2880) (120 days).
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
            description: The minimum retention of the object lock, in days, V(1) to V(36500).
            type: int
            required: true
      restore_tested:
        description:
          - Require that a restore was tested recently. The module does not read the evidence of restore drills, so the
            status is V(unknown) unless O(controls.restore_tested.include_restores=true). The role
            P(community.northflank.backup_report#role) reads it.
          - For volumes, the status is V(not_applicable).
        type: dict
        suboptions:
          days:
            description: The maximum number of days since the test was completed, V(1) to V(366).
            type: int
            default: 90
          include_restores:
            description:
              - Whether completed restores that Northflank lists count, too. Only restores of the addon's own backups
                count, and only if the backup is one of those that were read.
              - With V(true), one more request is sent per addon.
            type: bool
            default: false
      restore_time:
        description:
          - Require that the newest test was fast enough. The restores that Northflank lists count with
            O(controls.restore_tested.include_restores=true). As for O(controls.restore_tested), the module reads no
            evidence of restore drills.
          - For volumes, the status is V(not_applicable).
        type: dict
        suboptions:
          minutes:
            description: The maximum duration of the restore, in minutes, V(1) to V(10080) (one week).
            type: int
            required: true
  policy_controls:
    description:
      - >-
        Backup controls by policy, such as V({"critical": {"frequency": {"hours": 1}}}), in the format of O(controls).
        For resources with one of these policies, they replace O(controls).
      - Only policies that exist are allowed. Requires O(policy) or O(assignments). With O(schedules), it has no effect.
      - If omitted, O(controls) applies to all policies.
    type: dict
"""
