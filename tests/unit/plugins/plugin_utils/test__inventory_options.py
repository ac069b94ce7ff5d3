# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of an inventory file are validated."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_options import (
    validation_errors,
    with_strings,
)

DEFINITIONS: dict[str, dict[str, Any]] = {
    "api_token": {"type": "str"},
    "cache": {"type": "bool"},
    "ca_path": {"type": "path"},
    "compose": {"type": "dict"},
    "group_by": {"type": "list", "elements": "str", "choices": ["project", "type"]},
    "hosts": {"type": "list", "elements": "str", "choices": ["addons", "volumes", "projects"]},
    "on_unreadable_project": {"type": "str", "choices": ["fail", "warn"]},
    "include_types": {"type": "list", "elements": "str"},
    "keyed_groups": {"type": "list", "elements": "dict"},
    "leading_separator": {"type": "boolean"},
    "timeout": {"type": "int"},
    "untyped": {"type": "raw"},
}
ALL_OPTIONS = "ansible-doc --type inventory community.northflank.northflank lists the options"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("cache", True),
        ("cache", "yes"),
        ("cache", 0),
        ("leading_separator", "Off"),
        ("timeout", 5),
        ("timeout", "5"),
        ("timeout", -5),
        ("timeout", None),
        ("hosts", "projects"),
        ("hosts", "addons, volumes"),
        ("hosts", ["addons", "volumes"]),
        ("on_unreadable_project", "warn"),
        ("group_by", ["type"]),
        ("group_by", "type,project"),
        ("group_by", []),
        ("include_types", ["a", 1]),
        ("include_types", "a, b"),
        ("api_token", 12345678),
        ("keyed_groups", [{"key": "x"}]),
        ("compose", {"a": "b"}),
        ("ca_path", "/etc"),
        ("untyped", 1.5),
    ],
)
def test_a_valid_option(option: str, value: Any) -> None:
    assert validation_errors({option: value}, DEFINITIONS) == []


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("cache", "trrue", "cache: 'trrue' is not a Boolean: use true or false"),
        ("cache", "{{ x }}", "cache: '{{ x }}' is not a Boolean: use true or false"),
        ("cache", 2, "cache: 2 is not a Boolean: use true or false"),
        ("cache", [], "cache: [] is not a Boolean: use true or false"),
        ("leading_separator", "nope", "leading_separator: 'nope' is not a Boolean: use true or false"),
        ("timeout", True, "timeout: true is not an integer"),
        ("timeout", 1.5, "timeout: 1.5 is not an integer"),
        ("timeout", "1.5", "timeout: '1.5' is not an integer"),
        ("timeout", "", "timeout: '' is not an integer"),
        ("timeout", "9" * 100, f"timeout: '{'9' * 100}' is not an integer"),
        ("compose", {5: "1"}, "compose: 5 is not a name: put it in quotes"),
        ("compose", {True: "1"}, "compose: true is not a name: put it in quotes"),
        ("hosts", "addon", "hosts: 'addon' is not one of addons, volumes, projects"),
        ("on_unreadable_project", "no", "on_unreadable_project: 'no' is not one of fail, warn"),
        ("on_unreadable_project", ["warn"], "on_unreadable_project: ['warn'] is not a string: put it in quotes"),
        ("group_by", ["type", "projects"], "group_by: 'projects' is not one of project, type"),
        ("group_by", [1], "group_by: 1 is not one of project, type"),
        ("include_types", 1, "include_types: 1 is not a list"),
        ("include_types", {"a": 1}, "include_types: {'a': 1} is not a list"),
        ("include_types", ["a", True], "include_types[1]: true is not a string: put it in quotes"),
        ("include_types", [None], "include_types[0]: null is not a string: put it in quotes"),
        ("include_types", [1.1], "include_types[0]: 1.1 is not a string: put it in quotes"),
        ("keyed_groups", ["a"], "keyed_groups[0]: 'a' is not a dictionary"),
        ("compose", "a", "compose: 'a' is not a dictionary"),
        ("ca_path", 5, "ca_path: 5 is not a path"),
        ("api_token", ["secret"], "api_token: is not a string: put it in quotes"),
        # YAML does not parse these names as strings.
        *(
            (name, [], f"{shown}: unknown option; {ALL_OPTIONS}")
            for name, shown in ((True, "true"), (5, "5"), (None, "null"))
        ),
        ("include_type", [], "include_type: unknown option; did you mean include_types?"),
        ("zzz\x1b", [], f"zzz\\x1b: unknown option; {ALL_OPTIONS}"),
    ],
)
def test_an_invalid_option(option: Any, value: Any, message: str) -> None:
    assert validation_errors({option: value}, DEFINITIONS) == [message]


def test_all_errors_are_reported_at_once() -> None:
    assert len(validation_errors({"cache": "trrue", "timeout": True, "hosts": {}}, DEFINITIONS)) == 3


def test_a_long_value_is_truncated() -> None:
    (error,) = validation_errors({"timeout": "x" * 5000}, DEFINITIONS)
    assert len(error) < 300


def test_numbers_are_converted_to_expected_strings() -> None:
    given = {"api_token": 12345678, "include_types": [1, "a"], "timeout": 5, "cache": None, "group_by": "type"}
    assert with_strings(given, DEFINITIONS) == {
        "api_token": "12345678",
        "include_types": ["1", "a"],
        "timeout": 5,
        "group_by": "type",
    }
