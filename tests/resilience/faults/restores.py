# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios of a task that restores a backup, and checks of its result and of the restores afterwards."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from simulator.errors import ApiError
from simulator.store import Store

from .harness import UNKNOWN_OUTCOMES
from .injections import EXCEPTIONS, REQUEST_PLACES, Injection
from .scenarios import hostile_fault, random_fault
from .task_runner import TaskRunner

PROJECT, TARGET, SOURCE = "shop", "db", "copy"
METHODS = ("POST", "POST", "POST", "GET", None)

# Matches messages that report an unknown outcome.
IN_DOUBT = re.compile("is unknown whether")


@dataclass(frozen=True)
class Scenario:
    """A task with faults.

    backups: the status of each backup of the source, the newest last.
    restores: of the target before the task: the number of the backup, and the status.
    types: of the target and the source. options: of addon_restore.
    faults: rules for the simulator. settings: of the simulator.
    others: the backups that another client restores before requests, by the number of the request.
    injections, line_exception: as in the scenarios of schedules.
    interrupted_at: the number of the request during which the task is interrupted.
    """

    seed: int
    backups: list[str]
    restores: list[tuple[int, str]]
    types: tuple[str, str]
    options: dict[str, Any]
    faults: list[dict[str, Any]]
    settings: dict[str, Any]
    others: dict[int, int] = field(default_factory=dict)
    injections: tuple[Injection, ...] = ()
    line_exception: type[BaseException] | None = None
    interrupted_at: int | None = None

    @property
    def source(self) -> str:
        return self.options["source_addon_id"] or TARGET

    @property
    def is_injected(self) -> bool:
        return bool(self.injections or self.line_exception)


def random_scenario(seed: int) -> Scenario:
    """Return a scenario with errors, lost responses and other clients."""
    rng = random.Random(f"restore {seed}")
    backups = [rng.choice(["completed", "completed", "completed", "failed"]) for _count in range(rng.choice([1, 2, 3]))]
    statuses = ["completed", "completed", "failed", "aborted", "not-supported", "in-progress"]
    restores = [(rng.randrange(len(backups)), rng.choice(statuses)) for _count in range(rng.choice([0, 0, 1, 2]))]
    by_id = rng.random() < 0.6
    return Scenario(
        seed=seed,
        backups=backups,
        restores=restores,
        types=("postgresql", rng.choice(["postgresql", "postgresql", "postgresql", "mysql"])),
        options={
            "project_id": PROJECT,
            "addon_id": TARGET,
            "source_addon_id": rng.choice([None, SOURCE]),
            "backup_id": f"backup-{rng.randrange(len(backups))}" if by_id else None,
            "backup": None if by_id else "newest",
            "overwrite": True,
            "once": rng.random() < 0.5,
            "wait": rng.random() < 0.8,
            "wait_timeout": rng.choice([1, *[3600] * 5]),
            "wait_interval": rng.choice([1, 5, 60]),
            "retries": rng.choice([0, 1, 2, 5, 5]),
            "rate_limit_max_wait": rng.choice([0, 60, 100_000]),
        },
        faults=[random_fault(rng, slow=True, methods=METHODS) for _count in range(rng.choice([0, 1, 1, 2, 4]))],
        settings={
            "rate_limit": rng.choice([1000, 1000, 1000, 20, 4]),
            "rate_window": rng.choice([30.0, 3600.0]),
            "max_page_size": rng.choice([100, 1]),
            "check_restores": rng.random() < 0.7,
            "restore_duration": rng.choice([0, 3, 40, 400, 100_000]),
            "restore_outcome": rng.choice([*["completed"] * 6, "failed", "aborted", "not-supported", "READY"]),
        },
        others={rng.randint(0, 6): rng.randrange(len(backups))} if rng.random() < 0.2 else {},
    )


def hostile_scenario(seed: int) -> Scenario:
    """Return a scenario with invalid responses."""
    rng = random.Random(f"hostile restore {seed}")
    return replace(random_scenario(seed), faults=[hostile_fault(rng) for _count in range(rng.choice([1, 2]))])


def exceptions_scenario(seed: int) -> Scenario:
    """Return a scenario with unexpected exceptions in requests."""
    rng = random.Random(f"restore exceptions {seed}")
    scenario = random_scenario(seed)
    injections = tuple(
        Injection(
            place=rng.choice(REQUEST_PLACES),
            position=rng.choice([0, 0, 0, 1, 2, 4]),
            exception=rng.choice(EXCEPTIONS),
            method=rng.choice(["POST", "POST", "GET", None]),
        )
        for _count in range(rng.choice([1, 1, 2]))
    )
    return replace(scenario, injections=injections, faults=scenario.faults[:1], others={})


def lines_scenario(seed: int) -> Scenario:
    """Return a scenario with an exception at a line of the code that restores a backup."""
    rng = random.Random(f"restore lines {seed}")
    scenario = random_scenario(seed)
    return replace(scenario, line_exception=rng.choice(EXCEPTIONS), faults=scenario.faults[:1], others={})


def interrupted_scenario(seed: int) -> Scenario:
    """Return a scenario in which the task is interrupted while a request is in flight, or before the next one."""
    rng = random.Random(f"restore interruptions {seed}")
    scenario = random_scenario(seed)
    return replace(scenario, faults=scenario.faults[:2], others={}, interrupted_at=rng.randrange(7))


FAMILIES: dict[str, Callable[[int], Scenario]] = {
    "restores": random_scenario,
    "hostile restores": hostile_scenario,
    "exceptions of restores": exceptions_scenario,
    "lines of restores": lines_scenario,
    "interruptions of restores": interrupted_scenario,
}


class Harness:
    """Runs scenarios, and checks that the guarantees hold."""

    def __init__(self, task_runner: TaskRunner) -> None:
        self.task_runner = task_runner
        self.simulator = task_runner.simulator
        self.outcomes: Counter[str] = Counter()

    def check(self, scenario: Scenario) -> None:
        """Run the scenario. Raises AssertionError, with the seed, if a guarantee is violated."""
        try:
            self._check(scenario)
        except AssertionError as error:
            raise AssertionError(f"seed {scenario.seed}: {error}") from error

    def _check(self, scenario: Scenario) -> None:
        scenario = self._with_random_line(scenario)
        interruption = self._set_up(scenario)
        with self.task_runner.injector.inject(scenario.injections):
            result = self.task_runner.restore(interruption, **scenario.options)
        self.outcomes["failed" if result.get("failed") else "succeeded"] += 1
        self.outcomes["changed" if result["changed"] else "unchanged"] += 1
        assert "exception" not in result or scenario.is_injected, result["exception"]
        self._check_result(scenario, result)
        self._check_requests(scenario)
        self._check_next_run(scenario, result)

    def _check_result(self, scenario: Scenario, result: dict[str, Any]) -> None:
        started, others = self._started("api"), self._started("other")
        in_doubt = bool(IN_DOUBT.search(result.get("msg", "")))
        assert len(started) <= 1, f"started {len(started)} restores: {result}"
        assert result["changed"] or not started, f"started a restore, but reports no change: {result}"
        restore = result.get("restore")
        if result["changed"] and not started:
            # If two clients restore the same backup, the task cannot know who did.
            assert in_doubt or others, f"reports a change, but started no restore: {result}"
        if started:
            assert scenario.types[0] == scenario.types[1] or scenario.source == TARGET, f"mixed types: {result}"
            assert started[0][1] == self._expected_backup(scenario), f"restored another backup: {result}"
            assert not any(status == "in-progress" for _backup, status in scenario.restores), f"two at once: {result}"
            assert restore or in_doubt, f"does not report the restore: {result}"
        if restore and started and not others:
            assert restore["id"] == started[0][0], f"reports another restore: {result}"
        if result.get("failed"):
            return
        assert restore and restore["backup_id"] == self._expected_backup(scenario), f"restored another one: {result}"
        status = self._restores()[restore["id"]]["status"]
        assert restore["status"] == status == "completed" or not scenario.options["wait"], f"not successful: {result}"
        assert result["changed"] or scenario.options["once"] or others, f"accepts an old restore: {result}"

    def _check_requests(self, scenario: Scenario) -> None:
        """Check that the list is read before a POST with an unknown outcome is repeated, and nothing else written."""
        is_unknown = False
        for request in self.simulator.log:
            assert request["method"] in ("GET", "POST")
            if request["method"] == "GET" and request["path"].endswith("/restores"):
                is_unknown = False
            elif request["method"] == "POST":
                assert request["path"].startswith(f"/v1/projects/{PROJECT}/addons/{TARGET}/"), request["path"]
                assert not is_unknown, "a POST was repeated without a read"
                unknown = request["fault"] in (*UNKNOWN_OUTCOMES, "text") or (request["status"] or 500) >= 500
                is_unknown = unknown or (request["status"] == 200 and scenario.is_injected)

    def _check_next_run(self, scenario: Scenario, result: dict[str, Any]) -> None:
        """Check that the same task with once succeeds without faults or is refused, and then changes nothing."""
        # Whatever is in progress ends.
        self.task_runner.clock.sleep(200_000)
        settings, restores = self.simulator.settings, self._restores().values()
        if any(each["status"] == "READY" for each in restores):
            return
        self.simulator.faults.set([])
        settings.rate_limit, settings.restore_outcome, settings.restore_duration = 1000, "completed", 3
        self.simulator.gateway.limit.reset()
        options = {**scenario.options, "once": True, "wait": True, "wait_timeout": 3600, "timeout": 60}
        count = len(self._started("api"))
        again = self.task_runner.restore(**options)
        assert len(self._started("api")) == count + again["changed"], f"the next run is wrong: {again}"
        if again.get("failed"):
            assert self._is_refused(scenario), f"the next run fails: {again}"
            return
        if result["changed"] and not result.get("failed") and not self._started("other"):
            is_completed = self._restores()[result["restore"]["id"]]["status"] == "completed"
            assert not (again["changed"] and is_completed), f"the next run restores again: {again}"
        self.simulator.clear_log()
        last = self.task_runner.restore(**options)
        assert (last["changed"], last["restore"]["id"]) == (False, again["restore"]["id"])
        if options["backup_id"] and settings.max_page_size == 100:
            assert [request["method"] for request in self.simulator.log] == ["GET"]

    def _is_refused(self, scenario: Scenario) -> bool:
        """Return whether the task must fail without faults."""
        in_progress = any(each["status"] == "in-progress" for each in self._restores().values())
        mixed = scenario.source != TARGET and scenario.types[0] != scenario.types[1]
        expected = self._expected_backup(scenario)
        is_completed = expected is not None and scenario.backups[int(expected[-1])] == "completed"
        return in_progress or mixed or not is_completed

    def _expected_backup(self, scenario: Scenario) -> str | None:
        completed = [number for number, status in enumerate(scenario.backups) if status == "completed"]
        newest = f"backup-{completed[-1]}" if completed else None
        return scenario.options["backup_id"] or newest

    def _with_random_line(self, scenario: Scenario) -> Scenario:
        """Return the scenario with an exception at a random line of those that run without it."""
        if scenario.line_exception is None:
            return scenario
        self._set_up(scenario)
        injector = self.task_runner.injector
        with injector.count_lines():
            self.task_runner.restore(**scenario.options)
        if not injector.lines:
            return scenario
        rng = random.Random(f"line {scenario.seed}")
        return replace(scenario, injections=(injector.random_line(rng, scenario.line_exception),))

    def _set_up(self, scenario: Scenario) -> Interruption:
        backups = [
            {
                "id": f"backup-{number}",
                "name": "nightly",
                "status": status,
                "createdAt": f"2026-01-1{number}T02:30:00.000Z",
                "config": {"size": "1", "source": {"type": "snapshot"}},
            }
            for number, status in enumerate(scenario.backups)
        ]
        restores = [
            {
                "id": f"restore-{number}",
                "backupId": f"backup-{backup}",
                "status": status,
                "restoreTimestamp": f"2026-01-2{number}T02:30:00.000Z",
            }
            for number, (backup, status) in enumerate(scenario.restores)
        ]
        target = {"id": TARGET, "type": scenario.types[0], "restores": restores}
        source = {"id": SOURCE, "type": scenario.types[1]}
        (source if scenario.source == SOURCE else target)["backups"] = backups
        self.simulator.reset({"projects": [{"id": PROJECT, "addons": [target, source]}]})
        vars(self.simulator.settings).update(scenario.settings)
        for number, backup in scenario.others.items():
            call = restore_as_another(scenario.source, f"backup-{backup}")
            self.simulator.faults.add(kind="call", skip=number, call=call)
        interruption = Interruption()
        if scenario.interrupted_at is not None:
            self.simulator.faults.add(
                kind="call", skip=scenario.interrupted_at, call=lambda store: interruption.request("SIGTERM")
            )
        for fault in scenario.faults:
            self.simulator.faults.add(**fault)
        return interruption

    def _restores(self) -> dict[str, dict[str, Any]]:
        store = self.simulator.store
        return {each["id"]: each for each in store.restores.list_all(store.addon(PROJECT, TARGET))}

    def _started(self, by: str) -> list[tuple[str, str]]:
        """Return the IDs of the restores that a client has started, and of their backups."""
        started = self.simulator.store.restores.started
        return [(id_, backup_id) for _path, id_, backup_id, client in started if client == by]


def restore_as_another(source: str, backup_id: str) -> Callable[[Store], None]:
    """Return a function that restores a backup as another client, if the API allows that."""

    def restore(store: Store) -> None:
        with suppress(ApiError):
            store.restores.create(store.addon(PROJECT, TARGET), store.addon(PROJECT, source), backup_id, by="other")

    return restore
