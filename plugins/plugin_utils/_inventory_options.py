# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validate the options in an inventory file.

ansible-core reads a misspelt Boolean as false and a Boolean as an integer, and ignores unknown options.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.plugins.plugin_utils._text import escape_control_characters

_OPTIONS_HINT = "ansible-doc --type inventory community.northflank.northflank lists the options"


def validation_errors(config: Mapping[Any, Any], definitions: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the validation errors of the options in an inventory file, each of which begins with the option's name.

    definitions: the documentation of the options, by name, with type, elements and choices.

    An option without a value counts as omitted.
    """
    errors: list[str] = []
    for name, value in config.items():
        if name not in definitions:
            similar = difflib.get_close_matches(str(name), definitions, n=1)
            hint = f"did you mean {similar[0]}?" if similar else _OPTIONS_HINT
            # YAML reads names such as on and 5 as something else.
            shown = escape_control_characters(name) if isinstance(name, str) else _quoted(name)
            errors.append(f"{shown}: unknown option; {hint}")
        elif value is not None:
            errors.extend(_errors_of(str(name), value, definitions[name]))
    return errors


def _errors_of(name: str, value: Any, definition: Mapping[str, Any]) -> list[str]:
    type_ = definition.get("type", "str")
    check, expected = _CHECKS.get(type_, (_anything, ""))
    if not check(value):
        # The token is not quoted.
        found = "" if name == "api_token" else f"{_quoted(value)} "
        return [f"{name}: {found}is not {expected}"]
    if isinstance(value, Mapping):
        return [
            f"{name}: {_quoted(each)} is not a name: put it in quotes" for each in value if not isinstance(each, str)
        ]
    values = value if isinstance(value, list) else value.split(",") if type_ == "list" else [value]
    errors = []
    if type_ == "list":
        check, expected = _CHECKS.get(definition.get("elements", "str"), (_anything, ""))
        errors = [
            f"{name}[{index}]: {_quoted(each)} is not {expected}"
            for index, each in enumerate(values)
            if not check(each)
        ]
    choices = definition.get("choices")
    if choices and not errors:
        unknown = [each for each in values if str(each).strip() not in choices]
        errors = [f"{name}: {_quoted(each)} is not one of {', '.join(choices)}" for each in unknown]
    return errors


def with_strings(config: Mapping[str, Any], definitions: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return valid options, without those that have no value, and with numbers as strings where these are expected."""
    values = {}
    for name, value in config.items():
        if value is None:
            continue
        definition = definitions.get(name, {})
        if definition.get("type") == "str" and isinstance(value, int):
            value = str(value)
        elif definition.get("elements") == "str" and isinstance(value, list):
            value = [str(each) if isinstance(each, int) else each for each in value]
        values[name] = value
    return values


def _quoted(value: Any) -> str:
    as_yaml = {"True": "true", "False": "false", "None": "null"}
    return as_yaml.get(short_repr(value)) or escape_control_characters(short_repr(value))


def _anything(value: Any) -> bool:
    return True


def _is_bool(value: Any) -> bool:
    try:
        boolean(value, strict=True)
    except TypeError:
        return False
    return True


def _is_int(value: Any) -> bool:
    if isinstance(value, str):
        digits = value.strip().lstrip("+-")
        # Python does not convert more than 4300 digits.
        return digits.isdecimal() and len(digits) < 100
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "bool": (_is_bool, "a Boolean: use true or false"),
    "boolean": (_is_bool, "a Boolean: use true or false"),
    "dict": (lambda value: isinstance(value, Mapping), "a dictionary"),
    "int": (_is_int, "an integer"),
    "list": (lambda value: isinstance(value, (list, str)), "a list"),
    "path": (lambda value: isinstance(value, str), "a path"),
    "str": (_is_text, "a string: put it in quotes"),
}
