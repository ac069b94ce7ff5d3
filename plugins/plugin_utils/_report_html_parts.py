# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of the page that several of its sections have. Pure: no HTTP, no Ansible.

All text is escaped, whatever it comes from.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import DAYS
from ansible_collections.community.northflank.plugins.module_utils._model.times import parse_time

# What a cell shows if there is nothing to show.
NONE = "none"


def options(values: Sequence[str]) -> str:
    """Return the options of a select element."""
    return "".join(f'<option value="{text_of(value)}">{text_of(value)}</option>' for value in values)


def cell(label: str, lines: Sequence[Any], none: str = NONE, key: Any = None, css: str = "") -> str:
    """Return a cell. none: what it shows without lines. key: what it is sorted by, if not by its text."""
    shown = [text_of(line) for line in lines if line != ""] or [f'<span class="none">{none}</span>']
    content = shown[0] if len(shown) == 1 else f"<ul>{''.join(f'<li>{line}</li>' for line in shown)}</ul>"
    attributes = f' data-label="{label}"'
    if css:
        attributes += f' class="{text_of(css)}"'
    if key is not None:
        attributes += f' data-key="{text_of(key)}"'
    return f"<td{attributes}>{content}</td>"


def name_without_id(resource_type: str | None) -> str:
    """Return the name of an entry that stands for a project, or for a host of which nothing is known (None)."""
    return "(whole project)" if resource_type else "(host)"


def time_text(text: Any) -> str:
    """Return a time like 2026-11-24T02:30:00Z as Tue 2026-11-24 02:30, and any other text unchanged."""
    time = parse_time(text)
    return str(text) if time is None else f"{day_name(time.weekday())[:3]} {time:%Y-%m-%d %H:%M}"


def sortable(text: Any) -> str:
    """Return a time so that texts in alphabetical order are in the order of their times."""
    time = parse_time(text)
    return str(text) if time is None else f"{time:%Y-%m-%d %H:%M:%S}"


def day_name(day: Any) -> str:
    """Return the name of a day: Monday is 0."""
    return DAYS[day].capitalize() if isinstance(day, int) and day in range(len(DAYS)) else str(day)


def percent(part: int, whole: int) -> str:
    """Return a share. It is rounded down: 100 % means all."""
    return f"{1000 * part // whole / 10:g} %" if whole else "–"


def text_of(value: Any) -> str:
    """Return a value as text in HTML, with all that HTML would interpret escaped."""
    return escape(str(value))
