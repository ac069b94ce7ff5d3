# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validate the options that several modules have, beyond what ansible-core validates.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._api.resources import RESOURCE_TYPES
from .._model.ids import id_errors

_MAX_CONCURRENCY = 64


def common_errors(argument_spec: Mapping[str, Any], params: Mapping[str, Any]) -> list[str]:
    """Return the validation errors of IDs, of concurrency, and of Booleans where an integer is expected.

    params: as ansible-core has validated them. Each error begins with the name of the option.
    """
    errors = []
    for option in ("project_id", *(type_.id_option for type_ in RESOURCE_TYPES), "team_id"):
        if params.get(option) is not None:
            errors.extend(id_errors(option, params[option]))
    for option in (type_.ids_option for type_ in RESOURCE_TYPES):
        for index, id_ in enumerate(params.get(option) or ()):
            errors.extend(id_errors(f"{option}[{index}]", id_))
    if not 1 <= params.get("concurrency", 1) <= _MAX_CONCURRENCY:
        errors.append(f"concurrency: {params['concurrency']} is not between 1 and {_MAX_CONCURRENCY}")
    return [*errors, *boolean_errors(argument_spec, params)]


def boolean_errors(argument_spec: Mapping[str, Any], params: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Return an error for each Boolean where an integer is expected: ansible-core accepts true as an integer.

    prefix: of the names of the options.
    """
    return list(_boolean_errors(argument_spec, params, prefix))


def _boolean_errors(options: Mapping[str, Any], params: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, rules in options.items():
        value = params.get(name)
        values = {f"{prefix}{name}": value}
        type_ = rules.get("type", "str")
        if type_ == "list" and isinstance(value, list):
            values = {f"{prefix}{name}[{index}]": each for index, each in enumerate(value)}
            type_ = rules.get("elements", "str")
        for option, each in values.items():
            if isinstance(each, bool) and type_ == "int":
                yield f"{option}: {str(each).lower()} is a Boolean, not an integer"
            elif isinstance(each, Mapping) and "options" in rules:
                yield from _boolean_errors(rules["options"], each, f"{option}.")
