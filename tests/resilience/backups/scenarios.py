# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios of a task that takes or changes a backup. Each is generated from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from faults.injections import EXCEPTIONS, REQUEST_PLACES, Injection

PROJECT, ADDON = "project-1", "addon-1"
NAME = "nightly"
OUTCOMES = (*["completed"] * 12, "failed", "failed", "aborted", "not-supported", "READY")
TRANSIENT_STATUSES = (500, 502, 503, 504)
REJECTED_STATUSES = (400, 401, 403, 404, 409, 422)


@dataclass(frozen=True)
class Scenario:
    """A task with faults.

    existing: the backups of the addon: name, type, status, and age in minutes.
    options: of addon_backup. faults: rules for the simulator. settings: of the simulator.
    others: the names of the backups that another client takes before requests, by the number of the request.
    injections: exceptions in requests. line_exception: an exception at a random line.
    interrupted_at: the number of the request during which the task is interrupted.
    """

    seed: int
    existing: list[tuple[str, str, str, int]]
    options: dict[str, Any]
    faults: list[dict[str, Any]]
    settings: dict[str, Any]
    others: dict[int, str]
    injections: tuple[Injection, ...] = ()
    line_exception: type[BaseException] | None = None
    interrupted_at: int | None = None

    @property
    def is_injected(self) -> bool:
        return bool(self.injections or self.line_exception)


def random_scenario(seed: int) -> Scenario:
    """Return a scenario with failing requests and other clients."""
    rng = random.Random(f"backup {seed}")
    existing = [
        (
            rng.choice([NAME, NAME, "other"]),
            rng.choice(["snapshot", "snapshot", "dump"]),
            rng.choice(["completed", "completed", "completed", "failed", "aborted", "READY"]),
            rng.choice([1, 45, 200]),
        )
        for _count in range(rng.choice([0, 1, 1, 2, 3]))
    ]
    duration = rng.choice([0, 3, 3, 40, 40, 400, 400, 100_000])
    return Scenario(
        seed=seed,
        existing=existing,
        options={
            "project_id": PROJECT,
            "addon_id": ADDON,
            "name": rng.choice([None, NAME, NAME]),
            "max_age": rng.choice([None, None, 30, 60]),
            "backup_type": rng.choice(["snapshot", "snapshot", "dump"]),
            "wait": rng.random() < 0.8,
            "wait_timeout": rng.choice([1, 60, *[3600] * 8]),
            "wait_interval": rng.choice([1, 5, 60]),
            "retries": rng.choice([0, 1, 2, 5, 5]),
            "rate_limit_max_wait": rng.choice([0, 60, 100_000]),
        },
        faults=[_fault(rng) for _count in range(rng.choice([0, 1, 1, 1, 2, 4]))],
        settings={
            "rate_limit": rng.choice([1000, 1000, 1000, 20, 4]),
            "rate_window": rng.choice([30.0, 3600.0]),
            "max_page_size": rng.choice([100, 1]),
            "backup_duration": duration,
            "backup_outcome": rng.choice(OUTCOMES),
            "one_backup_at_a_time": rng.random() < 0.7,
        },
        others={rng.randint(0, 4): rng.choice([NAME, "other"])} if rng.random() < 0.2 else {},
    )


def exceptions_scenario(seed: int) -> Scenario:
    """Return a scenario with exceptions in requests."""
    rng = random.Random(f"backup exceptions {seed}")
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
    """Return a scenario with an exception at a line of the code that takes a backup."""
    rng = random.Random(f"backup lines {seed}")
    scenario = random_scenario(seed)
    return replace(scenario, line_exception=rng.choice(EXCEPTIONS), faults=scenario.faults[:1], others={})


def interrupted_scenario(seed: int) -> Scenario:
    """Return a scenario in which the task is interrupted while a request is in flight, or before the next one."""
    rng = random.Random(f"backup interruptions {seed}")
    scenario = random_scenario(seed)
    settings = {**scenario.settings, "backup_duration": rng.choice([40, 400, 100_000])}
    return replace(
        scenario,
        settings=settings,
        faults=scenario.faults[:2],
        others={},
        interrupted_at=rng.choice([0, 0, 1, 1, 2, 3, 5]),
    )


def change_scenario(seed: int) -> Scenario:
    """Return a scenario of a task that retains, aborts or deletes a backup in progress, or a completed one."""
    rng = random.Random(f"backup changes {seed}")
    scenario = random_scenario(seed)
    state = rng.choice(["retained", "aborted", "absent"])
    options = {**scenario.options, "state": state, "name": NAME, "max_age": None}
    # A client cannot detect a successful response to a request that did not take effect.
    faults = [
        {**each, "after_commit": each["after_commit"] or each["kind"] == "no_content"} for each in scenario.faults
    ]
    settings = {
        **scenario.settings,
        "backup_duration": 100_000 if state == "aborted" else 0,
        "backup_outcome": "completed",
        "abort_duration": rng.choice([0, 3, 40]),
    }
    return replace(scenario, existing=[], options=options, faults=faults, settings=settings, others={})


def _fault(rng: random.Random) -> dict[str, Any]:
    kinds = ["status", "status", "status", "drop", "drop", "truncate", "garbage", "html", "empty", "redirect"]
    fault: dict[str, Any] = {
        "kind": rng.choice([*kinds, "slow", "chunks", "no_content"]),
        "method": rng.choice(["POST", "POST", "POST", "DELETE", "GET", "GET", None]),
        "skip": rng.choice([0, 0, 0, 1, 2, 4]),
        "times": rng.choice([1, 1, 1, 2, 3, 8]),
        "after_commit": rng.random() < 0.5,
    }
    if fault["kind"] == "slow":
        fault["seconds"] = 5
    if fault["kind"] == "chunks":
        fault["text"] = "-5"
    if fault["kind"] == "redirect":
        fault["after_commit"] = False
    if fault["kind"] == "html":
        fault["status"] = rng.choice([200, 502, 503])
    if fault["kind"] == "status":
        fault["status"] = rng.choice([*TRANSIENT_STATUSES, *REJECTED_STATUSES, 429])
        # A client cannot detect a rejected request that took effect.
        fault["after_commit"] = fault["after_commit"] and fault["status"] >= 500
    return fault


FAMILIES: dict[str, Callable[[int], Scenario]] = {
    "faults": random_scenario,
    "exceptions": exceptions_scenario,
    "lines": lines_scenario,
    "interruptions": interrupted_scenario,
    "changes": change_scenario,
}
