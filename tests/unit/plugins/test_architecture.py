# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house: which floor imports which, how short a module's main() is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.community.northflank.plugins.module_utils import _connection

COLLECTION = Path(__file__).parents[3]
PLUGINS = COLLECTION / "plugins"
MODULE_UTILS = "ansible_collections.community.northflank.plugins.module_utils"

# From the ground up: a file imports only files that come before it.
FLOORS = [
    "_text",
    "_calendar",
    "_ids",
    "_schedule",
    "_plan",
    "_backup",
    "_verdict",
    "_argspec",
    "_errors",
    "_interruption",
    "_task",
    "_rate_limit",
    "_connection_options",
    "_response",
    "_connection",
    "_client",
    "_apply",
    "_addon_types",
    "_reconcile",
    "_fleet",
    "_batch",
    "_discovery",
    "_rollout",
    "_schedule_info",
    "_backup_info",
    "_status_info",
    "_module",
]
PURE = ("_text", "_calendar", "_ids", "_schedule", "_plan", "_backup", "_verdict")
# What the pure ones may import beside each other.
HARMLESS = {
    "__future__",
    "collections.abc",
    "dataclasses",
    "datetime",
    "fractions",
    "hashlib",
    "itertools",
    "json",
    "math",
    "re",
    "typing",
}

MODULES = sorted((PLUGINS / "modules").glob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # With its dots: a relative import is one of ours too.
            names.add("." * node.level + (node.module or ""))
    return names


def test_each_file_of_module_utils_has_a_floor() -> None:
    assert {path.stem for path in (PLUGINS / "module_utils").glob("*.py")} == set(FLOORS)


def test_the_map_of_the_code_shows_the_floors() -> None:
    text = (COLLECTION / "CONTRIBUTING.md").read_text()
    floors = re.findall(r"^\| (`_.*?) \|", text[text.index("The floors") :], re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", "".join(floors))) == set(FLOORS)


@pytest.mark.parametrize("name", FLOORS)
def test_imports_only_go_down(name: str) -> None:
    names = imported(PLUGINS / f"module_utils/{name}.py")
    ours = {each.rpartition(".")[2] for each in names if MODULE_UTILS in each or each.startswith(".")}
    assert ours <= set(FLOORS[: FLOORS.index(name)])


@pytest.mark.parametrize("name", PURE)
def test_the_core_is_pure(name: str) -> None:
    others = {each for each in imported(PLUGINS / f"module_utils/{name}.py") if MODULE_UTILS not in each}
    assert others <= HARMLESS


@pytest.mark.parametrize("name", FLOORS)
def test_only_the_argument_specs_and_what_runs_a_module_know_ansible(name: str) -> None:
    of_ansible = {each for each in imported(PLUGINS / f"module_utils/{name}.py") if each.split(".")[0] == "ansible"}
    assert not of_ansible or name in ("_argspec", "_module")


@pytest.mark.parametrize("name", [name for name in FLOORS if name != "_module"])
def test_nothing_below_main_ends_the_program_or_prints(name: str) -> None:
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(ast.parse((PLUGINS / f"module_utils/{name}.py").read_text()))
        if isinstance(node, ast.Call)
    }
    assert not called & {"exit", "exit_json", "fail_json", "print", "_exit"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_main_runs_the_module_and_no_more(path: Path) -> None:
    (main,) = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    assert main.name == "main"
    (call,) = main.body
    assert ast.unparse(call).startswith(f"run_module({path.stem.upper()}, ")


def test_the_version_is_that_of_the_collection() -> None:
    assert yaml.safe_load((COLLECTION / "galaxy.yml").read_text())["version"] == _connection.VERSION
