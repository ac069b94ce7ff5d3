# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role says the same in all its files, and the same as the module that it calls."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.doc_fragments._schedule import ModuleDocFragment
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._model.schedule_rules import schedules_errors
from ansible_collections.community.northflank.plugins.module_utils._tasks.addon_backup_schedules import ARGUMENT_SPEC

ROLE = Path(__file__).parents[3] / "roles" / "backup_schedules"

DEFAULTS = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
OPTIONS = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
TASK = yaml.safe_load((ROLE / "tasks" / "main.yml").read_text())[0]["block"][1]
POLICIES = DEFAULTS["backup_schedules_policies"]

MODULE = ARGUMENT_SPEC

# The variable of the role for each option of the module.
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
    )
}
TARGET = {
    "northflank_project_id": "project_id",
    "northflank_addon_ids": "addon_ids",
    "backup_schedules_all_addons": "all_addons",
}
WISHES = {
    "backup_schedules_list": "schedules",
    "backup_schedules_prune": "prune",
    "backup_schedules_on_difference": "on_difference",
    "backup_schedules_write_method": "write_method",
    "backup_schedules_stagger_minutes": "stagger_minutes",
    "backup_schedules_on_unsupported": "unsupported",
    "backup_schedules_concurrency": "concurrency",
}
VARIABLES = {**CONNECTION, **TARGET, **WISHES}

# The variables that no option of the module has the form of.
ROLE_ONLY = {
    "northflank_addon_id",
    "northflank_addon_type",
    "backup_schedules_next_runs",
    "backup_schedules_policy",
    "backup_schedules_policies",
    "backup_schedules_custom_policies",
}


def without_descriptions(options: dict[str, Any]) -> dict[str, Any]:
    """Give the documented options in the form of an argument spec."""
    spec = {}
    for name, option in options.items():
        spec[name] = {key: value for key, value in option.items() if key != "description"}
        if "options" in option:
            spec[name]["options"] = without_descriptions(option["options"])
    return spec


def named_options(options: dict[str, Any]) -> dict[str, Any]:
    """Give the documented suboptions of a module by the name that they have in a role."""
    named = {}
    for name, option in options.items():
        named[name] = {key: value for key, value in option.items() if key != "suboptions"}
        if "suboptions" in option:
            named[name]["options"] = named_options(option["suboptions"])
    return named


def test_every_option_of_the_module_has_a_variable_and_is_handed_on() -> None:
    # The types of addons are made of that of the host.
    assert {*VARIABLES.values(), "known_addon_types"} == set(MODULE)
    assert set(TASK["community.northflank.addon_backup_schedules"]) == set(MODULE)


def test_every_variable_is_in_the_spec() -> None:
    assert set(OPTIONS) == {*VARIABLES, *ROLE_ONLY}


@pytest.mark.parametrize("variable", sorted(VARIABLES))
def test_a_variable_is_of_the_type_of_its_option(variable: str) -> None:
    ours = without_descriptions({variable: OPTIONS[variable]})[variable]
    # Which of them are required is for the role to say; fallbacks and aliases are for the module.
    theirs = {key: value for key, value in MODULE[VARIABLES[variable]].items() if key not in ("aliases", "fallback")}
    theirs.pop("required", None)
    if variable == "backup_schedules_on_unsupported":
        # A fleet has addons of many types: the role asks, where the module leaves it to the API.
        theirs["default"] = "fail"
    if variable in CONNECTION:
        # The role has no default of its own for these: it leaves them out.
        theirs.pop("default", None)
    assert ours == theirs


def test_the_documentation_of_a_schedule_is_that_of_the_module() -> None:
    text = ModuleDocFragment.LIST.replace("schedules[].", "backup_schedules_list[].")
    theirs = yaml.safe_load(text)["options"]["schedules"]["suboptions"]
    assert OPTIONS["backup_schedules_list"]["options"] == named_options(theirs)


def test_the_defaults_are_those_in_the_spec() -> None:
    assert DEFAULTS == {name: option["default"] for name, option in OPTIONS.items() if "default" in option}


def test_the_readme_lists_the_variables_as_they_are_in_the_spec() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) ?\| .+ \|$", (ROLE / "README.md").read_text(), re.MULTILINE)
    listed = {name: (type_, default.strip("`")) for name, type_, default in rows}
    assert len(rows) == len(listed)
    assert listed == {name: (option["type"], shown_default(name)) for name, option in OPTIONS.items()}


def shown_default(name: str) -> str:
    if name == "backup_schedules_policies":
        return "see above"
    return str(DEFAULTS[name]).replace("False", "false") if name in DEFAULTS else ""


def test_the_readme_names_the_policies() -> None:
    readme = (ROLE / "README.md").read_text()
    policies = readme[readme.index("## Policies") : readme.index("## Variables")]
    assert re.findall(r"^\| `(\w+)` \|", policies, re.MULTILINE) == list(POLICIES)


def test_the_default_policy_is_one_of_them() -> None:
    assert DEFAULTS["backup_schedules_policy"] in POLICIES


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_keeps_the_rules_of_the_api(policy: str) -> None:
    spec = {"schedules": MODULE["schedules"]}
    validated = ArgumentSpecValidator(spec).validate({"schedules": POLICIES[policy]})
    assert validated.error_messages == []
    schedules = [BackupSchedule.from_params(each) for each in validated.validated_parameters["schedules"]]
    assert schedules_errors(schedules, policy) == []


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_has_one_schedule_of_each_interval(policy: str) -> None:
    # The user guide speaks of three schedules an addon, one of each interval.
    intervals = [each["scheduling"]["interval"] for each in POLICIES[policy]]
    assert len(intervals) == len(set(intervals))


def test_only_the_critical_policy_has_dumps() -> None:
    types = {policy: {each["backup_type"] for each in schedules} for policy, schedules in POLICIES.items()}
    assert types == {"minimal": {"snapshot"}, "standard": {"snapshot"}, "critical": {"snapshot", "dump"}}
