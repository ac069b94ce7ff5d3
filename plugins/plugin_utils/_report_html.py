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
from html import escape
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import DAYS
from ansible_collections.community.northflank.plugins.module_utils._model.times import parse_time
from ansible_collections.community.northflank.plugins.plugin_utils._report import all_entries, id_of

# What a cell shows if there is nothing to show, and by the verdict if that is because the addon was not read.
_NONE = "none"
_NOT_READ = {"unknown": "unknown", "skipped": "not checked"}
_WHOLE_PROJECT = "(whole project)"

# The geometry of the heat map, in pixels of its view box.
_LEFT, _TOP, _WIDTH, _HEIGHT = 70, 16, 24, 20


def as_html(report: Mapping[str, Any]) -> dict[str, str]:
    """Return the parts of the page.

    starts is a heat map, verdicts and projects are options, resources are rows; what is a name for the latter.
    """
    entries = all_entries(report)
    verdicts = list(report["summary"]["verdicts"])
    what = "addons and volumes" if report["volumes"] else "addons"
    return {
        "header": _header(report),
        "summary": _summary(report["summary"], what),
        "starts": _heat_map(report["starts"]),
        "verdicts": _options(verdicts),
        "projects": _options(sorted({entry["project_id"] for entry in entries})),
        "what": what.capitalize(),
        "resources": "\n".join(_row(entry, verdicts) for entry in entries),
    }


def _header(report: Mapping[str, Any]) -> str:
    parts = [f"<p>As of {_text(_time(report['generated_at']))} UTC</p>"]
    if report["limit"]:
        limit = _text(report["limit"])
        parts.append(f'<p id="limit">Limited to {limit}: this report does not cover the whole inventory.</p>')
    return "\n".join(parts)


def _summary(summary: Mapping[str, Any], what: str) -> str:
    counts = summary["verdicts"]
    assessed = summary["addons"] + summary["volumes"] - counts["skipped"]
    # Rounded down: 100 % means all of them.
    percent = f"{1000 * summary['protected'] // assessed / 10:g} %" if assessed else "–"
    tiles = [f'<li class="share"><b>{percent}</b>of {assessed} {what} protected</li>']
    tiles += [f'<li class="{_text(name)}"><b>{count}</b>{_text(name)}</li>' for name, count in counts.items()]
    return "\n".join(["<ul>", *tiles, "</ul>"])


def _heat_map(starts: Sequence[Sequence[int]]) -> str:
    peak, day, hour = max((count, -day, -hour) for day, hours in enumerate(starts) for hour, count in enumerate(hours))
    conclusion = (
        f"Peak: {peak} {'backup starts' if peak == 1 else 'backups start'} on {_day(-day)} from {_hour(-hour)}."
        if peak
        else "No backups are scheduled."
    )
    size = f"0 0 {_LEFT + 24 * _WIDTH} {_TOP + 7 * _HEIGHT}"
    parts = [f'<svg viewBox="{size}" role="img" aria-label="{conclusion}">']
    for hour in range(24):
        parts.append(
            f'<text x="{_LEFT + (hour + 0.5) * _WIDTH:g}" y="{_TOP - 5}" text-anchor="middle">{hour:02}</text>'
        )
    for day, hours in enumerate(starts):
        y = _TOP + day * _HEIGHT
        parts.append(f'<text x="0" y="{y + 0.7 * _HEIGHT:g}">{_day(day)}</text>')
        for hour, count in enumerate(hours):
            place = f'x="{_LEFT + hour * _WIDTH}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}"'
            opacity = f"{count / peak if peak else 0:.3g}"
            title = f"{_day(day)} {_hour(hour)}: {count} backups start"
            parts.append(f'<rect {place} fill-opacity="{opacity}"><title>{title}</title></rect>')
    parts += ["</svg>", f"<p>{conclusion}</p>"]
    return "\n".join(parts)


def _options(values: Sequence[str]) -> str:
    return "".join(f'<option value="{_text(value)}">{_text(value)}</option>' for value in values)


def _row(entry: Mapping[str, Any], verdicts: Sequence[str]) -> str:
    verdict = entry["verdict"]
    newest = [(name, kind) for name, kind in entry["backups"].items() if kind["newest"]]
    newest_times = [_sortable(kind["newest"]["created_at"]) for _name, kind in newest]
    schedules, next_runs = entry["backup_schedules"], entry["next_runs"]
    none = _NOT_READ.get(verdict, _NONE)
    cells = [
        f'<th scope="row">{_text(id_of(entry) or _WHOLE_PROJECT)}</th>',
        _cell("Type", [entry["resource_type"] or ""], "unknown"),
        _cell("Project", [entry["project_id"]]),
        _cell("Verdict", [verdict], key=verdicts.index(verdict), css=f"verdict {verdict}"),
        _cell("Reasons", entry["reasons"]),
        _cell("Policy", [entry["policy"]] if entry["policy"] else []),
        _cell("Schedules", [_schedule(schedule) for schedule in schedules], none, key=len(schedules)),
        _cell("Newest backup", [_backup(name, kind) for name, kind in newest], none, key=max(newest_times, default="")),
        _cell("Next", [_time(run) for run in next_runs], none, key=_sortable(next_runs[0]) if next_runs else ""),
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _cell(label: str, lines: Sequence[Any], none: str = _NONE, key: Any = None, css: str = "") -> str:
    """Return a cell. none: what it shows without lines. key: what it is sorted by, if not by its text."""
    shown = [_text(line) for line in lines if line != ""] or [f'<span class="none">{none}</span>']
    content = shown[0] if len(shown) == 1 else f"<ul>{''.join(f'<li>{line}</li>' for line in shown)}</ul>"
    attributes = f' data-label="{label}"'
    if css:
        attributes += f' class="{_text(css)}"'
    if key is not None:
        attributes += f' data-key="{_text(key)}"'
    return f"<td{attributes}>{content}</td>"


def _schedule(schedule: Mapping[str, Any]) -> str:
    """Return a schedule in words: weekly dump Sun 03:15, kept 120 days."""
    times = schedule["scheduling"]
    days = "".join(f"{_day(day)[:3]} " for day in _listed(times.get("day")))
    hours = [_two(hour) for hour in _listed(times.get("hour"))] or ["*"]
    at = " ".join(f"{hour}:{_two(minute)}" for hour in hours for minute in _listed(times.get("minute")))
    return f"{times['interval']} {schedule['backup_type']} {days}{at}, kept {schedule['retention_time']} days"


def _backup(name: str, kind: Mapping[str, Any]) -> str:
    age = kind.get("age_minutes")
    return f"{name} {_time(kind['newest']['created_at'])}{f', {_age(age)}' if isinstance(age, int) else ''}"


def _age(minutes: int) -> str:
    if minutes < 2 * 60:
        return f"{minutes} min old"
    if minutes < 2 * 24 * 60:
        return f"{minutes // 60} h old"
    return f"{minutes // (24 * 60)} days old"


def _time(text: Any) -> str:
    """Return a time like 2026-11-24T02:30:00Z as Tue 2026-11-24 02:30, and any other text unchanged."""
    time = parse_time(text)
    return str(text) if time is None else f"{_day(time.weekday())[:3]} {time:%Y-%m-%d %H:%M}"


def _sortable(text: Any) -> str:
    time = parse_time(text)
    return str(text) if time is None else f"{time:%Y-%m-%d %H:%M:%S}"


def _day(day: Any) -> str:
    return DAYS[day].capitalize() if isinstance(day, int) and day in range(len(DAYS)) else str(day)


def _hour(hour: int) -> str:
    return f"{hour:02}:00 to {hour:02}:59"


def _two(number: Any) -> str:
    return f"{number:02}" if isinstance(number, int) else str(number)


def _listed(values: Any) -> list[Any]:
    return list(values) if isinstance(values, (list, tuple)) else []


def _text(value: Any) -> str:
    return escape(str(value))
