# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rollouts that are killed with SIGKILL.

At any moment, schedules that the task does not change are unchanged, there are no duplicates, and running the task
again reconciles all schedules.

The API has no request to replace a schedule, only a DELETE and a POST. If the process is killed between them, the addon
has no schedule of this interval and type until the task runs again, and the values of omitted options are lost with the
process. `write_method: addon` has no such gap.

KILL_SEEDS=500 runs more scenarios, KILL_SEED=7 repeats one.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_schedules
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from faults.task_runner import with_defaults
from simulator.server import Simulator, running

ONE_SEED = [int(os.environ["KILL_SEED"])] if "KILL_SEED" in os.environ else []
SEEDS = ONE_SEED or range(int(os.environ.get("KILL_SEEDS", "20")))
# Fewer, because one request per addon has few moments.
PATCH_SEEDS = ONE_SEED or range(max(8, len(SEEDS) // 4))

# Child processes are forked from a fork server with all imports, so that they start immediately.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([addon_backup_schedules.__name__, "requests", "concurrent.futures.thread"])

LATENCY = 0.008
MAX_SECONDS = 30.0

ADDONS = ("addon-1", "addon-2")

HOURLY_SNAPSHOT = {
    "scheduling": {"interval": "hourly", "minute": [5]},
    "backupType": "snapshot",
    "retentionTime": 2,
}
HOURLY_DUMP = {**HOURLY_SNAPSHOT, "backupType": "dump"}
DAILY_SNAPSHOT = {
    "scheduling": {"interval": "daily", "minute": [30], "hour": [2]},
    "backupType": "snapshot",
    "retentionTime": 7,
    "additionalDestinations": [{"destinationId": "cold-storage", "type": "custom"}],
}
DAILY_DUMP = {
    "scheduling": {"interval": "daily", "minute": [45], "hour": [1, 13]},
    "backupType": "dump",
    "retentionTime": 30,
    "compressionType": "zstd",
}
WEEKLY_DUMP = {
    "scheduling": {"interval": "weekly", "minute": [0], "hour": [3], "day": [4]},
    "backupType": "dump",
    "retentionTime": 60,
    "compressionType": "gz",
}

# The existing schedules of each addon, and those of the task, which omits the destinations of the daily snapshot.
BEFORE = [HOURLY_SNAPSHOT, HOURLY_DUMP, DAILY_SNAPSHOT, WEEKLY_DUMP]
DESIRED = [
    HOURLY_SNAPSHOT,
    {
        "scheduling": {"interval": "daily", "minute": [15], "hour": [4]},
        "backupType": "snapshot",
        "retentionTime": 9,
    },
    {**WEEKLY_DUMP, "retentionTime": 100},
    DAILY_DUMP,
]
UNCHANGED = "hourly snapshot"
UNLISTED = "hourly dump"
REPLACED = ("daily snapshot", "weekly dump")
CREATED = "daily dump"

Schedules = dict[str, dict[str, Any]]


@dataclass
class Scenario:
    """The schedules before and after a kill, as the API lists them, by addon and key, and the results of later runs."""

    prune: bool
    is_killed: bool
    before: dict[str, Schedules]
    after_kill: dict[str, Schedules]
    after_next_run: dict[str, Schedules]
    next_run: dict[str, Any]
    last_run: dict[str, Any]
    last_requests: list[str]

    def states(self) -> Iterator[tuple[str, str, str]]:
        """Yield the addon, the key and the state after the kill of each schedule that the task replaces."""
        for addon in ADDONS:
            for key in REPLACED:
                before, now = self.before[addon][key], self.after_kill[addon].get(key)
                yield addon, key, "missing" if now is None else "old" if now == before else "new"


GetScenario = Callable[[str, int], Scenario]


@pytest.fixture(scope="module")
def get_scenario() -> Iterator[GetScenario]:
    """Return a function that runs the scenario of a write method and a seed, or returns it from its cache."""
    with running() as simulator:

        @functools.cache
        def get_scenario(write_method: str, seed: int) -> Scenario:
            return run_scenario(simulator, write_method, seed)

        yield get_scenario


def run_scenario(simulator: Simulator, write_method: str, seed: int) -> Scenario:
    """Kill a rollout at a random moment, and then run it twice.

    The moment is relative to a request that the simulator receives, so that it does not depend on the machine's speed.
    """
    rng = random.Random(f"{write_method} {seed}")
    prune = rng.random() < 0.5
    params = {**options(simulator, write_method, prune), "concurrency": rng.choice([1, 2])}
    requests_per_addon = 2 if write_method == "addon" else 7 if prune else 6
    request, seconds = rng.randrange(requests_per_addon * len(ADDONS)), rng.uniform(0, 1.5 * LATENCY)
    simulator.reset(fleet())
    # The task does not send a PATCH if a schedule has unknown fields.
    simulator.settings.extra_fields = False
    before = existing_schedules(simulator)
    simulator.settings.latency = LATENCY
    exit_code = kill(simulator, params, request, seconds)
    simulator.settings.latency = 0
    after_kill = existing_schedules(simulator)
    next_run = roll_out(params)
    after_next_run = existing_schedules(simulator)
    simulator.log.clear()
    last_run = roll_out(params)
    assert existing_schedules(simulator) == after_next_run
    return Scenario(
        prune,
        exit_code == -signal.SIGKILL,
        before,
        after_kill,
        after_next_run,
        next_run,
        last_run,
        [entry["method"] for entry in simulator.log],
    )


def roll_out(params: dict[str, Any]) -> dict[str, Any]:
    return addon_backup_schedules.run(params, Context(False, print))


def kill(simulator: Simulator, params: dict[str, Any], request: int, seconds: float) -> int | None:
    """Start a rollout in a child process, kill it some seconds after a request, and return its exit code."""
    process = CONTEXT.Process(target=roll_out, args=(params,))
    started = threading.Event()

    def kill_process() -> None:
        started.wait(MAX_SECONDS)
        process.kill()

    timer = threading.Timer(seconds, kill_process)
    simulator.faults.add(kind="call", call=lambda store: timer.start(), skip=request)
    process.start()
    started.set()
    process.join(MAX_SECONDS)
    timer.join(MAX_SECONDS)
    # Requests in flight still take effect.
    simulator.wait_until_idle(MAX_SECONDS)
    return process.exitcode


def fleet() -> dict[str, Any]:
    addons = [{"id": addon, "backup_schedules": BEFORE} for addon in ADDONS]
    return {"destinations": [{"id": "cold-storage"}], "projects": [{"id": "project-1", "addons": addons}]}


def options(simulator: Simulator, write_method: str, prune: bool) -> dict[str, Any]:
    """Return validated options of addon_backup_schedules."""
    given = {
        "api_token": simulator.token,
        "api_url": simulator.url,
        "timeout": 10,
        "retries": 2,
        "rate_limit_max_wait": 0,
        "project_id": "project-1",
        "addon_ids": list(ADDONS),
        "schedules": [as_option(body) for body in DESIRED],
        "prune": prune,
        "write_method": write_method,
    }
    return with_defaults(addon_backup_schedules.ARGUMENT_SPEC, given)


def as_option(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "scheduling": {"minute": None, "hour": None, "day": None, **body["scheduling"]},
        "backup_type": body["backupType"],
        "retention_time": body["retentionTime"],
        "compression_type": body.get("compressionType"),
        "additional_destinations": None,
        "custom_destination_id": None,
    }


def existing_schedules(simulator: Simulator) -> dict[str, Schedules]:
    """Return the schedules of each addon, by key. Fails if there are duplicates."""
    result = {}
    for addon in simulator.store.addons():
        schedules = simulator.store.schedules.list_all(addon)
        result[addon.id] = {f"{each['scheduling']['interval']} {each['backupType']}": each for each in schedules}
        assert len(result[addon.id]) == len(schedules)
    return result


def is_up_to_date(schedule: dict[str, Any]) -> bool:
    """Return whether a schedule of the API matches one of the task."""
    times = comparable(schedule["scheduling"])
    return any(
        times == comparable(body["scheduling"])
        and all(schedule[name] == body[name] for name in ("backupType", "retentionTime"))
        and schedule["backupCompressionType"] == body.get("compressionType", "gz")
        for body in DESIRED
    )


def comparable(scheduling: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if isinstance(value, list) else value for name, value in scheduling.items()}


WITH_SCHEDULE = pytest.mark.parametrize("seed", SEEDS)
WITH_PATCH = pytest.mark.parametrize("seed", PATCH_SEEDS)
BOTH = pytest.mark.parametrize(
    ("write_method", "seed"),
    [*(("schedule", seed) for seed in SEEDS), *(("addon", seed) for seed in PATCH_SEEDS)],
)


@BOTH
def test_other_schedules_are_unchanged(get_scenario: GetScenario, write_method: str, seed: int) -> None:
    """Including their IDs, after the kill and after the next run."""
    scenario = get_scenario(write_method, seed)
    for addon in ADDONS:
        for key in [UNCHANGED] if scenario.prune else [UNCHANGED, UNLISTED]:
            assert scenario.after_kill[addon][key] == scenario.before[addon][key]
            assert scenario.after_next_run[addon][key] == scenario.before[addon][key]
        pruned = scenario.after_kill[addon].get(UNLISTED)
        assert pruned in (None, scenario.before[addon][UNLISTED])


@WITH_SCHEDULE
def test_replaced_schedules_are_old_missing_or_new(get_scenario: GetScenario, seed: int) -> None:
    """At most one schedule per addon is missing, because they are replaced one after the other."""
    scenario = get_scenario("schedule", seed)
    missing = Counter(addon for addon, _key, state in scenario.states() if state == "missing")
    assert set(missing.values()) <= {1}
    for addon, key, state in scenario.states():
        assert state != "new" or is_up_to_date(scenario.after_kill[addon][key])
    for addon in ADDONS:
        created = scenario.after_kill[addon].get(CREATED)
        assert created is None or is_up_to_date(created)


@WITH_PATCH
def test_write_method_addon_has_no_gap(get_scenario: GetScenario, seed: int) -> None:
    scenario = get_scenario("addon", seed)
    for addon in ADDONS:
        (state,) = {state for addon_id, _key, state in scenario.states() if addon_id == addon}
        assert state in ("old", "new")
        assert (CREATED in scenario.after_kill[addon]) == (state == "new")


@BOTH
def test_the_next_run_converges(get_scenario: GetScenario, write_method: str, seed: int) -> None:
    scenario = get_scenario(write_method, seed)
    names = {UNCHANGED, *REPLACED, CREATED, *(() if scenario.prune else (UNLISTED,))}
    for addon, schedules in scenario.after_next_run.items():
        assert schedules.keys() == names
        assert all(is_up_to_date(schedules[key]) for key in names - {UNLISTED})
        report = next(each for each in scenario.next_run["addons"] if each["addon_id"] == addon)
        assert {each["id"] for each in report["backup_schedules"]} == {each["id"] for each in schedules.values()}
    assert scenario.next_run["changed"] == (scenario.after_next_run != scenario.after_kill)


@BOTH
def test_a_second_run_changes_nothing(get_scenario: GetScenario, write_method: str, seed: int) -> None:
    scenario = get_scenario(write_method, seed)
    assert scenario.last_run["changed"] is False
    assert scenario.last_requests == ["GET"] * len(ADDONS)


@BOTH
def test_omitted_options_are_kept_except_in_the_gap(get_scenario: GetScenario, write_method: str, seed: int) -> None:
    """The task omits the destinations of the daily snapshot."""
    scenario = get_scenario(write_method, seed)
    for addon, key, state in scenario.states():
        if key == "daily snapshot":
            kept = "additionalDestinations" in scenario.after_next_run[addon][key]
            assert kept == (state != "missing")


@pytest.mark.skipif(bool(ONE_SEED), reason="a single seed has a single moment")
def test_the_kills_leave_every_state(get_scenario: GetScenario) -> None:
    """The scenarios reach the interesting moments often enough."""
    scenarios = [get_scenario("schedule", seed) for seed in SEEDS]
    states = Counter(state for scenario in scenarios for _addon, _key, state in scenario.states())
    killed = sum(scenario.is_killed for scenario in scenarios)
    print(f"{killed} of {len(scenarios)} killed; replaced schedules: {dict(states)}")
    assert killed > len(scenarios) * 3 // 4
    assert all(states[state] > 0 for state in ("old", "missing", "new"))
