# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the tasks of a case, and record their requests and the resulting schedules."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from faults.task_runner import TaskRunner

from .cases import PROJECT, Case

# Read-only fields, and values that depend on the number of requests.
_READ_ONLY = ("id", "created_at", "updated_at", "requests", "rate_limit")

Schedules = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Run:
    """The result, the warnings and the requests of a run, and the stored schedules of each resource after it, by ID."""

    result: dict[str, Any]
    warnings: list[str]
    requests: list[dict[str, Any]]
    after: dict[str, Schedules]

    @property
    def comparable(self) -> dict[str, Any]:
        # The order differs: a real run warns before it changes an addon, and of everything else at the end.
        return {"result": without_read_only(self.result), "warnings": sorted(self.warnings)}

    @property
    def methods(self) -> set[str]:
        return {request["method"] for request in self.requests}

    def report(self, resource_id: str) -> dict[str, Any]:
        """Return the result of a resource. The result of addon_backup_schedule is that of a single addon."""
        entries = self.result.get("addons") or self.result.get("volumes") or []
        return next(
            (each for each in entries if resource_id in (each.get("addon_id"), each.get("volume_id"))), self.result
        )

    def rejected(self, resource_id: str) -> bool:
        """Return whether the API rejected a write to a resource, which check mode cannot predict."""
        return any(
            request["method"] != "GET" and request["status"] >= 400 and f"/{resource_id}/" in f"{request['path']}/"
            for request in self.requests
        )

    def reads(self, resource_id: str) -> int:
        return sum(request["path"].endswith(f"/{resource_id}/backup-schedules") for request in self.requests)


class CaseRunner:
    """Runs cases, each with its own fleet."""

    def __init__(self, task_runner: TaskRunner) -> None:
        self._task_runner = task_runner
        self._simulator = task_runner.simulator

    def set_up(self, case: Case) -> dict[str, Schedules]:
        """Set up the fleet, and return the schedules of each addon and volume."""
        self._simulator.reset(case.fleet)
        vars(self._simulator.settings).update(case.settings)
        return self.stored()

    def run(self, case: Case, check_mode: bool = False) -> Run:
        run = self._task_runner.run_one if "addon_id" in case.options else self._task_runner.run
        kind = {} if "addon_id" in case.options else {"kind": case.kind}
        return self._record(lambda: run(check_mode=check_mode, **kind, **case.options))

    def status(self, case: Case) -> Run:
        options = {name: value for name, value in case.options.items() if name not in ("all_addons", "all_volumes")}
        return self._record(lambda: self._task_runner.status(kind=case.kind, **options))

    def _record(self, run: Callable[[], dict[str, Any]]) -> Run:
        self._simulator.log.clear()
        self._simulator.gateway.limit.reset()
        self._task_runner.warnings.clear()
        result = run()
        return Run(result, list(self._task_runner.warnings), list(self._simulator.log), self.stored())

    def stored(self) -> dict[str, Schedules]:
        """Return the stored schedules of each addon and volume, by ID."""
        project = self._simulator.store.project(PROJECT)
        resources = [*project.addons.values(), *project.volumes.values()]
        return {resource.id: copy.deepcopy(resource.schedules) for resource in resources}


def without_read_only(value: Any) -> Any:
    """Return the value without read-only fields, at any depth."""
    if isinstance(value, dict):
        return {name: without_read_only(each) for name, each in value.items() if name not in _READ_ONLY}
    if isinstance(value, list):
        return [without_read_only(each) for each in value]
    return value
