# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a run of the role restore_drill: which hosts it drills, and which of them look for forks left over.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.drill import (
    batches,
    run_id,
    run_time,
    sample,
)

# The facts of a host in which the role stores what the host is, and the plan.
_TARGET = "__restore_drill_target"
_PLAN = "__restore_drill_plan"

# How many hosts a message lists at most.
_MAX_HOSTS = 20


def plan(
    hostvars: Mapping[str, Any],
    hosts: Sequence[str],
    batch: Sequence[str],
    now: datetime,
    size: int | None,
    interval_days: int,
    max_parallel: int,
) -> dict[str, Any]:
    """Return the plan: the ID of the run, the batches of hosts to drill, the hosts that sweep, and a message.

    hostvars: of Ansible. hosts: all hosts of the play. batch: those of the current batch, see the play keyword serial.
    now: in UTC. size: how many hosts the run drills at most, None for all. interval_days: between two runs.
    max_parallel: how many hosts are drilled at the same time at most.

    Raises ValueError if no host is an addon, if two are the same addon, or if the rotation takes too long.
    """
    # raw_get() does not template the variables. Those that are read here contain no templates.
    read = getattr(hostvars, "raw_get", hostvars.get)
    variables = {host: read(host) or {} for host in hosts}
    addons = [host for host in hosts if _is_addon(variables[host])]
    if not addons:
        raise ValueError(
            "none of the hosts of the play is an addon, so nothing proves that backups can be restored. Set"
            " northflank_project_id and northflank_addon_id, or set hosts: addons in the inventory file"
        )
    _check_unique(variables)
    run = _earlier_run(variables, batch) or run_id(now, secrets.token_hex(4))
    drilled = sample(addons, size, run_time(run) or now, interval_days)
    return {
        "run_id": run,
        "batches": batches([host for host in drilled if host in batch], max_parallel),
        "sweepers": _sweepers(variables),
        "message": _message(drilled, addons, len([each for each in variables.values() if _is_volume(each)])),
    }


def _earlier_run(variables: Mapping[str, Mapping[str, Any]], batch: Sequence[str]) -> str | None:
    """Return the ID of the run that earlier batches of the play have started; None if it has not started.

    A later batch belongs to the same run, even after midnight. Hosts that have failed in an earlier play are in no
    batch, so their run must be later than those of this batch: no host is drilled twice in a run.
    """
    runs = {host: each.get(_PLAN, {}).get("run_id") or "" for host, each in variables.items()}
    latest = max((each for host, each in runs.items() if host not in batch), default="")
    own = max((each for host, each in runs.items() if host in batch), default="")
    return latest if _time_part(latest) > _time_part(own) else None


def _time_part(run: str) -> str:
    """Return the ID of a run without its random part. Two such texts are in the order of their times."""
    return run.rpartition("-")[0]


def _check_unique(variables: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise ValueError if two hosts are the same addon: their forks and their evidence would have the same name."""
    hosts: dict[str, str] = {}
    for host, each in variables.items():
        addon = each.get(_TARGET, {}).get("addon")
        if addon and hosts.setdefault(addon, host) != host:
            raise ValueError(
                f"the hosts {hosts[addon]} and {host} are both {addon}. Remove one of them from the play or, if they"
                " belong to different accounts, run the role for each account with a separate evidence directory"
            )


def _is_addon(variables: Mapping[str, Any]) -> bool:
    """Return whether a host is an addon. Of a host in a later batch, only the variables of the inventory are known."""
    if _TARGET in variables:
        return bool(variables[_TARGET]["addon"])
    return {"northflank_project_id", "northflank_addon_id"} <= set(variables)


def _is_volume(variables: Mapping[str, Any]) -> bool:
    return not variables[_TARGET]["addon"] if _TARGET in variables else "northflank_volume_id" in variables


def _sweepers(variables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return one host per project in which forks are created, and per account."""
    first: dict[str, str] = {}
    for host, each in variables.items():
        if each.get(_TARGET, {}).get("addon"):
            first.setdefault(each[_TARGET]["account"], host)
    return list(first.values())


def _message(drilled: Sequence[str], addons: Sequence[str], volumes: int) -> str:
    more = len(drilled) - _MAX_HOSTS
    names = ", ".join(drilled[:_MAX_HOSTS]) + (f" and {more} more" if more > 0 else "")
    skipped = f" Volumes, which cannot be drilled: {volumes}." if volumes else ""
    return f"Drilling {len(drilled)} of {len(addons)} addons: {names}.{skipped}"
