# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring the backup schedules of addons to what is wanted: params -> model -> plan -> apply -> result.

What the modules addon_backup_schedule and addon_backup_schedules do. Check mode stops before apply.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._addon_types import AddonTypes
from ansible_collections.community.northflank.plugins.module_utils._apply import Outcome, apply
from ansible_collections.community.northflank.plugins.module_utils._calendar import stagger_problems
from ansible_collections.community.northflank.plugins.module_utils._client import Client, Target
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._fleet import (
    Progress,
    client_for,
    finish,
    for_each,
    targets_of,
)
from ansible_collections.community.northflank.plugins.module_utils._plan import Plan, plan
from ansible_collections.community.northflank.plugins.module_utils._schedule import (
    BackupSchedule,
    Key,
    list_problems,
    staggered,
)
from ansible_collections.community.northflank.plugins.module_utils._task import Task

# An addon in one of these states takes no schedules any more.
_GOING = ("deleting", "deleted")


@dataclass(frozen=True)
class Order:
    """What is to become of each addon; the fields are the options of the modules.

    types: what tells whether an addon can dump; None leaves that to the API's refusal.
    """

    wanted: Sequence[BackupSchedule]
    prune: bool | AbstractSet[Key]
    on_existing: str
    write_method: str
    check_mode: bool
    stagger_minutes: int = 0
    unsupported: str | None = None
    types: AddonTypes | None = None


def rollout(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Do what addon_backup_schedules does, and give its result.

    Raises InvalidOptions before anything is sent, TaskFailed with the result when an addon failed, or when the addons
    of the project could not be listed.
    """
    wanted = [BackupSchedule.from_params(each) for each in params["schedules"]]
    problems = list_problems(wanted, "schedules")
    if (params["addon_ids"] is None) != params["all_addons"]:
        problems.insert(0, "addon_ids: give either addon_ids or all_addons: true")
    problems.extend(stagger_problems("stagger_minutes", params["stagger_minutes"]))
    with client_for(params, task.say, problems) as client:
        known = params["addon_types"] or {}
        order = Order(
            wanted=wanted,
            prune=params["prune"],
            on_existing=params["on_existing"],
            write_method=params["write_method"],
            check_mode=task.check_mode,
            stagger_minutes=params["stagger_minutes"],
            unsupported=params["unsupported"],
            types=AddonTypes(client, task, known, params["api_url"]) if params["unsupported"] else None,
        )
        targets = targets_of(client, params)
        progress = Progress(task.show, client, len(targets))
        reports = for_each(targets, lambda target: _bring(client, target, order), params["concurrency"], progress)
        result = {
            "addons": [{name: report[name] for name in report if name not in _TOLD_ONCE} for report in reports],
            **_told_once(reports, client, task.say),
        }
        return finish(result, reports)


def rollout_one(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Do what addon_backup_schedule does, and give its result. Otherwise as rollout()."""
    schedule = BackupSchedule.from_params(params)
    present = params["state"] == "present"
    order = Order(
        wanted=[schedule] if present else [],
        prune=False if present else {schedule.key},
        on_existing=params["on_existing"],
        write_method="schedule",
        check_mode=task.check_mode,
    )
    target = Target(params["project_id"], params["addon_id"], params["team_id"])
    with client_for(params, task.say, schedule.problems() if present else ()) as client:
        (report,) = for_each([target], lambda each: _bring(client, each, order), 1, Progress(task.show, client, 1))
        result = {
            **{name: report[name] for name in _OF_A_FAILURE if name in report},
            "actions": report.get("actions", []),
            "backup_schedule": _the_one(report, schedule),
            **_told_once([report], client, task.say),
        }
        if report.get("failed"):
            raise TaskFailed({**result, "msg": report["msg"]})
        return result


# What a report has when it failed, beside failed and msg.
_OF_A_FAILURE = ("error", "exception", "lost_schedules")

# What a report has beside the addon's entry in the result: it is told once for the whole task.
_TOLD_ONCE = ("removed", "diff", "warnings")

_WITHOUT_DUMPS = "Want other schedules of it, or set unsupported to warn or skip, so that it gets the others alone."


def _bring(client: Client, target: Target, order: Order) -> dict[str, Any]:
    """Bring one addon to what is wanted, and report it.

    The report is the addon's entry in the result, and what is _TOLD_ONCE: ``removed`` is a list of the schedules that
    are gone, ``diff`` an entry of the diff, ``warnings`` a list of sentences.
    """
    if target.status in _GOING:
        warning = f"{target} is left alone: it is being deleted (its status is {target.status})."
        return {"changed": False, "skipped": True, "actions": [], "warnings": [warning]}
    existing = _existing(client, target, order)
    wanted = staggered(order.wanted, order.stagger_minutes, target.project_id, target.addon_id)
    steps = plan(existing, wanted, order.prune, order.on_existing)
    unsupported = _unsupported(target, steps, order)
    if unsupported:
        wanted = [schedule for schedule in wanted if schedule.backup_type != "dump"]
        steps = plan(existing, wanted, order.prune, order.on_existing)
    differing = _differing(target, steps) if steps.kept else None
    refused = [
        *([f"{unsupported} {_WITHOUT_DUMPS}"] if unsupported and order.unsupported == "fail" else []),
        *([differing] if differing and order.on_existing == "keep_and_fail" else []),
    ]
    if refused:
        return _report(target, steps, Outcome(_by_key(steps.before)), " ".join(refused))
    if order.check_mode:
        outcome = Outcome(_by_key(steps.after), list(steps.actions))
    else:
        outcome = apply(client, target, steps, order.write_method)
    failure = " ".join([str(outcome.error), *outcome.notes]) if outcome.error else None
    return {
        **_report(target, steps, outcome, failure),
        **({"unsupported": unsupported} if unsupported else {}),
        "warnings": [
            *([f"{unsupported} It gets the others."] if unsupported and order.unsupported == "warn" else []),
            *([differing] if differing and order.on_existing == "keep_and_warn" else []),
        ],
    }


def _existing(client: Client, target: Target, order: Order) -> list[BackupSchedule]:
    """Read the schedules that stand. Raises ApiError."""
    try:
        return client.list_schedules(target)
    except ApiError as error:
        if error.status != 404 or order.wanted:
            raise
        # Nothing is wanted of an addon that is gone, so all is as it should be.
        return []


def _unsupported(target: Target, steps: Plan, order: Order) -> str | None:
    """Say what dumps would be written to an addon that cannot make any; None where there are none. Raises ApiError."""
    dumps = [
        action.schedule.name
        for action in steps.actions
        if action.action != "delete" and action.schedule.backup_type == "dump"
    ]
    type_ = order.types.without_dumps(target) if order.types and dumps else None
    return type_ and f"{target} is a {type_} addon, which cannot make dumps, but is to have a {' and a '.join(dumps)}."


def _report(target: Target, steps: Plan, outcome: Outcome, failure: str | None) -> dict[str, Any]:
    report: dict[str, Any] = {
        "changed": bool(outcome.done),
        "backup_schedules": [schedule.to_result() for schedule in outcome.after],
        "actions": [action.to_result() for action in outcome.done],
        "removed": [
            action.before.to_result() for action in outcome.done if action.action == "delete" and action.before
        ],
    }
    if failure:
        report.update(failed=True, msg=failure)
    if outcome.error:
        report.update(outcome.error.to_result(), msg=failure)
    if outcome.lost:
        report["lost_schedules"] = [schedule.settings() for schedule in outcome.lost]
    if outcome.done:
        report["diff"] = {
            "before_header": str(target),
            "after_header": str(target),
            "before": {schedule.name: schedule.settings() for schedule in steps.before},
            "after": {schedule.name: schedule.settings() for schedule in outcome.after},
        }
    return report


def _differing(target: Target, steps: Plan) -> str:
    differing = ", ".join(f"{action.schedule.name} ({', '.join(action.because)})" for action in steps.kept)
    return f"{target} has schedules that are not as wanted, and on_existing leaves them as they are: {differing}."


def _the_one(report: Mapping[str, Any], schedule: BackupSchedule) -> dict[str, Any] | None:
    """Give the schedule that a task about one schedule is about, as it is now or, if it was removed, as it was."""
    schedules: list[dict[str, Any]] = [*report.get("backup_schedules", ()), *report.get("removed", ())]
    for each in schedules:
        if (each["scheduling"]["interval"], each["backup_type"]) == schedule.key:
            return each
    return None


def _told_once(reports: Sequence[Mapping[str, Any]], client: Client, say: Callable[[str], None]) -> dict[str, Any]:
    for report in reports:
        for warning in report.get("warnings", ()):
            say(warning)
    return {
        "changed": any(report["changed"] for report in reports),
        "diff": [report["diff"] for report in reports if "diff" in report],
        **client.usage(),
    }


def _by_key(schedules: Sequence[BackupSchedule]) -> dict[Key, BackupSchedule]:
    return {schedule.key: schedule for schedule in schedules}
