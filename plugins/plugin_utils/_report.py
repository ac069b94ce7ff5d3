# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the report on the backups of a fleet from results of modules that assess backups. Pure: no HTTP, no Ansible.

docs/backup-report.schema.json describes it.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._api.resources import (
    ADDON,
    RESOURCE_TYPES,
    VOLUME,
    ResourceType,
)
from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.plugins.module_utils._model.times import format_time
from ansible_collections.community.northflank.plugins.plugin_utils._drill_results import NEVER, STATUSES
from ansible_collections.community.northflank.plugins.plugin_utils._heat_map import heat_map
from ansible_collections.community.northflank.plugins.plugin_utils._report_controls import (
    complete_controls,
    controls_error,
    copied_controls,
    count_controls,
    unknown_controls,
)
from ansible_collections.community.northflank.plugins.plugin_utils._report_exceptions import (
    ControlException,
    apply_exceptions,
)
from ansible_collections.community.northflank.plugins.plugin_utils._report_values import (
    is_list,
    to_json_value,
    to_text,
)

# The version of the format of the report. A new field or verdict does not change it.
VERSION = 1

# The verdicts on addons that are backed up, whether or not they match their policy.
PROTECTED = ("ok", "drift")

# How many hosts an error lists at most.
_MAX_HOSTS = 10

# The fields of an addon that are copied from the result, with their values for an addon that could not be read.
_COPIED: dict[str, Any] = {
    "backup_schedules": [],
    "desired_schedules": None,
    "differences": [],
    "backups": {},
    "next_runs": [],
}

_NO_RESULT_HINT = (
    "The report must cover every host of the play: run the role on all hosts at once, without when and serial, and with"
    " the strategy linear."
)


def report(
    results: Sequence[Any],
    hosts: Sequence[str],
    now: datetime,
    failed_hosts: Sequence[str] = (),
    limit: str | None = None,
    drills: Mapping[str, Mapping[str, Any]] | None = None,
    exceptions: Sequence[ControlException] = (),
    control_labels: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Return the report on a fleet.

    results: what addon_backup_status_info or volume_backup_status_info returned for each host, or both of them as one.
    hosts: the names of the hosts, in the same order. now: in UTC.
    failed_hosts: those that failed or were unreachable; the verdict on their addons and volumes is unknown.
    limit: the value of --limit; None or empty if the report covers the whole inventory.
    drills: the result of read_drills(); None if the report does not cover restore drills.
    exceptions: from controls. control_labels: of the user, by control.

    Raises ValueError if there is no result for any other host: without it, the report would look better than it is.
    """
    if len(results) != len(hosts):
        raise ValueError(f"there are {len(results)} results for {len(hosts)} hosts")
    failed = set(failed_hosts)
    missing = [host for host, result in zip(hosts, results) if host not in failed and not _is_result(result)]
    if missing:
        names = ", ".join(map(str, missing[:_MAX_HOSTS]))
        more = f" and {len(missing) - _MAX_HOSTS} more" if len(missing) > _MAX_HOSTS else ""
        raise ValueError(f"no result for {names}{more}. {_NO_RESULT_HINT}")
    entries = [
        entry
        for host, result in zip(hosts, results)
        for entry in (_entries_of_failed(str(host), result) if host in failed else _entries(str(host), result))
    ]
    for entry in entries:
        entry["restore_drill"] = None if drills is None else _restore_drill(entry, drills)
    complete_controls(entries, now)
    applied = apply_exceptions(entries, exceptions, now.date())
    volumes = [entry for entry in entries if entry["resource_type"] == VOLUME.name]
    # Of a host that failed, nothing is known, not even what it is.
    addons = [entry for entry in entries if entry["resource_type"] != VOLUME.name]
    return {
        "version": VERSION,
        "generated_at": format_time(now),
        "limit": to_text(limit) if limit else None,
        "hosts": [to_text(host) for host in hosts],
        "summary": _summary(addons, volumes, drills is not None),
        "starts": heat_map([schedule for entry in entries for schedule in entry["backup_schedules"]]),
        "addons": sorted(addons, key=_position),
        "volumes": sorted(volumes, key=_position),
        "exceptions": applied,
        "control_labels": {name: list(labels) for name, labels in (control_labels or {}).items()},
    }


def all_entries(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the addons and the volumes of a report, the worst first."""
    return sorted([*report["addons"], *report["volumes"]], key=_position)


def id_of(entry: Mapping[str, Any]) -> str | None:
    """Return the ID of an addon or a volume of a report; None if the entry stands for a project or a host."""
    ids = [entry.get(type_.id_option) for type_ in RESOURCE_TYPES]
    return next((str(each) for each in ids if each), None)


def path_of(entry: Mapping[str, Any]) -> str:
    """Return the name of an addon or a volume in messages: shop/orders-db or shop/volumes/uploads."""
    kind = VOLUME.collection if entry.get(VOLUME.id_option) else None
    return "/".join(filter(None, [entry["project_id"], kind, id_of(entry)]))


def _position(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return (VERDICTS.index(entry["verdict"]), entry["project_id"], id_of(entry) or "", entry["resource_type"] or "")


def _is_result(result: Any) -> bool:
    return isinstance(result, Mapping) and (bool(_types_in(result)) or bool(result.get("msg")))


def _types_in(result: Mapping[str, Any]) -> list[ResourceType]:
    """Return the types of resources that a result has."""
    return [type_ for type_ in RESOURCE_TYPES if type_.collection in result]


def _restore_drill(entry: Mapping[str, Any], drills: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the restore drills of an addon; None for anything else."""
    if entry["resource_type"] != ADDON.name or entry["addon_id"] is None:
        return None
    return dict(drills.get(f"{entry['project_id']}/{entry['addon_id']}", NEVER))


def _summary(
    addons: Sequence[Mapping[str, Any]], volumes: Sequence[Mapping[str, Any]], with_drills: bool
) -> dict[str, Any]:
    counts = Counter(entry["verdict"] for entry in [*addons, *volumes])
    drills = Counter(entry["restore_drill"]["status"] for entry in addons if entry["restore_drill"])
    protected = sum(counts[verdict] for verdict in PROTECTED)
    assessed = len(addons) + len(volumes) - counts["skipped"]
    return {
        "addons": len(addons),
        "volumes": len(volumes),
        "verdicts": {verdict: counts[verdict] for verdict in VERDICTS},
        "protected": protected,
        "protected_share": round(protected / assessed, 4) if assessed else None,
        "restore_drills": {status: drills[status] for status in STATUSES} if with_drills else None,
        "controls": count_controls([*addons, *volumes]),
    }


def _entries_of_failed(host: str, result: Any) -> list[dict[str, Any]]:
    """Return the entry for a host that failed or was unreachable. What its result has is ignored: it may be stale."""
    message = result.get("msg") if isinstance(result, Mapping) and result.get("failed") else None
    return [_unknown(host, None, message or "The host failed or was unreachable before its backups were assessed.")]


def _entries(host: str, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the entries for the addons and volumes of a host."""
    types = _types_in(result)
    if not types:
        return [_unknown(host, None, result["msg"])]
    return [entry for type_ in types for entry in _entries_of(type_, host, result[type_.collection])]


def _entries_of(type_: ResourceType, host: str, listed: Any) -> list[dict[str, Any]]:
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
