# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the role are consistent with each other, and with the modules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.community.northflank.plugins.module_utils._model.policies import BUILT_IN
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_schedules,
    volume_backup_schedules,
)

ROLE = Path(__file__).parents[3] / "roles" / "backup_schedules"
SPECS = {
    "community.northflank.addon_backup_schedules": addon_backup_schedules.ARGUMENT_SPEC,
    "community.northflank.volume_backup_schedules": volume_backup_schedules.ARGUMENT_SPEC,
}
ARGUMENT_SPEC = {**SPECS["community.northflank.volume_backup_schedules"], **addon_backup_schedules.ARGUMENT_SPEC}

DEFAULTS = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
OPTIONS = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
(BLOCK,) = [each for each in yaml.safe_load((ROLE / "tasks" / "main.yml").read_text()) if "block" in each]
TASKS = [*BLOCK["block"], *BLOCK["always"]]

# The options of the module by variable of the role.
CONNECTION = {
    f"northflank_{name}": name
    for name in (
        "api_token",
        "api_url",
        "team_id",
        "timeout",
        "retries",
        "validate_certs",
        "ca_path",
        "rate_limit_max_wait",
        "rate_limit_reserve",
        "rate_limit_clients",
    )
}
VARIABLES = {
    **CONNECTION,
    "northflank_project_id": "project_id",
    "northflank_addon_ids": "addon_ids",
    "northflank_volume_ids": "volume_ids",
    "backup_schedules_all_addons": "all_addons",
    "backup_schedules_all_volumes": "all_volumes",
    "backup_schedules_all_projects": "all_projects",
    "backup_schedules_list": "schedules",
    "backup_schedules_policy": "policy",
    "backup_schedules_custom_policies": "custom_policies",
    "backup_schedules_assignments": "assignments",
    "backup_schedules_prune": "prune",
    "backup_schedules_on_difference": "on_difference",
    "backup_schedules_write_method": "write_method",
    "backup_schedules_stagger_minutes": "stagger_minutes",
    "backup_schedules_on_unsupported": "on_unsupported",
    "backup_schedules_concurrency": "concurrency",
    "backup_schedules_validate_destinations": "validate_destinations",
    "backup_schedules_next_runs": "next_runs",
}

# The playbooks need the results of all addons.
NOT_OF_THE_ROLE = {"return_unchanged"}

# Variables that are not options of the modules. The role converts them to addon_ids, known_addon_types and volume_ids.
ROLE_ONLY = {"northflank_addon_id", "northflank_addon_type", "northflank_volume_id"}

# Defaults of the role for options of the module without one.
OWN_DEFAULTS: dict[str, Any] = {
    "backup_schedules_policy": "standard",
    "backup_schedules_custom_policies": {},
    # A fleet usually has addons of several types.
    "backup_schedules_on_unsupported": "fail",
}


def test_every_option_of_the_modules_has_a_variable() -> None:
    assert {*VARIABLES.values(), "known_addon_types", *NOT_OF_THE_ROLE} == set(ARGUMENT_SPEC)


@pytest.mark.parametrize("module", SPECS)
def test_every_option_of_a_module_is_passed(module: str) -> None:
    (task,) = [each for each in TASKS if module in each]
    assert {*task[module], *NOT_OF_THE_ROLE} == set(SPECS[module])


def test_shared_options_are_passed_the_same_values() -> None:
    addons, volumes = (task[module] for task, module in zip(TASKS, SPECS))
    both = addons.keys() & volumes.keys()
    assert {name: addons[name] for name in both} == {name: volumes[name] for name in both}


def test_every_variable_is_in_the_spec() -> None:
    assert set(OPTIONS) == {*VARIABLES, *ROLE_ONLY}


@pytest.mark.parametrize("variable", sorted(VARIABLES))
def test_a_variable_has_the_type_of_its_option(variable: str) -> None:
    spec = {key: value for key, value in OPTIONS[variable].items() if key != "description"}
    # The module handles fallbacks, aliases, suboptions and required options.
    not_shared = ("aliases", "fallback", "options", "required")
    expected = {key: value for key, value in ARGUMENT_SPEC[VARIABLES[variable]].items() if key not in not_shared}
    if variable in CONNECTION:
        # The role omits these by default.
        expected.pop("default", None)
    if variable in OWN_DEFAULTS:
        expected["default"] = OWN_DEFAULTS[variable]
    assert spec == expected


def test_the_defaults_match_the_spec() -> None:
    assert DEFAULTS == {name: option["default"] for name, option in OPTIONS.items() if "default" in option}


def test_the_readme_lists_the_variables_of_the_spec() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) ?\| .+ \|$", (ROLE / "README.md").read_text(), re.MULTILINE)
    listed = {name: (type_, default.strip("`")) for name, type_, default in rows}
    assert len(rows) == len(listed)
    assert listed == {name: (option["type"], shown_default(name)) for name, option in OPTIONS.items()}


def shown_default(name: str) -> str:
    return str(DEFAULTS[name]).replace("False", "false") if name in DEFAULTS else ""


def test_the_readme_names_the_built_in_policies() -> None:
    readme = (ROLE / "README.md").read_text()
    policies = readme[readme.index("## Policies") : readme.index("## Variables")]
    assert re.findall(r"^\| `(\w+)` \|", policies, re.MULTILINE) == list(BUILT_IN)


def test_the_default_policy_is_built_in() -> None:
    assert DEFAULTS["backup_schedules_policy"] in BUILT_IN
