# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument specs mirror the API. (ansible-test's sanity tests check that the documentation mirrors them.)"""

from __future__ import annotations

import ast
import importlib
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._model.schedule_rules import schedule_errors
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup_schedule,
    addon_backup_schedules,
    addon_backup_status_info,
    argument_specs,
    backup_destination,
)

COLLECTION = Path(__file__).parents[5]
MODULES = {path.stem: path for path in (COLLECTION / "plugins/modules").glob("*.py")}

# The request body of "Create addon backup schedule", copied from the API reference: the field, its option,
# type, elements, choices, default, and whether it is required.
REQUEST_BODY = [
    ("scheduling", "scheduling", "dict", None, None, None, True),
    ("scheduling.interval", "scheduling.interval", "str", None, ["hourly", "daily", "weekly"], None, True),
    ("scheduling.minute", "scheduling.minute", "list", "int", None, None, True),
    ("scheduling.hour", "scheduling.hour", "list", "int", None, None, False),
    ("scheduling.day", "scheduling.day", "list", "str", None, None, False),  # for English names
    ("backupType", "backup_type", "str", None, ["dump", "snapshot"], None, True),
    ("retentionTime", "retention_time", "int", None, None, None, True),
    ("compressionType", "compression_type", "str", None, ["gz", "zstd"], None, False),
    ("additionalDestinations", "additional_destinations", "list", "dict", None, None, False),
    (
        "additionalDestinations.destinationId",
        "additional_destinations.destination_id",
        "str",
        None,
        None,
        None,
        True,
    ),
    (
        "additionalDestinations.retentionTime",
        "additional_destinations.retention_time",
        "int",
        None,
        None,
        None,
        False,
    ),
    ("additionalDestinations.type", "additional_destinations.type", "str", None, ["custom"], "custom", False),
    ("customDestinationId", "custom_destination_id", "str", None, None, None, False),
]
# state=absent does not need these, so the argument spec cannot require them; the validation does.
REQUIRED_BY_VALIDATION = {"scheduling.minute", "retention_time"}

SINGULAR = addon_backup_schedule.ARGUMENT_SPEC
PLURAL = addon_backup_schedules.ARGUMENT_SPEC["schedules"]["options"]


def option(spec: dict[str, Any], path: str) -> dict[str, Any]:
    name, _dot, rest = path.partition(".")
    return option(spec[name]["options"], rest) if rest else spec[name]


def flattened(spec: dict[str, Any], prefix: str = "") -> dict[str, dict[str, Any]]:
    found = {}
    for name, rules in spec.items():
        found[prefix + name] = rules
        found.update(flattened(rules.get("options") or {}, f"{prefix}{name}."))
    return found


@pytest.mark.parametrize("spec", [SINGULAR, PLURAL], ids=["singular", "plural"])
@pytest.mark.parametrize(
    ("field", "path", "type_", "elements", "choices", "default", "required"),
    REQUEST_BODY,
    ids=[row[0] for row in REQUEST_BODY],
)
def test_the_argument_spec_mirrors_the_request_body(
    spec: dict[str, Any],
    field: str,
    path: str,
    type_: str,
    elements: str | None,
    choices: list[str] | None,
    default: str | None,
    required: bool,
) -> None:
    rules = option(spec, path)
    assert (rules["type"], rules.get("elements"), rules.get("choices"), rules.get("default")) == (
        type_,
        elements,
        choices,
        default,
    )
    assert rules.get("required", False) == (required and path not in REQUIRED_BY_VALIDATION)
    api_name, name = field.split(".")[-1], path.split(".")[-1]
    assert rules.get("aliases", []) == ([api_name] if api_name != name else [])


def test_a_schedule_has_no_options_besides_the_request_body() -> None:
    mirrored = {row[1] for row in REQUEST_BODY}
    read_only = {"id", "created_at", "updated_at", "unknown_fields"}
    assert set(flattened(PLURAL)) - mirrored == read_only
    others = {path for path in set(flattened(SINGULAR)) - mirrored if "." not in path}
    own = {"project_id", "addon_id", "state", "on_difference", "validate_destinations"}
    assert own == others - read_only - set(argument_specs.connection())


@pytest.mark.parametrize("path", sorted(REQUIRED_BY_VALIDATION))
def test_the_validation_requires_what_the_argument_spec_cannot(path: str) -> None:
    options: dict[str, Any] = {
        "scheduling": {"interval": "hourly", "minute": [0]},
        "backup_type": "snapshot",
        "retention_time": 7,
    }
    holder = options["scheduling"] if path.startswith("scheduling.") else options
    del holder[path.split(".")[-1]]
    assert [error.split(":")[0] for error in schedule_errors(BackupSchedule.from_params(options))] == [path]


def spec_of(module: str) -> dict[str, Any]:
    task = importlib.import_module(f"ansible_collections.community.northflank.plugins.module_utils._tasks.{module}")
    return task.ARGUMENT_SPEC


def camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


@pytest.mark.parametrize("path", ["project_id", "addon_id", "team_id", "addon_ids"])
def test_ids_have_the_names_of_the_api_as_aliases(path: str) -> None:
    for module in MODULES:
        spec = spec_of(module)
        if path in spec:
            assert spec[path]["aliases"] == [camel_case(path)]


def test_a_request_body_of_the_reference_works_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NORTHFLANK_API_TOKEN", raising=False)
    body = {
        "scheduling": {"interval": "weekly", "minute": [30], "hour": [18], "day": [4]},
        "backupType": "snapshot",
        "additionalDestinations": [{"destinationId": "cold-storage", "retentionTime": 7, "type": "custom"}],
        "retentionTime": 7,
    }
    validated = ArgumentSpecValidator(SINGULAR).validate({"projectId": "shop", "addonId": "db", **body})
    assert validated.error_messages == []
    schedule = BackupSchedule.from_params(validated.validated_parameters)
    assert schedule_errors(schedule) == []
    assert schedule.to_api() == body


@pytest.mark.parametrize(
    ("environment", "token"),
    [
        ({}, None),
        ({"NORTHFLANK_API_TOKEN": "first", "NF_API_TOKEN": "second"}, "first"),
        ({"NF_API_TOKEN": "second"}, "second"),
        ({"NORTHFLANK_API_TOKEN": "", "NF_API_TOKEN": "second"}, "second"),
        ({"NORTHFLANK_API_TOKEN": " \t"}, None),
    ],
)
def test_the_token_comes_from_the_environment(
    environment: dict[str, str], token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert with_environment(environment, monkeypatch, "api_token") == token


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, "https://api.northflank.com"),
        ({"NF_HOST": "https://c"}, "https://c"),
        ({"NF_API_HOST": "https://b", "NF_HOST": "https://c"}, "https://b"),
        ({"NORTHFLANK_API_BASE_URL": " ", "NF_API_HOST": "", "NF_HOST": "https://c"}, "https://c"),
        ({"NORTHFLANK_API_BASE_URL": "https://a", "NF_API_HOST": "https://b"}, "https://a"),
    ],
)
def test_the_url_comes_from_the_environment(
    environment: dict[str, str], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert with_environment(environment, monkeypatch, "api_url") == url


def with_environment(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str) -> Any:
    for variable in list(os.environ):
        if variable.startswith(("NORTHFLANK_", "NF_")):
            monkeypatch.delenv(variable)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    return ArgumentSpecValidator(argument_specs.connection()).validate({}).validated_parameters[name]


# Besides the token.
SECRETS = {
    "backup_destination": {"credentials.access_key", "credentials.secret_key"},
    "notification_integration": {"secret", "webhook"},
}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_secrets_are_not_logged(module: str) -> None:
    secrets = {name for name, rules in flattened(spec_of(module)).items() if rules.get("no_log")}
    assert secrets == {"api_token", *SECRETS.get(module, ())}


def test_a_destination_has_the_names_of_the_api_as_aliases() -> None:
    for path, rules in flattened(backup_destination.ARGUMENT_SPEC).items():
        name = path.rsplit(".", 1)[-1]
        if name not in argument_specs.connection() and "_" in name:
            assert camel_case(name) in rules["aliases"]


def constant(path: Path, name: str) -> str:
    """Read a string constant of a module, without importing the module."""
    (value,) = [
        ast.literal_eval(node.value)
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name
    ]
    return value


@pytest.mark.parametrize("module", sorted(MODULES))
def test_the_examples_use_options_that_the_module_has(module: str) -> None:
    spec = spec_of(module)
    known = {name for option, rules in spec.items() for name in (option, *rules.get("aliases", ()))}
    tasks = yaml.safe_load(constant(MODULES[module], "EXAMPLES"))
    of_the_module = [
        task[f"community.northflank.{module}"] for task in tasks if f"community.northflank.{module}" in task
    ]
    assert of_the_module
    for options in of_the_module:
        assert set(options) <= known


def test_each_call_returns_a_new_dictionary() -> None:
    """ansible-core modifies argument specs."""
    for function in (argument_specs.connection, argument_specs.addons_of_project, argument_specs.schedule):
        first, second = function(), function()
        assert first == second
        assert not {id(each) for each in first.values()} & {id(each) for each in second.values()}


@pytest.mark.parametrize(
    ("params", "errors"),
    [
        ({"controls": 5}, ["controls: must be a dictionary"]),
        ({"controls": {"off_site": 26, "last_backup": [26]}}, ["controls.last_backup", "controls.off_site"]),
        ({"schedules": [{"scheduling": 5}, 7, None]}, ["schedules[0].scheduling", "schedules[1]", "schedules[2]"]),
        ({"schedules": [{"additionalDestinations": [5]}]}, ["schedules[0].additionalDestinations[0]"]),
        # ansible-core converts text, and reports other errors itself.
        ({"controls": None, "schedules": "x"}, []),
        ({"controls": {"off_site": '{"hours": 26}', "scheduled": None}, "schedules": ["x", {}]}, []),
    ],
)
def test_suboptions_that_are_no_dictionaries_are_errors_with_their_names(
    params: dict[str, Any], errors: list[str]
) -> None:
    found = argument_specs.type_errors(addon_backup_status_info.ARGUMENT_SPEC, params)
    assert sorted(error.removesuffix(": must be a dictionary") for error in found) == [
        error.removesuffix(": must be a dictionary") for error in errors
    ]


def test_a_control_of_a_policy_that_is_no_dictionary() -> None:
    assert argument_specs.validate_controls("policy_controls.critical", {"off_site": 26}) == (
        {},
        ["policy_controls.critical.off_site: must be a dictionary"],
    )
