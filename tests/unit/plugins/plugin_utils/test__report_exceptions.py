# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of exceptions from controls: their validation, until when they count, and what they except."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.controls import CONTROLS
from ansible_collections.community.northflank.plugins.plugin_utils._report import report
from ansible_collections.community.northflank.plugins.plugin_utils._report_exceptions import parse_exceptions

LAST_SECOND = datetime(2026, 11, 24, 23, 59, 59, tzinfo=timezone.utc)
VALID: dict[str, Any] = {
    "project_id": "shop",
    "addon_id": "db",
    "control": "off_site",
    "reason": "Being migrated.",
    "until": "2026-11-24",
}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in VALID.items() if key != name}


def applied(
    *exceptions: dict[str, Any], status: str = "fail", now: datetime = LAST_SECOND
) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the states of exceptions, and the results of off_site of an addon, a volume and another addon."""
    parsed, errors = parse_exceptions(list(exceptions), "exceptions")
    assert errors == []
    controls = {"off_site": {"status": status, "reason": "No copy.", "parameters": {"hours": 24}}}
    entry = {"project_id": "shop", "verdict": "ok", "reasons": [], "controls": controls}
    result = {
        "addons": [{**entry, "addon_id": "db"}, {**entry, "addon_id": "db", "project_id": "crm"}],
        "volumes": [{**entry, "volume_id": "db"}],
    }
    built = report([result], ["shop"], now, exceptions=parsed)
    assert built["exceptions"] == [
        {**each, "until": str(each["until"]), "state": found["state"]}
        for each, found in zip(exceptions, built["exceptions"])
    ]
    by_project = {each["project_id"]: each["controls"]["off_site"] for each in built["addons"]}
    return (
        [each["state"] for each in built["exceptions"]],
        [by_project["shop"], built["volumes"][0]["controls"]["off_site"], by_project["crm"]],
    )


@pytest.mark.parametrize("status", ["fail", "unknown"])
def test_a_finding_is_excepted_through_the_end_of_the_last_day(status: str) -> None:
    states, (addon, volume, other) = applied(VALID, status=status)
    assert states == ["applied"]
    assert addon == {
        "status": "excepted",
        "reason": f"Excepted until 2026-11-24: Being migrated. Finding ({status}): No copy.",
        "parameters": {"hours": 24},
        "finding": {"status": status, "reason": "No copy."},
    }
    assert (volume["status"], other["status"]) == (status, status)


def test_an_expired_exception_no_longer_counts() -> None:
    states, (addon, *_others) = applied(VALID, now=datetime(2026, 11, 25, tzinfo=timezone.utc))
    assert (states, addon["status"], addon["reason"]) == (["expired"], "fail", "No copy.")


@pytest.mark.parametrize("status", ["pass", "not_applicable"])
def test_an_exception_without_a_finding_is_unused(status: str) -> None:
    states, (addon, *_others) = applied(VALID, status=status)
    assert (states, addon["status"]) == (["unused"], status)


@pytest.mark.parametrize(
    "change", [{"addon_id": "d"}, {"project_id": "hr"}, {"control": "scheduled"}, {"addon_id": "DB"}]
)
def test_an_exception_from_nothing_is_unused(change: dict[str, str]) -> None:
    states, results = applied({**VALID, **change})
    assert states == ["unused"]
    assert {each["status"] for each in results} == {"fail"}


def test_the_id_has_a_type() -> None:
    states, (addon, volume, _other) = applied({**without("addon_id"), "volume_id": "db"})
    assert (states, addon["status"], volume["status"]) == (["applied"], "fail", "excepted")


def test_only_one_of_equal_exceptions_is_applied() -> None:
    later = {**VALID, "until": "2026-12-31"}
    states, (addon, *_others) = applied(VALID, later, VALID)
    assert states == ["applied", "unused", "unused"]
    assert addon["reason"].count("Excepted until 2026-11-24") == 1


def test_what_could_not_be_read_can_be_excepted() -> None:
    parsed, _errors = parse_exceptions([VALID], "exceptions")
    unread = {"project_id": "shop", "addon_id": "db", "verdict": "unknown", "reasons": ["HTTP 403."]}
    control = {"status": "pass", "reason": "Good.", "parameters": {"hours": 24}}
    other = {**unread, "addon_id": "a", "verdict": "ok", "controls": {"off_site": control}}
    built = report([{"addons": [unread, other]}], ["shop"], LAST_SECOND, exceptions=parsed)
    assert [each["controls"]["off_site"]["status"] for each in built["addons"]] == ["excepted", "pass"]
    assert built["addons"][0]["verdict"] == "unknown"
    assert built["summary"]["controls"]["off_site"]["excepted"] == 1


def test_a_failed_host_cannot_be_excepted() -> None:
    # Its name looks like the ID of a project, but nobody knows what it has.
    parsed, _errors = parse_exceptions([{**VALID, "project_id": "hr"}], "exceptions")
    control = {"status": "pass", "reason": "Good.", "parameters": {"hours": 24}}
    read = {"project_id": "shop", "addon_id": "db", "verdict": "ok", "reasons": [], "controls": {"off_site": control}}
    built = report([{"addons": [read]}, None], ["shop", "hr"], LAST_SECOND, ["hr"], exceptions=parsed)
    assert [each["controls"]["off_site"]["status"] for each in built["addons"]] == ["unknown", "pass"]


def test_every_host_of_an_addon_is_excepted() -> None:
    parsed, _errors = parse_exceptions([VALID], "exceptions")
    control = {"status": "fail", "reason": "No.", "parameters": {"hours": 24}}
    read = {"project_id": "shop", "addon_id": "db", "verdict": "ok", "reasons": [], "controls": {"off_site": control}}
    built = report([{"addons": [read]}, {"addons": [read]}], ["one", "two"], LAST_SECOND, exceptions=parsed)
    assert built["summary"]["controls"]["off_site"] == {
        **dict.fromkeys(("fail", "unknown", "pass", "not_applicable"), 0),
        "excepted": 2,
    }


# YAML reads a date, and IDs of digits.
@pytest.mark.parametrize(
    "change", [{}, {"until": date(2026, 11, 24)}, {"addon_id": 5, "project_id": 7}, {"reason": "x"}]
)
def test_valid_exceptions(change: dict[str, Any]) -> None:
    (parsed,), errors = parse_exceptions([{**VALID, **change}], "exceptions")
    assert errors == []
    assert parsed.to_result("unused") == {
        **{name: str(value) for name, value in {**VALID, **change}.items()},
        "state": "unused",
    }


@pytest.mark.parametrize(
    ("exception", "errors"),
    [
        (5, ["[0]: 5 is not a dictionary"]),
        (
            {},
            [
                "[0].project_id: required",
                "[0].control: required",
                "[0].reason: required",
                "[0].until: required",
                "[0]: exactly one of addon_id and volume_id is required",
            ],
        ),
        *((without(name), [f"[0].{name}: required"]) for name in ("project_id", "control", "reason", "until")),
        ({**VALID, "control": None}, ["[0].control: required"]),
        (without("addon_id"), ["[0]: exactly one of addon_id and volume_id is required"]),
        ({**VALID, "volume_id": "db"}, ["[0]: exactly one of addon_id and volume_id is required"]),
        (
            {**VALID, "addon": "db"},
            ["[0].addon: not an option; the options are project_id, control, reason, until, addon_id, volume_id"],
        ),
        (
            {**VALID, "project_id": "my shop", "addon_id": "*"},
            [
                "[0].project_id: 'my shop' is not an ID: use letters and digits, in groups joined by single hyphens",
                "[0].addon_id: '*' is not an ID: use letters and digits, in groups joined by single hyphens",
            ],
        ),
        (
            {**VALID, "control": "offsite"},
            [f"[0].control: 'offsite' is not a control; the controls are {', '.join(CONTROLS)}"],
        ),
        (
            {**VALID, "control": ["off_site"]},
            [f"[0].control: ['off_site'] is not a control; the controls are {', '.join(CONTROLS)}"],
        ),
        *(
            ({**VALID, "reason": value}, [f"[0].reason: {value!r} is not a reason; describe it in a sentence"])
            for value in (" ", "", 5, ["x"])
        ),
        *(
            ({**VALID, "until": value}, [f"[0].until: {value!r} is not a date such as 2026-12-31"])
            for value in (
                "soon",
                "2026-02-30",
                "2026-1-1",
                "20261231",
                "2026-W01-1",
                "2026-12-31T10:00:00Z",
                2026,
                True,
                "2026-12-31\n",
            )
        ),
    ],
)
def test_invalid_exceptions(exception: Any, errors: list[str]) -> None:
    valid, found = parse_exceptions([exception], "exceptions")
    assert (valid, found) == ([], [f"exceptions{error}" for error in errors])


def test_all_errors_are_reported_at_once() -> None:
    _valid, errors = parse_exceptions(
        [{**VALID, "until": "soon"}, VALID, {**VALID, "control": "x", "reason": ""}], "mine"
    )
    assert [error.partition(":")[0] for error in errors] == ["mine[0].until", "mine[2].control", "mine[2].reason"]


@pytest.mark.parametrize("value", [None, {}, "text", 5, VALID])
def test_anything_but_a_list_is_an_error(value: Any) -> None:
    _valid, errors = parse_exceptions(value, "exceptions")
    assert errors == [f"exceptions: {value!r} is not a list of exceptions"]
