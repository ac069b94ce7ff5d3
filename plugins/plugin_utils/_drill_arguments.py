# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validate the arguments of the filters for restore drills.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.module_utils._model.drill import (
    MAX_ROTATION_DAYS,
    prefix_errors,
)
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import parse_integer

# More than any fleet has.
MAX_NUMBER = 100000
# One year.
MAX_HOURS = 8760
# One week, like the longest wait for a fork.
MAX_SECONDS = 604800


def parse_size(value: Any, what: str) -> int | None:
    """Return the size of a sample; None for all hosts. what: the name of the value in errors."""
    # Up to ansible-core 2.18, a template turns null into an empty text.
    return None if value is None or value == "" else parse_integer(value, what, 1, MAX_NUMBER)


def parse_interval_days(value: Any, what: str) -> int:
    """Return the number of days between two runs."""
    return parse_integer(value, what, 1, MAX_ROTATION_DAYS)


def parse_settings(settings: Mapping[str, Any]) -> tuple[int | None, int, int]:
    """Return the sample, the interval in days and the maximum of parallel drills of the role's variables.

    Raises AnsibleFilterError with the errors of all variables.
    """
    parsers: dict[str, Callable[[Any, str], Any]] = {
        "sample": parse_size,
        "interval_days": parse_interval_days,
        "max_parallel": lambda value, what: parse_integer(value, what, 1, MAX_NUMBER),
        "name_prefix": _parse_prefix,
        "checks_timeout": lambda value, what: parse_integer(value, what, 1, MAX_SECONDS),
        "sweep_after_hours": lambda value, what: parse_integer(value, what, 0, MAX_HOURS),
    }
    values, errors = {}, []
    for name, parse in parsers.items():
        try:
            values[name] = parse(settings.get(name), f"restore_drill_{name}")
        except AnsibleFilterError as error:
            errors.append(str(error))
    if errors:
        raise AnsibleFilterError("; ".join(errors))
    return values["sample"], values["interval_days"], values["max_parallel"]


def _parse_prefix(value: Any, what: str) -> str:
    prefix = "" if value is None else str(value)
    errors = prefix_errors(prefix)
    if errors:
        raise AnsibleFilterError(f"{what}: {errors[0]}")
    return prefix
