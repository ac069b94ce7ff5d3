# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a scenario against the simulator, and check the result and the backups afterwards."""

from __future__ import annotations

import random
import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from faults.harness import UNKNOWN_OUTCOMES
from faults.task_runner import TaskRunner
from simulator.bodies.backups import Backup
from simulator.errors import ApiError
from simulator.store import Store

from .scenarios import ADDON, NAME, PROJECT, Scenario

# Matches messages that report an unknown outcome.
OUTCOME_UNKNOWN = re.compile("is unknown whether")

IN_PROGRESS = ("scheduled", "in-progress")


class Harness:
    """Runs scenarios one after the other, and counts their endings."""

    def __init__(self, task_runner: TaskRunner) -> None:
        self.task_runner = task_runner
        self.simulator = task_runner.simulator
        self.endings: Counter[str] = Counter()

    def check(self, scenario: Scenario) -> None:
        """Run the scenario. Raises AssertionError, with the seed, if a guarantee is violated."""
        try:
            self._check(scenario)
        except AssertionError as error:
            raise AssertionError(f"seed {scenario.seed}: {error}") from error

    def _check(self, scenario: Scenario) -> None:
        scenario = self._with_random_line(scenario)
        interruption = self._set_up(scenario)
        before = self._backups()
        with self.task_runner.injector.inject(scenario.injections):
            result = self.task_runner.back_up(interruption, **scenario.options)
        self.endings["failed" if result.get("failed") else "changed" if result["changed"] else "unchanged"] += 1
        assert "exception" not in result or scenario.is_injected, result["exception"]
        self._check_report(result)
        if scenario.options.get("state"):
            self._check_change(scenario, before, result)
        else:
            self._check_backup(scenario, before, result)
            self._check_requests(scenario)
            self._check_next_run(scenario, result)

    def _check_report(self, result: dict[str, Any]) -> None:
        """Check that a backup is completed if the result says so."""
        backup = result.get("backup")
        if backup and backup["status"] == "completed" and backup["id"] in self._backups():
            assert self._backups()[backup["id"]]["status"] == "completed", f"reported as completed: {result}"

    def _check_backup(self, scenario: Scenario, before: dict[str, Any], result: dict[str, Any]) -> None:
        taken = self._taken()
        unknown = bool(OUTCOME_UNKNOWN.search(result.get("msg", "")))
        assert len(taken) <= 1, f"took {len(taken)} backups: {result}"
        assert result["changed"] or not taken, f"took a backup, but reports no change: {result}"
        # If two clients use the same name, the task cannot know who took the backup.
        other = [id_ for _path, id_, name, by in self.simulator.store.backups.taken if by == "other" and name == NAME]
        if result["changed"] and not taken:
            assert unknown or other, f"reports a change, but took no backup: {result}"
        backup = result.get("backup")
        if taken and backup and not other:
            assert backup["id"] == taken[0], f"reports another backup: {result}"
        if result.get("failed"):
            assert backup or unknown or not taken, f"does not report the backup: {result}"
            return
        assert backup, f"succeeds without a backup: {result}"
        allowed = ("completed",) if scenario.options["wait"] else ("completed", "READY", *IN_PROGRESS)
        assert self._backups()[backup["id"]]["status"] in allowed, f"is not successful: {result}"
        if not result["changed"]:
            assert backup["name"] == (scenario.options["name"] or backup["name"]), f"has another name: {result}"
            assert scenario.options["name"] or scenario.options["max_age"], f"accepts an old backup: {result}"

    def _check_change(self, scenario: Scenario, before: dict[str, Any], result: dict[str, Any]) -> None:
        """Check the result of a task that changes the only backup."""
        ((backup_id, _backup),) = before.items()
        state = scenario.options["state"]
        after = self._backups().get(backup_id)
        effect = {
            "absent": after is None,
            "aborted": after is not None and after["status"] in ("aborting", "aborted"),
            "retained": backup_id in self.simulator.store.backups.retained,
        }[state]
        unknown = bool(OUTCOME_UNKNOWN.search(result.get("msg", "")))
        assert result["changed"] or not effect, f"has an effect, but reports no change: {result}"
        claimed = state == "absent" and self._claims_not_found()
        assert effect or not result["changed"] or unknown or claimed, f"reports a change without an effect: {result}"
        assert effect or result.get("failed") or claimed, f"succeeds without an effect: {result}"
        if state == "aborted" and scenario.options["wait"] and not result.get("failed"):
            assert after and after["status"] == "aborted", f"is not aborted: {result}"

    def _claims_not_found(self) -> bool:
        """Return whether a request got a 404, which counts as absent."""
        return any(entry["status"] == 404 for entry in self.simulator.log)

    def _check_requests(self, scenario: Scenario) -> None:
        """Check that the list is read before a POST with an unknown outcome is repeated."""
        is_unknown = False
        for request in self.simulator.log:
            if request["method"] == "GET" and request["path"].endswith("/backups"):
                is_unknown = False
            elif request["method"] == "POST":
                assert not is_unknown, "a POST was repeated without a read"
                is_unknown = request["fault"] in UNKNOWN_OUTCOMES or (request["status"] or 500) >= 500

    def _check_next_run(self, scenario: Scenario, result: dict[str, Any]) -> None:
        """Check that the same task succeeds without faults, takes at most one backup, and then changes nothing."""
        self.simulator.faults.set([])
        settings = self.simulator.settings
        settings.rate_limit, settings.backup_outcome, settings.backup_duration = 1000, "completed", 3
        self.simulator.gateway.limit.reset()
        # Wait until the backups that are in progress, or have an unknown status, have ended.
        self.task_runner.clock.sleep(200_000)
        options = {**scenario.options, "wait": True, "wait_timeout": 3600, "timeout": 60}
        taken = len(self._taken())
        if any(each["status"] == "READY" for each in self._backups().values()):
            return
        next_result = self.task_runner.back_up(**options)
        assert not next_result.get("failed"), f"the next run fails: {next_result}"
        assert len(self._taken()) == taken + next_result["changed"], f"the next run is wrong: {next_result}"
        if options["name"] and not options["max_age"]:
            again = self.task_runner.back_up(**options)
            assert (again["changed"], again["backup"]["id"]) == (False, next_result["backup"]["id"])
            completed = [each for each in self._backups().values() if each["name"] == NAME]
            ours = [each for each in completed if each["id"] in self._taken() and each["status"] == "completed"]
            assert len(ours) <= 1, f"took more than one backup that is completed: {ours}"

    def _with_random_line(self, scenario: Scenario) -> Scenario:
        """Return the scenario with an exception at a random line of those that run without it."""
        if scenario.line_exception is None:
            return scenario
        self._set_up(scenario)
        injector = self.task_runner.injector
        with injector.count_lines():
            self.task_runner.back_up(**scenario.options)
        if not injector.lines:
            return scenario
        rng = random.Random(f"line {scenario.seed}")
        return replace(scenario, injections=(injector.random_line(rng, scenario.line_exception),))

    def _set_up(self, scenario: Scenario) -> Interruption:
        simulator = self.simulator
        backups = [self._existing(number, *each) for number, each in enumerate(scenario.existing)]
        simulator.reset({"projects": [{"id": PROJECT, "addons": [{"id": ADDON, "backups": backups}]}]})
        vars(simulator.settings).update(scenario.settings)
        store = simulator.store
        if scenario.options.get("state"):
            store.backups.create(store.addon(PROJECT, ADDON), Backup(name=NAME))
        for number, name in scenario.others.items():
            simulator.faults.add(kind="call", skip=number, call=lambda store, name=name: take_another(store, name))
        interruption = Interruption()
        if scenario.interrupted_at is not None:
            simulator.faults.add(
                kind="call", skip=scenario.interrupted_at, call=lambda store: interruption.request("SIGTERM")
            )
        for fault in scenario.faults:
            simulator.faults.add(**fault)
        return interruption

    def _existing(self, number: int, name: str, type_: str, status: str, age: int) -> dict[str, Any]:
        started = self.simulator.store.backups.now() - timedelta(minutes=age, seconds=number)
        return {
            "id": f"existing-{number}",
            "name": name,
            "status": status,
            "createdAt": f"{started:%Y-%m-%dT%H:%M:%S}.000Z",
            "config": {"size": "1", "source": {"type": "liveInstance" if type_ == "dump" else "snapshot"}},
        }

    def _backups(self) -> dict[str, dict[str, Any]]:
        store = self.simulator.store
        return {each["id"]: each for each in store.backups.list_all(store.addon(PROJECT, ADDON))}

    def _taken(self) -> list[str]:
        """Return the IDs of the backups that the task has taken."""
        return [id_ for _path, id_, _name, by in self.simulator.store.backups.taken if by == "api"]


def take_another(store: Store, name: str) -> None:
    """Take a backup as another client, if the API allows that."""
    with suppress(ApiError):
        store.backups.create(store.addon(PROJECT, ADDON), Backup(name=name), by="other")
