# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on a fleet's backups, built from the results of addon_backup_status_info. Pure: no HTTP, no Ansible.

docs/backup-report.schema.json describes it.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import (
    DAYS_PER_WEEK,
    HOURS_PER_DAY,
    INTERVALS,
)

# The version of the report's format. An added field or verdict does not change it.
_VERSION = 1

# What is backed up, even if it does not match its policy.
_PROTECTED = ("ok", "drift")

_COLUMNS = ("project_id", "addon_id", "verdict", "reasons", "policy", "schedules", "newest_backup", "next_run")

# A spreadsheet would run a cell that starts with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

# Half of a character, which an escape in JSON or YAML can make. No file in UTF-8 can contain it.
_SURROGATE = re.compile("[\ud800-\udfff]")

_OF_AN_ADDON: dict[str, Any] = {
    "backup_schedules": [],
    "desired_schedules": None,
    "differences": [],
    "backups": {},
    "next_runs": [],
}

_NO_RESULT_HINT = (
    "The report must cover every host of the play: run the role on all of them at once, without a condition (when),"
    " without serial, and with the strategy linear."
)


def report(
    results: Sequence[Any],
    hosts: Sequence[str],
    now: datetime,
    failed_hosts: Sequence[str] = (),
    limit: str | None = None,
) -> dict[str, Any]:
    """Sum up a fleet.

    results: what addon_backup_status_info returned for each host. hosts: their names, in the same order.
    failed_hosts: those that failed or were unreachable; their addons are unknown. now: in UTC.
    limit: the value of --limit, if the fleet was limited.

    Raises ValueError if the result of any other host is missing: a report without it would look better than it is.
    """
    if len(results) != len(hosts):
        raise ValueError(f"there are {len(results)} results of {len(hosts)} hosts")
    failed = set(failed_hosts)
    missing = [host for host, result in zip(hosts, results) if host not in failed and not _is_result(result)]
    if missing:
        raise ValueError(f"no result of {', '.join(map(str, missing[:10]))} ({len(missing)} hosts). {_NO_RESULT_HINT}")
    addons = [
        addon
        for host, result in zip(hosts, results)
        for addon in (_failed(str(host), result) if host in failed else _addons(str(host), result))
    ]
    addons.sort(key=lambda addon: (VERDICTS.index(addon["verdict"]), addon["project_id"], addon["addon_id"] or ""))
    counts = Counter(addon["verdict"] for addon in addons)
    protected = sum(counts[verdict] for verdict in _PROTECTED)
    assessed = len(addons) - counts["skipped"]
    return {
        "version": _VERSION,
        "generated_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "limit": text_of(limit) if limit else None,
        "summary": {
            "addons": len(addons),
            "verdicts": {verdict: counts[verdict] for verdict in VERDICTS},
            "protected": protected,
            "protected_share": round(protected / assessed, 4) if assessed else None,
        },
        "starts": starts([schedule for addon in addons for schedule in addon["backup_schedules"]]),
        "addons": addons,
    }


def starts(schedules: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Count the backups that start in each hour of the week, in UTC: seven lists of 24, Monday's first.

    Schedules of an unknown interval do not count.
    """
    week = [[0] * HOURS_PER_DAY for _day in range(DAYS_PER_WEEK)]
    for schedule in schedules:
        times = schedule["scheduling"]
        if times["interval"] not in INTERVALS:
            continue
        minutes = len(_numbers(times.get("minute"), 60))
        for day in _numbers(times.get("day"), DAYS_PER_WEEK) if times.get("day") else range(DAYS_PER_WEEK):
            for hour in _numbers(times.get("hour"), HOURS_PER_DAY) if times.get("hour") else range(HOURS_PER_DAY):
                week[day][hour] += minutes
    return week


def as_csv(summed_up: Mapping[str, Any]) -> str:
    """Return the addons of a report as CSV, one line per addon."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for addon in summed_up["addons"]:
        newest = [str(kind["newest"]["created_at"]) for kind in addon["backups"].values() if kind["newest"]]
        row = (
            addon["project_id"],
            addon["addon_id"] or "",
            addon["verdict"],
            " ".join(addon["reasons"]),
            addon["policy"] or "",
            "; ".join(_schedule(schedule) for schedule in addon["backup_schedules"]),
            max(newest, default=""),
            next(iter(addon["next_runs"]), ""),
        )
        writer.writerow([_cell(text_of(value)) for value in row])
    return text.getvalue()


def as_json(summed_up: Mapping[str, Any]) -> str:
    """Return a report as JSON, one line per addon.

    No text of it can end a script element of HTML: the characters for that are escaped.
    """
    lines = ",\n".join(_json(addon) for addon in summed_up["addons"])
    rest = _json({name: value for name, value in summed_up.items() if name != "addons"})
    return f'{rest[:-1]}, "addons": [\n{lines}\n]}}\n'


def text_of(value: Any) -> str:
    """Return a value as text that can be written in UTF-8."""
    return _SURROGATE.sub("\ufffd", str(value))


def _json(value: Any) -> str:
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


def _is_result(result: Any) -> bool:
    return isinstance(result, Mapping) and ("addons" in result or bool(result.get("msg")))


def _failed(host: str, result: Any) -> list[dict[str, Any]]:
    """Return the entry of a host that failed or was unreachable. An earlier result of it may be outdated."""
    message = result.get("msg") if isinstance(result, Mapping) and result.get("failed") else None
    return [_unknown(host, message or "The host failed or was unreachable before its addons were assessed.")]


def _addons(host: str, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "addons" not in result:
        return [_unknown(host, result["msg"])]
    if not _is_list_of_mappings(result["addons"]):
        return [_unknown(host, "The result of the host is malformed: addons is not a list of dictionaries.")]
    policy = result.get("policy_name")
    return [_addon(host, None if policy is None else text_of(policy), addon) for addon in result["addons"]]


def _addon(host: str, policy: str | None, addon: Mapping[str, Any]) -> dict[str, Any]:
    ids = {
        "host": text_of(host),
        "project_id": text_of(addon.get("project_id") or host),
        "addon_id": text_of(addon["addon_id"]) if addon.get("addon_id") else None,
        "policy": policy,
    }
    malformed = _malformed(addon)
    if malformed:
        reason = f"The result of this addon is malformed: {malformed}."
        return {**ids, "verdict": "unknown", "reasons": [reason], **_OF_AN_ADDON}
    return {
        **ids,
        "verdict": str(addon.get("verdict", "unknown")),
        "reasons": [text_of(reason) for reason in addon.get("reasons", [addon.get("msg", "")])],
        **{name: _plain(addon.get(name, default)) for name, default in _OF_AN_ADDON.items()},
    }


def _unknown(host: str, reason: Any) -> dict[str, Any]:
    return {
        "host": text_of(host),
        "project_id": text_of(host),
        "addon_id": None,
        "policy": None,
        "verdict": "unknown",
        "reasons": [text_of(reason)],
        **_OF_AN_ADDON,
    }


def _malformed(addon: Mapping[str, Any]) -> str | None:
    """Return what the report cannot use of the result of an addon, if anything."""
    if addon.get("verdict", "unknown") not in VERDICTS:
        return f"the verdict {addon['verdict']!r:.100} is unknown"
    if not _is_list(addon.get("reasons", [])):
        return "reasons is not a list"
    for name in ("backup_schedules", "desired_schedules"):
        if not _are_schedules(addon.get(name) or []):
            return f"{name} is not a list of schedules"
    if not _is_list_of_mappings(addon.get("differences", [])):
        return "differences is not a list of actions"
    if not _is_list(addon.get("next_runs", [])):
        return "next_runs is not a list"
    backups = addon.get("backups", {})
    if not isinstance(backups, Mapping) or not all(_is_kind(kind) for kind in backups.values()):
        return "backups is not a dictionary by backup type"
    return None


def _are_schedules(schedules: Any) -> bool:
    return _is_list_of_mappings(schedules) and all(
        isinstance(each.get("scheduling"), Mapping)
        and isinstance(each["scheduling"].get("interval"), str)
        and "backup_type" in each
        and "retention_time" in each
        for each in schedules
    )


def _is_kind(kind: Any) -> bool:
    if not isinstance(kind, Mapping) or "newest" not in kind:
        return False
    newest = kind["newest"]
    return newest is None or (isinstance(newest, Mapping) and "created_at" in newest)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _is_list_of_mappings(value: Any) -> bool:
    return _is_list(value) and all(isinstance(each, Mapping) for each in value)


def _plain(value: Any) -> Any:
    """Return a value as JSON in UTF-8 can hold it: no surrogates, no NaN, no infinity."""
    if isinstance(value, str):
        return text_of(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {text_of(name): _plain(each) for name, each in value.items()}
    if _is_list(value):
        return [_plain(each) for each in value]
    return text_of(value)


def _numbers(values: Any, bound: int) -> list[int]:
    """Return the whole numbers of a list from 0 to a bound. The API may add others some day."""
    return [each for each in values if isinstance(each, int) and each in range(bound)] if _is_list(values) else []


def _schedule(schedule: Mapping[str, Any]) -> str:
    interval, backup_type = schedule["scheduling"]["interval"], schedule["backup_type"]
    return f"{interval} {backup_type}, {schedule['retention_time']} days"


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
