# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An event that Northflank sends to a webhook. Pure: no HTTP, no Ansible.

The guide "Configure notification integrations" documents the body, ``{"event": "build:start", "data": {...}}``, with
``{"build": {"id"}, "service": {"id"}, "project": {"id"}}`` as its data. The data of backups is not documented. It is
assumed to have the same form, with ``addon`` and ``backup``.

The sender of an event knows the secret of the integration, but its data may contain names, which anyone who may create
an addon can choose freely.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .fields import mapping
from .ids import is_id
from .text import event_text

# The levels of objects and lists. The documented event has three.
_MAX_DEPTH = 16

# What the integers of other programs, such as the rule engine, can hold.
_MAX_INTEGER = 2**63

_NAME = re.compile(r"[A-Za-z0-9-]+(:[A-Za-z0-9-]+)+")
_MAX_NAME = 100

# In an integration, the name of an event has this prefix. The documented body does not.
_PREFIX = "trigger:"

# ansible-core reads objects with such keys as something else than objects, when it loads variables from JSON.
_RESERVED = "__ansible"


def event_name(text: object) -> str | None:
    """Return the name of an event without the prefix ``trigger:``, None if it is not a name."""
    if not isinstance(text, str) or len(text) > _MAX_NAME:
        return None
    name = text.removeprefix(_PREFIX)
    return name if _NAME.fullmatch(name) else None


@dataclass(frozen=True)
class WebhookEvent:
    """An event. project_id, addon_id, backup_id: what it is about; None if the data has no valid ID of it.

    name: without the prefix ``trigger:``. data: as sent, except for its texts: see event_text().
    """

    name: str
    data: Mapping[str, Any]
    project_id: str | None = None
    addon_id: str | None = None
    backup_id: str | None = None

    @classmethod
    def from_body(cls, body: bytes) -> WebhookEvent:
        """Parse a body. Raises ValueError, with a reason that quotes nothing of it."""
        parsed = _checked(_parse(body))
        fields = parsed if isinstance(parsed, dict) else {}
        name = event_name(fields.get("event"))
        if name is None:
            raise ValueError("it has no name of an event")
        data = mapping("data", fields.get("data"))
        return cls(name, data, *(_id_of(data, part) for part in ("project", "addon", "backup")))

    def to_event(self, **more: str | None) -> dict[str, Any]:
        """Return the event for the rule engine, without what is None. more: additional fields."""
        ids = {name: getattr(self, name) for name in ("project_id", "addon_id", "backup_id")}
        fields = {"event": self.name, **more, **ids, "data": self.data}
        return {"northflank": {name: value for name, value in fields.items() if value is not None}}


def _id_of(data: Mapping[str, Any], part: str) -> str | None:
    found = data.get(part)
    id_ = found.get("id") if isinstance(found, dict) else None
    return id_ if is_id(id_) else None


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_refused_constant)
    except _Refused:
        raise
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError:
        raise ValueError("it is not JSON in UTF-8") from None


class _Refused(ValueError):
    """JSON that other parsers may read differently."""


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("it has a duplicate key")
    return found


def _refused_constant(name: str) -> Any:
    raise _Refused("it has a number that JSON does not have")


def _checked(value: Any, depth: int = 0) -> Any:
    """Return a copy of a value without templates. Raises ValueError if it is not safe to pass on."""
    if depth > _MAX_DEPTH:
        raise ValueError("it is nested too deeply")
    if isinstance(value, dict):
        if "" in value:
            # After such an event, the rule engine silently processes no further one.
            raise ValueError("it has an empty key")
        if any(name.startswith(_RESERVED) for name in value):
            raise ValueError("it has a key that Ansible reserves")
        return {_text(name): _checked(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [_checked(each, depth + 1) for each in value]
    if isinstance(value, str):
        return _text(value)
    # A JSON number such as 1e999 is infinite in Python.
    if isinstance(value, (int, float)) and not abs(value) < _MAX_INTEGER:
        raise ValueError("it has a number that is too large")
    return value


def _text(text: str) -> str:
    if any("\ud800" <= each <= "\udfff" for each in text):
        raise ValueError("it has text that is not valid Unicode")
    return event_text(text)
