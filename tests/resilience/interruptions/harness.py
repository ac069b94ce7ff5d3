# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interrupt a rollout in another process, and check the result and the schedules afterwards."""

from __future__ import annotations

import json
import os
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Optional, cast

from faults.harness import Harness, known
from faults.scenarios import PROJECT, Scenario
from faults.task_runner import TaskRunner

from . import playbooks
from .children import BROKEN_WAYS, result_in, start
from .scenarios import SIGNALS, SLOW, Interruption

# When the task was interrupted (None if it ended before), its result (None if there is none) and its output.
Outcome = tuple[Optional[float], Optional[dict[str, Any]], str]

PLAYBOOK_MODES = tuple(f"playbook {mode}" for mode in playbooks.MODES)

# The documented maximum, in seconds, for finishing or rolling back work in flight, after the request in flight.
MAX_STOP_SECONDS = 10.0

# The maximum delay, in seconds, until a signal reaches its handler on a busy machine.
SIGNAL_DELAY = 0.4

# The maximum duration, in seconds, of a process.
MAX_SECONDS = 60.0


class Interrupter(Harness):
    """Runs interrupted scenarios over HTTP. outcomes: the number of scenarios by outcome."""

    def __init__(self, task_runner: TaskRunner) -> None:
        super().__init__(task_runner)
        self.outcomes: Counter[str] = Counter()
        self._way = ""
        self._interruption: Interruption | None = None

    def check_interrupted(self, way: str, scenario: Scenario, interruption: Interruption) -> None:
        """Run a scenario and interrupt it. Raises AssertionError if a guarantee is violated."""
        self._way, self._interruption = way, interruption
        try:
            self.check(scenario)
        except AssertionError as error:
            raise AssertionError(f"{way}, {interruption.how}, {error}") from error

    def _run_with_faults(self, scenario: Scenario) -> dict[str, Any]:
        interruption = self._interruption
        assert interruption is not None
        with tempfile.TemporaryDirectory() as folder:
            run = self._run_playbook if self._way in PLAYBOOK_MODES else self._run_process
            interrupted_at, result, terminal = run(scenario, interruption, Path(folder))
        self.simulator.wait_until_idle()
        wrote = any(entry["method"] != "GET" for entry in self.simulator.log)
        if interrupted_at is not None:
            self._check_nothing_started_late(scenario, interrupted_at)
        if interrupted_at is None and "timedout" not in (result or {}):
            outcome = "not reached"
        else:
            outcome = f"{'a result' if result else 'no result'}, {'after writes' if wrote else 'before any write'}"
        self.outcomes[f"{self._way}, {interruption.how}: {outcome}"] += 1
        if interruption.how == "timeout" and self._way in ("in-process", "playbook in-process", *BROKEN_WAYS):
            assert result is not None, f"no result after the timeout: {terminal}"
            assert "addons" in result or not wrote, f"the result does not report the addons: {result}"
        if result is not None and "addons" in result:
            return result
        return self._result_from(terminal, result)

    def _run_process(self, scenario: Scenario, interruption: Interruption, folder: Path) -> Outcome:
        """Run the task in a child process, and interrupt it."""
        reached, ended = self._trigger(scenario, interruption), threading.Event()
        options = self._options(scenario)
        process = start(self._way, options, folder, dies_at_once=scenario.seed % 2 == 0)
        sent_at: list[float] = []

        def interrupt() -> None:
            if not reached.wait(MAX_SECONDS) or ended.is_set():
                return
            for how, seconds in ((interruption.how, interruption.seconds), *interruption.again):
                ended.wait(seconds)
                if ended.is_set() or not process.is_alive():
                    return
                now = time.monotonic()
                try:
                    os.kill(cast(int, process.pid), SIGNALS[how])
                except ProcessLookupError:
                    return
                sent_at.append(now)

        thread = threading.Thread(target=interrupt)
        thread.start()
        process.join(MAX_SECONDS)
        ended.set()
        reached.set()
        thread.join()
        if process.is_alive():
            process.kill()
            raise AssertionError("the process did not end")
        return (sent_at[0] if sent_at else None, *result_in(folder))

    def _run_playbook(self, scenario: Scenario, interruption: Interruption, folder: Path) -> Outcome:
        """Run the task in a playbook, and interrupt it."""
        reached, ended = self._trigger(scenario, interruption), threading.Event()
        mode, seconds = self._way.removeprefix("playbook "), 1
        if interruption.how == "timeout":
            # The keyword has whole seconds, so vary the latency to vary the moment of the timeout.
            self.simulator.settings.latency = random.Random(scenario.seed).uniform(0.1, 0.4)
        run = playbooks.start(folder, mode, interruption.how, self._options(scenario), seconds)

        def interrupt() -> None:
            if reached.wait(MAX_SECONDS) and not ended.wait(interruption.seconds):
                run.interrupt(interruption.how)

        thread = threading.Thread(target=interrupt)
        thread.start()
        try:
            terminal = run.wait(MAX_SECONDS)
        except TimeoutError as error:
            raise AssertionError(str(error)) from error
        finally:
            ended.set()
            reached.set()
            thread.join()
        return run.interrupted_at, run.result(), terminal

    def _clear_faults(self) -> None:
        super()._clear_faults()
        self.simulator.settings.latency = 0

    def _trigger(self, scenario: Scenario, interruption: Interruption) -> threading.Event:
        """Set the faults, and return an event that is set when the request of the interruption arrives."""
        reached = threading.Event()
        self.simulator.faults.set([])
        self.simulator.faults.add(kind="call", call=lambda store: reached.set(), skip=interruption.request)
        for fault in scenario.faults:
            self.simulator.faults.add(**fault)
        return reached

    def _options(self, scenario: Scenario) -> dict[str, Any]:
        url = {"api_token": self.simulator.token, "api_url": self.simulator.url}
        return dict(without_omitted({**url, **scenario.options, "timeout": 5}))

    def _check_nothing_started_late(self, scenario: Scenario, interrupted_at: float) -> None:
        log = self.simulator.log
        late = [each for each in log if each["time"] > interrupted_at + MAX_STOP_SECONDS + scenario.settings["latency"]]
        assert not late, f"sent too late after the interruption: {late}"
        if scenario.settings["latency"] < SLOW:
            return
        by_addon: dict[str, list[dict[str, Any]]] = {}
        for each in log:
            parts = each["path"].split("/addons/")
            if len(parts) > 1:
                by_addon.setdefault(parts[1].split("/")[0], []).append(each)
        for addon_id, requests in by_addon.items():
            before = [each for each in requests if each["time"] <= interrupted_at + SIGNAL_DELAY]
            after = [each for each in requests if each["time"] > interrupted_at + SIGNAL_DELAY]
            assert before or not after, f"{addon_id} was started after the interruption"
            writes = [each for each in before if each["method"] != "GET"]
            for each in after:
                if each["method"] != "GET":
                    assert completes(each, writes), f"{addon_id}: {each['method']} was started after the interruption"
                    writes.append(each)

    def _result_from(self, terminal: str, result: dict[str, Any] | None) -> dict[str, Any]:
        """Return a result with the lost schedules that the terminal shows, and an unknown outcome for each addon."""
        lost = list(schedules_in(terminal)) + list(schedules_in(json.dumps(result)))
        addons = [
            {
                "project_id": PROJECT,
                "addon_id": addon.id,
                "changed": True,
                "msg": "The outcome is unknown.",
                "lost_schedules": lost,
                "actions": [],
            }
            for addon in self.simulator.store.addons()
        ]
        return {"changed": True, "addons": addons}


def without_omitted(value: Any) -> Any:
    """Return the value without None at any depth, because a module does not accept None for all options."""
    if isinstance(value, Mapping):
        return {name: without_omitted(each) for name, each in value.items() if each is not None}
    return [without_omitted(each) for each in value] if isinstance(value, list) else value


def completes(write: dict[str, Any], before: list[dict[str, Any]]) -> bool:
    """Return whether a write completes the writes before it: it creates the new or the old schedule after a DELETE."""
    methods = [each["method"] for each in before]
    rolls_back = methods[-2:] == ["DELETE", "POST"] and before[-1]["status"] != 200
    return write["method"] == "POST" and (methods[-1:] == ["DELETE"] or rolls_back)


def schedules_in(text: str) -> Iterator[dict[str, Any]]:
    """Yield the schedules in a text with JSON, which the terminal may have wrapped."""
    decoder = json.JSONDecoder()
    joined = text.replace("\n", "")
    position = joined.find("{")
    while position >= 0:
        try:
            value, end = decoder.raw_decode(joined, position)
        except ValueError:
            end = position + 1
        else:
            yield from _schedules_of(value)
        position = joined.find("{", end)


def _schedules_of(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if {"scheduling", "backup_type"} <= value.keys():
            yield known(value)
        for each in value.values():
            yield from _schedules_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from _schedules_of(each)
