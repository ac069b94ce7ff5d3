# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The format of Northflank's IDs. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re

from .text import short_repr

# API reference, "Create addon backup schedule", destinationId.
_ID = re.compile(r"[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*")
_MAX_LENGTH = 100

# API reference, "Create addon backup schedule": the shortest ID of a backup destination, in characters.
MIN_DESTINATION_ID = 3


def is_id(value: object, min_length: int = 1) -> bool:
    """Return whether a value has the format of an ID. min_length: in characters."""
    return isinstance(value, str) and bool(_ID.fullmatch(value)) and min_length <= len(value) <= _MAX_LENGTH


def id_errors(option: str, value: str, min_length: int = 1) -> list[str]:
    """Return the validation errors of an ID in an option, each of which begins with the name of the option.

    min_length: in characters.
    """
    if value in ("True", "False"):
        # ansible-core converts Booleans, which YAML also writes as yes, no, on and off.
        return [f"{option}: {value} is a Boolean, not an ID; put the ID in quotes"]
    if not _ID.fullmatch(value):
        shown = short_repr(value)
        return [f"{option}: {shown} is not an ID: use letters and digits, in groups joined by single hyphens"]
    if not min_length <= len(value) <= _MAX_LENGTH:
        return [f"{option}: {short_repr(value)} must have {min_length} to {_MAX_LENGTH} characters, not {len(value)}"]
    return []


def slug(name: str) -> str:
    """Return the ID that Northflank derives from a name: ``My App`` becomes ``my-app``.

    The API reference shows this by examples only, none of which has a non-ASCII character.
    """
    return "-".join(re.findall("[a-z0-9]+", name.lower()))


def predicted_id(name: str) -> str | None:
    """Return the ID that Northflank derives from the name of a backup destination; None if it cannot be predicted."""
    id_ = slug(name)
    return id_ if name.isascii() and is_id(id_, MIN_DESTINATION_ID) else None
