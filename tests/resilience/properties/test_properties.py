# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties of check mode, of real runs, of a second run and of the verdict."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks.addon_backup_status_info import ARGUMENT_SPEC
from faults.task_runner import FakeClock, TaskRunner
from hypothesis import given
from hypothesis import strategies as st
from simulator.server import Simulator

from .cases import Case, cases, cases_of_one, cases_of_volumes
from .runner import CaseRunner, without_read_only

ANY_CASE = st.one_of(cases(), cases(), cases_of_one(), cases_of_volumes())

# Without the option, the status assumes `on_existing: replace`.
HAS_ON_EXISTING = "on_difference" in ARGUMENT_SPEC


@pytest.fixture(scope="module")
def runner() -> CaseRunner:
    clock = FakeClock()
    return CaseRunner(TaskRunner(Simulator(clock=clock.monotonic), clock))


@given(case=ANY_CASE)
def test_check_mode_sends_only_get_requests(runner: CaseRunner, case: Case) -> None:
    before = runner.set_up(case)
    run = runner.run(case, check_mode=True)
    assert run.methods <= {"GET"}
    assert run.after == before


@given(case=ANY_CASE)
def test_check_mode_predicts_the_real_run(runner: CaseRunner, case: Case) -> None:
    runner.set_up(case)
    checked, run = runner.run(case, check_mode=True), runner.run(case)
    for resource_id in case.targets:
        assert "exception" not in run.report(resource_id), run.report(resource_id)["exception"]
        # Check mode cannot predict a write that the API rejects.
        if not run.rejected(resource_id):
            assert without_read_only(checked.report(resource_id)) == without_read_only(run.report(resource_id))
    if not any(map(run.rejected, case.targets)):
        assert checked.comparable == run.comparable


@given(case=ANY_CASE)
def test_changed_matches_what_took_effect(runner: CaseRunner, case: Case) -> None:
    before = runner.set_up(case)
    run = runner.run(case)
    for resource_id, old in before.items():
        new = run.after[resource_id]
        report = run.report(resource_id) if resource_id in case.targets else {"changed": False}
        assert report["changed"] == (new.keys() != old.keys()), report
    assert run.result["changed"] == (run.after != before)


@given(case=ANY_CASE)
def test_a_second_run_changes_nothing_with_one_request_per_resource(runner: CaseRunner, case: Case) -> None:
    runner.set_up(case)
    first = runner.run(case)
    again = runner.run(case)
    if first.result.get("failed"):
        return
    assert not again.result["changed"], again.result
    assert not again.result.get("failed"), again.result["msg"]
    assert again.methods <= {"GET"}
    assert again.after == first.after
    for resource_id in case.targets:
        pages = max(1, -(-len(again.after.get(resource_id, ())) // case.settings["max_page_size"]))
        assert again.reads(resource_id) <= (pages if case.settings["paginate_schedules"] else 1)


@given(case=st.one_of(cases(), cases_of_volumes()))
def test_the_differences_of_the_status_equal_the_actions_of_check_mode(runner: CaseRunner, case: Case) -> None:
    runner.set_up(case)
    checked, status = runner.run(case, check_mode=True), runner.status(case)
    assert status.methods <= {"GET"}
    if "validation_errors" in checked.result or "validation_errors" in checked.result:
        assert status.result.get("failed")
        return
    for resource_id in case.targets:
        planned, assessed = checked.report(resource_id), status.report(resource_id)
        assert "exception" not in assessed, assessed["exception"]
        verdict, differences = assessed["verdict"], assessed.get("differences", [])
        if planned.get("failed"):
            assert verdict != "ok", assessed
            continue
        if HAS_ON_EXISTING or case.options["on_difference"] == "replace":
            assert differences == planned["actions"]
        assert (verdict == "ok") <= (not differences)
        assert (verdict == "drift") <= bool(differences)


@given(case=ANY_CASE)
def test_unlisted_schedules_are_unchanged(runner: CaseRunner, case: Case) -> None:
    before = runner.set_up(case)
    run = runner.run(case)
    listed = set(desired_of(case))
    for resource_id, schedules in before.items():
        after = run.after[resource_id]
        if resource_id not in case.targets:
            assert after == schedules, f"{resource_id} is not in the task"
            continue
        for id_, old in schedules.items():
            if key_of(old) not in listed and not case.options.get("prune"):
                assert after.get(id_) == old, f"{resource_id}: {key_of(old)} is not in the task"
            if key_of(old) in listed and case.options["on_difference"] != "replace" and not removes(case):
                assert any(key_of(new) == key_of(old) for new in after.values()), (
                    f"{resource_id}: {key_of(old)} is gone"
                )
        created = [new for id_, new in after.items() if id_ not in schedules]
        assert {key_of(new) for new in created} <= listed, f"{resource_id}: created an unlisted schedule"
        assert removes(case) <= (not created)


@given(case=ANY_CASE)
def test_listed_schedules_exist_afterwards(runner: CaseRunner, case: Case) -> None:
    """An existing desired schedule is kept or replaced, or it is reported in lost_schedules."""
    before = runner.set_up(case)
    run = runner.run(case)
    if removes(case):
        return
    desired = desired_of(case)
    for resource_id in set(case.targets) & before.keys():
        existing = {key_of(old) for old in before[resource_id].values()}
        present = {key_of(new) for new in run.after[resource_id].values()}
        gone = existing & desired.keys() - present
        lost = {
            (each["scheduling"]["interval"], each["backup_type"])
            for each in run.report(resource_id).get("lost_schedules", ())
        }
        assert gone <= lost, f"{resource_id}: {gone - lost} are lost"


@given(case=ANY_CASE)
def test_options_are_set_and_omitted_options_are_unchanged(runner: CaseRunner, case: Case) -> None:
    before = runner.set_up(case)
    run = runner.run(case)
    desired = desired_of(case)
    if removes(case) or case.options["on_difference"] != "replace":
        return
    for resource_id in set(case.targets) & before.keys():
        report = run.report(resource_id)
        if report.get("failed") or report.get("skipped") or run.result.get("failed"):
            continue
        for key, options in desired.items():
            old = [each for each in before[resource_id].values() if key_of(each) == key]
            new = [each for each in run.after[resource_id].values() if key_of(each) == key]
            is_skipped = key[1] == "dump" and case.options.get("on_unsupported") in ("warn", "skip")
            if len(old) > 1 or (is_skipped and new == old):
                continue
            assert len(new) == 1, f"{resource_id}: {key}"
            check_settings(options, old[0] if old else {}, new[0], bool(case.options.get("stagger_minutes")))


def check_settings(options: dict[str, Any], old: dict[str, Any], new: dict[str, Any], is_staggered: bool) -> None:
    """Compare a stored schedule with the options, and for omitted options with the old schedule."""
    for name in () if is_staggered else ("minute", "hour", "day"):
        assert sorted(new["scheduling"].get(name) or ()) == sorted(options["scheduling"].get(name) or ())
    assert new["retentionTime"] == options["retention_time"]
    if options["backup_type"] == "dump":
        compression = new.get("compressionType") or new.get("backupCompressionType")
        kept = old.get("compressionType") or old.get("backupCompressionType") or "gz"
        assert compression == (options.get("compression_type") or kept)
        given = options.get("custom_destination_id")
        kept = old.get("customDestinationId") or ""
        assert (new.get("customDestinationId") or "") == (kept if given is None else given)
        return
    kept_copies = {each["destinationId"]: each.get("retentionTime") for each in old.get("additionalDestinations") or ()}
    copies = kept_copies
    if options.get("additional_destinations") is not None:
        copies = {
            each["destination_id"]: each.get("retention_time") or kept_copies.get(each["destination_id"])
            for each in options["additional_destinations"]
        }
    stored = {each["destinationId"]: each.get("retentionTime") for each in new.get("additionalDestinations") or ()}
    assert stored == copies


@given(case=ANY_CASE)
def test_unknown_fields_are_not_dropped_without_a_warning(runner: CaseRunner, case: Case) -> None:
    before = runner.set_up(case)
    run = runner.run(case)
    reported = " ".join([*run.warnings, str(run.result)])
    for resource_id in set(case.targets) & before.keys():
        for id_, old in before[resource_id].items():
            fields = unknown_fields(old)
            replaced = id_ not in run.after[resource_id] and any(
                key_of(new) == key_of(old) for new in run.after[resource_id].values()
            )
            if fields and replaced:
                missing = [field for field in fields if field not in reported]
                assert not missing, f"{resource_id}: {missing} of {key_of(old)} are gone without a warning"
                assert "PATCH" not in run.methods


def unknown_fields(schedule: dict[str, Any]) -> list[str]:
    """Return the names of the fields of a stored schedule that are not in the API's reference."""
    known = {
        "id",
        "createdAt",
        "updatedAt",
        "scheduling",
        "backupType",
        "retentionTime",
        "additionalDestinations",
        "compressionType",
        "backupCompressionType",
        "customDestinationId",
    }
    scheduling = schedule["scheduling"] if isinstance(schedule["scheduling"], dict) else {}
    return [*(schedule.keys() - known), *(scheduling.keys() - {"interval", "minute", "hour", "day"})]


def desired_of(case: Case) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the options of each schedule in the task, by interval and type."""
    schedules = case.options.get("schedules", [case.options] if "scheduling" in case.options else [])
    return {(each["scheduling"]["interval"], each["backup_type"]): each for each in schedules}


def removes(case: Case) -> bool:
    return case.options.get("state") == "absent"


def key_of(schedule: dict[str, Any]) -> tuple[Any, Any]:
    scheduling = schedule["scheduling"] if isinstance(schedule["scheduling"], dict) else {}
    return (scheduling.get("interval"), schedule["backupType"])
