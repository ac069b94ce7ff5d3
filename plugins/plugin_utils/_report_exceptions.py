# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exceptions from controls: validate them, and apply them to a report. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._api.resources import (
    RESOURCE_TYPES,
    ResourceType,
)
from ansible_collections.community.northflank.plugins.module_utils._model.controls import CONTROLS
from ansible_collections.community.northflank.plugins.module_utils._model.ids import id_errors
from ansible_collections.community.northflank.plugins.module_utils._model.text import printable, short_repr
from ansible_collections.community.northflank.plugins.plugin_utils._json_values import is_list, to_text
from ansible_collections.community.northflank.plugins.plugin_utils._report_controls import FINDINGS

_REQUIRED = ("project_id", "control", "reason", "until")
_IDS = {type_.id_option: type_ for type_ in RESOURCE_TYPES}

# Newer versions of Python accept other formats of ISO 8601, too.
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class ControlException:
    """An exception of an addon or a volume from a control. until: its last day, in UTC."""

    project_id: str
    type: ResourceType
    id: str
    control: str
    reason: str
    until: date

    @property
    def resource(self) -> tuple[str, str, str]:
        return self.project_id, self.type.name, self.id

    def to_result(self, state: str) -> dict[str, str]:
        """Return the form of reports.

        state: applied if it has excepted a finding, expired if it no longer counts, unused if there is no finding or no
        such resource.
        """
        return {
            "project_id": self.project_id,
            self.type.id_option: self.id,
            "control": self.control,
            "reason": self.reason,
            "until": self.until.isoformat(),
            "state": state,
        }


def parse_exceptions(value: Any, option: str) -> tuple[list[ControlException], list[str]]:
    """Return the valid exceptions, and the validation errors of all. option: has them; errors begin with its name."""
    if not is_list(value):
        return [], [f"{option}: {short_repr(value)} is not a list of exceptions"]
    exceptions: list[ControlException] = []
    errors: list[str] = []
    for index, each in enumerate(value):
        entry = f"{option}[{index}]"
        found = _errors(entry, each)
        errors.extend(found)
        if not found:
            id_option = next(name for name in _IDS if name in each)
            exceptions.append(
                ControlException(
                    project_id=str(each["project_id"]),
                    type=_IDS[id_option],
                    id=str(each[id_option]),
                    control=str(each["control"]),
                    reason=to_text(each["reason"]).strip(),
                    until=date.fromisoformat(str(each["until"])),
                )
            )
    return exceptions, errors


def apply_exceptions(
    entries: Sequence[Mapping[str, Any]], exceptions: Sequence[ControlException], today: date
) -> list[dict[str, str]]:
    """Change the status of findings that have an exception to excepted, and return all exceptions with their state.

    today: in UTC. Of several hosts that represent the same addon, each has an entry.
    """
    controls: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for entry in entries if exceptions else ():
        id_ = next((entry[name] for name in _IDS if entry.get(name)), None)
        controls.setdefault((entry["project_id"], entry["resource_type"], id_), []).append(entry["controls"])
    return [each.to_result(_apply(each, controls.get(each.resource, []), today)) for each in exceptions]


def _apply(exception: ControlException, controls: Sequence[dict[str, Any]], today: date) -> str:
    """Apply an exception to the controls of its resource, and return its state."""
    if exception.until < today:
        return "expired"
    state = "unused"
    for each in controls:
        result = each.get(exception.control)
        if result and result["status"] in FINDINGS:
            reason = (
                f"Excepted until {exception.until}: {exception.reason.rstrip('.')}."
                f" Finding ({result['status']}): {result['reason']}"
            )
            finding = {"status": result["status"], "reason": result["reason"]}
            each[exception.control] = {**result, "status": "excepted", "reason": reason, "finding": finding}
            state = "applied"
    return state


def _errors(entry: str, value: Any) -> list[str]:
    """Return the validation errors of an exception, each of which begins with its place in the list."""
    if not isinstance(value, Mapping):
        return [f"{entry}: {short_repr(value)} is not a dictionary"]
    errors = [
        f"{entry}.{printable(str(name))}: not an option; the options are {', '.join((*_REQUIRED, *_IDS))}"
        for name in value
        if name not in (*_REQUIRED, *_IDS)
    ]
    missing = [name for name in _REQUIRED if value.get(name) is None]
    errors += [f"{entry}.{name}: required" for name in missing]
    given = [name for name in _IDS if value.get(name) is not None]
    if len(given) != 1:
        errors.append(f"{entry}: exactly one of {' and '.join(_IDS)} is required")
    for name in ("project_id", *given):
        if name not in missing:
            errors.extend(id_errors(f"{entry}.{name}", str(value[name])))
    if "control" not in missing and value["control"] not in CONTROLS:
        shown = short_repr(value["control"])
        errors.append(f"{entry}.control: {shown} is not a control; the controls are {', '.join(CONTROLS)}")
    if "reason" not in missing and (not isinstance(value["reason"], str) or not value["reason"].strip()):
        errors.append(f"{entry}.reason: {short_repr(value['reason'])} is not a reason; describe it in a sentence")
    if "until" not in missing and not _is_date(str(value["until"])):
        errors.append(f"{entry}.until: {short_repr(value['until'])} is not a date such as 2026-12-31")
    return errors


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False
