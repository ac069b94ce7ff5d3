# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scenarios of tasks for objects of an account share: backup destinations and notification integrations."""

from __future__ import annotations

import random
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from simulator.store import Store

from .harness import UNKNOWN_OUTCOMES
from .injections import EXCEPTIONS, REQUEST_PLACES, Injection
from .scenarios import hostile_fault, random_fault
from .task_runner import TaskRunner

# Matches messages that report an unknown outcome.
IN_DOUBT = re.compile("is unknown whether|was created at the same time|that were requested")


@dataclass(frozen=True)
class Scenario:
    """A task with faults.

    start: the existing objects, as in fleets. options: of the module.
    faults: rules for the simulator. concurrent_writes: of other clients, by the position of their fault.
    settings: of the simulator. injections, line_exception: as in the scenarios of schedules.
    interrupted_at: the number of the request during which the task is interrupted.
    """

    seed: int
    start: list[dict[str, Any]]
    options: dict[str, Any]
    faults: list[dict[str, Any]]
    concurrent_writes: dict[int, Callable[[Store], None]]
    settings: dict[str, Any]
    injections: tuple[Injection, ...] = ()
    line_exception: type[BaseException] | None = None
    interrupted_at: int | None = None

    @property
    def is_injected(self) -> bool:
        return bool(self.injections or self.line_exception)


AnyScenario = TypeVar("AnyScenario", bound=Scenario)


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def families(
    noun: str,
    random_scenario: Callable[[int], AnyScenario],
    methods: Sequence[str | None],
    detectable: Callable[[AnyScenario], AnyScenario],
) -> dict[str, Callable[[int], AnyScenario]]:
    """Return functions that return the scenario of a seed, by the name of the family.

    noun: in these names. random_scenario: returns a scenario with errors, lost responses and other clients.
    methods: of requests with exceptions. detectable: returns a hostile scenario without what no client can detect.
    """

    def hostile(seed: int) -> AnyScenario:
        """Return a scenario with invalid responses."""
        rng = random.Random(f"hostile {noun} {seed}")
        scenario = _without_concurrent_writes(random_scenario(seed))
        faults = [hostile_fault(rng) for _count in range(rng.choice([1, 1, 2, 3]))]
        return detectable(replace(scenario, faults=[*faults, *scenario.faults[:1]]))

    def exceptions(seed: int) -> AnyScenario:
        """Return a scenario with unexpected exceptions in requests."""
        rng = random.Random(f"exceptions of {noun} {seed}")
        scenario = _without_concurrent_writes(random_scenario(seed))
        injections = tuple(
            Injection(
                place=rng.choice(REQUEST_PLACES),
                position=rng.choice([0, 0, 0, 1, 2]),
                exception=rng.choice(EXCEPTIONS),
                method=rng.choice(methods),
            )
            for _count in range(rng.choice([1, 1, 2]))
        )
        return replace(scenario, injections=injections, faults=scenario.faults[:2])

    def lines(seed: int) -> AnyScenario:
        """Return a scenario with an exception at a line of the code that applies a plan."""
        rng = random.Random(f"lines of {noun} {seed}")
        scenario = _without_concurrent_writes(random_scenario(seed))
        return replace(scenario, line_exception=rng.choice(EXCEPTIONS), faults=scenario.faults[:2])

    def interruptions(seed: int) -> AnyScenario:
        """Return a scenario in which the task is interrupted while a request is in flight, or before the next one."""
        rng = random.Random(f"interruptions of {noun} {seed}")
        scenario = _without_concurrent_writes(random_scenario(seed))
        return replace(scenario, interrupted_at=rng.randrange(5), faults=scenario.faults[:2])

    return {
        noun: random_scenario,
        f"hostile {noun}": hostile,
        f"exceptions of {noun}": exceptions,
        f"lines of {noun}": lines,
        f"interruptions of {noun}": interruptions,
    }


def random_faults(
    rng: random.Random,
    options: dict[str, Any],
    methods: tuple[str | None, ...],
    secrets: Sequence[str | None],
    concurrent_write: Callable[[random.Random, dict[str, Any]], Callable[[Store], None]],
) -> tuple[list[dict[str, Any]], dict[int, Callable[[Store], None]]]:
    """Return faults for the simulator, and writes of other clients by the position of their fault.

    methods: of the requests with faults. secrets: of the request. concurrent_write: returns such a write.
    """
    faults, concurrent_writes = [], {}
    for position in range(rng.choice([0, 1, 1, 2, 2, 3, 5])):
        fault = _echoing(rng, random_fault(rng, slow=True, methods=methods), options, secrets)
        if rng.random() < 0.15:
            fault = {**fault, "kind": "call", "times": 1}
            concurrent_writes[position] = concurrent_write(rng, options)
        faults.append(fault)
    return faults, concurrent_writes


def _echoing(
    rng: random.Random, fault: dict[str, Any], options: dict[str, Any], secrets: Sequence[str | None]
) -> dict[str, Any]:
    """Return the fault, whose error may contain the secrets of the request."""
    if fault["kind"] != "status" or options["state"] == "absent" or None in secrets or rng.random() < 0.5:
        return fault
    text = f"not accepted: {' '.join(map(str, secrets))}"
    return {**fault, "body": {"error": {"status": fault["status"], "message": text, "details": {text: [text]}}}}


def _without_concurrent_writes(scenario: AnyScenario) -> AnyScenario:
    return replace(
        scenario, faults=[fault for fault in scenario.faults if fault["kind"] != "call"], concurrent_writes={}
    )


class Harness(ABC):
    """Runs scenarios, and checks that the guarantees hold.

    key: of the object in results. refusals: matches messages of tasks that fail without faults.
    not_predicted: matches messages of failures that check mode cannot predict.
    """

    key: str
    refusals: re.Pattern[str]
    not_predicted = re.compile("that were requested")

    def __init__(self, task_runner: TaskRunner) -> None:
        self.task_runner = task_runner
        self.simulator = task_runner.simulator
        self.outcomes: Counter[str] = Counter()

    def check(self, scenario: Any) -> None:
        """Run the scenario. Raises AssertionError, with the seed, if a guarantee is violated."""
        try:
            self._check(scenario)
        except AssertionError as error:
            raise AssertionError(f"seed {scenario.seed}: {error}") from error

    @abstractmethod
    def run_task(
        self, interruption: Interruption | None = None, check_mode: bool = False, **options: Any
    ) -> dict[str, Any]:
        """Run the task of the module."""

    @abstractmethod
    def fleet(self, scenario: Any) -> dict[str, Any]:
        """Return the fleet of a scenario."""

    @abstractmethod
    def store(self) -> Any:
        """Return the part of the store with the objects."""

    @abstractmethod
    def existing(self) -> list[dict[str, Any]]:
        """Return all objects, secrets included."""

    @abstractmethod
    def differences(self, options: dict[str, Any], found: dict[str, Any]) -> list[str]:
        """Return the names of the set options in which an object differs."""

    @abstractmethod
    def target(self, scenario: Any, before: list[dict[str, Any]]) -> str | None:
        """Return the ID of the object that the task is about; None if none exists."""

    @abstractmethod
    def check_secrets(self, scenario: Any, shown: str) -> None:
        """Check that a text contains no secrets."""

    def may_be_refused(self, scenario: Any, message: str) -> bool:
        """Return whether the task may fail without faults."""
        return bool(self.refusals.search(message))

    def converges(self, scenario: Any, result: dict[str, Any]) -> bool:
        """Return whether the next run changes nothing."""
        return True

    def reads(self, scenario: Any) -> int:
        """Return the number of requests of a run that changes nothing."""
        return 1

    def check_id(self, scenario: Any, reported: dict[str, Any], warnings: list[str]) -> None:
        """Check the ID in the result of a task that has succeeded."""

    def _check(self, scenario: Any) -> None:
        scenario = self._with_random_line(scenario)
        interruption = self._set_up(scenario)
        before = self.existing()
        result = self._run(scenario, interruption)
        if interruption.requested:
            assert result.get("failed"), f"an interrupted task has succeeded: {result}"
        ResultCheck(self, scenario, result, before).check()
        self.outcomes["failed" if result.get("failed") else "succeeded"] += 1
        self.outcomes["changed" if result["changed"] else "unchanged"] += 1
        self._check_convergence(scenario)

    def _set_up(self, scenario: Any) -> Interruption:
        self.task_runner.warnings.clear()
        self.simulator.reset(self.fleet(scenario))
        vars(self.simulator.settings).update(scenario.settings)
        for position, fault in enumerate(scenario.faults):
            write = scenario.concurrent_writes.get(position)
            self.simulator.faults.add(**fault, **({"call": write} if write else {}))
        interruption = Interruption()
        if scenario.interrupted_at is not None:
            self.simulator.faults.add(
                kind="call", skip=scenario.interrupted_at, call=lambda store: interruption.request("SIGTERM")
            )
        return interruption

    def _run(self, scenario: Any, interruption: Interruption) -> dict[str, Any]:
        with self.task_runner.injector.inject(scenario.injections):
            try:
                return self.run_task(interruption, **scenario.options)
            except BaseException as error:
                if not isinstance(error, Exception) and not self.store().journal:
                    return {"changed": False, "failed": True, "msg": "", "actions": []}
                raise AssertionError(f"{error!r} ended the task without a result") from error

    def _with_random_line(self, scenario: Any) -> Any:
        """Return the scenario with an exception at a random line of those that run without it."""
        if scenario.line_exception is None:
            return scenario
        self._set_up(scenario)
        injector = self.task_runner.injector
        with injector.count_lines():
            self.run_task(**scenario.options)
        if not injector.lines:
            return scenario
        rng = random.Random(f"line {scenario.seed}")
        return replace(scenario, injections=(injector.random_line(rng, scenario.line_exception),))

    def _check_convergence(self, scenario: Any) -> None:
        """Check that the task succeeds without faults or cannot succeed, and then changes nothing."""
        self.simulator.faults.set([])
        self.simulator.settings.rate_limit = 1000
        self.simulator.gateway.limit.reset()
        options = {**scenario.options, "timeout": 60, "retries": 0}
        predicted = self.run_task(check_mode=True, **options)
        result = self.run_task(**options)
        if not self.not_predicted.search(result.get("msg", "")):
            for name in ("changed", "failed", "actions"):
                assert predicted.get(name) == result.get(name), f"check mode predicts {predicted}, it is {result}"
        if result.get("failed"):
            assert self.may_be_refused(scenario, result["msg"]), f"fails: {result['msg']}"
            return
        found = {each["id"]: each for each in self.existing()}
        if scenario.options["state"] == "present":
            assert self.differences(scenario.options, found[result[self.key]["id"]]) == [], result
        if not self.converges(scenario, result):
            return
        self.simulator.clear_log()
        again = self.run_task(**options)
        assert not again.get("failed") and not again["changed"], f"the second run changed something: {again}"
        assert [request["method"] for request in self.simulator.log] == ["GET"] * self.reads(scenario)


class ResultCheck:
    """Compares the result of a task with what took effect."""

    def __init__(self, harness: Harness, scenario: Any, result: dict[str, Any], before: list[dict[str, Any]]) -> None:
        self.harness = harness
        self.scenario = scenario
        self.options = scenario.options
        self.result = result
        self.before = before
        self.after = harness.existing()
        self.target = harness.target(scenario, before)
        self.log = harness.simulator.log
        self.warnings = harness.task_runner.warnings
        journal = harness.store().journal
        self.ours = [(action, id_) for action, id_, by in journal if by == "api"]
        self.has_concurrent_writes = any(by == "other" for _action, _id, by in journal)

    def check(self) -> None:
        assert "exception" not in self.result or self.scenario.is_injected, self.result["exception"]
        self.check_other_objects()
        self.check_posts_not_repeated()
        self.check_actions()
        self.check_object()
        self.harness.check_secrets(self.scenario, f"{self.result} {self.warnings}")

    def check_other_objects(self) -> None:
        actions = {action for action, _id in self.ours}
        allowed = {"delete"} if self.options["state"] == "absent" else {"create", "update"}
        assert actions <= allowed, f"did {self.ours}"
        if self.target is not None or not self.has_concurrent_writes:
            assert all(id_ == self.target for action, id_ in self.ours if action != "create"), f"did {self.ours}"
        remaining = {each["id"]: each for each in self.after}
        for each in self.before:
            if each["id"] != self.target and not self.has_concurrent_writes:
                assert remaining.get(each["id"]) == each, f"{each['id']} was changed"

    def check_posts_not_repeated(self) -> None:
        """Check that no object is created twice. Whether a POST creates one depends on its path."""
        assert [action for action, _id in self.ours].count("create") <= 1, f"did {self.ours}"
        open_post = False
        for request in self.log:
            if request["method"] == "GET":
                open_post = False
            if request["method"] == "POST" and request["path"].endswith(("backup-destinations", "notifications")):
                assert not open_post, "a POST was repeated without a read"
                unknown = request["fault"] in (*UNKNOWN_OUTCOMES, "text") or (request["status"] or 500) >= 500
                open_post = unknown or (request["status"] == 200 and self.scenario.is_injected)

    def check_actions(self) -> None:
        in_doubt = bool(IN_DOUBT.search(self.result.get("msg", "")))
        reported = [each["action"] for each in self.result.get("actions", ())]
        # Another client may undo an update before the task can see it.
        is_hidden = self.got_404() or self.has_concurrent_writes
        assert self.result["changed"] or not self.ours or is_hidden, f"did {self.ours}: {self.result}"
        assert not self.result["changed"] or self.ours or in_doubt or is_hidden, self.result
        for action in reported:
            actual = [each for each, _id in self.ours]
            assert action in actual or is_hidden, f"did {self.ours}: {self.result}"
        if reported:
            assert len(self.result["diff"]) == 1
        assert self.result["changed"] or not reported

    def got_404(self) -> bool:
        """Return whether a fault returned a 404 although the object may exist."""
        return any(request["fault"] and request["status"] == 404 for request in self.log)

    def check_object(self) -> None:
        if self.result.get("failed") or self.has_concurrent_writes or self.got_404():
            return
        reported = self.result[self.harness.key]
        if self.options["state"] == "absent":
            assert self.target not in {each["id"] for each in self.after}, self.result
            return
        (found,) = [each for each in self.after if each["id"] == reported["id"]]
        assert self.harness.differences(self.options, found) == [], self.result
        self.harness.check_id(self.scenario, reported, self.warnings)
