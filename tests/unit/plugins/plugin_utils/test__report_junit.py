# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the report as JUnit XML: what CI services read, whatever the API returned."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.controls import RANGES
from ansible_collections.community.northflank.plugins.plugin_utils._report import report
from ansible_collections.community.northflank.plugins.plugin_utils._report_exceptions import parse_exceptions
from ansible_collections.community.northflank.plugins.plugin_utils._report_junit import as_junit
from junitparser import Error, Failure, JUnitXml, Skipped

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)

# The attributes that the schemas of Jenkins (junit-10.xsd) and of Maven Surefire (surefire-test-report.xsd) both
# allow, with those that one of them requires, and the children.
RULES: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"name", "tests", "failures", "errors", "time"}, set(), {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "group"},
        {"name", "tests", "failures", "errors", "skipped"},
        {"properties", "testcase"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, {"name", "value"}, set()),
    "testcase": ({"name", "classname", "time", "group"}, {"name", "time"}, {"failure", "error", "skipped"}),
    "failure": ({"message", "type"}, {"type"}, set()),
    "error": ({"message", "type"}, {"type"}, set()),
    "skipped": ({"message"}, set(), set()),
}


def check(element: ElementTree.Element) -> None:
    """Check an element against the rules, and its counts."""
    allowed, required, children = RULES[element.tag]
    assert required <= element.attrib.keys() <= allowed, element.tag
    assert {child.tag for child in element} <= children, element.tag
    if element.tag == "testsuite":
        # Surefire requires this order.
        assert [child.tag for child in element] == sorted(child.tag for child in element)
        cases = [child for child in element if child.tag == "testcase"]
        tags = [child.tag for case in cases for child in case]
        counts = {name: int(element.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
        expected = {"failures": tags.count("failure"), "errors": tags.count("error"), "skipped": tags.count("skipped")}
        assert counts == {"tests": len(cases), **expected}
    if element.tag == "testcase":
        assert len(element) <= 1
    if "time" in element.attrib:
        float(element.attrib["time"])
    for child in element:
        check(child)


def result(name: str, status: str, reason: str = "Because.") -> dict[str, Any]:
    return {"status": status, "reason": reason, "parameters": dict.fromkeys(RANGES[name], 24)}


def entry(verdict: str, id_: str = "db", option: str = "addon_id", **controls: str) -> dict[str, Any]:
    reasons = [] if verdict == "ok" else [f"It is {verdict}.", "More."]
    results = {name: result(name, status) for name, status in controls.items()}
    return {"project_id": "shop", option: id_, "verdict": verdict, "reasons": reasons, "controls": results}


def parsed(built: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the test cases by suite, with the type and message of what junitparser found."""
    text = as_junit(built)
    check(ElementTree.fromstring(text.encode()))
    suites = JUnitXml.fromstring(text.encode())
    return {
        suite.name: {case.name: [(type(found), found.message) for found in case.result] or "passed" for case in suite}
        for suite in suites
    }


def test_a_suite_for_the_verdicts_and_one_per_control() -> None:
    addons = [
        entry("ok", "a", scheduled="pass", off_site="pass"),
        entry("late", "b", scheduled="pass", off_site="fail"),
        entry("skipped", "c", scheduled="not_applicable"),
        entry("drift", "d", off_site="unknown"),
        {**entry("unknown", "e"), "backup_schedules": []},
    ]
    result_of_shop = {"addons": addons, "volumes": [entry("ok", "data", "volume_id", off_site="not_applicable")]}
    exception = {
        "project_id": "shop",
        "addon_id": "b",
        "control": "off_site",
        "reason": "Later.",
        "until": "2026-12-31",
    }
    exceptions, _errors = parse_exceptions([exception], "exceptions")
    built = report([result_of_shop, None], ["shop", "crm"], NOW, ["crm"], exceptions=exceptions)
    failed = "unknown: The host failed, was unreachable or ended the play before its backups were read."
    unread = "unknown: It is unknown. More."
    assert parsed(built) == {
        "verdict": {
            "crm": [(Error, failed)],
            "shop/e": [(Error, unread)],
            "shop/b": [(Failure, "late: It is late. More.")],
            "shop/d": [(Failure, "drift: It is drift. More.")],
            "shop/a": "passed",
            "shop/volumes/data": "passed",
            "shop/c": [(Skipped, "skipped: It is skipped. More.")],
        },
        "scheduled": {
            "crm": [(Error, failed)],
            "shop/e": [(Error, unread)],
            "shop/b": "passed",
            "shop/a": "passed",
            "shop/c": [(Skipped, "not_applicable: Because.")],
        },
        "off_site": {
            "crm": [(Error, failed)],
            "shop/e": [(Error, unread)],
            "shop/b": [(Skipped, "excepted: Excepted until 2026-12-31: Later. Finding (fail): Because.")],
            "shop/d": [(Error, "unknown: Because.")],
            "shop/a": "passed",
            "shop/volumes/data": [(Skipped, "not_applicable: Because.")],
        },
    }
    root = ElementTree.fromstring(as_junit(built).encode())
    assert root.attrib == {"name": "backup_report", "tests": "18", "failures": "2", "errors": "7"}


def test_an_empty_report_and_one_without_controls() -> None:
    assert parsed(report([], [], NOW)) == {"verdict": {}}
    assert parsed(report([{"addons": [entry("ok")]}], ["shop"], NOW)) == {"verdict": {"shop/db": "passed"}}


def test_an_addon_that_two_hosts_represent_has_two_test_cases() -> None:
    results = [{"addons": [entry("ok", scheduled="fail")]}, {"addons": [entry("late", scheduled="pass")]}]
    found = parsed(report([*results, {"addons": [entry("ok", "other")]}], ["shop", "db.shop", "all"], NOW))
    assert found["verdict"].keys() == {"shop/db (shop)", "shop/db (db.shop)", "shop/other"}
    assert found["scheduled"]["shop/db (db.shop)"] == "passed"
    assert found["scheduled"]["shop/db (shop)"] != "passed"


def test_properties_state_the_time_the_limit_and_the_labels() -> None:
    built = report(
        [{"addons": [entry("ok", off_site="pass")]}],
        ["shop"],
        NOW,
        limit="shop",
        control_labels={"off_site": ["A.8.13", "B"]},
    )
    properties = [
        {each.attrib["name"]: each.attrib["value"] for each in suite.iter("property")}
        for suite in ElementTree.fromstring(as_junit(built).encode())
    ]
    common = {"generated_at": "2026-11-24T02:30:00Z", "limit": "shop"}
    assert properties == [common, {**common, "labels": "A.8.13, B"}]


@pytest.mark.parametrize(
    "odd", ["]]>", "<![CDATA[", "<a b='c' d=\"e\">&amp;", "&#0;", "<!--", "<?xml?>", "größe 漢字 🐘"]
)
def test_markup_is_text(odd: str) -> None:
    built = report([{"addons": [{**entry("late", odd), "reasons": [odd]}]}], ["shop"], NOW)
    assert parsed(built) == {"verdict": {f"shop/{odd}": [(Failure, f"late: {odd}")]}}


@pytest.mark.parametrize("code", [*range(0x20), 0x7F, 0x85, 0x2028, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF, 0x1FFFE])
def test_characters_that_xml_does_not_allow(code: int) -> None:
    # The name of a project and the reasons may have any character.
    odd = f"a{chr(code)}b"
    addon = {**entry("late", odd, off_site="fail"), "project_id": odd, "reasons": [odd]}
    addon["controls"]["off_site"]["reason"] = odd
    built = report([{"addons": [addon]}], [odd], NOW, limit=odd, control_labels={"off_site": [odd]})
    found = parsed(built)
    assert [len(cases) for cases in found.values()] == [1, 1]
    (message,) = [message for cases in found.values() for case in cases.values() for _type, message in case][1:]
    assert message in ("fail: a b", "fail: a\ufffdb")


def test_what_a_host_lists_several_times_has_a_test_case_each() -> None:
    unread = {"project_id": "shop", "verdict": "unknown", "reasons": ["Forbidden."]}
    result_of_shop = {
        "addons": [{**unread, "addon_id": None}, {**unread, "addon_id": None}, entry("ok"), entry("late")],
        "volumes": [{**unread, "volume_id": None}],
    }
    assert parsed(report([result_of_shop], ["shop"], NOW))["verdict"] == {
        "shop (shop)": [(Error, "unknown: Forbidden.")],
        "shop (shop) #2": [(Error, "unknown: Forbidden.")],
        "shop/volumes": [(Error, "unknown: Forbidden.")],
        "shop/db (shop)": [(Failure, "late: It is late. More.")],
        "shop/db (shop) #2": "passed",
    }
