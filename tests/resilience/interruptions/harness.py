# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interrupt a rollout in another process, and check what must hold after it."""

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
from faults.histories import PROJECT, History
from faults.laboratory import Laboratory

from . import playbooks
from .children import BROKEN_WAYS, result_in, start
from .histories import SIGNALS, SLOW, Interruption

# When it was interrupted (None if it ended before), its result (None if there is none) and what it printed.
Outcome = tuple[Optional[float], Optional[dict[str, Any]], str]

MODES_OF_PLAYBOOKS = tuple(f"playbook {mode}" for mode in playbooks.MODES)

# The documented bound: seconds in which work in flight is finished or rolled back, beyond the request in flight.
BOUND = 10.0

# Until a signal has reached its handler on a machine that is busy, in seconds.
DELIVERY = 0.4

# The longest that a process may live after its interruption, in seconds.
PATIENCE = 60.0


class Interrupter(Harness):
    """Plays interrupted histories over the wire. fates: how each ended."""

    def __init__(self, laboratory: Laboratory) -> None:
        super().__init__(laboratory)
        self.fates: Counter[str] = Counter()
        self._way = ""
        self._interruption: Interruption | None = None

    def check_interrupted(self, way: str, history: History, interruption: Interruption) -> None:
        """Play a history, and interrupt it. Raises AssertionError for whatever must not happen."""
        self._way, self._interruption = way, interruption
        try:
            self.check(history)
        except AssertionError as error:
            raise AssertionError(f"{way}, {interruption.how}, {error}") from error

    def _interrupted_run(self, history: History) -> dict[str, Any]:
        interruption = self._interruption
        assert interruption is not None
        with tempfile.TemporaryDirectory() as folder:
            play = self._play if self._way in MODES_OF_PLAYBOOKS else self._interrupt
            interrupted_at, result, terminal = play(history, interruption, Path(folder))
        self.simulator.wait_until_idle()
        wrote = any(entry["method"] != "GET" for entry in self.simulator.log)
        if interrupted_at is not None:
            self._nothing_is_started_late(history, interrupted_at)
        if interrupted_at is None and "timedout" not in (result or {}):
            fate = "not reached"
        else:
            fate = f"{'a result' if result else 'no result'}, {'after writes' if wrote else 'before any write'}"
        self.fates[f"{self._way}, {interruption.how}: {fate}"] += 1
        if interruption.how == "timeout" and self._way in ("in-process", "playbook in-process", *BROKEN_WAYS):
            assert result is not None, f"no result after the timeout: {terminal}"
            assert "addons" in result or not wrote, f"the result does not tell what was done: {result}"
        if result is not None and "addons" in result:
            return result
        return self._reported_on(terminal, result)

    def _interrupt(self, history: History, interruption: Interruption, folder: Path) -> Outcome:
        """Run the task in another process and interrupt it."""
        reached, ended = self._trigger(history, interruption), threading.Event()
        options = self._options(history)
        process = start(self._way, options, folder, dies_at_once=history.seed % 2 == 0)
        sent_at: list[float] = []

        def strike() -> None:
            if not reached.wait(PATIENCE) or ended.is_set():
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

        thread = threading.Thread(target=strike)
        thread.start()
        process.join(PATIENCE)
        ended.set()
        reached.set()
        thread.join()
        if process.is_alive():
            process.kill()
            raise AssertionError("the process does not end")
        return (sent_at[0] if sent_at else None, *result_in(folder))

    def _play(self, history: History, interruption: Interruption, folder: Path) -> Outcome:
        """Run a playbook and interrupt it."""
        reached, ended = self._trigger(history, interruption), threading.Event()
        mode, seconds = self._way.removeprefix("playbook "), 1
        if interruption.how == "timeout":
            # The keyword counts whole seconds, so it is the API's latency that moves the moment.
            self.simulator.settings.latency = random.Random(history.seed).uniform(0.1, 0.4)
        run = playbooks.start(folder, mode, interruption.how, self._options(history), seconds)

        def strike() -> None:
            if reached.wait(PATIENCE) and not ended.wait(interruption.seconds):
                run.interrupt(interruption.how)

        thread = threading.Thread(target=strike)
        thread.start()
        try:
            terminal = run.end(PATIENCE)
        except TimeoutError as error:
            raise AssertionError(str(error)) from error
        finally:
            ended.set()
            reached.set()
            thread.join()
        return run.interrupted_at, run.result(), terminal

    def _calm_down(self) -> None:
        super()._calm_down()
        self.simulator.settings.latency = 0

    def _trigger(self, history: History, interruption: Interruption) -> threading.Event:
        """Set the faults; give an event that is set when the request that the interruption waits for arrives."""
        reached = threading.Event()
        self.simulator.faults.set([])
        self.simulator.faults.add(kind="call", call=lambda store: reached.set(), skip=interruption.request)
        for fault in history.faults:
            self.simulator.faults.add(**fault)
        return reached

    def _options(self, history: History) -> dict[str, Any]:
        url = {"api_token": self.simulator.token, "api_url": self.simulator.url}
        return dict(without_omitted({**url, **history.options, "timeout": 5}))

    def _nothing_is_started_late(self, history: History, interrupted_at: float) -> None:
        log = self.simulator.log
        late = [each for each in log if each["time"] > interrupted_at + BOUND + history.settings["latency"]]
        assert not late, f"sent after the bound: {late}"
        if history.settings["latency"] < SLOW:
            return
        by_addon: dict[str, list[dict[str, Any]]] = {}
        for each in log:
            parts = each["path"].split("/addons/")
            if len(parts) > 1:
                by_addon.setdefault(parts[1].split("/")[0], []).append(each)
        for addon_id, requests in by_addon.items():
            before = [each for each in requests if each["time"] <= interrupted_at + DELIVERY]
            after = [each for each in requests if each["time"] > interrupted_at + DELIVERY]
            assert before or not after, f"{addon_id} was begun after the interruption"
            writes = [each for each in before if each["method"] != "GET"]
            for each in after:
                if each["method"] != "GET":
                    assert completes(each, writes), f"{addon_id}: {each['method']} was begun after the interruption"
                    writes.append(each)

    def _reported_on(self, terminal: str, result: dict[str, Any] | None) -> dict[str, Any]:
        """Give a result that says of each addon what the terminal does: what may be lost. Anything may be changed."""
        lost = list(schedules_in(terminal)) + list(schedules_in(json.dumps(result)))
        addons = [
            {
                "project_id": PROJECT,
                "addon_id": addon.id,
                "changed": True,
                "msg": "What was done is unknown.",
                "lost_schedules": lost,
                "actions": [],
            }
            for addon in self.simulator.store.addons()
        ]
        return {"changed": True, "addons": addons}


def without_omitted(value: Any) -> Any:
    """Drop what is None at any depth: to a module that is an option which was given."""
    if isinstance(value, Mapping):
        return {name: without_omitted(each) for name, each in value.items() if each is not None}
    return [without_omitted(each) for each in value] if isinstance(value, list) else value


def completes(write: dict[str, Any], before: list[dict[str, Any]]) -> bool:
    """Tell whether a write completes what the writes before it began: it creates what was deleted, old or new."""
    methods = [each["method"] for each in before]
    rolls_back = methods[-2:] == ["DELETE", "POST"] and before[-1]["status"] != 200
    return write["method"] == "POST" and (methods[-1:] == ["DELETE"] or rolls_back)


def schedules_in(text: str) -> Iterator[dict[str, Any]]:
    """Find the schedules in a text that has JSON in it, which a terminal may have wrapped."""
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
