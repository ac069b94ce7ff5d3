# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup controls: their parameters, their results, and what restore drills add to these."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._model.controls import (
    CONTROLS,
    RANGES,
    STATUSES,
    Facts,
    assess,
    needs_copies,
    needs_restores,
    not_applicable,
    range_errors,
    unreadable,
    with_restore_drills,
)
from ansible_collections.community.northflank.plugins.module_utils._model.destination_copies import (
    Copies,
    DestinationCopies,
)
from ansible_collections.community.northflank.plugins.module_utils._model.restore import Restore
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import schedule

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.utc)
AN_HOUR_AGO = (NOW - timedelta(hours=1)).isoformat()
ALL: dict[str, dict[str, Any]] = {
    "scheduled": {},
    "frequency": {"hours": 24},
    "retention": {"days": 7},
    "last_backup": {"hours": 26},
    "no_failures": {"last": 5},
    "off_site": {"hours": 26},
    "immutable": {"days": 30},
    "restore_tested": {"days": 90, "include_restores": True},
    "restore_time": {"minutes": 60},
}
GOOD = Facts(
    name="shop/orders-db",
    schedules=[schedule()],
    backups=[Backup("1", "", "completed", "snapshot", AN_HOUR_AGO)],
    now=NOW,
    copies=Copies(
        NOW, (DestinationCopies("'Archive'", completed={"shop/orders-db": AN_HOUR_AGO}, locked=True, lock_days=30),)
    ),
    restores=[Restore("1", "1", "completed", AN_HOUR_AGO, NOW.isoformat())],
)
NOTHING = Facts(name="shop/orders-db", schedules=[], backups=[], now=NOW)


def statuses(results: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: each["status"] for name, each in results.items()}


def test_the_names_and_the_statuses() -> None:
    assert CONTROLS == tuple(ALL)
    assert STATUSES == ("fail", "unknown", "excepted", "pass", "not_applicable")


def test_every_control_passes_on_good_facts_with_a_reason() -> None:
    results = assess(ALL, GOOD)
    assert statuses(results) == dict.fromkeys(CONTROLS, "pass")
    assert {name: each["parameters"] for name, each in results.items()} == ALL
    assert all(each["reason"].endswith(".") for each in results.values())


def test_nothing_passes_on_no_facts() -> None:
    assert statuses(assess(ALL, NOTHING)) == {
        **dict.fromkeys(CONTROLS, "fail"),
        "off_site": "unknown",
        "immutable": "unknown",
        "restore_tested": "unknown",
        "restore_time": "unknown",
    }


def test_only_required_controls_are_assessed() -> None:
    assert list(assess({"frequency": {"hours": 1}}, GOOD)) == ["frequency"]
    assert assess({}, GOOD) == {}


@pytest.mark.parametrize(("off_site", "status"), [({}, "pass"), ({"off_site": {"hours": 1}}, "fail")])
def test_immutable_requires_a_copy_as_new_as_off_site_does(off_site: dict[str, Any], status: str) -> None:
    (archive,) = GOOD.copies.destinations
    old = Copies(NOW + timedelta(hours=5), (archive,))
    facts = Facts(GOOD.name, [], [], NOW, copies=old)
    assert assess({**off_site, "immutable": {"days": 30}}, facts)["immutable"]["status"] == status


def test_restores_that_could_not_be_read_are_unknown() -> None:
    facts = Facts(GOOD.name, [], [], NOW, restores=[], unread_restores="Forbidden.")
    for name in ("restore_tested", "restore_time"):
        result = assess({name: ALL[name]}, facts)[name]
        assert (result["status"], result["reason"]) == ("unknown", "Its restores could not be read: Forbidden.")


@pytest.mark.parametrize(
    ("controls", "copies", "restores"),
    [
        ({}, False, False),
        ({"scheduled": {}, "restore_time": {"minutes": 1}}, False, False),
        ({"off_site": {"hours": 1}}, True, False),
        ({"immutable": {"days": 1}}, True, False),
        ({"restore_tested": {"days": 1, "include_restores": False}}, False, False),
        ({"restore_tested": {"days": 1, "include_restores": True}}, False, True),
    ],
)
def test_what_controls_need(controls: dict[str, Any], copies: bool, restores: bool) -> None:
    assert (needs_copies(controls), needs_restores(controls)) == (copies, restores)


@pytest.mark.parametrize(
    ("name", "parameter"), [(name, parameter) for name, ranges in RANGES.items() for parameter in ranges]
)
def test_ranges(name: str, parameter: str) -> None:
    minimum, maximum = RANGES[name][parameter]
    for value in (minimum, maximum):
        assert range_errors("controls", {name: {parameter: value}}) == []
    for value in (minimum - 1, maximum + 1, -(10**30)):
        (error,) = range_errors("controls", {name: {parameter: value}})
        assert error == f"controls.{name}.{parameter}: {value} is not between {minimum} and {maximum}"


def test_what_could_not_be_read_is_unknown_and_what_does_not_apply_is_not_applicable() -> None:
    results = unreadable(ALL, "Forbidden.")
    assert statuses(results) == dict.fromkeys(CONTROLS, "unknown")
    assert results["frequency"] == {
        "status": "unknown",
        "reason": "It could not be read: Forbidden.",
        "parameters": {"hours": 24},
    }
    assert not_applicable("No.", {"hours": 1}) == {
        "status": "not_applicable",
        "reason": "No.",
        "parameters": {"hours": 1},
    }


NEVER = {"status": "never", "verified_at": None, "seconds": None, "last": None}
FAST = {"status": "verified", "verified_at": "2026-11-20T00:00:00Z", "seconds": 600, "last": {}}
UNUSABLE = {"status": "unknown", "verified_at": None, "seconds": None, "last": {"reason": "x.json is empty"}}


def restores_found(status: str, restores: bool = True) -> dict[str, Any]:
    return {"status": status, "reason": "From restores.", "parameters": {"days": 90, "include_restores": restores}}


class TestWithRestoreDrills:
    UNREAD = assess({**ALL, "restore_tested": {"days": 90, "include_restores": False}}, Facts("shop/db", [], [], NOW))

    def test_without_evidence_nothing_changes(self) -> None:
        assert with_restore_drills(self.UNREAD, None, NOW) == self.UNREAD
        for name in ("restore_tested", "restore_time"):
            assert self.UNREAD[name]["reason"] == "No evidence of restore drills was read."
            assert self.UNREAD[name]["needs_evidence"]

    @pytest.mark.parametrize(("drill", "status"), [(NEVER, "fail"), (FAST, "pass"), (UNUSABLE, "unknown")])
    def test_evidence_decides_if_restores_do_not_count(self, drill: dict[str, Any], status: str) -> None:
        completed = with_restore_drills(self.UNREAD, drill, NOW)
        assert {name: completed[name] for name in CONTROLS[:7]} == {name: self.UNREAD[name] for name in CONTROLS[:7]}
        for name in ("restore_tested", "restore_time"):
            assert completed[name]["status"] == status
            assert completed[name]["parameters"] == self.UNREAD[name]["parameters"]
            assert "No evidence" not in completed[name]["reason"]
            assert "needs_evidence" not in completed[name]

    @pytest.mark.parametrize(
        ("restores", "drill", "status"),
        [
            ("pass", NEVER, "pass"),
            ("pass", UNUSABLE, "pass"),
            ("fail", FAST, "pass"),
            ("fail", NEVER, "fail"),
            ("fail", UNUSABLE, "unknown"),
            ("unknown", FAST, "pass"),
            ("unknown", NEVER, "unknown"),
        ],
    )
    def test_one_pass_is_enough_for_restore_tested(self, restores: str, drill: dict[str, Any], status: str) -> None:
        found = with_restore_drills({"restore_tested": restores_found(restores)}, drill, NOW)["restore_tested"]
        assert found["status"] == status

    @pytest.mark.parametrize(
        ("measured_at", "status"), [("2026-11-19T00:00:00Z", "pass"), ("2026-11-21T00:00:00Z", "fail")]
    )
    def test_the_newer_measurement_decides_on_restore_time(self, measured_at: str, status: str) -> None:
        slow = {"status": "fail", "reason": "Slow.", "parameters": {"minutes": 30}, "measured_at": measured_at}
        found = with_restore_drills({"restore_time": slow}, FAST, NOW)["restore_time"]
        assert found["status"] == status
        assert found["measured_at"] == max(measured_at, FAST["verified_at"])

    def test_a_control_without_parameters_stays_unknown(self) -> None:
        results = {name: {"status": "unknown", "reason": "No.", "parameters": {}} for name in CONTROLS[7:]}
        assert with_restore_drills(results, FAST, NOW) == results

    def test_what_does_not_apply_stays_so(self) -> None:
        results = {name: not_applicable("It is being deleted.", each) for name, each in ALL.items()}
        assert with_restore_drills(results, FAST, NOW) == results

    def test_the_results_are_not_changed_in_place(self) -> None:
        results = {"restore_tested": restores_found("fail")}
        with_restore_drills(results, FAST, NOW)
        assert results == {"restore_tested": restores_found("fail")}
