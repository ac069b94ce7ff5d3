# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Misspelt variables of the roles, and the variables that set an invalid option."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.community.northflank.plugins.module_utils._api.resources import RESOURCE_TYPES
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_schedules,
    addon_backup_status_info,
    addon_fork,
)
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_hosts import (
    Filters,
    project_hosts,
    resource_hosts,
)
from ansible_collections.community.northflank.plugins.plugin_utils._role_variables import (
    HOST_NAMES,
    NAMES,
    ROLES,
    variable_errors,
    variables_hint,
)

FOLDER = Path(__file__).parents[4] / "roles"
TASKS = dict(zip(ROLES, (addon_backup_schedules, addon_backup_status_info, addon_fork)))
# The options of modules that no variable sets.
WITHOUT_VARIABLES = {"return_unchanged", "backup_id", "run_id", "seed", "state", "wait"}
RESULTS = {
    "backup_schedules_result",
    "backup_schedules_volumes_result",
    "backup_report_result",
    "backup_report_volumes_result",
    "backup_report_fleet",
    "restore_drill_check_results",
    "restore_drill_fork",
    "restore_drill_fork_backup",
    "restore_drill_fork_credentials",
    "restore_drill_result",
    "restore_drill_swept",
}


def options_of(role: str) -> set[str]:
    specs = yaml.safe_load((FOLDER / role.rpartition(".")[2] / "meta" / "argument_specs.yml").read_text())
    return set(specs["argument_specs"]["main"]["options"])


def test_the_names_are_those_of_the_roles() -> None:
    options = set().union(*map(options_of, ROLES))
    assert set(NAMES) == {each for each in options if not each.startswith("northflank_")} | RESULTS


def test_the_names_of_hosts_are_those_of_the_roles_and_of_the_inventory() -> None:
    projects = [{"id": "shop", "addons": [{"id": "db"}], "volumes": [{"id": "data"}]}]
    hosts = list(project_hosts(projects, Filters({}, {}), "our-team"))
    hosts += [host for type_ in RESOURCE_TYPES for host in resource_hosts(type_, projects, Filters({}, {}), "our-team")]
    of_the_inventory = {f"northflank_{name}" for host in hosts for name in host.variables}
    of_the_roles = {each for role in ROLES for each in options_of(role) if each.startswith("northflank_")}
    names = {f"northflank_{name}" for name in HOST_NAMES}
    assert names == {*of_the_inventory, *of_the_roles, "northflank_in_process"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("backup_schedule_policy", "backup_schedules_policy"),
        ("backup_schedules_polcy", "backup_schedules_policy"),
        ("backups_schedules_prune", "backup_schedules_prune"),
        ("backup_schedules_custom_policy", "backup_schedules_custom_policies"),
        ("backup_schedules_unsupported", "backup_schedules_on_unsupported"),
        ("backup_report_directory", None),
        ("backup_reports_dir", "backup_report_dir"),
        ("backup_schedules_policy_of_team", None),
        ("backup_window", None),
        ("restore_drill_chekcs", "restore_drill_checks"),
        ("restore_drills_sample", "restore_drill_sample"),
        ("restore_drill_max_paralel", "restore_drill_max_parallel"),
        ("restore_drill_sweep_hours", None),
        ("restore_drill_of_team", None),
        ("restore_window", None),
        ("__backup_schedules_policy", None),
        ("my_backup_schedules_policy", None),
        ("northflank_api_tokn", "northflank_api_token"),
        ("northflank_validate_cert", "northflank_validate_certs"),
        ("northflank_projectid", "northflank_project_id"),
        ("northflank_time_out", "northflank_timeout"),
        ("northflank_project", None),
        ("northflank_token", None),
        ("northflank_addon_plan", None),
        ("northflank_in_process", None),
    ],
)
def test_a_misspelt_variable_is_an_error(name: str, meant: str | None) -> None:
    errors = [f"{name}: not a variable of the role; did you mean {meant}?"] if meant else []
    assert variable_errors([*NAMES, "inventory_hostname", name]) == errors


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("northflank_addon_id", "northflank_addon_ids"),
        ("northflank_addon_id", "northflank_volume_id"),
        ("northflank_addon_id", "northflank_volume_ids"),
        ("northflank_volume_id", "northflank_addon_ids"),
        ("northflank_volume_id", "northflank_volume_ids"),
    ],
)
def test_a_host_is_an_addon_a_volume_or_a_project(one: str, other: str) -> None:
    assert variable_errors([other, one]) == [f"{one}: mutually exclusive with {other}"]


def test_a_project_may_have_both() -> None:
    assert variable_errors(["northflank_project_id", "northflank_addon_ids", "northflank_volume_ids"]) == []
    assert variable_errors(["northflank_addon_id"]) == variable_errors(["northflank_addon_ids"]) == []


def test_the_hint_names_the_variables_of_each_invalid_option_once() -> None:
    errors = [
        "project_id: required",
        "addon_ids[0]: x",
        "addon_ids[1]: y",
        "custom_policies.mine[0].retention_time: 90 ...",
    ]
    assert variables_hint(ROLES[0], errors) == (
        "The variables of the role for these options: project_id (northflank_project_id), addon_ids"
        " (northflank_addon_id, northflank_addon_ids or backup_schedules_all_addons),"
        " custom_policies (backup_schedules_custom_policies)."
    )


@pytest.mark.parametrize("role", ROLES)
def test_the_hint_names_variables_that_the_role_has(role: str) -> None:
    for option in set(TASKS[role].ARGUMENT_SPEC) - WITHOUT_VARIABLES:
        hint = variables_hint(role, [f"{option}: wrong"])
        variables = hint.partition(f" {option} (")[2].rstrip(").").replace(" or ", ", ").split(", ")
        assert set(variables) <= options_of(role), option
