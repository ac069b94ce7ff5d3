# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Format a report as metrics in the text format of Prometheus. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.controls import CONTROLS, STATUSES
from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.module_utils._model.times import parse_time
from ansible_collections.community.northflank.plugins.plugin_utils._report import all_entries
from ansible_collections.community.northflank.plugins.plugin_utils._report_entries import id_of

_LAST_SUCCESS = "northflank_backup_last_success_timestamp_seconds"
_VERDICT = "northflank_backup_verdict"
_CONTROL_STATUS = "northflank_backup_control_status"
_REPORT = "northflank_backup_report_timestamp_seconds"

# All are gauges.
_HELP = {
    _LAST_SUCCESS: "When the newest successful backup of the last 15 days began, by type, in seconds since the epoch.",
    _VERDICT: "1 for the verdict on an addon or a volume, 0 for the other verdicts.",
    _CONTROL_STATUS: "1 for the status of a control of an addon or a volume, 0 for the other statuses.",
    _REPORT: "When the report was generated, in seconds since the epoch.",
}

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def as_metrics(report: Mapping[str, Any]) -> str:
    """Return a report as metrics, for the textfile collector of node_exporter."""
    lines = {name: [f"# HELP {name} {text}", f"# TYPE {name} gauge"] for name, text in _HELP.items()}
    for resource, entries in _by_labels(report).items():
        lines[_LAST_SUCCESS] += _last_successes(resource, entries[0])
        lines[_VERDICT] += _states(f'{_VERDICT}{{{resource},verdict="', VERDICTS, entries[0]["verdict"])
        for control, status in _statuses(entries).items():
            start = f'{_CONTROL_STATUS}{{{resource},control="{control}",status="'
            lines[_CONTROL_STATUS] += _states(start, STATUSES, status)
    lines[_REPORT] += _seconds(_REPORT, report["generated_at"])
    return "".join(f"{line}\n" for each in lines.values() for line in each)


def _by_labels(report: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the entries by their labels, the worst first: several hosts may represent the same addon.

    A collector rejects files in which a series occurs twice.
    """
    entries: dict[str, list[Mapping[str, Any]]] = {}
    for entry in all_entries(report):
        ids = {"project_id": entry["project_id"], "resource_type": entry["resource_type"], "resource_id": id_of(entry)}
        entries.setdefault(",".join(f'{name}="{_escaped(id_)}"' for name, id_ in ids.items()), []).append(entry)
    return entries


def _statuses(entries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the worst status of each control in entries of the same addon or volume."""
    found = [(name, result["status"]) for entry in entries for name, result in entry["controls"].items()]
    # A later item of a dictionary replaces an earlier one.
    return dict(sorted(found, key=lambda each: (CONTROLS.index(each[0]), -STATUSES.index(each[1]))))


def _last_successes(resource: str, entry: Mapping[str, Any]) -> Iterator[str]:
    for backup_type, health in entry["backups"].items():
        if health["newest"]:
            series = f'{_LAST_SUCCESS}{{{resource},backup_type="{_escaped(backup_type)}"}}'
            yield from _seconds(series, health["newest"]["created_at"])


def _states(start: str, states: Iterable[str], current: str) -> Iterator[str]:
    """Return a series for each state. start: of the series, up to the value of the label with the state."""
    return (f'{start}{state}"}} {int(state == current)}' for state in states)


def _seconds(series: str, text: Any) -> Iterator[str]:
    """Return a series with a time, or none if the time is not valid."""
    time = parse_time(text)
    if time:
        yield f"{series} {int(time.timestamp())}"


def _escaped(value: str | None) -> str:
    return (value or "").translate(_ESCAPES)
