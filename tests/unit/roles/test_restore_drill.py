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
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_fork, argument_specs

ROLES = Path(__file__).parents[3] / "roles"
ROLE = ROLES / "restore_drill"


def load(path: str) -> Any:
    return yaml.safe_load((ROLE / path).read_text())


DEFAULTS = load("defaults/main.yml")
OPTIONS = load("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
ROLLOUT_SPEC = yaml.safe_load((ROLES / "backup_schedules" / "meta" / "argument_specs.yml").read_text())
ROLLOUT_OPTIONS = ROLLOUT_SPEC["argument_specs"]["main"]["options"]
CONNECTION = {f"northflank_{name}" for name in argument_specs.connection()}
(DRILL,) = [each for each in load("tasks/drill.yml") if "rescue" in each]
(SWEEP,) = load("tasks/sweep.yml")
FORK = "community.northflank.addon_fork"
README = (ROLE / "README.md").read_text()

# The variables that are options of the module, by their names.
OF_THE_MODULE = {
    "backup": "backup",
    "backup_type": "backup_type",
    "deployment_plan": "deployment_plan",
    "max_age": "max_age",
    "project_id": "project_id",
    "replicas": "replicas",
    "storage": "storage",
    "timeout": "wait_timeout",
    "version": "version",
    "wait_interval": "wait_interval",
    "window_days": "window_days",
}

# What does not change what a drill proves: how the run is organized, and where the evidence goes.
NOT_IN_THE_DIGEST = {
    "checks",
    "evidence_dir",
    "interval_days",
    "max_parallel",
    "name_prefix",
    "operator",
    "sample",
    "sweep_after_hours",
    "wait_interval",
}


def task(block: dict[str, Any], section: str, module: str) -> dict[str, Any]:
    (found,) = [each for each in block[section] if module in each]
    return found


def test_every_option_that_creates_a_fork_is_passed() -> None:
    # An omitted seed is the ID of the run.
    not_passed = {"backup_id", "seed", "state", "wait"}
    passed = set(task(DRILL, "block", FORK)[FORK]) | set(DRILL["module_defaults"]["group/community.northflank.all"])
    assert passed == set(addon_fork.ARGUMENT_SPEC) - not_passed


def test_the_same_fork_is_deleted() -> None:
    created, deleted = task(DRILL, "block", FORK)[FORK], task(DRILL, "always", FORK)[FORK]
    identity = ("source_project_id", "source_addon_id", "project_id", "name", "run_id")
    assert deleted == {**{name: created[name] for name in identity}, "state": "absent"}


def test_both_blocks_use_the_connection_of_the_host() -> None:
    defaults = [dict(block["module_defaults"]["group/community.northflank.all"]) for block in (DRILL, SWEEP)]
    assert defaults[1].pop("project_id")
    assert defaults[0] == defaults[1]
    assert {f"northflank_{name}" for name in defaults[0]} == CONNECTION


@pytest.mark.parametrize("keyword", ["any_errors_fatal", "ignore_errors", "ignore_unreachable"])
def test_keywords_of_the_play_do_not_affect_the_drills(keyword: str) -> None:
    assert [block[keyword] for block in (DRILL, SWEEP)] == [False, False]


@pytest.mark.parametrize("name", sorted(OF_THE_MODULE))
def test_a_variable_has_the_type_of_its_option(name: str) -> None:
    option, spec = OPTIONS[f"restore_drill_{name}"], addon_fork.ARGUMENT_SPEC[OF_THE_MODULE[name]]
    assert (option["type"], option.get("choices")) == (spec["type"], spec.get("choices"))
    # Northflank forks no dumps.
    if name not in ("backup", "backup_type"):
        assert option.get("default") == spec.get("default")


@pytest.mark.parametrize("name", sorted(CONNECTION | {"northflank_addon_id"}))
def test_shared_variables_have_the_same_spec(name: str) -> None:
    shared = {key: value for key, value in ROLLOUT_OPTIONS[name].items() if key != "description"}
    assert {key: value for key, value in OPTIONS[name].items() if key != "description"} == shared
    if name in CONNECTION:
        assert OPTIONS[name] == ROLLOUT_OPTIONS[name]


def test_the_defaults_match_the_spec() -> None:
    assert DEFAULTS == {name: option["default"] for name, option in OPTIONS.items() if "default" in option}


def test_the_digest_has_every_setting_of_a_drill() -> None:
    (build,) = [each for each in DRILL["always"] if each["name"] == "Build the evidence"]
    settings = build["vars"]["__restore_drill_record"]["settings"]
    variables = {name[len("restore_drill_") :] for name in OPTIONS if name.startswith("restore_drill_")}
    assert set(settings) == (variables - NOT_IN_THE_DIGEST) | {"checks_sha256"}


def test_the_readme_lists_the_variables_of_the_spec() -> None:
    rows = re.findall(r"^\| \x60(\w+)\x60 \| (\w+) \| (.*?) ?\| .+ \|$", README, re.MULTILINE)
    shown = {name: str(default).replace("False", "false") for name, default in DEFAULTS.items()}
    assert [(name, type_, default.strip("\x60")) for name, type_, default in rows] == [
        (name, option["type"], shown.get(name, "")) for name, option in OPTIONS.items()
    ]
