# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Play a case: run the same task in check mode, for real, and again, and record what the API saw."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from faults.laboratory import Laboratory

from .cases import PROJECT, Case

# What only a real run can know, or what depends on how many requests were sent before.
_OF_A_RUN = ("id", "created_at", "updated_at", "requests", "rate_limit")

Schedules = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Run:
    """One run: its result, its warnings, its requests, and the schedules of each addon after it, by id as stored."""

    result: dict[str, Any]
    warnings: list[str]
    requests: list[dict[str, Any]]
    after: dict[str, Schedules]

    @property
    def comparable(self) -> dict[str, Any]:
        # A real run warns of what it does to an addon before it does it, and of the rest at the end.
        return {"result": without_read_only(self.result), "warnings": sorted(self.warnings)}

    @property
    def methods(self) -> set[str]:
        return {request["method"] for request in self.requests}

    def report(self, addon_id: str) -> dict[str, Any]:
        """Give what the result says of an addon; that of a module for one schedule is about one addon."""
        addons = self.result.get("addons") or []
        return next((addon for addon in addons if addon["addon_id"] == addon_id), self.result)

    def refused(self, addon_id: str) -> bool:
        """Tell whether the API refused a write that no read could have foreseen."""
        path = f"/addons/{addon_id}"
        return any(
            request["method"] != "GET" and request["status"] >= 400 and f"{path}/" in f"{request['path']}/"
            for request in self.requests
        )

    def reads(self, addon_id: str) -> int:
        return sum(request["path"].endswith(f"/addons/{addon_id}/backup-schedules") for request in self.requests)


class Player:
    """Plays cases in a laboratory, each on a fleet of its own."""

    def __init__(self, laboratory: Laboratory) -> None:
        self._laboratory = laboratory
        self._simulator = laboratory.simulator

    def begin(self, case: Case) -> dict[str, Schedules]:
        """Set the fleet up; give the schedules that each addon has."""
        self._simulator.reset(case.fleet)
        vars(self._simulator.settings).update(case.settings)
        return self.stored()

    def run(self, case: Case, check_mode: bool = False) -> Run:
        run = self._laboratory.run_one if "addon_id" in case.options else self._laboratory.run
        return self._record(lambda: run(check_mode=check_mode, **case.options))

    def status(self, case: Case) -> Run:
        options = {name: value for name, value in case.options.items() if name != "all_addons"}
        return self._record(lambda: self._laboratory.status(**options))

    def _record(self, run: Callable[[], dict[str, Any]]) -> Run:
        self._simulator.log.clear()
        self._simulator.gateway.limit.reset()
        self._laboratory.said.clear()
        result = run()
        return Run(result, list(self._laboratory.said), list(self._simulator.log), self.stored())

    def stored(self) -> dict[str, Schedules]:
        """Return the schedules that each addon has now, by id as stored."""
        return {
            addon.id: copy.deepcopy(addon.schedules) for addon in self._simulator.store.project(PROJECT).addons.values()
        }


def without_read_only(value: Any) -> Any:
    """Drop the fields that only the server knows, at any depth."""
    if isinstance(value, dict):
        return {name: without_read_only(each) for name, each in value.items() if name not in _OF_A_RUN}
    if isinstance(value, list):
        return [without_read_only(each) for each in value]
    return value
