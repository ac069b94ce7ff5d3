# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Render the history of the reports as HTML: a chart and a table of the last runs. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.plugin_utils._report import PROTECTED
from ansible_collections.community.northflank.plugins.plugin_utils._report_html_parts import (
    cell,
    percent,
    text_of,
    time_text,
)

# How many runs the page shows.
_SHOWN = 30

# The best at the bottom of the chart.
_CHARTED = [verdict for verdict in reversed(VERDICTS) if verdict != "skipped"]

# The geometry of the chart, in pixels of its view box.
_TOP, _HEIGHT, _WIDTH, _BAR = 14, 80, 24, 18


def history_html(runs: Sequence[Mapping[str, Any]], error: str | None) -> dict[str, str]:
    """Return the parts of the section; they are empty if there is no history.

    runs: the oldest first, the last one is that of the report. error: why there are no others. history has the chart,
    or the error, and history_rows the rows of the table.
    """
    shown = () if error else runs[-_SHOWN:]
    return {
        "history": f'<p id="damaged">{text_of(error)}</p>' if error else _chart(shown) if shown else "",
        "history_rows": "\n".join(_row(run) for run in reversed(shown)),
    }


def _chart(runs: Sequence[Mapping[str, Any]]) -> str:
    conclusion = text_of(_conclusion(runs))
    size = f"0 0 {_SHOWN * _WIDTH} {_TOP + _HEIGHT}"
    bars = [_bar(run, index * _WIDTH) for index, run in enumerate(runs)]
    return "\n".join(
        [f'<svg viewBox="{size}" role="img" aria-label="{conclusion}">', *bars, "</svg>", f"<p>{conclusion}</p>"]
    )


def _bar(run: Mapping[str, Any], x: int) -> str:
    """Return the bar of a run: the share of each verdict. A run with a limit is pale, and has an asterisk."""
    assessed, bottom, parts = _assessed(run), 0.0, []
    for verdict in _CHARTED:
        height = _HEIGHT * run["verdicts"][verdict] / assessed if assessed else 0
        if height:
            y = _TOP + _HEIGHT - bottom - height
            parts.append(f'<rect class="{verdict}" x="{x}" y="{y:.4g}" width="{_BAR}" height="{height:.4g}"/>')
            bottom += height
    limit = f", limited to {run['limit']}" if run["limit"] else ""
    title = text_of(f"{time_text(run['generated_at'])}{limit}: {_counts(run)}")
    mark = f'<text x="{x + _BAR / 2:g}" y="{_TOP - 2}" text-anchor="middle">*</text>' if run["limit"] else ""
    opacity = ' opacity="0.5"' if run["limit"] else ""
    return f"<g{opacity}><title>{title}</title>{''.join(parts)}{mark}</g>"


def _conclusion(runs: Sequence[Mapping[str, Any]]) -> str:
    *earlier, last = runs
    comparable = [run for run in earlier if not run["limit"]]
    if last["limit"]:
        return "This run is limited, so it cannot be compared with others."
    if not comparable:
        return f"Protected: {_protected(last)}. There is no earlier run to compare with."
    previous = comparable[-1]
    return f"Protected: {_protected(last)}; {_protected(previous)} on {time_text(previous['generated_at'])}."


def _protected(run: Mapping[str, Any]) -> str:
    return percent(sum(run["verdicts"][verdict] for verdict in PROTECTED), _assessed(run))


def _assessed(run: Mapping[str, Any]) -> int:
    return sum(run["verdicts"][verdict] for verdict in _CHARTED)


def _counts(run: Mapping[str, Any]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in run["verdicts"].items() if count) or "nothing"


def _row(run: Mapping[str, Any]) -> str:
    limit = [f"* {run['limit']}: not comparable"] if run["limit"] else []
    cells = [cell("Protected", [_protected(run)]), cell("Verdicts", [_counts(run)]), cell("Limit", limit)]
    return f'<tr><th scope="row">{text_of(time_text(run["generated_at"]))}</th>{"".join(cells)}</tr>'
