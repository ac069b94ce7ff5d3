# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the role are consistent with each other, and with the modules."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from ansible_collections.community.northflank.plugins.module_utils._model.controls import CONTROLS
from ansible_collections.community.northflank.plugins.module_utils._model.controls import STATUSES as CONTROL_STATUSES
from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_status_info,
    volume_backup_status_info,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.argument_specs import connection
from ansible_collections.community.northflank.plugins.plugin_utils._drill_results import STATUSES

ROLES = Path(__file__).parents[3] / "roles"
ROLE = ROLES / "backup_report"

DEFAULTS = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
OPTIONS = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
ROLLOUT_SPEC = yaml.safe_load((ROLES / "backup_schedules" / "meta" / "argument_specs.yml").read_text())
TASKS = yaml.safe_load((ROLE / "tasks" / "main.yml").read_text())
SPECS = {
    "community.northflank.addon_backup_status_info": addon_backup_status_info.ARGUMENT_SPEC,
    "community.northflank.volume_backup_status_info": volume_backup_status_info.ARGUMENT_SPEC,
}
(BLOCK,) = [each for each in TASKS if "always" in each]
ASSESS = [*BLOCK["block"], *BLOCK["always"]]
ROLLOUT_OPTIONS = ROLLOUT_SPEC["argument_specs"]["main"]["options"]
# These have other effects if they are omitted: this role reads all addons of the project, and writes no dump.
DIFFERENT = ("northflank_addon_ids", "northflank_addon_type")
SHARED = [
    name for name in OPTIONS if name.startswith("northflank_") and name in ROLLOUT_OPTIONS and name not in DIFFERENT
]
README = (ROLE / "README.md").read_text()
SCHEMA = json.loads((ROLES.parent / "docs" / "backup-report.schema.json").read_text())


@pytest.mark.parametrize("module", SPECS)
def test_every_option_of_a_module_is_passed(module: str) -> None:
    (task,) = [each for each in ASSESS if module in each]
    assert set(task[module]) == set(SPECS[module])


def test_the_options_of_both_modules_are_passed_the_same_values() -> None:
    addons, volumes = (task[module] for task, module in zip(ASSESS, SPECS))
    both = addons.keys() & volumes.keys()
    assert {name: addons[name] for name in both} == {name: volumes[name] for name in both}


def test_the_defaults_match_the_spec() -> None:
    assert DEFAULTS == {name: option["default"] for name, option in OPTIONS.items() if "default" in option}


def test_the_defaults_match_the_modules() -> None:
    for spec in SPECS.values():
        for name in ("grace_minutes", "concurrency"):
            assert DEFAULTS[f"backup_report_{name}"] == spec[name]["default"]


@pytest.mark.parametrize("name", SHARED)
def test_shared_variables_have_the_same_spec(name: str) -> None:
    assert OPTIONS[name] == ROLLOUT_OPTIONS[name]


def test_variables_of_the_rollout_are_accepted_with_the_same_type() -> None:
    for name, option in ROLLOUT_OPTIONS.items():
        if name.startswith("backup_schedules_"):
            rules = ("type", "elements", "choices")
            assert [OPTIONS[name].get(rule) for rule in rules] == [option.get(rule) for rule in rules], name


def test_the_spec_states_the_defaults_of_variables_that_have_none_here() -> None:
    defaults = {
        f"northflank_{name}": option["default"] for name, option in connection().items() if "default" in option
    } | {
        name: option["default"]
        for name, option in ROLLOUT_OPTIONS.items()
        if not isinstance(option.get("default", {}), dict) and "no effect here" not in str(OPTIONS[name])
    }
    # The first depends on the environment, and the second on other variables.
    del defaults["northflank_api_url"], defaults["backup_schedules_all_addons"]
    assert len(defaults) > 10
    for name, default in defaults.items():
        text = " ".join(str(OPTIONS[name]["description"]).split())
        assert f"If omitted, V({json.dumps(default).strip(chr(34))})" in text, name


def test_the_play_can_fail_on_every_verdict_except_ok_and_skipped() -> None:
    assert OPTIONS["backup_report_fail_on"]["choices"] == [each for each in VERDICTS if each not in ("ok", "skipped")]


def test_the_play_can_fail_on_every_control() -> None:
    assert OPTIONS["backup_report_fail_on_controls"]["choices"] == list(CONTROLS)


@pytest.mark.parametrize(
    ("definition", "names"),
    [
        ("control", CONTROLS),
        ("control_status", CONTROL_STATUSES),
        ("verdict", VERDICTS),
        ("drill_status", STATUSES),
    ],
)
def test_the_schema_lists_every_name(definition: str, names: Sequence[str]) -> None:
    assert SCHEMA["$defs"][definition]["enum"] == list(names)


def test_every_format_has_a_template() -> None:
    (write,) = [each for each in TASKS[-1]["block"] if "ansible.builtin.template" in each]
    files = write["vars"]["__backup_report_files"]
    assert {each.name for each in (ROLE / "templates").iterdir()} == {f"{name}.j2" for name in files.values()}
    assert [*OPTIONS["backup_report_formats"]["choices"], "history"] == list(files)


def test_the_readme_lists_every_format() -> None:
    (write,) = [each for each in TASKS[-1]["block"] if "ansible.builtin.template" in each]
    files = {**write["vars"]["__backup_report_files"]}
    del files["history"]
    rows = re.findall(r"^\| \x60(\w+)\x60 \| \x60([\w.]+)\x60 \|", README, re.MULTILINE)
    assert dict(rows) == files


def test_the_evidence_is_read_once() -> None:
    (start,) = [each for each in TASKS if "Start" in each["name"]]
    assert start["run_once"]
    lookup = "lookup('community.northflank.restore_drills"
    assert [each["name"] for each in start["block"] if lookup in str(each)] == ["Read the evidence of restore drills"]
    assert str(TASKS).count(lookup) == 1


@pytest.mark.parametrize(("heading", "names"), [("Verdicts", VERDICTS), ("Restore drills", STATUSES)])
def test_the_readme_lists_every_verdict_and_status(heading: str, names: Sequence[str]) -> None:
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| \x60(\w+)\x60 \|", section, re.MULTILINE) == list(names)


def test_the_readme_lists_the_variables_of_the_spec() -> None:
    rows = re.findall(r"^\| \x60(\w+)\x60 \| (\w+) \| (.*?) ?\| .+ \|$", README, re.MULTILINE)
    shown = {name: str(default).replace("True", "true") for name, default in DEFAULTS.items()}
    assert [(name, type_, default.strip("\x60")) for name, type_, default in rows] == [
        (name, option["type"], shown.get(name, "")) for name, option in OPTIONS.items()
    ]
