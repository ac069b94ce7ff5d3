# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task with assignments does what a task per addon does, with the policy that the addon should have.

So hosts that are projects can replace hosts that are addons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fnmatch import translate
from typing import Any

import pytest
from faults.laboratory import Laboratory, Time
from hypothesis import given
from hypothesis import strategies as st
from simulator.server import Simulator

from .cases import PROJECT, TYPES, Case, cases
from .playing import Player, Run, Schedules, without_read_only

PATTERNS = {
    "tags": ("critical", "eu", "c*", "none"),
    "types": (*TYPES, "*sql", "none"),
    "names": ("addon-1", "addon-*", "*[23]", "The first", "none"),
}


@dataclass(frozen=True)
class Assigned:
    """A case whose addons have tags and names, with the policies and the assignments of its task."""

    case: Case
    policies: dict[str, Any]
    assignments: list[dict[str, Any]]

    @property
    def addons(self) -> list[dict[str, Any]]:
        addons: list[dict[str, Any]] = self.case.fleet["projects"][0]["addons"]
        return addons

    def together(self, **selection: Any) -> Case:
        """Return the task with assignments."""
        return self._with({**selection, "policies": self.policies, "assignments": self.assignments})

    def alone(self, addon: dict[str, Any]) -> Case | None:
        """Return the task for an addon; None if no assignment is for it."""
        assignment = next((each for each in self.assignments if matches(each, addon)), None)
        if assignment is None:
            return None
        what = {name: value for name, value in assignment.items() if name in ("policy", "schedules")}
        statuses = {"known_addon_statuses": {addon["id"]: addon["status"]}}
        return self._with({**what, "policies": self.policies, "addon_ids": [addon["id"]]}, statuses)

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
def assigned(draw: st.DrawFn) -> Assigned:
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
    return Assigned(case, policies, assignments)


@pytest.fixture(scope="module")
def player() -> Player:
    time = Time()
    return Player(Laboratory(Simulator(clock=time.clock), time))


def states(after: dict[str, Schedules]) -> dict[str, list[Any]]:
    """Return the schedules of each addon without what only the server knows."""
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


@given(each=assigned(), by_id=st.booleans())
def test_a_task_with_assignments_does_what_a_task_per_addon_does(player: Player, each: Assigned, by_id: bool) -> None:
    ids = [addon["id"] for addon in each.addons]
    before = states(player.begin(each.case))
    task = each.together(**({"addon_ids": ids} if by_id else {"all_addons": True}))
    checked, together = player.run(task, check_mode=True), player.run(task)
    assert checked.methods <= {"GET"}
    if "validation_errors" in together.result:
        return
    player.begin(each.case)
    unassigned = []
    for addon in each.addons:
        alone = each.alone(addon)
        if alone is None:
            unassigned.append(addon["id"])
            continue
        if addon["status"] == "deleting":
            # Such an addon is no host.
            assert together.report(addon["id"])["skipped"]
            continue
        run = player.run(alone)
        ours, theirs = together.report(addon["id"]), run.report(addon["id"])
        assert without_read_only(ours) == without_read_only(theirs)
        if not run.refused(addon["id"]):
            assert without_read_only(checked.report(addon["id"])) == without_read_only(theirs)
    assert states(together.after) == states(player.stored())
    assert unassigned_of(together) == unassigned
    assert {addon_id: states(together.after)[addon_id] for addon_id in unassigned} == {
        addon_id: before[addon_id] for addon_id in unassigned
    }


@given(each=assigned(), by_id=st.booleans())
def test_the_verdicts_with_assignments_are_those_of_a_task_per_addon(
    player: Player, each: Assigned, by_id: bool
) -> None:
    player.begin(each.case)
    ids = [addon["id"] for addon in each.addons]
    together = player.status(each.together(**({"addon_ids": ids} if by_id else {})))
    if "validation_errors" in together.result:
        return
    unassigned = []
    for addon in each.addons:
        alone = each.alone(addon)
        if alone is None:
            unassigned.append(addon["id"])
            alone = each.without_policy(addon)
        ours = together.report(addon["id"])
        theirs = player.status(alone).report(addon["id"])
        assert "exception" not in ours, ours["exception"]
        for name in ("verdict", "policy", "differences", "desired_schedules", "backup_schedules"):
            assert without_read_only(ours.get(name)) == without_read_only(theirs.get(name)), name
    assert unassigned_of(together) == unassigned
    assert len(together.result["addons"]) == len(each.addons)


@given(each=assigned())
def test_all_projects_are_each_project_by_itself(player: Player, each: Assigned) -> None:
    player.begin(each.case)
    by_project = player.run(each.together(all_addons=True))
    player.begin(each.case)
    task = each.together(all_projects=True)
    del task.options["project_id"]
    task.options["known_addon_types"] = None
    everywhere = player.run(task)
    if "validation_errors" in by_project.result:
        assert "validation_errors" in everywhere.result
        return
    assert states(everywhere.after) == states(by_project.after)
    assert everywhere.result["unassigned"] == by_project.result["unassigned"]
    assert without_read_only(everywhere.result["addons"]) == without_read_only(by_project.result["addons"])
    assert {addon["project_id"] for addon in everywhere.result["addons"]} <= {PROJECT}
