# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the report on the backups of a fleet from results of addon_backup_status_info. Pure: no HTTP, no Ansible.

docs/backup-report.schema.json describes it.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.plugins.module_utils._model.times import format_time
from ansible_collections.community.northflank.plugins.plugin_utils._heat_map import heat_map
from ansible_collections.community.northflank.plugins.plugin_utils._report_values import (
    is_list,
    to_json_value,
    to_text,
)

# The version of the format of the report. A new field or verdict does not change it.
_VERSION = 1

# The verdicts on addons that are backed up, whether or not they match their policy.
_PROTECTED = ("ok", "drift")

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
) -> dict[str, Any]:
    """Return the report on a fleet.

    results: what addon_backup_status_info returned for each host. hosts: the names of the hosts, in the same order.
    now: in UTC. failed_hosts: those that failed or were unreachable; the verdict on their addons is unknown.
    limit: the value of --limit; None or empty if the report covers the whole inventory.

    Raises ValueError if there is no result for any other host: without it, the report would look better than it is.
    """
    if len(results) != len(hosts):
        raise ValueError(f"there are {len(results)} results for {len(hosts)} hosts")
    failed = set(failed_hosts)
    missing = [host for host, result in zip(hosts, results) if host not in failed and not _is_result(result)]
    if missing:
        names = ", ".join(map(str, missing[:_MAX_HOSTS]))
        raise ValueError(f"no result for {names} ({len(missing)} hosts). {_NO_RESULT_HINT}")
    addons = [
        addon
        for host, result in zip(hosts, results)
        for addon in (_addons_of_failed(str(host), result) if host in failed else _addons(str(host), result))
    ]
    addons.sort(key=lambda addon: (VERDICTS.index(addon["verdict"]), addon["project_id"], addon["addon_id"] or ""))
    return {
        "version": _VERSION,
        "generated_at": format_time(now),
        "limit": to_text(limit) if limit else None,
        "summary": _summary(addons),
        "starts": heat_map([schedule for addon in addons for schedule in addon["backup_schedules"]]),
        "addons": addons,
    }


def _is_result(result: Any) -> bool:
    return isinstance(result, Mapping) and ("addons" in result or bool(result.get("msg")))


def _summary(addons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    counts = Counter(addon["verdict"] for addon in addons)
    protected = sum(counts[verdict] for verdict in _PROTECTED)
    assessed = len(addons) - counts["skipped"]
    return {
        "addons": len(addons),
        "verdicts": {verdict: counts[verdict] for verdict in VERDICTS},
        "protected": protected,
        "protected_share": round(protected / assessed, 4) if assessed else None,
    }


def _addons_of_failed(host: str, result: Any) -> list[dict[str, Any]]:
    """Return the entry for a host that failed or was unreachable. Addons in its result are ignored: it may be stale."""
    message = result.get("msg") if isinstance(result, Mapping) and result.get("failed") else None
    return [_unknown(host, message or "The host failed or was unreachable before its addons were assessed.")]


def _addons(host: str, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the entries for the addons of a host."""
    if "addons" not in result:
        return [_unknown(host, result["msg"])]
    if not _is_list_of_dicts(result["addons"]):
        return [_unknown(host, "The result of the host is malformed: addons is not a list of dictionaries.")]
    return [_addon(host, addon) for addon in result["addons"]]


def _addon(host: str, addon: Mapping[str, Any]) -> dict[str, Any]:
    ids = {
        "host": to_text(host),
        "project_id": to_text(addon.get("project_id") or host),
        "addon_id": to_text(addon["addon_id"]) if addon.get("addon_id") else None,
        "policy": None if addon.get("policy") is None else to_text(addon["policy"]),
    }
    error = _format_error(addon)
    if error:
        reason = f"The result of this addon is malformed: {error}."
        return {**ids, "verdict": "unknown", "reasons": [reason], **_COPIED}
    return {
        **ids,
        "verdict": str(addon.get("verdict", "unknown")),
        "reasons": [to_text(reason) for reason in addon.get("reasons", [addon.get("msg", "")])],
        **{name: to_json_value(addon.get(name, default)) for name, default in _COPIED.items()},
    }


def _unknown(host: str, reason: Any) -> dict[str, Any]:
    """Return the entry for a host whose addons are not known."""
    return {
        "host": to_text(host),
        "project_id": to_text(host),
        "addon_id": None,
        "policy": None,
        "verdict": "unknown",
        "reasons": [to_text(reason)],
        **_COPIED,
    }


def _format_error(addon: Mapping[str, Any]) -> str | None:
    """Return why the result of an addon cannot be used; None if it can."""
    if addon.get("verdict", "unknown") not in VERDICTS:
        return f"the verdict {short_repr(addon['verdict'])} is unknown"
    if not is_list(addon.get("reasons", [])):
        return "reasons is not a list"
    for name, default in (("backup_schedules", []), ("desired_schedules", None)):
        schedules = addon.get(name, default)
        if schedules != default and not _is_list_of_schedules(schedules):
            return f"{name} is not a list of schedules"
    if not _is_list_of_dicts(addon.get("differences", [])):
        return "differences is not a list of actions"
    if not is_list(addon.get("next_runs", [])):
        return "next_runs is not a list"
    backups = addon.get("backups", {})
    if not isinstance(backups, Mapping) or not all(_is_health(health) for health in backups.values()):
        return "backups is not a dictionary by backup type"
    return None


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
