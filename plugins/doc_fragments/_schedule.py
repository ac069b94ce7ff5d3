# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that make up a backup schedule: of one task, and of each entry of a list. Private to the collection."""

from __future__ import annotations

from textwrap import indent

_OPTIONS = r"""
scheduling:
  description:
    - When backups are made, at each given minute of each given hour of each given day. Times are taken to be UTC.
  type: dict
  required: true
  suboptions:
    interval:
      description:
        - The interval between backups.
        - Together with O({path}backup_type) it tells the schedules of an addon apart, which has at most one of each.
      type: str
      required: true
      choices: [hourly, daily, weekly]
    minute:
      description: The minutes, V(0) to V(59). Required for a schedule that is to be there.
      type: list
      elements: int
    hour:
      description:
        - The hours, V(0) to V(23). Backups are made at each minute of each of these hours.
        - Required for V(daily) and V(weekly), not allowed for V(hourly).
      type: list
      elements: int
    day:
      description:
        - The days of the week, V(0) to V(6) or English names such as V(Friday). V(0) is Monday and V(6) is Sunday.
          Mind that in cron V(0) is Sunday.
        - Required for V(weekly), not allowed for V(hourly) and V(daily).
      type: list
      elements: str
backup_type:
  description:
    - V(dump) is a native dump of the database, which not every type of addon offers.
    - V(snapshot) is a snapshot of its disk.
  type: str
  required: true
  choices: [dump, snapshot]
  aliases: [backupType]
retention_time:
  description:
    - The days that each backup is kept. At least 1, and at most 7 for V(hourly), 60 for V(daily) and 120 for V(weekly).
    - Required for a schedule that is to be there.
    - The backups that pile up before the first expires (backups a day x days) must not be more than 500.
  type: int
  aliases: [retentionTime]
additional_destinations:
  description:
    - Where else each backup is copied to. For V(snapshot) only.
    - If left out, an existing schedule keeps those it has, and a new one gets none. An empty list means none.
  type: list
  elements: dict
  aliases: [additionalDestinations]
  suboptions:
    destination_id:
      description: The ID of a saved backup destination. At most once in the list.
      type: str
      required: true
      aliases: [destinationId]
    retention_time:
      description:
        - The days that the copy is kept, with the same bounds as O({path}retention_time).
        - If left out, an existing schedule keeps what it has, and for a new one the API decides.
      type: int
      aliases: [retentionTime]
    type:
      description: The type of the destination.
      type: str
      choices: [custom]
      default: custom
compression_type:
  description:
    - How a dump is compressed. For V(dump) only.
    - If left out, an existing schedule keeps what it has, and a new one gets V(gz).
  type: str
  choices: [gz, zstd]
  aliases: [compressionType]
custom_destination_id:
  description:
    - The ID of the saved backup destination that a dump goes to. For V(dump) only.
    - If left out, an existing schedule keeps the one it has, and a new one gets none. An empty string means none.
  type: str
  aliases: [customDestinationId]
"""

_MADE_BY_THE_SERVER = r"""
id:
  description: Ignored, so that what modules return as a backup schedule can be passed back unchanged.
  type: str
created_at:
  description: Ignored, like O({path}id).
  type: str
  aliases: [createdAt]
updated_at:
  description: Ignored, like O({path}id).
  type: str
  aliases: [updatedAt]
unknown_fields:
  description: Ignored, like O({path}id).
  type: dict
"""


class ModuleDocFragment:
    # The two that are put together are annotated because ansible-test takes a plain assignment for a literal.

    # The options of a task about one schedule.
    DOCUMENTATION: str = "options:\n" + indent((_OPTIONS + _MADE_BY_THE_SERVER).replace("{path}", ""), "  ")

    # The option of a task about all schedules of an addon.
    LIST: str = """
options:
  schedules:
    description:
      - The backup schedules that each addon is to have. At most one for each interval and backup type.
      - An empty list is useful with O(prune=true) only, it removes all schedules.
    type: list
    elements: dict
    required: true
    suboptions:
""" + indent((_OPTIONS + _MADE_BY_THE_SERVER).replace("{path}", "schedules[]."), "      ")

    # What to do about a schedule that is there already.
    ON_EXISTING = r"""
options:
  on_difference:
    description:
      - What to do with a schedule that exists with the same interval and backup type, but with other settings.
      - V(replace) deletes it and creates the desired one, since the API cannot change a schedule. If that fails, the
        old one is restored. If that fails too, the task fails and returns it in RV(ignore:lost_schedules).
      - A replacement drops fields that this version of the collection does not know. A warning shows them first.
      - V(keep_and_warn) leaves it and warns, V(keep) leaves it.
      - V(keep_and_fail) writes nothing to the addon and fails.
    type: str
    choices: [replace, keep_and_warn, keep_and_fail, keep]
    default: replace
"""
