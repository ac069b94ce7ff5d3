# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of the reports of a fleet: the counts of the last runs, in a file. No HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.controls import CONTROLS, STATUSES
from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.plugins.module_utils._model.times import is_formatted
from ansible_collections.community.northflank.plugins.plugin_utils._json_file import Unusable, read_json
from ansible_collections.community.northflank.plugins.plugin_utils._json_values import to_text

# The maximum number of runs in a file: almost three years of nightly runs.
MAX_RUNS = 1000

# How much of --limit is kept, in characters: it may be a list of hundreds of hosts.
_MAX_LIMIT = 200

# The version of the format, and the maximum size of a file in bytes. A run has one to four kilobytes.
_VERSION = 1
_MAX_SIZE = 2**22


def read_history(path: str) -> list[dict[str, Any]]:
    """Return the runs in a file, the oldest first; none if the file does not exist.

    Raises Unusable if the file is damaged in any way: whoever writes it again would lose the other runs.
    """
    try:
        history = read_json(path, _MAX_SIZE)
    except FileNotFoundError:
        return []
    if not isinstance(history, dict) or not isinstance(history.get("runs"), list):
        raise Unusable("is not the history of a report")
    version = history.get("version")
    if isinstance(version, bool) or version != _VERSION:
        raise Unusable(f"has the version {short_repr(version)}, but only version {_VERSION} is supported")
    runs: list[dict[str, Any]] = history["runs"]
    for index, each in enumerate(runs):
        if not is_run(each):
            raise Unusable(f"has an invalid run: runs[{index}]")
    return runs


def is_run(value: Any) -> bool:
    """Return whether a value is a complete run."""
    return (
        isinstance(value, Mapping)
        and is_formatted(value.get("generated_at"))
        and (value.get("limit", "") is None or _is_text(value.get("limit")))
        and _are_counts(value.get("verdicts"), VERDICTS)
        and (value.get("controls", {}) is None or _are_counts_of_controls(value.get("controls")))
    )


def is_history(value: Any) -> bool:
    """Return whether a value is what the lookup returns: the runs, and why a file cannot be used."""
    return (
        isinstance(value, Mapping)
        and value.keys() == {"runs", "error"}
        and isinstance(value["error"], (str, type(None)))
        and isinstance(value["runs"], list)
        and all(is_run(each) for each in value["runs"])
    )


def with_report(runs: Sequence[Mapping[str, Any]], report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return earlier runs, and that of a report."""
    summary, limit = report["summary"], report["limit"]
    run = {
        "generated_at": report["generated_at"],
        "limit": f"{limit[:_MAX_LIMIT]}..." if limit and len(limit) > _MAX_LIMIT else limit,
        "verdicts": summary["verdicts"],
        "controls": summary["controls"],
    }
    return [*runs, run]


def as_history(runs: Sequence[Mapping[str, Any]]) -> str:
    """Return the content of a file with these runs, one line for each."""
    lines = ",\n".join(json.dumps(run) for run in runs)
    return f'{{"version": {_VERSION}, "runs": [\n{lines}\n]}}\n'


def _are_counts(value: Any, names: Sequence[str]) -> bool:
    return (
        isinstance(value, Mapping)
        and value.keys() == set(names)
        and all(isinstance(count, int) and not isinstance(count, bool) and count >= 0 for count in value.values())
    )


def _are_counts_of_controls(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(name in CONTROLS and _are_counts(counts, STATUSES) for name, counts in value.items())
    )


def _is_text(value: Any) -> bool:
    """Return whether a value is text that is not empty, and can be written in UTF-8."""
    return isinstance(value, str) and bool(value) and to_text(value) == value
