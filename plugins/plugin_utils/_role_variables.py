# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the roles: detect misspelt ones, and name those that set an invalid option.

Here it costs neither a task nor a template per host.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

ROLES = (
    "community.northflank.backup_schedules",
    "community.northflank.backup_report",
    "community.northflank.restore_drill",
)

# The variables of the roles for which a default would silently replace a misspelt one, and their results.
NAMES = (
    "backup_report_compare",
    "backup_report_concurrency",
    "backup_report_control_labels",
    "backup_report_controls",
    "backup_report_dir",
    "backup_report_evidence_dir",
    "backup_report_exceptions",
    "backup_report_fail_on",
    "backup_report_fail_on_controls",
    "backup_report_fleet",
    "backup_report_formats",
    "backup_report_grace_minutes",
    "backup_report_history",
    "backup_report_parts",
    "backup_report_parts_max_age_hours",
    "backup_report_policy_controls",
    "backup_report_result",
    "backup_report_title",
    "backup_report_volumes_result",
    "backup_schedules_all_addons",
    "backup_schedules_all_projects",
    "backup_schedules_all_volumes",
    "backup_schedules_assignments",
    "backup_schedules_concurrency",
    "backup_schedules_custom_policies",
    "backup_schedules_list",
    "backup_schedules_next_runs",
    "backup_schedules_on_difference",
    "backup_schedules_on_unsupported",
    "backup_schedules_policy",
    "backup_schedules_prune",
    "backup_schedules_result",
    "backup_schedules_stagger_minutes",
    "backup_schedules_validate_destinations",
    "backup_schedules_volumes_result",
    "backup_schedules_write_method",
    "restore_drill_backup",
    "restore_drill_backup_type",
    "restore_drill_check_results",
    "restore_drill_checks",
    "restore_drill_checks_timeout",
    "restore_drill_credentials",
    "restore_drill_deployment_plan",
    "restore_drill_evidence_dir",
    "restore_drill_fork",
    "restore_drill_fork_backup",
    "restore_drill_fork_credentials",
    "restore_drill_interval_days",
    "restore_drill_keep",
    "restore_drill_max_age",
    "restore_drill_max_parallel",
    "restore_drill_name_prefix",
    "restore_drill_operator",
    "restore_drill_project_id",
    "restore_drill_replicas",
    "restore_drill_result",
    "restore_drill_sample",
    "restore_drill_storage",
    "restore_drill_sweep_after_hours",
    "restore_drill_swept",
    "restore_drill_timeout",
    "restore_drill_version",
    "restore_drill_wait_interval",
    "restore_drill_window_days",
)
_PREFIXES = ("backup", "restore")

# The variables of hosts and of their connection, as the roles and the inventory plugin have them, without their prefix.
HOST_NAMES = (
    "addon_id",
    "addon_ids",
    "addon_name",
    "addon_status",
    "addon_tags",
    "addon_type",
    "api_token",
    "api_url",
    "ca_path",
    "in_process",
    "project_id",
    "project_name",
    "rate_limit_clients",
    "rate_limit_max_wait",
    "rate_limit_reserve",
    "retries",
    "team_id",
    "timeout",
    "validate_certs",
    "volume_id",
    "volume_ids",
    "volume_name",
    "volume_status",
    "volume_tags",
)
_HOST_PREFIX = "northflank_"

# As difflib measures it. A user's own variable, such as backup_schedules_policy_of_team, is less similar.
_SIMILARITY = 0.9

# The variables of an option whose name is not part of theirs, or not the only one.
_VARIABLES = {
    "addon_ids": "northflank_addon_id, northflank_addon_ids or backup_schedules_all_addons",
    "known_addon_statuses": "northflank_addon_status",
    "known_addon_types": "northflank_addon_type",
    "schedules": "backup_schedules_list",
    "volume_ids": "northflank_volume_id, northflank_volume_ids or backup_schedules_all_volumes",
}

# The same for the modules of one role only.
_VARIABLES_OF_ROLE = {
    "community.northflank.restore_drill": {
        "name": "restore_drill_name_prefix",
        "project_id": "restore_drill_project_id or northflank_project_id",
        "source_addon_id": "northflank_addon_id",
        "source_project_id": "northflank_project_id",
        # That of a request. The role has another timeout.
        "timeout": "northflank_timeout",
        "wait_timeout": "restore_drill_timeout",
    }
}

# A host is an addon, a volume or a project.
_EXCLUSIVE = (
    ("northflank_addon_id", "northflank_addon_ids"),
    ("northflank_addon_id", "northflank_volume_id"),
    ("northflank_addon_id", "northflank_volume_ids"),
    ("northflank_volume_id", "northflank_addon_ids"),
    ("northflank_volume_id", "northflank_volume_ids"),
)


def variable_errors(variables: Iterable[str]) -> list[str]:
    """Return what is wrong with the names of a host's variables."""
    names = set(variables)
    errors = [
        f"{name}: not a variable of the role; did you mean {meant}?"
        for name in sorted(names.difference(NAMES))
        if (meant := _meant(name))
    ]
    return errors + [f"{one}: mutually exclusive with {other}" for one, other in _EXCLUSIVE if {one, other} <= names]


def _meant(name: str) -> str | None:
    """Return the variable of which a name seems to be a misspelling; None if it is not one."""
    if name.startswith(_PREFIXES):
        return next(iter(get_close_matches(name, NAMES, n=1, cutoff=_SIMILARITY)), None)
    suffix = name[len(_HOST_PREFIX) :]
    if name.startswith(_HOST_PREFIX) and suffix not in HOST_NAMES:
        close = get_close_matches(suffix, HOST_NAMES, n=1, cutoff=_SIMILARITY)
        return f"{_HOST_PREFIX}{close[0]}" if close else None
    return None


def variables_hint(role: str, validation_errors: Sequence[str]) -> str:
    """Return a sentence that names the variables of the invalid options, with whose names the errors begin."""
    # As in ``schedules[2].retention_time: ...``.
    invalid = dict.fromkeys(re.split(r"\W", error, maxsplit=1)[0] for error in validation_errors)
    named = [f"{option} ({_variable(role, option)})" for option in invalid]
    return f"The variables of the role for these options: {', '.join(named)}."


def _variable(role: str, option: str) -> str:
    known = {**_VARIABLES, **_VARIABLES_OF_ROLE.get(role, {})}
    if option in known:
        return known[option]
    names = (f"{role.rpartition('.')[2]}_{option}", f"backup_schedules_{option}")
    return next((name for name in names if name in NAMES), f"northflank_{option}")
