# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task with assignments is equivalent to one task per addon with the assigned policy.

So hosts can be projects instead of addons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fnmatch import translate
from typing import Any

import pytest
from faults.task_runner import FakeClock, TaskRunner
from hypothesis import given
from hypothesis import strategies as st
from simulator.server import Simulator

from .cases import PROJECT, TYPES, Case, cases
from .runner import CaseRunner, Run, Schedules, without_read_only

PATTERNS = {
    "tags": ("critical", "eu", "c*", "none"),
    "types": (*TYPES, "*sql", "none"),
    "names": ("addon-1", "addon-*", "*[23]", "The first", "none"),
}


@dataclass(frozen=True)
class AssignmentCase:
    """A case with tags and names of addons, policies and assignments."""

    case: Case
    policies: dict[str, Any]
    assignments: list[dict[str, Any]]

    @property
    def addons(self) -> list[dict[str, Any]]:
        addons: list[dict[str, Any]] = self.case.fleet["projects"][0]["addons"]
        return addons

    def combined(self, **selection: Any) -> Case:
        """Return the case of one task with assignments."""
        return self._with({**selection, "custom_policies": self.policies, "assignments": self.assignments})

    def single(self, addon: dict[str, Any]) -> Case | None:
        """Return the case of a task for one addon, None if it is unassigned."""
        assignment = next((each for each in self.assignments if matches(each, addon)), None)
        if assignment is None:
            return None
        what = {name: value for name, value in assignment.items() if name in ("policy", "schedules")}
        statuses = {"known_addon_statuses": {addon["id"]: addon["status"]}}
        return self._with({**what, "custom_policies": self.policies, "addon_ids": [addon["id"]]}, statuses)

    def without_policy(self, addon: dict[str, Any]) -> Case:
        return self._with({"addon_ids": [addon["id"]], "known_addon_statuses": {addon["id"]: addon["status"]}})

    def _with(self, *options: dict[str, Any]) -> Case:
        dropped = ("schedules", "addon_ids", "all_addons")
        kept = {name: value for name, value in self.case.options.items() if name not in dropped}
        for each in options:
            kept.update(each)
        return replace(self.case, options=kept)


def matches(assignment: dict[str, Any], addon: dict[str, Any]) -> bool:
    values = {"tags": addon["tags"], "types": [addon["type"]], "names": [addon["id"], addon["name"]]}
    return all(
        any(re.fullmatch(translate(pattern), value) for pattern in assignment[name] for value in values[name])
        for name in values
        if name in assignment
    )


_CONDITIONS = st.fixed_dictionaries(
    {},
    optional={name: st.lists(st.sampled_from(patterns), min_size=1, max_size=2) for name, patterns in PATTERNS.items()},
)


@st.composite
def assignment_cases(draw: st.DrawFn) -> AssignmentCase:
    case = draw(cases())
    for number, addon in enumerate(case.fleet["projects"][0]["addons"]):
        addon["tags"] = draw(st.lists(st.sampled_from(["critical", "eu", "other"]), unique=True, max_size=2))
        addon["name"] = "The first" if number == 0 else ""
    schedules = case.options["schedules"]
    policies = {"mine": schedules, "minimal": schedules[:1]}
    kinds: list[dict[str, Any]] = [{"policy": "mine"}, {"policy": "minimal"}, {"policy": "critical"}]
    kinds += [{"schedules": schedules}, {"schedules": []}]
    conditions = [each for each in draw(st.lists(_CONDITIONS, max_size=3)) if each]
    conditions += draw(st.sampled_from([[], [{}]]))
    assignments = [{**each, **draw(st.sampled_from(kinds))} for each in conditions or [{}]]
    return AssignmentCase(case, policies, assignments)


@pytest.fixture(scope="module")
def runner() -> CaseRunner:
    clock = FakeClock()
    return CaseRunner(TaskRunner(Simulator(clock=clock.monotonic), clock))


def states(after: dict[str, Schedules]) -> dict[str, list[Any]]:
    """Return the schedules of each addon without read-only fields."""
    drop = ("id", "createdAt", "updatedAt")
    return {
        addon_id: sorted(
            str(sorted((name, str(value)) for name, value in each.items() if name not in drop))
            for each in listed.values()
        )
        for addon_id, listed in after.items()
    }


def unassigned_of(run: Run) -> list[str]:
    return [each["addon_id"] for each in run.result["unassigned"]]


@given(each=assignment_cases(), by_id=st.booleans())
def test_a_task_with_assignments_equals_one_task_per_addon(
    runner: CaseRunner, each: AssignmentCase, by_id: bool
) -> None:
    ids = [addon["id"] for addon in each.addons]
    before = states(runner.set_up(each.case))
    task = each.combined(**({"addon_ids": ids} if by_id else {"all_addons": True}))
    checked, combined = runner.run(task, check_mode=True), runner.run(task)
    assert checked.methods <= {"GET"}
    if "validation_errors" in combined.result:
        return
    runner.set_up(each.case)
    unassigned = []
    for addon in each.addons:
        single = each.single(addon)
        if single is None:
            unassigned.append(addon["id"])
            continue
        if addon["status"] == "deleting":
            # The inventory plugin does not return such addons as hosts.
            assert combined.report(addon["id"])["skipped"]
            continue
        run = runner.run(single)
        report, expected = combined.report(addon["id"]), run.report(addon["id"])
        assert without_read_only(report) == without_read_only(expected)
        if not run.rejected(addon["id"]):
            assert without_read_only(checked.report(addon["id"])) == without_read_only(expected)
    assert states(combined.after) == states(runner.stored())
    assert unassigned_of(combined) == unassigned
    assert {addon_id: states(combined.after)[addon_id] for addon_id in unassigned} == {
        addon_id: before[addon_id] for addon_id in unassigned
    }


@given(each=assignment_cases(), by_id=st.booleans())
def test_verdicts_with_assignments_equal_those_of_one_task_per_addon(
    runner: CaseRunner, each: AssignmentCase, by_id: bool
) -> None:
    runner.set_up(each.case)
    ids = [addon["id"] for addon in each.addons]
    combined = runner.status(each.combined(**({"addon_ids": ids} if by_id else {})))
    if "validation_errors" in combined.result:
        return
    unassigned = []
    for addon in each.addons:
        single = each.single(addon)
        if single is None:
            unassigned.append(addon["id"])
            single = each.without_policy(addon)
        report = combined.report(addon["id"])
        expected = runner.status(single).report(addon["id"])
        assert "exception" not in report, report["exception"]
        for name in ("verdict", "policy", "differences", "desired_schedules", "backup_schedules"):
            assert without_read_only(report.get(name)) == without_read_only(expected.get(name)), name
    assert unassigned_of(combined) == unassigned
    assert len(combined.result["addons"]) == len(each.addons)


@given(each=assignment_cases())
def test_all_projects_equals_one_task_per_project(runner: CaseRunner, each: AssignmentCase) -> None:
    runner.set_up(each.case)
    by_project = runner.run(each.combined(all_addons=True))
    runner.set_up(each.case)
    task = each.combined(all_projects=True)
    del task.options["project_id"]
    task.options["known_addon_types"] = None
    all_projects = runner.run(task)
    if "validation_errors" in by_project.result:
        assert "validation_errors" in all_projects.result
        return
    assert states(all_projects.after) == states(by_project.after)
    assert all_projects.result["unassigned"] == by_project.result["unassigned"]
    assert without_read_only(all_projects.result["addons"]) == without_read_only(by_project.result["addons"])
    assert {addon["project_id"] for addon in all_projects.result["addons"]} <= {PROJECT}
