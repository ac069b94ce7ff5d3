# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task with assignments is equivalent to one task per addon or volume with the assigned policy.

So hosts can be projects instead of addons and volumes.
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

from .cases import PROJECT, TYPES, Case, cases, cases_of_volumes
from .runner import CaseRunner, Run, Schedules, without_read_only

PATTERNS = {
    "tags": ("critical", "eu", "c*", "none"),
    "types": (*TYPES, "*sql", "none"),
    "names": ("addon-1", "addon-*", "volume-1", "*[23]", "The first", "none"),
}


@dataclass(frozen=True)
class AssignmentCase:
    """A case with tags and names of addons or volumes, policies and assignments."""

    case: Case
    policies: dict[str, Any]
    assignments: list[dict[str, Any]]

    @property
    def key(self) -> str:
        """The key of the addons or volumes in a fleet and in a result."""
        return f"{self.case.kind}s"

    @property
    def resources(self) -> list[dict[str, Any]]:
        resources: list[dict[str, Any]] = self.case.fleet["projects"][0][self.key]
        return resources

    @property
    def by_id(self) -> dict[str, Any]:
        """The options that select all addons or volumes by their IDs."""
        return {f"{self.case.kind}_ids": [resource["id"] for resource in self.resources]}

    @property
    def all(self) -> dict[str, Any]:
        return {f"all_{self.key}": True}

    def combined(self, **selection: Any) -> Case:
        """Return the case of one task with assignments."""
        return self._with({**selection, "custom_policies": self.policies, "assignments": self.assignments})

    def single(self, resource: dict[str, Any]) -> Case | None:
        """Return the case of a task for one addon or volume, None if it is unassigned."""
        assignment = next((each for each in self.assignments if matches(each, resource)), None)
        if assignment is None:
            return None
        what = {name: value for name, value in assignment.items() if name in ("policy", "schedules")}
        return self._with({**what, "custom_policies": self.policies}, self._only(resource))

    def without_policy(self, resource: dict[str, Any]) -> Case:
        return self._with(self._only(resource))

    def _only(self, resource: dict[str, Any]) -> dict[str, Any]:
        """Return the options that select one addon or volume, with its status as the inventory plugin sets it."""
        statuses = {resource["id"]: resource["status"]} if "status" in resource else {}
        known = {"known_addon_statuses": statuses} if statuses else {}
        return {f"{self.case.kind}_ids": [resource["id"]], **known}

    def _with(self, *options: dict[str, Any]) -> Case:
        dropped = ("schedules", *self.by_id, *self.all)
        kept = {name: value for name, value in self.case.options.items() if name not in dropped}
        for each in options:
            kept.update(each)
        return replace(self.case, options=kept)


def matches(assignment: dict[str, Any], resource: dict[str, Any]) -> bool:
    values = {
        "tags": resource["tags"],
        "types": [resource["type"]] if "type" in resource else [],
        "names": [resource["id"], resource["name"]],
    }
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
    case = draw(st.one_of(cases(), cases_of_volumes()))
    for number, resource in enumerate(case.fleet["projects"][0][f"{case.kind}s"]):
        resource["tags"] = draw(st.lists(st.sampled_from(["critical", "eu", "other"]), unique=True, max_size=2))
        resource["name"] = "The first" if number == 0 else ""
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
    """Return the schedules of each addon or volume without read-only fields."""
    drop = ("id", "createdAt", "updatedAt")
    return {
        id_: sorted(
            str(sorted((name, str(value)) for name, value in each.items() if name not in drop))
            for each in listed.values()
        )
        for id_, listed in after.items()
    }


def unassigned_of(run: Run) -> list[str]:
    return [each.get("addon_id") or each.get("volume_id") for each in run.result["unassigned"]]


@given(each=assignment_cases(), by_id=st.booleans())
def test_a_task_with_assignments_equals_one_task_per_resource(
    runner: CaseRunner, each: AssignmentCase, by_id: bool
) -> None:
    before = states(runner.set_up(each.case))
    task = each.combined(**(each.by_id if by_id else each.all))
    checked, combined = runner.run(task, check_mode=True), runner.run(task)
    assert checked.methods <= {"GET"}
    if "validation_errors" in combined.result:
        return
    runner.set_up(each.case)
    unassigned = []
    for resource in each.resources:
        single = each.single(resource)
        if single is None:
            unassigned.append(resource["id"])
            continue
        if resource.get("status") == "deleting":
            # The inventory plugin does not return such addons as hosts.
            assert combined.report(resource["id"])["skipped"]
            continue
        run = runner.run(single)
        report, expected = combined.report(resource["id"]), run.report(resource["id"])
        assert without_read_only(report) == without_read_only(expected)
        if not run.rejected(resource["id"]):
            assert without_read_only(checked.report(resource["id"])) == without_read_only(expected)
    assert states(combined.after) == states(runner.stored())
    assert unassigned_of(combined) == unassigned
    assert {id_: states(combined.after)[id_] for id_ in unassigned} == {id_: before[id_] for id_ in unassigned}


@given(each=assignment_cases(), by_id=st.booleans())
def test_verdicts_with_assignments_equal_those_of_one_task_per_resource(
    runner: CaseRunner, each: AssignmentCase, by_id: bool
) -> None:
    runner.set_up(each.case)
    combined = runner.status(each.combined(**(each.by_id if by_id else {})))
    if "validation_errors" in combined.result:
        return
    unassigned = []
    for resource in each.resources:
        single = each.single(resource)
        if single is None:
            unassigned.append(resource["id"])
            single = each.without_policy(resource)
        report = combined.report(resource["id"])
        expected = runner.status(single).report(resource["id"])
        assert "exception" not in report, report["exception"]
        for name in ("verdict", "policy", "differences", "desired_schedules", "backup_schedules"):
            assert without_read_only(report.get(name)) == without_read_only(expected.get(name)), name
    assert unassigned_of(combined) == unassigned
    assert len(combined.result[each.key]) == len(each.resources)


@given(each=assignment_cases())
def test_all_projects_equals_one_task_per_project(runner: CaseRunner, each: AssignmentCase) -> None:
    runner.set_up(each.case)
    by_project = runner.run(each.combined(**each.all))
    runner.set_up(each.case)
    task = each.combined(all_projects=True)
    del task.options["project_id"]
    task.options.pop("known_addon_types", None)
    all_projects = runner.run(task)
    if "validation_errors" in by_project.result:
        assert "validation_errors" in all_projects.result
        return
    assert states(all_projects.after) == states(by_project.after)
    assert all_projects.result["unassigned"] == by_project.result["unassigned"]
    assert without_read_only(all_projects.result[each.key]) == without_read_only(by_project.result[each.key])
    assert {entry["project_id"] for entry in all_projects.result[each.key]} <= {PROJECT}
