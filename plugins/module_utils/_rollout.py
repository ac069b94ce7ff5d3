# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring the backup schedules of addons to what is desired: params -> model -> plan -> apply -> result.

What the modules addon_backup_schedule and addon_backup_schedules do. Check mode stops before apply.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._addon_types import AddonTypes
from ansible_collections.community.northflank.plugins.module_utils._apply import Outcome, apply
from ansible_collections.community.northflank.plugins.module_utils._argspec import (
    ADDON_BACKUP_SCHEDULE,
    ADDON_BACKUP_SCHEDULES,
    boolean_problems,
)
from ansible_collections.community.northflank.plugins.module_utils._batch import for_each, internal_error
from ansible_collections.community.northflank.plugins.module_utils._calendar import stagger_problems
from ansible_collections.community.northflank.plugins.module_utils._client import Client, Target
from ansible_collections.community.northflank.plugins.module_utils._errors import (
    Interrupted,
    NorthflankError,
    TaskFailed,
)
from ansible_collections.community.northflank.plugins.module_utils._fleet import client_for, finish, targets_of
from ansible_collections.community.northflank.plugins.module_utils._plan import Plan, by_name
from ansible_collections.community.northflank.plugins.module_utils._reconcile import (
    DesiredState,
    decide,
    read_existing,
)
from ansible_collections.community.northflank.plugins.module_utils._schedule import BackupSchedule, list_problems
from ansible_collections.community.northflank.plugins.module_utils._task import Task
from ansible_collections.community.northflank.plugins.module_utils._verdict import BEING_DELETED


def rollout(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Do what addon_backup_schedules does, and give its result.

    Raises InvalidOptions before anything is sent, TaskFailed with the result when an addon failed, or when the addons
    of the project could not be listed.
    """
    problems = boolean_problems(ADDON_BACKUP_SCHEDULES, params)
    if not problems:
        schedules = [BackupSchedule.from_params(each) for each in params["schedules"]]
        problems.extend(list_problems(schedules, "schedules"))
        problems.extend(stagger_problems("stagger_minutes", params["stagger_minutes"]))
    if (params["addon_ids"] is None) != params["all_addons"]:
        problems.insert(0, "addon_ids: give either addon_ids or all_addons: true")
    with client_for(params, task, problems) as client:
        desired = DesiredState.from_params(params, AddonTypes(client, task, params))
        reports = _for_each(client, params, task, targets_of(client, params), desired)
        result = {
            "addons": [{name: report[name] for name in report if name not in _TOLD_ONCE} for report in reports],
            **_told_once(reports, client, task.say),
        }
        return finish(result, reports, task)


def rollout_one(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Do what addon_backup_schedule does, and give its result. Otherwise as rollout()."""
    problems = boolean_problems(ADDON_BACKUP_SCHEDULE, params)
    schedule = BackupSchedule.from_params(params)
    present = params["state"] == "present"
    if present and not problems:
        problems.extend(schedule.problems())
    desired = DesiredState(
        schedules=[schedule] if present else [],
        prune=False if present else {schedule.key},
        on_existing=params["on_existing"],
    )
    target = Target(params["project_id"], params["addon_id"], params["team_id"])
    with client_for(params, task, problems) as client:
        (report,) = _for_each(client, params, task, [target], desired)
        result = {
            **{name: report[name] for name in _OF_A_FAILURE if name in report},
            "actions": report.get("actions", []),
            "backup_schedule": _the_one(report, schedule),
            **_told_once([report], client, task.say),
        }
        if report.get("failed"):
            raise TaskFailed({**result, "msg": report["msg"]})
        return finish(result, [report], task)


# What a report has when it failed, beside failed and msg.
_OF_A_FAILURE = ("error", "exception", "lost_schedules")

# What a report has beside the addon's entry in the result: it is told once for the whole task.
_TOLD_ONCE = ("removed", "diff", "warnings")


def _for_each(
    client: Client, params: Mapping[str, Any], task: Task, targets: Sequence[Target], desired: DesiredState
) -> list[dict[str, Any]]:
    """Bring each addon to its desired state, and return the reports.

    A report is the addon's entry in the result, and what is _TOLD_ONCE: ``removed`` is a list of the schedules that
    are gone, ``diff`` an entry of the diff, ``warnings`` a list of sentences.
    """
    begun: dict[Target, tuple[Plan, Outcome]] = {}

    def bring(target: Target) -> dict[str, Any]:
        if target.status in BEING_DELETED:
            warning = f"{target} is left alone: it is being deleted (its status is {target.status})."
            return {"changed": False, "skipped": True, "actions": [], "warnings": [warning]}
        existing, is_listed = read_existing(client, target, desired)
        decision = decide(target, existing, is_listed, desired)
        steps = decision.plan
        outcome = Outcome(steps.before)
        if decision.refusals:
            return {**_report(target, steps, outcome), "failed": True, "msg": " ".join(decision.refusals)}
        unsupported = {"unsupported": decision.unsupported} if decision.unsupported else {}
        for action in steps.actions if task.check_mode else ():
            outcome.did(action)
        if steps.actions and not task.check_mode:
            # Before anything is dropped, or nobody would hear of it if the worst comes to the worst.
            _say(decision.warnings, task.say)
            begun[target] = steps, outcome
            apply(client, target, steps, desired.write_method, outcome, task.interruption)
            return {**_report(target, steps, outcome), **unsupported}
        return {**_report(target, steps, outcome), **unsupported, "warnings": decision.warnings}

    def known(target: Target) -> dict[str, Any]:
        if target not in begun:
            return {}
        steps, outcome = begun[target]
        seen = outcome.snapshot()
        seen.lose("It was deleted, and the requests that followed had not ended when the task did.")
        return {**_report(target, steps, seen), "msg": " ".join(["It was interrupted.", *seen.notes])}

    return for_each(client, params, task, targets, bring, known)


def _report(target: Target, steps: Plan, outcome: Outcome) -> dict[str, Any]:
    report: dict[str, Any] = {
        "changed": bool(outcome.done),
        "backup_schedules": [schedule.to_result() for schedule in outcome.after],
        "actions": [action.to_result() for action in outcome.done],
        "removed": [
            action.before.to_result() for action in outcome.done if action.action == "delete" and action.before
        ],
    }
    if outcome.error:
        report.update(_failure(outcome.error, outcome, len(steps.actions)))
    if outcome.lost:
        report["lost_schedules"] = [schedule.settings() for schedule in outcome.lost]
    if outcome.done:
        report["diff"] = {
            "before_header": str(target),
            "after_header": str(target),
            "before": {name: schedule.settings() for name, schedule in by_name(steps.before).items()},
            "after": {name: schedule.settings() for name, schedule in by_name(outcome.after).items()},
        }
    return report


def _failure(error: BaseException, outcome: Outcome, planned: int) -> dict[str, Any]:
    """Return what a report tells of the error that ended the work on an addon."""
    told: dict[str, Any] = {"failed": True}
    if isinstance(error, Interrupted) and not outcome.done:
        told.update(error.to_result(), interrupted=True)
    elif isinstance(error, Interrupted):
        told["msg"] = f"{error} {len(outcome.done)} of {planned} actions were done."
    elif isinstance(error, NorthflankError):
        told.update(error.to_result())
    else:
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        told.update(msg=internal_error(error), exception=trace)
    told["msg"] = " ".join([told["msg"], *outcome.notes])
    return told


def _the_one(report: Mapping[str, Any], schedule: BackupSchedule) -> dict[str, Any] | None:
    """Give the schedule that a task about one schedule is about, as it is now or, if it was removed, as it was."""
    schedules: list[dict[str, Any]] = [*report.get("backup_schedules", ()), *report.get("removed", ())]
    for each in schedules:
        if (each["scheduling"]["interval"], each["backup_type"]) == schedule.key:
            return each
    return None


def _told_once(reports: Sequence[Mapping[str, Any]], client: Client, say: Callable[[str], None]) -> dict[str, Any]:
    for report in reports:
        _say(report.get("warnings", ()), say)
    return {
        "changed": any(report["changed"] for report in reports),
        "diff": [report["diff"] for report in reports if "diff" in report],
        **client.usage(),
    }


def _say(sentences: Sequence[str], say: Callable[[str], None]) -> None:
    for sentence in sentences:
        say(sentence)
