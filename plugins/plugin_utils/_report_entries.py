# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of a report, one per addon or volume, from results of modules. Pure: no HTTP, no Ansible.

The results are not trusted: an entry whose result is malformed is unknown.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._api.resources import (
    ADDON,
    RESOURCE_TYPES,
    VOLUME,
    ResourceType,
)
from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.plugins.plugin_utils._json_values import (
    is_list,
    to_json_value,
    to_text,
)
from ansible_collections.community.northflank.plugins.plugin_utils._report_controls import (
    controls_error,
    copied_controls,
    unknown_controls,
)

# The fields of an addon that are copied from the result, with their values for an addon that could not be read.
_COPIED: dict[str, Any] = {
    "backup_schedules": [],
    "desired_schedules": None,
    "differences": [],
    "backups": {},
    "next_runs": [],
}


def id_of(entry: Mapping[str, Any]) -> str | None:
    """Return the ID of an addon or a volume of a report; None if the entry stands for a project or a host."""
    ids = [entry.get(type_.id_option) for type_ in RESOURCE_TYPES]
    return next((str(each) for each in ids if each), None)


def path_of(entry: Mapping[str, Any]) -> str:
    """Return the name of an addon or a volume in messages: shop/orders-db or shop/volumes/uploads.

    That of a project whose addons, or whose volumes, could not be listed is shop or shop/volumes.
    """
    kind = VOLUME.collection if VOLUME.id_option in entry else None
    return "/".join(filter(None, [entry["project_id"], kind, id_of(entry)]))


def is_result(result: Any) -> bool:
    """Return whether a value is a result for a host: addons or volumes, or why there are none."""
    return isinstance(result, Mapping) and (bool(_types_in(result)) or bool(result.get("msg")))


def entries_of(host: str, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the entries for the addons and volumes of a host."""
    types = _types_in(result)
    if not types:
        return [_unknown(host, None, result["msg"])]
    return [entry for type_ in types for entry in _entries_of_type(type_, host, result[type_.collection])]


def entries_of_failed(host: str, result: Any) -> list[dict[str, Any]]:
    """Return the entry for a host that failed or was unreachable. What its result has is ignored: it may be stale."""
    message = result.get("msg") if isinstance(result, Mapping) and result.get("failed") else None
    return [
        _unknown(
            host,
            None,
            message or "The host failed, was unreachable or ended the play before its backups were read.",
        )
    ]


def _types_in(result: Mapping[str, Any]) -> list[ResourceType]:
    """Return the types of resources that a result has."""
    return [type_ for type_ in RESOURCE_TYPES if type_.collection in result]


def _entries_of_type(type_: ResourceType, host: str, listed: Any) -> list[dict[str, Any]]:
    if not _is_list_of_dicts(listed):
        reason = f"The result of the host is malformed: {type_.collection} is not a list of dictionaries."
        return [_unknown(host, type_, reason)]
    return [_entry(type_, host, each) for each in listed]


def _entry(type_: ResourceType, host: str, listed: Mapping[str, Any]) -> dict[str, Any]:
    id_ = listed.get(type_.id_option)
    ids = {
        "host": to_text(host),
        "resource_type": type_.name,
        "project_id": to_text(listed.get("project_id") or host),
        type_.id_option: to_text(id_) if id_ else None,
        "policy": None if listed.get("policy") is None else to_text(listed["policy"]),
    }
    error = _format_error(listed)
    if error:
        reason = f"The result of this {type_.name} is malformed: {error}."
        controls = unknown_controls(listed.get("controls"), reason)
        return {**ids, "verdict": "unknown", "reasons": [reason], **_COPIED, "controls": controls}
    return {
        **ids,
        "verdict": str(listed.get("verdict", "unknown")),
        "reasons": [to_text(reason) for reason in listed.get("reasons", [listed.get("msg", "")])],
        **{name: to_json_value(listed.get(name, default)) for name, default in _COPIED.items()},
        "controls": copied_controls(listed.get("controls", {})),
    }


def _unknown(host: str, type_: ResourceType | None, reason: Any) -> dict[str, Any]:
    """Return the entry for a host whose addons or volumes are not known. type_: None if not even that is known."""
    return {
        "host": to_text(host),
        "resource_type": type_.name if type_ else None,
        "project_id": to_text(host),
        (type_ or ADDON).id_option: None,
        "policy": None,
        "verdict": "unknown",
        "reasons": [to_text(reason)],
        **_COPIED,
        "controls": {},
    }


def _format_error(listed: Mapping[str, Any]) -> str | None:
    """Return why the result of an addon or a volume cannot be used; None if it can."""
    if listed.get("verdict", "unknown") not in VERDICTS:
        return f"the verdict {short_repr(listed['verdict'])} is unknown"
    if not is_list(listed.get("reasons", [])):
        return "reasons is not a list"
    for name, default in (("backup_schedules", []), ("desired_schedules", None)):
        schedules = listed.get(name, default)
        if schedules != default and not _is_list_of_schedules(schedules):
            return f"{name} is not a list of schedules"
    if not _is_list_of_dicts(listed.get("differences", [])):
        return "differences is not a list of actions"
    if not is_list(listed.get("next_runs", [])):
        return "next_runs is not a list"
    backups = listed.get("backups", {})
    if not isinstance(backups, Mapping) or not all(_is_health(health) for health in backups.values()):
        return "backups is not a dictionary by backup type"
    return controls_error(listed.get("controls", {}))


def _is_list_of_schedules(value: Any) -> bool:
    return _is_list_of_dicts(value) and all(
        isinstance(each.get("scheduling"), Mapping)
        and isinstance(each["scheduling"].get("interval"), str)
        and all(is_list(each["scheduling"].get(name, [])) for name in ("minute", "hour", "day"))
        and "backup_type" in each
        and "retention_time" in each
        for each in value
    )


def _is_health(value: Any) -> bool:
    """Return whether a value is the health of the backups of one type."""
    if not isinstance(value, Mapping) or "newest" not in value:
        return False
    newest = value["newest"]
    return newest is None or (isinstance(newest, Mapping) and "created_at" in newest)


def _is_list_of_dicts(value: Any) -> bool:
    return is_list(value) and all(isinstance(each, Mapping) for each in value)
