# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assess the backups of addons: the work of the module addon_backup_status_info.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import heapq
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._addon_types import AddonTypes
from ansible_collections.community.northflank.plugins.module_utils._argspec import (
    ADDON_BACKUP_STATUS_INFO,
    boolean_problems,
)
from ansible_collections.community.northflank.plugins.module_utils._backup import Backup, newest_first
from ansible_collections.community.northflank.plugins.module_utils._batch import for_each
from ansible_collections.community.northflank.plugins.module_utils._calendar import stagger_problems
from ansible_collections.community.northflank.plugins.module_utils._client import Client, Target
from ansible_collections.community.northflank.plugins.module_utils._errors import (
    ApiError,
    Interrupted,
    TaskFailed,
)
from ansible_collections.community.northflank.plugins.module_utils._fleet import client_for, finish, targets_of
from ansible_collections.community.northflank.plugins.module_utils._plan import in_order
from ansible_collections.community.northflank.plugins.module_utils._reconcile import DesiredState, decide
from ansible_collections.community.northflank.plugins.module_utils._schedule import BackupSchedule, list_problems
from ansible_collections.community.northflank.plugins.module_utils._task import Task
from ansible_collections.community.northflank.plugins.module_utils._verdict import (
    BEING_DELETED,
    LONGEST_GRACE,
    LOOK_BACK,
    is_success,
    kind_of,
    verdict,
    why_unchecked,
)

_NEXT_RUNS = 3


def _now() -> datetime:
    return datetime.now(timezone.utc)


def status_info(params: Mapping[str, Any], task: Task, now: Callable[[], datetime] = _now) -> dict[str, Any]:
    """Return the result of addon_backup_status_info. Raises as rollout() does; check mode makes no difference.

    An addon, or a project, that could not be read is unknown, and not a failure: reporting that is the module's task.
    """
    problems = boolean_problems(ADDON_BACKUP_STATUS_INFO, params)
    if not problems:
        schedules = [BackupSchedule.from_params(each) for each in params["schedules"] or ()]
        problems.extend(list_problems(schedules, "schedules"))
        problems.extend(stagger_problems("stagger_minutes", params["stagger_minutes"]))
    if not 0 <= params["grace_minutes"] <= LONGEST_GRACE:
        problems.append(
            f"grace_minutes: {params['grace_minutes']} is not between 0 and {LONGEST_GRACE}, the minutes of a week"
        )
    statuses = params["addon_statuses"] or {}
    time = now()
    try:
        with client_for(params, task, problems) as client:
            types = AddonTypes(client, task, params)
            desired = None if params["schedules"] is None else DesiredState.from_params(params, types)

            def assess(target: Target) -> dict[str, Any]:
                if target.status in BEING_DELETED:
                    return {"verdict": "skipped", "reasons": [f"It is being deleted (its status is {target.status})."]}
                try:
                    return _assess(client, target, desired, params, time)
                except Interrupted:
                    raise
                except ApiError as error:
                    return {"verdict": "unknown", "reasons": [str(error)], "error": error.to_result()["error"]}
                except Exception as error:  # noqa: BLE001  # one odd addon must not cost the others their verdicts
                    reason = f"Unexpected error in community.northflank, please report it: {error!r}"
                    return {"verdict": "unknown", "reasons": [reason], "exception": traceback.format_exc()}

            targets = [
                replace(target, status=target.status or statuses.get(target.addon_id))
                for target in targets_of(client, params)
            ]
            addons = for_each(client, params, task, targets, assess)
            result = {"changed": False, "policy_name": params["policy_name"], "addons": addons, **client.usage()}
            return finish(result, addons, task)
    except TaskFailed as failure:
        if "error" not in failure.result or "addons" in failure.result:
            raise
        return {**_unlisted(params, failure.result), "changed": False, "policy_name": params["policy_name"]}


def _assess(
    client: Client,
    target: Target,
    desired: DesiredState | None,
    params: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    listed = client.read_schedules(target)
    found = listed or []
    promised = {schedule.backup_type for schedule in found if not why_unchecked(schedule)}

    def enough(taken: Sequence[Backup]) -> bool:
        return promised <= {backup.backup_type for backup in taken if is_success(backup, now)}

    backups = newest_first(client.list_backups(target), since=now - timedelta(days=LOOK_BACK), enough=enough)
    grace = timedelta(minutes=params["grace_minutes"])
    told = {backup.backup_type for backup in backups if backup.backup_type}
    kinds = [kind_of(each, found, backups, now, grace) for each in sorted(promised | told)]
    decision = None if desired is None else decide(target, found, listed is not None, desired)
    # A rollout does nothing to an addon where it refuses to do a part.
    differences = decision.plan.actions if decision and not decision.refusals else ()
    worst, reasons = verdict(found, differences, kinds, decision.refusals if decision else ())
    return {
        "verdict": worst,
        "reasons": reasons,
        "backup_schedules": [schedule.to_result() for schedule in in_order(found)],
        "wanted_schedules": desired and [schedule.settings() for schedule in in_order(desired.of(target))],
        "differences": [action.to_result() for action in differences],
        "backups": {kind.backup_type: kind.to_result() for kind in kinds},
        "next_runs": _next_runs(found, now),
    }


def _next_runs(schedules: Sequence[BackupSchedule], now: datetime) -> list[str]:
    """Return the next times at which any of the schedules fires."""
    checked = [schedule.scheduling for schedule in schedules if not why_unchecked(schedule)]
    runs = heapq.merge(*(each.runs_after(now) for each in checked))
    return [run.strftime("%Y-%m-%dT%H:%M:%SZ") for run in islice(runs, _NEXT_RUNS)]


def _unlisted(params: Mapping[str, Any], failure: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result if not even the addons of the project could be listed."""
    unknown = {"project_id": params["project_id"], "addon_id": None, "changed": False, "verdict": "unknown"}
    told = {name: failure[name] for name in ("requests", "rate_limit")}
    return {"addons": [{**unknown, "reasons": [failure["msg"]], "error": failure["error"]}], **told}
