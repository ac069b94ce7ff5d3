# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios of an interrupted rollout: a fleet, the options of a task, and an interruption."""

from __future__ import annotations

import random
import signal
from dataclasses import dataclass, replace

from faults.scenarios import Scenario, random_scenario

SLOW = 0.06
FAST = 0.008

# How a rollout is interrupted. The task keyword timeout is a SIGALRM whose handler raises an exception.
SIGNALS = {
    "timeout": signal.SIGALRM,
    "SIGINT": signal.SIGINT,
    "SIGTERM": signal.SIGTERM,
    "SIGHUP": signal.SIGHUP,
}


@dataclass(frozen=True)
class Interruption:
    """An interruption, a number of seconds after the request of this number reached the API.

    how: a name in SIGNALS. again: further signals, each with the seconds since the previous one.
    """

    how: str
    request: int
    seconds: float
    again: tuple[tuple[str, float], ...] = ()


def interrupted_scenario(seed: int, how: str) -> tuple[Scenario, Interruption]:
    """Return a scenario with changes, and its interruption. A tenth is slow, to detect requests that start late."""
    rng = random.Random(f"interrupted {how} {seed}")
    number = seed
    scenario = random_scenario(number)
    while not scenario.options["schedules"] or not any(scenario.start.values()):
        number += 1_000_000
        scenario = random_scenario(number)
    latency = SLOW if rng.random() < 0.1 else FAST
    writes = scenario.options["write_method"] == "schedule"
    per_addon = 1 + (2 * len(scenario.options["schedules"]) if writes else 1)
    repeats = rng.random() < 0.25 and how != "timeout"
    faults = [{"kind": "status", "status": 400, "method": "POST"}] if rng.random() < 0.15 else []
    interruption = Interruption(
        how=how,
        request=rng.randrange(max(2, per_addon * len(scenario.start) * 3 // 4)),
        seconds=rng.uniform(0, 1.5 * latency),
        again=tuple((rng.choice([how, "SIGTERM"]), rng.uniform(0, 0.1)) for _each in range(2)) if repeats else (),
    )
    return (
        replace(
            scenario,
            seed=seed,
            faults=faults,
            concurrent_writes={},
            options={
                **scenario.options,
                "on_difference": "replace",
                "retries": rng.choice([0, 1]),
                "rate_limit_max_wait": 0,
                "rate_limit_reserve": 0,
                "rate_limit_clients": 1,
            },
            settings={
                **scenario.settings,
                "latency": latency,
                "rate_limit": 1000,
                "rate_window": 3600.0,
                "paginate_schedules": False,
                "extra_fields": False,
            },
        ),
        interruption,
    )
