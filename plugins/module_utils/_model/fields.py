# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the fields of what the API returns. Pure: no HTTP, no Ansible.

No error quotes a value: it may be a secret.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def mapping(name: str, value: Any) -> Mapping[str, Any]:
    """Return the value of a field that must be an object. Raises ValueError."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is not an object")  # noqa: TRY004  # it is about data, not a defect
    return value


def check_type(name: str, value: Any, type_: type) -> None:
    """Raise ValueError if the value of a field is neither null nor of this type."""
    # In Python, True is an integer.
    if value is not None and (not isinstance(value, type_) or (type_ is int and isinstance(value, bool))):
        raise ValueError(f"{name} is not of type {type_.__name__}")


def required_text(fields: Mapping[str, Any], name: str) -> str:
    """Return a field that must be text. Raises KeyError; TypeError for anything else, such as null or empty text."""
    value = fields[name]
    if not value or not isinstance(value, str):
        raise TypeError(name)
    return value


def optional_text(value: Any) -> str | None:
    """Return the value of a field that may be text; None for anything else, such as empty text."""
    return value if value and isinstance(value, str) else None


def optional_integer(value: Any) -> int | None:
    """Return the value of a field that may be a number, also as text, without its fraction; None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        return int(value)
    except (OverflowError, TypeError, ValueError):
        # A JSON number such as 1e999 is infinite in Python.
        return None
