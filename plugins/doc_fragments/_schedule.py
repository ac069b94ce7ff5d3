# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of backup schedules: of a single one, and of each entry of a list. Private to the collection."""

from __future__ import annotations

from textwrap import indent

# {path}: where the options are, for references. {if_present}: when the required ones are required.
_SCHEDULING = r"""
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
        - {key}
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
"""

_ADDON_KEY = (
    "An addon has at most one schedule per interval and backup type. Together with O({path}backup_type), this"
    " identifies a schedule."
)
_VOLUME_KEY = "A volume has at most one schedule per interval, so this identifies a schedule."

_RETENTION_TIME = r"""
retention_time:
  description:
    - For how many days each backup is kept, at least V(1), and at most V(7) for V(hourly), V(60) for V(daily) and
      V(120) for V(weekly). Required{if_present}.
    - A schedule must not create more than 500 backups in this time.
  type: int
  aliases: [retentionTime]
"""

_OF_ADDONS = r"""
backup_type:
  description:
    - V(dump) is a native dump of the database. Not all types of addons support it.
    - V(snapshot) is a snapshot of the disk.
  type: str
  required: true
  choices: [dump, snapshot]
  aliases: [backupType]
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

_OF_VOLUMES = r"""
backup_type:
  description: The backups of volumes are snapshots. Accepted so that a returned backup schedule can be passed back.
  type: str
  choices: [snapshot]
  default: snapshot
  aliases: [backupType]
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

# The options that determine the schedules. {addon}: an addon or a volume. {which_policy}: more on the policies.
_LIST = """
options:
  schedules:
    description:
      - The desired backup schedules of each {addon}, at most one per {per}.
      - An empty list has an effect only with O(prune=true). It then means that no schedule is desired.
      - Exactly one of O(schedules), O(policy) and O(assignments) is required.
    type: list
    elements: dict
    suboptions:
{schedules}
  policy:
    description:
      - The name of the policy whose backup schedules each {addon} should have, a built-in one or one of
        O(custom_policies).
      - V(minimal) takes a snapshot daily at 02:30 UTC, kept for 7 days.
      - V(standard) takes a snapshot every hour, kept for 2 days, and daily at 02:30 UTC, kept for 14 days.
{which_policy}
      - Mutually exclusive with O(schedules) and O(assignments).
    type: str
  custom_policies:
    description:
      - Custom policies, as a dictionary from the name of each policy to its list of schedules, in the format of
        {format}. They extend the built-in policies, and override those of the same name.
      - All of them are validated, whether or not they are used.
      - If omitted, only the built-in policies exist.
    type: dict
  assignments:
    description:
      - Which {addon}s should have which backup schedules, by their {traits}. The first entry that {an_addon} matches
        applies. {An_addon} that matches none is not changed, and is listed in RV(ignore:unassigned).
      - {An_addon} matches an entry if it matches one pattern of each of O(assignments[].tags), O(assignments[].types)
        and O(assignments[].names) that are set. An entry without any of them matches all {addon}s.
      - Patterns are shell patterns, such as V(orders-*), and are case-sensitive.
      - With O({addon}_ids), the {addon}s of the project are listed first, which costs one request per 100 {addon}s.
        With C(connection=local), all hosts of a run share the responses.
      - Mutually exclusive with O(schedules) and O(policy).
    type: list
    elements: dict
    suboptions:
      tags:
        description: One tag of the {addon} must match one of these patterns.
        type: list
        elements: str
      types:
        description: {types}
        type: list
        elements: str
      names:
        description: The ID or the name of the {addon} must match one of these patterns.
        type: list
        elements: str
      policy:
        description:
          - The name of the policy of these {addon}s, as for O(policy).
          - Either this or O(assignments[].schedules) is required.
        type: str
      schedules:
        description:
          - The desired backup schedules of these {addon}s, as for O(schedules).
          - With an empty list, the {addon}s are not changed; with O(prune=true), it means that no schedule is desired.
        type: list
        elements: dict
        suboptions:
{assigned_schedules}
"""

_POLICIES_OF_ADDONS = """
      - V(critical) takes a snapshot every hour, kept for 7 days, and daily at 02:30 UTC, kept for 30 days; and a dump
        on Sunday at 03:15 UTC, kept for 120 days. Not every addon type supports dumps, see O(on_unsupported).
"""
_POLICIES_OF_VOLUMES = """
      - V(critical) takes a snapshot every hour, kept for 7 days, and daily at 02:30 UTC, kept for 30 days.
      - Policies can be shared with addons. A volume gets only the times and the retention time of their snapshot
        schedules, because volumes have neither dumps nor additional destinations. A policy that has schedules but none
        for snapshots is an error.
"""


def _addon_options(path: str, if_present: str) -> str:
    options = (_SCHEDULING + _RETENTION_TIME + _OF_ADDONS + _READ_ONLY).replace("{key}", _ADDON_KEY)
    return options.replace("{path}", path).replace("{if_present}", if_present)


def _volume_options(path: str) -> str:
    options = (_SCHEDULING + _RETENTION_TIME + _OF_VOLUMES + _READ_ONLY).replace("{key}", _VOLUME_KEY)
    return options.replace("{path}", path).replace("{if_present}", "")


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value.strip("\n"))
    return text


class ModuleDocFragment:
    # ansible-test takes a plain assignment for a literal, so those that are not have an annotation.

    # The options of a single schedule of an addon.
    DOCUMENTATION: str = "options:\n" + indent(_addon_options("", " if O(state=present)"), "  ")

    # The options that determine the schedules of addons.
    LIST: str = _filled(
        _LIST,
        {
            "schedules": indent(_addon_options("schedules[].", ""), "      "),
            "assigned_schedules": indent(_addon_options("assignments[].schedules[].", ""), " " * 10),
            "which_policy": _POLICIES_OF_ADDONS,
            "types": "The type of the addon must match one of these patterns, such as V(postgresql).",
            "addon": "addon",
            "an_addon": "an addon",
            "An_addon": "An addon",
            "per": "interval and backup type",
            "traits": "tags, types and names",
            "format": "O(schedules)",
        },
    )

    # The options that determine the schedules of volumes.
    VOLUME_LIST: str = _filled(
        _LIST,
        {
            "schedules": indent(_volume_options("schedules[]."), "      "),
            "assigned_schedules": indent(_volume_options("assignments[].schedules[]."), " " * 10),
            "which_policy": _POLICIES_OF_VOLUMES,
            "types": (
                "Matches no volume, because volumes have no types. Accepted so that assignments can be shared with"
                " addons."
            ),
            "addon": "volume",
            "an_addon": "a volume",
            "An_addon": "A volume",
            "per": "interval",
            "traits": "tags and names",
            "format": "O(community.northflank.addon_backup_schedules#module:schedules)",
        },
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
      - V(keep_and_fail) writes nothing to the addon or volume and fails.
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
      - In check mode, a destination that an earlier task would create does not exist. If a playbook creates
        destinations and uses them, set C({{ not ansible_check_mode }}).
      - Costs one request per 100 destinations of the account or team. With C(connection=local), all hosts of a run
        share the responses. Nothing is requested if no schedule has a destination.
      - V(false) leaves it to the API to refuse a schedule whose destination does not exist.
    type: bool
    default: false
"""
