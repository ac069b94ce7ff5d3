# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Format a report as JUnit XML, which CI services show as test results. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain, count
from typing import Any
from xml.etree import ElementTree

from ansible_collections.community.northflank.plugins.module_utils._model.text import printable
from ansible_collections.community.northflank.plugins.plugin_utils._report import all_entries
from ansible_collections.community.northflank.plugins.plugin_utils._report_entries import path_of

_VERDICTS = "verdict"

# The element for each verdict and each status. Any other verdict is a failure.
_ELEMENTS = {
    "ok": None,
    "pass": None,
    "unknown": "error",
    "skipped": "skipped",
    "excepted": "skipped",
    "not_applicable": "skipped",
}
_COUNTS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def as_junit(report: Mapping[str, Any]) -> str:
    """Return a report as XML: a test suite for the verdicts and one per control, with a test case per addon and volume.

    XML 1.0 allows few control characters, none of which is printable.
    """
    entries = _named(all_entries(report))
    root = ElementTree.Element("testsuites", {"name": "backup_report"})
    verdicts = ((name, entry["verdict"], " ".join(entry["reasons"])) for name, entry in entries)
    suites = [_suite(_VERDICTS, verdicts, report)]
    for control in report["summary"]["controls"] or ():
        results = [(name, entry["controls"][control]) for name, entry in entries if control in entry["controls"]]
        suites.append(_suite(control, ((name, each["status"], each["reason"]) for name, each in results), report))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, 0)) for suite in suites)))
    root.extend(suites)
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _named(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return entries with unique names: CI services ignore all but one of the test cases with the same name.

    If several hosts represent the same addon, the name has the host. If a host lists it several times, it is numbered.
    """
    named = [(printable(path_of(entry)), entry) for entry in entries]
    counts = Counter(name for name, _entry in named)
    unique: dict[str, Mapping[str, Any]] = {}
    for name, entry in named:
        full = name if counts[name] == 1 else printable(f"{name} ({entry['host']})")
        names = chain([full], (f"{full} #{number}" for number in count(2)))
        unique[next(each for each in names if each not in unique)] = entry
    return list(unique.items())


def _suite(name: str, results: Iterable[tuple[str, str, str]], report: Mapping[str, Any]) -> ElementTree.Element:
    """Return a test suite. results: the names of addons and volumes with a verdict or status, and the reason for it."""
    cases = [_case(name, *each) for each in results]
    counts = Counter(child.tag for case in cases for child in case)
    suite = ElementTree.Element("testsuite", {"name": name, "tests": str(len(cases)), "time": "0"})
    for tag, attribute in _COUNTS.items():
        suite.set(attribute, str(counts[tag]))
    suite.append(_properties(name, report))
    suite.extend(cases)
    return suite


def _properties(name: str, report: Mapping[str, Any]) -> ElementTree.Element:
    properties = ElementTree.Element("properties")
    labels = ", ".join(report["control_labels"].get(name, ()))
    for key, value in (("generated_at", report["generated_at"]), ("limit", report["limit"]), ("labels", labels)):
        if value:
            ElementTree.SubElement(properties, "property", {"name": key, "value": printable(value)})
    return properties


def _case(suite: str, name: str, status: str, reason: str) -> ElementTree.Element:
    # Jenkins groups test cases by their class name, whatever their suite.
    case = ElementTree.Element("testcase", {"classname": suite, "name": name, "time": "0"})
    tag = _ELEMENTS.get(status, "failure")
    if tag:
        message = {"message": printable(f"{status}: {reason}" if reason else status)}
        ElementTree.SubElement(case, tag, message if tag == "skipped" else {**message, "type": status})
    return case
