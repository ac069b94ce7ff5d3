# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The architecture: each layer imports only lower ones, and modules and action plugins run one task."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

COLLECTION = Path(__file__).parents[3]
PLUGINS = COLLECTION / "plugins"
ROOT = PLUGINS / "module_utils"
PACKAGE = "ansible_collections.community.northflank.plugins.module_utils"

# The files and folders of module_utils, from the bottom up. Each imports only previous ones, or files of its folder.
LAYERS = ("_version", "_errors", "_interruption", "_model", "_api", "_reconcile", "_tasks", "_module")

# Paths in module_utils, such as _model/schedule.
FILES = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix() for path in ROOT.rglob("*.py") if path.stem[:2] != "__"
)
PURE_PLANS = ("outcome", "plan", "plan_destination", "plan_notification", "plan_object")
PURE = [file for file in FILES if file.startswith("_model/") or file in [f"_reconcile/{name}" for name in PURE_PLANS]]

# The modules that pure files may import: none that depend on the machine, the network or Ansible.
ALLOWED = {
    "__future__",
    "base64",
    "collections",
    "collections.abc",
    "dataclasses",
    "datetime",
    "difflib",
    "fnmatch",
    "fractions",
    "hashlib",
    "html",
    "ipaddress",
    "itertools",
    "json",
    "math",
    "re",
    "typing",
    "urllib.parse",
}

# Tested as a process in tests/integration and tests/resilience.
WITHOUT_UNIT_TESTS = {"_module"}

MODULES = sorted((PLUGINS / "modules").glob("*.py"), key=lambda path: path.stem)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def source(file: str) -> Path:
    return ROOT / f"{file}.py"


def imports(file: str) -> tuple[set[str], set[str]]:
    """Return the files of module_utils that a file imports, and the other modules."""
    ours, others = set(), set()
    for node in ast.walk(tree(source(file))):
        if isinstance(node, ast.Import):
            others.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            folder = source(file).parents[node.level - 1].joinpath(*(node.module or "").split(".")).relative_to(ROOT)
            is_folder = (ROOT / folder).is_dir()
            ours.update((folder / alias.name if is_folder else folder).as_posix() for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            others.add(str(node.module))
    return ours, others


def layer(file: str) -> int:
    return LAYERS.index(file.split("/")[0])


def called_names(node: ast.AST) -> set[str]:
    functions = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    return {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in functions}


def from_imports(path: Path) -> list[str]:
    """Return the imports of names, such as ``from _tasks import info as task``, without the path of module_utils."""
    nodes = [each for each in tree(path).body if isinstance(each, ast.ImportFrom)]
    return [ast.unparse(each).replace(f"{PACKAGE}.", "") for each in nodes]


def test_every_file_belongs_to_a_layer() -> None:
    assert {file.split("/")[0] for file in FILES} == set(LAYERS)
    assert all(file.count("/") <= 1 for file in FILES)


def test_contributing_lists_the_layers() -> None:
    text = (COLLECTION / "CONTRIBUTING.md").read_text()
    table = text[text.index("The layers") :].split("\n\n")[1]
    assert re.findall(r"^\| `(_\w+)", table, re.MULTILINE) == list(LAYERS)


@pytest.mark.parametrize("file", FILES)
def test_imports_within_module_utils_are_relative_and_exist(file: str) -> None:
    ours, others = imports(file)
    assert ours <= set(FILES)
    assert not any(each.startswith("ansible_collections") for each in others)


@pytest.mark.parametrize("file", FILES)
def test_imports_only_go_down(file: str) -> None:
    folder = file.rpartition("/")[0]
    for imported in imports(file)[0]:
        is_in_folder = bool(folder) and imported.rpartition("/")[0] == folder
        assert is_in_folder or layer(imported) < layer(file), imported


def test_there_are_no_import_cycles() -> None:
    TopologicalSorter({file: imports(file)[0] for file in FILES}).prepare()


@pytest.mark.parametrize("file", PURE)
def test_pure_files_import_only_each_other_and_allowed_modules(file: str) -> None:
    ours, others = imports(file)
    assert ours <= set(PURE)
    assert others <= ALLOWED


@pytest.mark.parametrize("file", FILES)
def test_only_the_argument_specs_and_the_module_runner_import_ansible(file: str) -> None:
    ansible_imports = {each for each in imports(file)[1] if each.split(".")[0] == "ansible"}
    assert not ansible_imports or file in ("_tasks/argument_specs", "_module")


@pytest.mark.parametrize("file", FILES)
def test_only_the_api_layer_imports_http_libraries(file: str) -> None:
    libraries = {"requests", "urllib3", "http", "socket", "ssl"} & {each.split(".")[0] for each in imports(file)[1]}
    assert not libraries or file.startswith("_api/")


@pytest.mark.parametrize("file", [file for file in FILES if file != "_module"])
def test_only_the_module_runner_exits_or_prints(file: str) -> None:
    forbidden = {"exit", "_exit", "quit", "exit_json", "fail_json", "print", "SystemExit"}
    assert not called_names(tree(source(file))) & forbidden


def test_every_folder_has_an_empty_init_file() -> None:
    folders = {ROOT, *(source(file).parent for file in FILES)}
    assert {path.parent for path in ROOT.rglob("__init__.py")} == folders
    assert all((folder / "__init__.py").read_bytes() == b"" for folder in folders)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_has_a_task_of_the_same_name(path: Path) -> None:
    task = importlib.import_module(f"{PACKAGE}._tasks.{path.stem}")
    assert isinstance(task.ARGUMENT_SPEC, dict)
    assert list(inspect.signature(task.run).parameters)[:2] == ["params", "context"]


def test_a_task_with_an_argument_spec_has_a_module_of_the_same_name() -> None:
    tasks = [file for file in FILES if file.startswith("_tasks/") and "\nARGUMENT_SPEC" in source(file).read_text()]
    assert tasks == [f"_tasks/{path.stem}" for path in MODULES]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_main_only_runs_the_task_of_its_module(path: Path) -> None:
    (main,) = [node for node in tree(path).body if isinstance(node, ast.FunctionDef)]
    assert main.name == "main"
    assert [ast.unparse(statement) for statement in main.body] == ["run_module(task.ARGUMENT_SPEC, task.run)"]
    assert {f"from _tasks import {path.stem} as task", "from _module import run_module"} <= set(from_imports(path))


def test_every_module_has_an_action_plugin() -> None:
    assert {path.stem for path in (PLUGINS / "action").glob("*.py")} == {path.stem for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_an_action_plugin_runs_the_task_of_its_module(path: Path) -> None:
    action = PLUGINS / "action" / path.name
    (plugin,) = [node for node in tree(action).body if isinstance(node, ast.ClassDef)]
    assert plugin.name == "ActionModule"
    needs_no_log = "context.no_log" in source(f"_tasks/{path.stem}").read_text()
    assert [ast.unparse(statement) for statement in plugin.body] == [
        "validator = ArgumentSpecValidator(task.ARGUMENT_SPEC)",
        "run_task = staticmethod(task.run)",
        *(["requires_no_log = True"] if needs_no_log else []),
    ]
    assert f"from _tasks import {path.stem} as task" in from_imports(action)


@pytest.mark.parametrize("file", [file for file in FILES if file not in WITHOUT_UNIT_TESTS])
def test_every_file_of_module_utils_has_a_test_file(file: str) -> None:
    folder, _slash, name = file.rpartition("/")
    assert (Path(__file__).parent / "module_utils" / folder / f"test_{name}.py").exists()


@pytest.mark.parametrize("folder", ["module_utils", "plugin_utils"])
def test_every_test_file_has_the_name_of_its_source_file(folder: str) -> None:
    tests = Path(__file__).parent / folder
    sources = [path.relative_to(tests).with_name(path.name[len("test_") :]) for path in tests.rglob("test_*.py")]
    assert sources
    assert [each for each in sources if not (PLUGINS / folder / each).exists()] == []
