# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises of check mode, of a second run and of the verdict, and that nothing else is touched."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks.addon_backup_status_info import ARGUMENT_SPEC
from faults.laboratory import Laboratory, Time
from hypothesis import given
from hypothesis import strategies as st
from simulator.server import Simulator

from .cases import Case, cases, cases_of_one
from .playing import Player, without_read_only

ANY_CASE = st.one_of(cases(), cases(), cases_of_one())

# Otherwise the status compares addons with a policy that replaces.
HAS_ON_EXISTING = "on_difference" in ARGUMENT_SPEC


@pytest.fixture(scope="module")
def player() -> Player:
    time = Time()
    return Player(Laboratory(Simulator(clock=time.clock), time))


@given(case=ANY_CASE)
def test_check_mode_only_reads(player: Player, case: Case) -> None:
    before = player.begin(case)
    run = player.run(case, check_mode=True)
    assert run.methods <= {"GET"}
    assert run.after == before


@given(case=ANY_CASE)
def test_check_mode_reports_what_a_real_run_does(player: Player, case: Case) -> None:
    player.begin(case)
    checked, run = player.run(case, check_mode=True), player.run(case)
    for addon_id in case.targets:
        assert "exception" not in run.report(addon_id), run.report(addon_id)["exception"]
        # Whether the API would refuse a write, check mode cannot know.
        if not run.refused(addon_id):
            assert without_read_only(checked.report(addon_id)) == without_read_only(run.report(addon_id))
    if not any(map(run.refused, case.targets)):
        assert checked.comparable == run.comparable


@given(case=ANY_CASE)
def test_what_a_run_reports_as_done_is_what_took_effect(player: Player, case: Case) -> None:
    before = player.begin(case)
    run = player.run(case)
    for addon_id, old in before.items():
        new = run.after[addon_id]
        report = run.report(addon_id) if addon_id in case.targets else {"changed": False}
        assert report["changed"] == (new.keys() != old.keys()), report
    assert run.result["changed"] == (run.after != before)


@given(case=ANY_CASE)
def test_a_second_run_changes_nothing_and_costs_a_request_per_addon(player: Player, case: Case) -> None:
    player.begin(case)
    first = player.run(case)
    again = player.run(case)
    if first.result.get("failed"):
        return
    assert not again.result["changed"], again.result
    assert not again.result.get("failed"), again.result["msg"]
    assert again.methods <= {"GET"}
    assert again.after == first.after
    for addon_id in case.targets:
        pages = max(1, -(-len(again.after.get(addon_id, ())) // case.settings["max_page_size"]))
        assert again.reads(addon_id) <= (pages if case.settings["paginate_schedules"] else 1)


@given(case=cases())
def test_the_differences_of_the_status_are_the_actions_of_check_mode(player: Player, case: Case) -> None:
    player.begin(case)
    checked, status = player.run(case, check_mode=True), player.status(case)
    assert status.methods <= {"GET"}
    if "validation_errors" in checked.result or "validation_errors" in checked.result:
        assert status.result.get("failed")
        return
    for addon_id in case.targets:
        planned, assessed = checked.report(addon_id), status.report(addon_id)
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
def test_what_the_task_does_not_name_is_untouched(player: Player, case: Case) -> None:
    before = player.begin(case)
    run = player.run(case)
    named = set(desired_of(case))
    for addon_id, schedules in before.items():
        after = run.after[addon_id]
        if addon_id not in case.targets:
            assert after == schedules, f"{addon_id} is none of the task's addons"
            continue
        for id_, old in schedules.items():
            if key_of(old) not in named and not case.options.get("prune"):
                assert after.get(id_) == old, f"{addon_id}: {key_of(old)} is not named"
            if key_of(old) in named and case.options["on_difference"] != "replace" and not removes(case):
                assert any(key_of(new) == key_of(old) for new in after.values()), f"{addon_id}: {key_of(old)} is gone"
        created = [new for id_, new in after.items() if id_ not in schedules]
        assert {key_of(new) for new in created} <= named, f"{addon_id}: created what nobody asked for"
        assert removes(case) <= (not created)


@given(case=ANY_CASE)
def test_what_the_task_names_is_there_afterwards(player: Player, case: Case) -> None:
    """A desired schedule that an addon has, or a schedule to be replaced, never goes without its successor."""
    before = player.begin(case)
    run = player.run(case)
    if removes(case):
        return
    desired = desired_of(case)
    for addon_id in set(case.targets) & before.keys():
        existing = {key_of(old) for old in before[addon_id].values()}
        present = {key_of(new) for new in run.after[addon_id].values()}
        gone = existing & desired.keys() - present
        lost = {
            (each["scheduling"]["interval"], each["backup_type"])
            for each in run.report(addon_id).get("lost_schedules", ())
        }
        assert gone <= lost, f"{addon_id}: {gone - lost} were to stay"


@given(case=ANY_CASE)
def test_options_are_set_and_omitted_options_are_kept(player: Player, case: Case) -> None:
    before = player.begin(case)
    run = player.run(case)
    desired = desired_of(case)
    if removes(case) or case.options["on_difference"] != "replace":
        return
    for addon_id in set(case.targets) & before.keys():
        report = run.report(addon_id)
        if report.get("failed") or report.get("skipped") or run.result.get("failed"):
            continue
        for key, wanted in desired.items():
            old = [each for each in before[addon_id].values() if key_of(each) == key]
            new = [each for each in run.after[addon_id].values() if key_of(each) == key]
            is_left_out = key[1] == "dump" and case.options.get("on_unsupported") in ("warn", "skip")
            if len(old) > 1 or (is_left_out and new == old):
                continue
            assert len(new) == 1, f"{addon_id}: {key}"
            check_settings(wanted, old[0] if old else {}, new[0], bool(case.options.get("stagger_minutes")))


def check_settings(wanted: dict[str, Any], old: dict[str, Any], new: dict[str, Any], is_staggered: bool) -> None:
    """Compare a stored schedule with the options, and where they say nothing with the schedule before it."""
    for name in () if is_staggered else ("minute", "hour", "day"):
        assert sorted(new["scheduling"].get(name) or ()) == sorted(wanted["scheduling"].get(name) or ())
    assert new["retentionTime"] == wanted["retention_time"]
    if wanted["backup_type"] == "dump":
        compression = new.get("compressionType") or new.get("backupCompressionType")
        kept = old.get("compressionType") or old.get("backupCompressionType") or "gz"
        assert compression == (wanted.get("compression_type") or kept)
        given = wanted.get("custom_destination_id")
        kept = old.get("customDestinationId") or ""
        assert (new.get("customDestinationId") or "") == (kept if given is None else given)
        return
    kept_copies = {each["destinationId"]: each.get("retentionTime") for each in old.get("additionalDestinations") or ()}
    copies = kept_copies
    if wanted.get("additional_destinations") is not None:
        copies = {
            each["destination_id"]: each.get("retention_time") or kept_copies.get(each["destination_id"])
            for each in wanted["additional_destinations"]
        }
    told = {each["destinationId"]: each.get("retentionTime") for each in new.get("additionalDestinations") or ()}
    assert told == copies


@given(case=ANY_CASE)
def test_unknown_fields_are_never_dropped_without_a_warning(player: Player, case: Case) -> None:
    before = player.begin(case)
    run = player.run(case)
    told = " ".join([*run.warnings, str(run.result)])
    for addon_id in set(case.targets) & before.keys():
        for id_, old in before[addon_id].items():
            fields = unknown_fields(old)
            replaced = id_ not in run.after[addon_id] and any(
                key_of(new) == key_of(old) for new in run.after[addon_id].values()
            )
            if fields and replaced:
                missing = [field for field in fields if field not in told]
                assert not missing, f"{addon_id}: {missing} of {key_of(old)} are gone without a word"
                assert "PATCH" not in run.methods


def unknown_fields(schedule: dict[str, Any]) -> list[str]:
    """Name the fields of a stored schedule that the API's reference does not have."""
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
    """Give the options of each schedule that the task names, by interval and type."""
    schedules = case.options.get("schedules", [case.options] if "scheduling" in case.options else [])
    return {(each["scheduling"]["interval"], each["backup_type"]): each for each in schedules}


def removes(case: Case) -> bool:
    return case.options.get("state") == "absent"


def key_of(schedule: dict[str, Any]) -> tuple[Any, Any]:
    scheduling = schedule["scheduling"] if isinstance(schedule["scheduling"], dict) else {}
    return (scheduling.get("interval"), schedule["backupType"])
