# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Render a report as HTML, for the template of the role backup_report. Pure: no HTTP, no Ansible.

The page is complete without scripts. Its script only adds searching, filtering and sorting to what is rendered here.
All text is escaped, whatever it comes from.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._api.resources import VOLUME
from ansible_collections.community.northflank.plugins.module_utils._model.times import parse_time
from ansible_collections.community.northflank.plugins.plugin_utils._report import all_entries
from ansible_collections.community.northflank.plugins.plugin_utils._report_entries import id_of
from ansible_collections.community.northflank.plugins.plugin_utils._report_html_controls import (
    controls_html,
    controls_note,
)
from ansible_collections.community.northflank.plugins.plugin_utils._report_html_history import history_html
from ansible_collections.community.northflank.plugins.plugin_utils._report_html_parts import (
    NONE,
    cell,
    day_name,
    name_without_id,
    options,
    percent,
    sortable,
    text_of,
    time_text,
)

# What a cell shows instead of none, by the verdict, because the addon was not read.
_NOT_READ = {"unknown": "unknown", "skipped": "not checked"}

# The geometry of the heat map, in pixels of its view box.
_LEFT, _TOP, _WIDTH, _HEIGHT = 70, 16, 24, 20


def as_html(
    report: Mapping[str, Any], runs: Sequence[Mapping[str, Any]] = (), history_error: str | None = None
) -> dict[str, str]:
    """Return the parts of the page.

    starts is a heat map, verdicts and projects are options, resources are rows; what is a name for the latter. Their
    last column is about restore drills, if the report covers them. For the other parts see controls_html() and
    history_html().

    runs: those of the history, and that of the report. history_error: why the history cannot be used.
    """
    entries = all_entries(report)
    what = "addons and volumes" if report["volumes"] else "addons"
    return {
        "header": _header(report),
        "summary": _summary(report["summary"], what),
        "starts": _heat_map(report["starts"]),
        "verdicts": options(list(report["summary"]["verdicts"])),
        "projects": options(sorted({entry["project_id"] for entry in entries})),
        "what": what.capitalize(),
        "resources": "\n".join(_row(entry, report) for entry in entries),
        **controls_html(report, entries),
        **history_html(runs, history_error),
    }


def _header(report: Mapping[str, Any]) -> str:
    parts = [f"<p>As of {text_of(time_text(report['generated_at']))} UTC</p>"]
    if report["limit"]:
        limit = text_of(report["limit"])
        parts.append(f'<p id="limit">Limited to {limit}: this report does not cover the whole inventory.</p>')
    return "\n".join(parts)


def _summary(summary: Mapping[str, Any], what: str) -> str:
    counts = summary["verdicts"]
    assessed = summary["addons"] + summary["volumes"] - counts["skipped"]
    share = percent(summary["protected"], assessed)
    tiles = [f'<li class="share"><b>{share}</b>of {assessed} {what} protected</li>']
    tiles += [f'<li class="{text_of(name)}"><b>{count}</b>{text_of(name)}</li>' for name, count in counts.items()]
    drills = summary["restore_drills"]
    note = (
        f"<p>Restore drills: {text_of(', '.join(f'{count} {name}' for name, count in drills.items()))}</p>"
        if drills
        else ""
    )
    if summary["controls"]:
        note += controls_note(summary["controls"])
    return "\n".join(["<ul>", *tiles, "</ul>", note])


def _heat_map(starts: Sequence[Sequence[int]]) -> str:
    peak, day, hour = max((count, -day, -hour) for day, hours in enumerate(starts) for hour, count in enumerate(hours))
    conclusion = (
        f"Peak: {_starts(peak)} on {day_name(-day)} from {_hour(-hour)}." if peak else "No backups are scheduled."
    )
    size = f"0 0 {_LEFT + 24 * _WIDTH} {_TOP + 7 * _HEIGHT}"
    parts = [f'<svg viewBox="{size}" role="img" aria-label="{conclusion}">']
    for hour in range(24):
        parts.append(
            f'<text x="{_LEFT + (hour + 0.5) * _WIDTH:g}" y="{_TOP - 5}" text-anchor="middle">{hour:02}</text>'
        )
    for day, hours in enumerate(starts):
        y = _TOP + day * _HEIGHT
        parts.append(f'<text x="0" y="{y + 0.7 * _HEIGHT:g}">{day_name(day)}</text>')
        for hour, count in enumerate(hours):
            place = f'x="{_LEFT + hour * _WIDTH}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}"'
            opacity = f"{count / peak if peak else 0:.3g}"
            title = f"{day_name(day)} {_hour(hour)}: {_starts(count)}"
            parts.append(f'<rect {place} fill-opacity="{opacity}"><title>{title}</title></rect>')
    parts += ["</svg>", f"<p>{conclusion}</p>"]
    return "\n".join(parts)


def _starts(count: int) -> str:
    return f"{count} {'backup starts' if count == 1 else 'backups start'}"


def _row(entry: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    verdict, verdicts = entry["verdict"], list(report["summary"]["verdicts"])
    newest = [(name, kind) for name, kind in entry["backups"].items() if kind["newest"]]
    newest_times = [sortable(kind["newest"]["created_at"]) for _name, kind in newest]
    schedules, next_runs = entry["backup_schedules"], entry["next_runs"]
    none = _NOT_READ.get(verdict, NONE)
    cells = [
        f'<th scope="row">{text_of(id_of(entry) or name_without_id(entry["resource_type"]))}</th>',
        cell("Type", [entry["resource_type"] or ""], "unknown"),
        cell("Project", [entry["project_id"]]),
        cell("Verdict", [verdict], key=verdicts.index(verdict), css=f"verdict {verdict}"),
        cell("Reasons", entry["reasons"]),
        cell("Policy", [entry["policy"]] if entry["policy"] else []),
        cell("Schedules", [_schedule(schedule) for schedule in schedules], none, key=len(schedules)),
        cell("Newest backup", [_backup(name, kind) for name, kind in newest], none, key=max(newest_times, default="")),
        cell("Next", [time_text(run) for run in next_runs], none, key=sortable(next_runs[0]) if next_runs else ""),
    ]
    if report["summary"]["restore_drills"]:
        cells.append(_drill_cell(entry["restore_drill"], entry["resource_type"], report["generated_at"]))
    return f"<tr>{''.join(cells)}</tr>"


def _drill_cell(drill: Mapping[str, Any] | None, resource_type: str | None, now: str) -> str:
    label = "Restore drill"
    if not drill:
        return cell(label, [], "not applicable" if resource_type == VOLUME.name else "unknown", key="")
    completed_at = drill["last"]["completed_at"] if drill["last"] else None
    key = sortable(completed_at) if completed_at else ""
    return cell(label, _drill(drill, now), key=key, css=f"drill {drill['status']}")


def _drill(drill: Mapping[str, Any], now: str) -> list[str]:
    """Return the restore drills of an addon in words: verified 12 days ago, 4 min."""
    status, last = drill["status"], drill["last"]
    if not last:
        return [status]
    verified = f"verified{_ago(drill['verified_at'], now)}"
    if drill["seconds"] is not None:
        verified += f", {_duration(drill['seconds'])}"
    if status == "verified":
        return [verified]
    text = f"{status}{_ago(last['completed_at'], now)}{', not verified' if status == 'restored' else ''}"
    newest = f"{text}: {last['reason']}" if last["reason"] else text
    return [newest, f"last {verified}"] if drill["verified_at"] else [newest]


def _ago(text: str | None, now: str) -> str:
    """Return how long ago a time was: 12 days ago."""
    time, end = parse_time(text), parse_time(now)
    return f" {_span(max(0, int((end - time).total_seconds()) // 60))} ago" if time and end else ""


def _duration(seconds: int) -> str:
    return f"{seconds} s" if seconds < 2 * 60 else _span(seconds // 60)


def _schedule(schedule: Mapping[str, Any]) -> str:
    """Return a schedule in words: weekly dump Sun 03:15, kept 120 days."""
    times = schedule["scheduling"]
    days = "".join(f"{day_name(day)[:3]} " for day in _listed(times.get("day")))
    hours = [_two(hour) for hour in _listed(times.get("hour"))] or ["*"]
    at = " ".join(f"{hour}:{_two(minute)}" for hour in hours for minute in _listed(times.get("minute")))
    return f"{times['interval']} {schedule['backup_type']} {days}{at}, kept {schedule['retention_time']} days"


def _backup(name: str, kind: Mapping[str, Any]) -> str:
    age = kind.get("age_minutes")
    return f"{name} {time_text(kind['newest']['created_at'])}{f', {_span(age)} old' if isinstance(age, int) else ''}"


def _span(minutes: int) -> str:
    if minutes < 2 * 60:
        return f"{minutes} min"
    if minutes < 2 * 24 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"


def _hour(hour: int) -> str:
    return f"{hour:02}:00 to {hour:02}:59"


def _two(number: Any) -> str:
    return f"{number:02}" if isinstance(number, int) else str(number)


def _listed(values: Any) -> list[Any]:
    return list(values) if isinstance(values, (list, tuple)) else []
