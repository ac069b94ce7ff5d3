# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of backup schedules: of a single one, and of each entry of a list. Private to the collection."""

from __future__ import annotations

from textwrap import indent

# {path}: where the options are, for references. {if_present}: when the required ones are required.
_OPTIONS = r"""
scheduling:
  description:
    - When backups are made, at each given minute of each given hour of each given day, in UTC.
    - The API reference does not state the time zone. This collection assumes UTC everywhere.
  type: dict
  required: true
  suboptions:
    interval:
      description:
        - The interval of the schedule.
        - An addon has at most one schedule per interval and backup type. Together with O({path}backup_type), this
          identifies a schedule.
      type: str
      required: true
      choices: [hourly, daily, weekly]
    minute:
      description: The minutes of the hour, V(0) to V(59). Required{if_present}.
      type: list
      elements: int
    hour:
      description:
        - The hours of the day, V(0) to V(23).
        - Required for V(daily) and V(weekly){if_present}. Not allowed for V(hourly).
      type: list
      elements: int
    day:
      description:
        - The days of the week, V(0) (Monday) to V(6) (Sunday), or English names such as V(Friday). Note that V(0) is
          Sunday in cron.
        - Required for V(weekly){if_present}. Not allowed for V(hourly) and V(daily).
      type: list
      elements: str
backup_type:
  description:
    - V(dump) is a native dump of the database. Not all types of addons support it.
    - V(snapshot) is a snapshot of the disk.
  type: str
  required: true
  choices: [dump, snapshot]
  aliases: [backupType]
retention_time:
  description:
    - For how many days each backup is kept, at least V(1), and at most V(7) for V(hourly), V(60) for V(daily) and
      V(120) for V(weekly). Required{if_present}.
    - A schedule must not create more than 500 backups in this time.
  type: int
  aliases: [retentionTime]
additional_destinations:
  description:
    - The backup destinations that each snapshot is also copied to. Only for V(snapshot).
    - If omitted, an existing schedule keeps its destinations, and a new one gets none. An empty list means none.
  type: list
  elements: dict
  aliases: [additionalDestinations]
  suboptions:
    destination_id:
      description: The ID of a saved backup destination. It must not occur more than once.
      type: str
      required: true
      aliases: [destinationId]
    retention_time:
      description:
        - For how many days the copy is kept, in the same range as O({path}retention_time).
        - If omitted, an existing schedule keeps its value, and the API chooses that of a new one.
      type: int
      aliases: [retentionTime]
    type:
      description: The type of the destination.
      type: str
      choices: [custom]
      default: custom
compression_type:
  description:
    - How each dump is compressed. Only for V(dump).
    - If omitted, an existing schedule keeps its compression, and a new one uses V(gz).
  type: str
  choices: [gz, zstd]
  aliases: [compressionType]
custom_destination_id:
  description:
    - The ID of a saved backup destination that each dump is stored in, instead of Northflank's own storage. Only for
      V(dump).
    - If omitted, an existing schedule keeps its destination, and a new one uses Northflank's own storage. An empty
      string means Northflank's own storage.
  type: str
  aliases: [customDestinationId]
"""

_READ_ONLY = r"""
id:
  description: Ignored. Accepted so that a returned backup schedule can be passed back unchanged.
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


def _options(path: str, if_present: str) -> str:
    return (_OPTIONS + _READ_ONLY).replace("{path}", path).replace("{if_present}", if_present)


class ModuleDocFragment:
    # ansible-test takes a plain assignment for a literal, so those that are not have an annotation.

    # The options of a single schedule.
    DOCUMENTATION: str = "options:\n" + indent(_options("", " if O(state=present)"), "  ")

    # The options that determine the schedules of addons.
    LIST: str = (
        """
options:
  schedules:
    description:
      - The desired backup schedules of each addon, at most one per interval and backup type.
      - An empty list has an effect only with O(prune=true). It then means that no schedule is desired.
      - Mutually exclusive with O(policy) and O(assignments).
    type: list
    elements: dict
    suboptions:
"""
        + indent(_options("schedules[].", ""), "      ")
        + """
  policy:
    description:
      - The name of the policy whose backup schedules each addon should have, a built-in one or one of O(policies).
      - V(minimal) takes a snapshot daily at 02:30 UTC, kept for 7 days.
      - V(standard) takes a snapshot every hour, kept for 2 days, and daily at 02:30 UTC, kept for 14 days.
      - V(critical) takes a snapshot every hour, kept for 7 days, and daily at 02:30 UTC, kept for 30 days; and a dump
        on Sunday at 03:15 UTC, kept for 120 days. Not every addon type supports dumps, see O(on_unsupported).
      - Mutually exclusive with O(schedules) and O(assignments).
    type: str
  policies:
    description:
      - Custom policies, as a dictionary from the name of each policy to its list of schedules, in the format of
        O(schedules). They extend the built-in policies, and override those of the same name.
      - All of them are validated, whether or not they are used.
    type: dict
  assignments:
    description:
      - Which addons should have which backup schedules, by their tags, types and names. The first entry that an addon
        matches applies. An addon that matches none is not changed, and is listed in RV(ignore:unassigned).
      - An addon matches an entry if it matches one pattern of each of O(assignments[].tags), O(assignments[].types) and
        O(assignments[].names) that are set. An entry without any of them matches all addons.
      - Patterns are shell patterns, such as V(orders-*), and are case-sensitive.
      - With O(addon_ids), the addons of the project are listed first, which costs one request per 100 addons. With
        C(connection=local), all hosts of a run share the responses.
      - Mutually exclusive with O(schedules) and O(policy).
    type: list
    elements: dict
    suboptions:
      tags:
        description: One tag of the addon must match one of these patterns.
        type: list
        elements: str
      types:
        description: The type of the addon must match one of these patterns, such as V(postgresql).
        type: list
        elements: str
      names:
        description: The ID or the name of the addon must match one of these patterns.
        type: list
        elements: str
      policy:
        description:
          - The name of the policy of these addons, as for O(policy).
          - Either this or O(assignments[].schedules) is required.
        type: str
      schedules:
        description:
          - The desired backup schedules of these addons, as for O(schedules).
          - With an empty list, the addons are not changed; with O(prune=true), it means that no schedule is desired.
        type: list
        elements: dict
        suboptions:
"""
        + indent(_options("assignments[].schedules[].", ""), " " * 10)
    )

    # What to do about an existing schedule that differs.
    ON_DIFFERENCE = r"""
options:
  on_difference:
    description:
      - What to do if a schedule of the same interval and backup type exists, but its settings differ.
      - V(replace) deletes the existing schedule and creates the desired one, because the API cannot update a schedule.
        If creating it fails, the old schedule is restored. If that fails too, the task fails and returns the old
        schedule in RV(ignore:lost_schedules).
      - V(replace) drops fields that this version of the collection does not know, with a warning.
      - V(keep) keeps the existing schedule, and V(keep_and_warn) also issues a warning. RV(ignore:kept) lists these
        schedules.
      - V(keep_and_fail) writes nothing to the addon and fails.
    type: str
    choices: [replace, keep_and_warn, keep_and_fail, keep]
    default: replace
"""

    # Whether backup destinations must exist.
    VALIDATE_DESTINATIONS = r"""
options:
  validate_destinations:
    description:
      - Whether to check that all backup destinations of the desired schedules exist, in check mode too. If one does
        not, the task fails before anything is written.
      - Costs one request per 100 destinations of the account or team. With C(connection=local), all hosts of a run
        share the responses. Nothing is requested if no schedule has a destination.
      - V(false) leaves it to the API to refuse a schedule whose destination does not exist.
    type: bool
    default: false
"""
