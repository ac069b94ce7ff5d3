# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Render the controls of a report, and the exceptions from them, as HTML. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.controls import STATUSES
from ansible_collections.community.northflank.plugins.plugin_utils._report_entries import id_of, path_of
from ansible_collections.community.northflank.plugins.plugin_utils._report_html_parts import (
    cell,
    name_without_id,
    options,
    text_of,
)

_NOT_SET = '<span class="none">not set</span>'

# Passes are many, and their reasons are in the JSON file.
_WITHOUT_REASON = ("pass",)


def controls_note(controls: Mapping[str, Mapping[str, int]]) -> str:
    """Return how many controls have each status, over all addons and volumes."""
    counts = [(status, sum(each[status] for each in controls.values())) for status in STATUSES]
    shown = ", ".join(f"{count} {_words(status)}" for status, count in counts)
    return f'<p><a href="#controls-title">Controls</a>: {text_of(shown)}</p>'


def controls_html(report: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the parts of the section; all are empty if no control is set.

    control_counts, controls and exceptions are rows, control_headers the headers of the columns of controls,
    control_names and control_statuses are options.
    """
    counts = report["summary"]["controls"] or {}
    names = list(counts)
    return {
        "control_counts": "\n".join(_counts(name, counts[name], report["control_labels"]) for name in names),
        "control_headers": "".join(f'<th scope="col" class="control">{_words(name)}</th>' for name in names),
        "control_names": options([_words(name) for name in names]),
        "control_statuses": options([_words(status) for status in STATUSES]),
        "controls": "\n".join(_row(entry, names) for entry in entries) if names else "",
        "exceptions": "\n".join(_exception(each) for each in report["exceptions"]),
    }


def _counts(name: str, counts: Mapping[str, int], labels: Mapping[str, Sequence[str]]) -> str:
    cells = [cell(_words(status), [count], key=count, css=status) for status, count in counts.items()]
    listed = cell("Labels", [", ".join(labels.get(name, ()))])
    return f'<tr><th scope="row">{_words(name)}</th>{"".join(cells)}{listed}</tr>'


def _row(entry: Mapping[str, Any], names: Sequence[str]) -> str:
    name = path_of(entry) if id_of(entry) else f"{path_of(entry)} {name_without_id(entry['resource_type'])}"
    results = [entry["controls"].get(each) for each in names]
    common = _common_reason(results)
    cells = [_control(control, result, common) for control, result in zip(names, results)]
    return f'<tr><th scope="row">{text_of(name)}{_paragraph(common)}</th>{"".join(cells)}</tr>'


def _common_reason(results: Sequence[Mapping[str, Any] | None]) -> str:
    """Return the reason that all controls have, such as that the addon could not be read. It is shown once."""
    reasons = {result["reason"] if result else None for result in results}
    return next(iter(reasons)) or "" if len(reasons) == 1 and len(results) > 1 else ""


def _control(name: str, result: Mapping[str, Any] | None, common: str) -> str:
    if result is None:
        return f'<td data-label="{_words(name)}" data-key="{len(STATUSES)}">{_NOT_SET}</td>'
    status, words = result["status"], _words(result["status"])
    reason = "" if status in _WITHOUT_REASON or common else _paragraph(result["reason"])
    attributes = (
        f'class="{status}" data-label="{_words(name)}" data-key="{STATUSES.index(status)}" data-status="{words}"'
    )
    return f"<td {attributes}><b>{words}</b>{reason}</td>"


def _paragraph(text: str) -> str:
    return f"<p>{text_of(text)}</p>" if text else ""


def _exception(exception: Mapping[str, str]) -> str:
    cells = [
        cell("Control", [_words(exception["control"])]),
        cell("State", [exception["state"]], css=exception["state"]),
        cell("Until", [exception["until"]]),
        cell("Reason", [exception["reason"]]),
    ]
    return f'<tr><th scope="row">{text_of(path_of(exception))}</th>{"".join(cells)}</tr>'


def _words(name: str) -> str:
    return name.replace("_", " ")
