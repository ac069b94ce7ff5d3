# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validate the arguments of event sources, which ansible-rulebook passes on as they are in the rulebook.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions
from ansible_collections.community.northflank.plugins.module_utils._model.text import printable
from ansible_collections.community.northflank.plugins.module_utils._tasks.validation import boolean_errors


def validated_arguments(argument_spec: Mapping[str, Any], args: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the arguments with their defaults, and the validation errors. With errors, types may be wrong."""
    validated = ArgumentSpecValidator(argument_spec).validate(args)
    errors = [printable(each) for each in validated.error_messages]
    params = dict(validated.validated_parameters)
    return params, errors or boolean_errors(argument_spec, params)


def range_errors(params: Mapping[str, Any], ranges: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    """Yield an error for each integer that is not in its range. ranges: the least and the greatest, by argument."""
    for name, (least, greatest) in ranges.items():
        if not least <= params[name] <= greatest:
            yield f"{name}: {params[name]} is not between {least} and {greatest}"


def check_arguments(errors: Sequence[str]) -> None:
    """Raise InvalidOptions if there are errors. ansible-rulebook then logs them and ends."""
    if errors:
        raise InvalidOptions(errors, "the source was not started")
