# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios of a task that creates or deletes a fork, and checks of its result and of the addons afterwards."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from simulator.bodies.addons import NewAddon
from simulator.errors import ApiError
from simulator.store import Store

from .harness import UNKNOWN_OUTCOMES
from .injections import EXCEPTIONS, REQUEST_PLACES, Injection
from .scenarios import hostile_fault, random_fault
from .task_runner import TaskRunner

PROJECT, SOURCE, NAME = "shop", "orders-db", "drill"
MARKER = f"Fork of {PROJECT}/{SOURCE} (run: ci-1, created by community.northflank)"

# Descriptions of addons that the task must neither use nor delete.
FOREIGN = ["", "by hand", MARKER.replace("ci-1", "ci-2"), f"{MARKER} (a copy)", MARKER.lower()]

# The methods of requests with faults, by state. None is any method.
METHODS: dict[str, tuple[str | None, ...]] = {
    "present": ("POST", "POST", "POST", "GET", None),
    "absent": ("DELETE", "DELETE", "DELETE", "GET", None),
}

# Matches messages that report an unknown outcome.
IN_DOUBT = re.compile("is unknown whether")


@dataclass(frozen=True)
class Scenario:
    """A task with faults.

    existing: the description of the addon with the name of the fork before the task; None if there is none.
    options: of addon_fork. faults: rules for the simulator. settings: of the simulator.
    others: what another client does before requests, by the number of the request: create, with a description, or
    replace, which deletes the fork first.
    injections, line_exception, interrupted_at: as in the scenarios of restores.
    """

    seed: int
    existing: str | None
    options: dict[str, Any]
    faults: list[dict[str, Any]]
    settings: dict[str, Any]
    others: dict[int, tuple[str, str]] = field(default_factory=dict)
    injections: tuple[Injection, ...] = ()
    line_exception: type[BaseException] | None = None
    interrupted_at: int | None = None

    @property
    def is_injected(self) -> bool:
        return bool(self.injections or self.line_exception)


def random_scenario(seed: int) -> Scenario:
    """Return a scenario with errors, lost responses and other clients."""
    rng = random.Random(f"fork {seed}")
    state = rng.choice(["present", "absent"])
    existing = rng.choice([None, None, MARKER, rng.choice(FOREIGN)] if state == "present" else [MARKER] * 3 + FOREIGN)
    other = (rng.choice(["create", "replace"]), rng.choice([MARKER, *FOREIGN]))
    return Scenario(
        seed=seed,
        existing=existing,
        options={
            "source_project_id": PROJECT,
            "source_addon_id": SOURCE,
            "backup": rng.choice(["newest", "random"]),
            "name": NAME,
            "run_id": "ci-1",
            "state": state,
            "wait": rng.random() < 0.8,
            "wait_timeout": rng.choice([1, *[3600] * 5]),
            "wait_interval": rng.choice([1, 5, 60]),
            "retries": rng.choice([0, 1, 2, 5, 5]),
            "rate_limit_max_wait": rng.choice([0, 60, 100_000]),
        },
        faults=[random_fault(rng, slow=True, methods=METHODS[state]) for _count in range(rng.choice([0, 1, 1, 2, 4]))],
        settings={
            "rate_limit": rng.choice([1000, 1000, 1000, 20, 4]),
            "rate_window": rng.choice([30.0, 3600.0]),
            "max_page_size": rng.choice([100, 1]),
            "fork_duration": rng.choice([0, 3, 40, 400, 100_000]),
            "fork_outcome": rng.choice([*["running"] * 6, "failed", "error", "errorAllocating", "paused"]),
            "fork_id_suffix": rng.choice(["", "", "", "-x7"]),
            "deletion_duration": rng.choice([0, 3, 100_000]),
        },
        others={rng.randint(1, 6): other} if rng.random() < 0.3 else {},
    )


def hostile_scenario(seed: int) -> Scenario:
    """Return a scenario with invalid responses."""
    rng = random.Random(f"hostile fork {seed}")
    faults = [hostile_fault(rng) for _count in range(rng.choice([1, 2]))]
    return replace(random_scenario(seed), faults=faults, others={})


def exceptions_scenario(seed: int) -> Scenario:
    """Return a scenario with unexpected exceptions in requests."""
    rng = random.Random(f"fork exceptions {seed}")
    scenario = random_scenario(seed)
    injections = tuple(
        Injection(
            place=rng.choice(REQUEST_PLACES),
            position=rng.choice([0, 0, 0, 1, 2, 4]),
            exception=rng.choice(EXCEPTIONS),
            method=rng.choice(["POST", "DELETE", "GET", None]),
        )
        for _count in range(rng.choice([1, 1, 2]))
    )
    return replace(scenario, injections=injections, faults=scenario.faults[:1], others={})


def lines_scenario(seed: int) -> Scenario:
    """Return a scenario with an exception at a line of the code that creates or deletes a fork."""
    rng = random.Random(f"fork lines {seed}")
    scenario = random_scenario(seed)
    return replace(scenario, line_exception=rng.choice(EXCEPTIONS), faults=scenario.faults[:1], others={})


def interrupted_scenario(seed: int) -> Scenario:
    """Return a scenario in which the task is interrupted while a request is in flight, or before the next one."""
    rng = random.Random(f"fork interruptions {seed}")
    scenario = random_scenario(seed)
    return replace(scenario, faults=scenario.faults[:2], others={}, interrupted_at=rng.randrange(7))


FAMILIES: dict[str, Callable[[int], Scenario]] = {
    "forks": random_scenario,
    "hostile forks": hostile_scenario,
    "exceptions of forks": exceptions_scenario,
    "lines of forks": lines_scenario,
    "interruptions of forks": interrupted_scenario,
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
            result = self.task_runner.fork(interruption, **scenario.options)
        self.outcomes["failed" if result.get("failed") else "succeeded"] += 1
        self.outcomes["changed" if result["changed"] else "unchanged"] += 1
        assert "exception" not in result or scenario.is_injected, result["exception"]
        self._check_writes(scenario, result)
        self._check_requests(scenario)
        if not result.get("failed"):
            self._check_success(scenario, result)
        self._check_next_run(scenario)

    def _check_writes(self, scenario: Scenario, result: dict[str, Any]) -> None:
        journal = self.simulator.store.forks.journal
        ours = [(action, path, description) for action, path, description, by in journal if by == "api"]
        others = [each for each in journal if each[3] == "other"]
        in_doubt = bool(IN_DOUBT.search(result.get("msg", "")))
        allowed = "create" if scenario.options["state"] == "present" else "delete"
        assert all(action == allowed for action, _path, _description in ours), f"did {ours}: {result}"
        assert len(ours) <= 1, f"did {ours}: {result}"
        if not others or allowed == "create":
            assert all(description == MARKER for _action, _path, description in ours), f"did {ours}: {result}"
        else:
            # Nothing can prevent that another client replaces the fork between the last read and the request.
            assert all(description == MARKER or self._was_replaced_late() for _a, _p, description in ours), (
                f"did {ours}: {result}"
            )
        assert result["changed"] or not ours, f"did {ours}, but reports no change: {result}"
        assert ours or not result["changed"] or in_doubt or others, f"did nothing, but reports a change: {result}"
        if ours and not others and allowed == "create":
            assert in_doubt or f"{PROJECT}/{result['fork']['addon_id']}" == ours[0][1], f"did {ours}: {result}"

    def _was_replaced_late(self) -> bool:
        """Return whether another client replaced the fork during the request that deleted it, or just before."""
        called = [number for number, entry in enumerate(self.simulator.log) if entry["fault"] == "call"]
        deletions = [number for number, entry in enumerate(self.simulator.log) if entry["method"] == "DELETE"]
        return bool(called and deletions) and called[-1] == deletions[-1]

    def _check_requests(self, scenario: Scenario) -> None:
        """Check that the addon is read directly before it is deleted, and before an unknown outcome is repeated."""
        is_unknown = False
        for previous, request in pairwise(self.simulator.log):
            if request["method"] == "DELETE" and previous["status"] != 429:
                read = (previous["method"], previous["path"])
                assert read == ("GET", request["path"]), f"deletes {request['path']} after {read}"
        for request in self.simulator.log:
            assert request["method"] in ("GET", "POST", "DELETE")
            if request["method"] == "GET" and "/addons" in request["path"]:
                is_unknown = False
            elif request["method"] != "GET":
                assert not is_unknown, f"a {request['method']} was repeated without a read"
                unknown = request["fault"] in (*UNKNOWN_OUTCOMES, "text") or (request["status"] or 500) >= 500
                is_unknown = unknown or (request["status"] == 200 and scenario.is_injected)

    def _check_success(self, scenario: Scenario, result: dict[str, Any]) -> None:
        addons = self._named()
        if scenario.options["state"] == "absent":
            ours = [each for each in addons if each["description"] == MARKER and each["status"] != "deleting"]
            # A response that says that the addon is gone is believed.
            seems_gone = any(request["method"] == "GET" and request["status"] == 404 for request in self.simulator.log)
            assert not ours or scenario.others or seems_gone, f"is not deleted: {result}"
            return
        fork = result["fork"]
        (addon,) = [each for each in addons if each["id"] == fork["addon_id"]] or [None]
        assert addon is not None or scenario.others, f"does not exist: {result}"
        self._check_origin(scenario, result)
        if addon is not None and not scenario.others:
            assert addon["description"] == MARKER, f"uses another addon: {result}"
            assert addon["status"] == fork["status"] == "running" or not scenario.options["wait"], f"{addon}: {result}"

    def _check_origin(self, scenario: Scenario, result: dict[str, Any]) -> None:
        """Check that the backup and the times are those of the fork, and only of one that the task has created."""
        fork, backup = result["fork"], result["backup"]
        assert (fork["started_at"] is not None) == (backup is not None) == result["changed"], f"{result}"
        if result["changed"] and not scenario.others:
            source = self.simulator.store.forks.sources[f"{PROJECT}/{fork['addon_id']}"]
            assert backup["id"] == fork["backup_id"] == source, f"is of backup {source}: {result}"
        waited = result["changed"] and fork["status"] == "running"
        assert (fork["completed_at"] is not None) == (fork["seconds"] is not None) == waited, f"{result}"

    def _check_next_run(self, scenario: Scenario) -> None:
        """Check that the same task succeeds without faults or is refused, and then changes nothing with one request."""
        # Whatever is in progress ends.
        self.task_runner.clock.sleep(200_000)
        self.simulator.faults.set([])
        settings = self.simulator.settings
        settings.rate_limit, settings.max_page_size, settings.fork_outcome, settings.fork_duration = (
            1000,
            100,
            "running",
            3,
        )
        settings.deletion_duration = 0
        self.simulator.gateway.limit.reset()
        options = {**scenario.options, "wait": True, "wait_timeout": 3600, "timeout": 60}
        before = self._named()
        predicted = self.task_runner.fork(check_mode=True, **options)
        result = self.task_runner.fork(**options)
        assert predicted["changed"] == result["changed"], f"check mode predicts {predicted}, it is {result}"
        if result.get("failed"):
            usable = [each for each in before if each["description"] == MARKER and each["status"] == "running"]
            assert before and not usable, f"the next run fails: {result}"
            return
        self.simulator.clear_log()
        again = self.task_runner.fork(**options)
        assert not again.get("failed") and not again["changed"], f"the second run changed something: {again}"
        assert [request["method"] for request in self.simulator.log] == ["GET"]
        is_present = scenario.options["state"] == "present"
        assert [each["description"] for each in self._named()].count(MARKER) == is_present

    def _named(self) -> list[dict[str, Any]]:
        """Return the addons with the name of the fork, or with its expected ID."""
        addons = self.simulator.store.project(PROJECT).addons.values()
        return [addon.to_json() for addon in addons if NAME in (addon.name, addon.id)]

    def _with_random_line(self, scenario: Scenario) -> Scenario:
        """Return the scenario with an exception at a random line of those that run without it."""
        if scenario.line_exception is None:
            return scenario
        self._set_up(scenario)
        injector = self.task_runner.injector
        with injector.count_lines():
            self.task_runner.fork(**scenario.options)
        if not injector.lines:
            return scenario
        rng = random.Random(f"line {scenario.seed}")
        return replace(scenario, injections=(injector.random_line(rng, scenario.line_exception),))

    def _set_up(self, scenario: Scenario) -> Interruption:
        backups = [
            {
                "id": f"backup-{number}",
                "name": "nightly",
                "status": "completed",
                "createdAt": f"2026-01-1{number}T02:30:00.000Z",
                "config": {"size": "1", "source": {"type": "snapshot"}},
            }
            for number in range(3)
        ]
        addons = [{"id": SOURCE, "backups": backups}, {"id": "other-db"}]
        if scenario.existing is not None:
            addons.append({"id": NAME, "name": NAME, "description": scenario.existing})
        self.simulator.reset({"projects": [{"id": PROJECT, "addons": addons}]})
        vars(self.simulator.settings).update(scenario.settings)
        for number, (action, description) in scenario.others.items():
            self.simulator.faults.add(kind="call", skip=number, call=as_another_client(action, description))
        interruption = Interruption()
        if scenario.interrupted_at is not None:
            self.simulator.faults.add(
                kind="call", skip=scenario.interrupted_at, call=lambda store: interruption.request("SIGTERM")
            )
        for fault in scenario.faults:
            self.simulator.faults.add(**fault)
        return interruption


def as_another_client(action: str, description: str) -> Callable[[Store], None]:
    """Return a function that creates or replaces the addon with the name of the fork, if the API allows that."""
    body = {
        "name": NAME,
        "description": description,
        "type": "postgresql",
        "version": "16.4",
        "billing": {"deploymentPlan": "nf-compute-20", "storage": 4096, "replicas": 1, "storageClass": "ssd"},
        "source": {"addonId": SOURCE, "backupId": "backup-0"},
    }

    def write(store: Store) -> None:
        project = store.project(PROJECT)
        with suppress(ApiError):
            if action == "replace" and NAME in project.addons:
                store.forks.delete(project, project.addons[NAME], by="other")
            store.forks.create(project, project.addons[SOURCE], NewAddon.model_validate(body), by="other")

    return write
