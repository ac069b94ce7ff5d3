# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A history of an interrupted rollout: a fleet, a task, and when which signal arrives. Each is drawn from a seed."""

from __future__ import annotations

import random
import signal
from dataclasses import dataclass, replace

from faults.histories import History, draw

SLOW = 0.06
FAST = 0.008

# How a rollout is interrupted: the task keyword timeout is a SIGALRM, whose handler raises.
SIGNALS = {
    "timeout": signal.SIGALRM,
    "SIGINT": signal.SIGINT,
    "SIGTERM": signal.SIGTERM,
    "SIGHUP": signal.SIGHUP,
}


@dataclass(frozen=True)
class Interruption:
    """When what arrives: a time, in seconds, after the request of this number reached the API.

    how: a name in SIGNALS. again: signals that follow, each so many seconds after the one before it.
    """

    how: str
    request: int
    seconds: float
    again: tuple[tuple[str, float], ...] = ()


def draw_interrupted(seed: int, how: str) -> tuple[History, Interruption]:
    """Draw a history with enough to do, and its interruption; a tenth is slow enough to see what is started late."""
    rng = random.Random(f"interrupted {how} {seed}")
    number = seed
    history = draw(number)
    while not history.options["schedules"] or not any(history.start.values()):
        number += 1_000_000
        history = draw(number)
    latency = SLOW if rng.random() < 0.1 else FAST
    writes = history.options["write_method"] == "schedule"
    per_addon = 1 + (2 * len(history.options["schedules"]) if writes else 1)
    repeats = rng.random() < 0.25 and how != "timeout"
    faults = [{"kind": "status", "status": 400, "method": "POST"}] if rng.random() < 0.15 else []
    interruption = Interruption(
        how=how,
        request=rng.randrange(max(2, per_addon * len(history.start) * 3 // 4)),
        seconds=rng.uniform(0, 1.5 * latency),
        again=tuple((rng.choice([how, "SIGTERM"]), rng.uniform(0, 0.1)) for _each in range(2)) if repeats else (),
    )
    return (
        replace(
            history,
            seed=seed,
            faults=faults,
            rivals={},
            options={
                **history.options,
                "on_difference": "replace",
                "retries": rng.choice([0, 1]),
                "rate_limit_max_wait": 0,
                "rate_limit_reserve": 0,
            },
            settings={
                **history.settings,
                "latency": latency,
                "rate_limit": 1000,
                "rate_window": 3600.0,
                "page_schedules": False,
                "extra_fields": False,
            },
        ),
        interruption,
    )
