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

from ansible_collections.community.northflank.plugins.module_utils._api.resources import ADDON, VOLUME
from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.module_utils._model.times import format_time
from ansible_collections.community.northflank.plugins.plugin_utils._drill_results import NEVER, STATUSES
from ansible_collections.community.northflank.plugins.plugin_utils._json_values import to_text
from ansible_collections.community.northflank.plugins.plugin_utils._report_controls import (
    complete_controls,
    count_controls,
)
from ansible_collections.community.northflank.plugins.plugin_utils._report_entries import (
    entries_of,
    entries_of_failed,
    id_of,
    is_result,
)
from ansible_collections.community.northflank.plugins.plugin_utils._report_exceptions import (
    ControlException,
    apply_exceptions,
)
from ansible_collections.community.northflank.plugins.plugin_utils._report_heat_map import heat_map

# The version of the format of the report. A new field or verdict does not change it.
VERSION = 1

# The verdicts on addons that are backed up, whether or not they match their policy.
PROTECTED = ("ok", "drift")

# How many hosts an error lists at most.
_MAX_HOSTS = 10

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
    missing = [host for host, result in zip(hosts, results) if host not in failed and not is_result(result)]
    if missing:
        names = ", ".join(map(str, missing[:_MAX_HOSTS]))
        more = f" and {len(missing) - _MAX_HOSTS} more" if len(missing) > _MAX_HOSTS else ""
        raise ValueError(f"no result for {names}{more}. {_NO_RESULT_HINT}")
    entries = [
        entry
        for host, result in zip(hosts, results)
        for entry in (entries_of_failed(str(host), result) if host in failed else entries_of(str(host), result))
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


def _position(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return (VERDICTS.index(entry["verdict"]), entry["project_id"], id_of(entry) or "", entry["resource_type"] or "")


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
