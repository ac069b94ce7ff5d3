# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List what makes a report fail, for a person. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.text import printable
from ansible_collections.community.northflank.plugins.plugin_utils._report import all_entries
from ansible_collections.community.northflank.plugins.plugin_utils._report_controls import FINDINGS
from ansible_collections.community.northflank.plugins.plugin_utils._report_entries import path_of

# How many addons and volumes are listed, of those with certain verdicts and of those that fail a control.
_MAX_LISTED = 100

# The longest line, in characters.
_MAX_LINE = 400

# What a line states of a control, by the status.
_FOUND = {"fail": "fails", "unknown": "is unknown"}


def findings(
    report: Mapping[str, Any], verdicts: Collection[str], controls: Iterable[str], failed_hosts: Collection[str]
) -> list[str]:
    """Return one line per finding, after a line with their number.

    failed_hosts: those whose entries are not listed: they have ended the play with an exit code of their own.
    """
    entries = all_entries(report)
    listed = [entry for entry in entries if entry["host"] not in failed_hosts]
    total = f"{len(entries)} {'addons and volumes' if report['volumes'] else 'addons'}"
    lines = _of_verdicts(verdicts, entries, listed, total) if verdicts else []
    return lines + [line for control in controls for line in _of_control(control, entries, listed, total)]


def _of_verdicts(
    verdicts: Collection[str], entries: Sequence[Mapping[str, Any]], listed: Iterable[Mapping[str, Any]], total: str
) -> list[str]:
    if not entries:
        return [
            "The report contains neither addons nor volumes, so nothing proves that anything is backed up. Check the"
            " inventory and --limit."
        ]
    # What could not be read may be as bad as what is asked for.
    found = [_with_reasons(entry) for entry in listed if entry["verdict"] in (*verdicts, "unknown")]
    return _bounded(found, f"of {total} have a verdict that fails the play (see backup_report_fail_on):")


def _of_control(
    control: str, entries: Iterable[Mapping[str, Any]], listed: Iterable[Mapping[str, Any]], total: str
) -> list[str]:
    if all(_status(entry, control) == "not_applicable" for entry in entries):
        return [
            f"The control {control} applies to no addon and no volume, so nothing proves it. Set it in"
            " backup_report_controls, or remove it from backup_report_fail_on_controls."
        ]
    found = [
        f"{path_of(entry)}: {control} {_FOUND[_status(entry, control)]}: {entry['controls'][control]['reason']}"
        for entry in listed
        if _status(entry, control) in FINDINGS
    ]
    return _bounded(found, f"of {total} do not pass the control {control} (see backup_report_fail_on_controls):")


def _with_reasons(entry: Mapping[str, Any]) -> str:
    """Return the verdict on an addon or a volume, with the reasons for it."""
    verdict = f"{path_of(entry)} is {entry['verdict']}"
    return ": ".join(filter(None, [verdict, " ".join(entry["reasons"])]))


def _status(entry: Mapping[str, Any], control: str) -> str:
    """Return the status of a control. One that is not set does not apply."""
    result = entry["controls"].get(control)
    return str(result["status"]) if result else "not_applicable"


def _bounded(found: Sequence[str], what: str) -> list[str]:
    if not found:
        return []
    more = [f"... and {len(found) - _MAX_LISTED} more"] if len(found) > _MAX_LISTED else []
    return [f"{len(found)} {what}", *(printable(line, _MAX_LINE) for line in found[:_MAX_LISTED]), *more]
