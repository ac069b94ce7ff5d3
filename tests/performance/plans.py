# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases and repetitions of a full run, and of a quick one that takes less than a minute."""

from __future__ import annotations

from dataclasses import dataclass, replace

from performance.measuring import Case
from performance.variants import VARIANTS

FORKS = 5
MORE_FORKS = 20
LATENCIES = (0.0, 0.05)

# The number of addons with which slow variants are measured, by the number in the report. Multiples of the forks.
_MEASURED = {
    "a": {100: 5, 1000: 5},
    "b": {1000: 100},
    "b-module": {100: 5, 1000: 5},
    "c": {100: 10, 1000: 10},
    "d-role": {1000: 200},
}

_MEASURED_WITH_LATENCY = {"d": {1000: 100}}

# These take a minute even with few addons.
_SLOW = ("a", "b-module", "c")

# Only measured without latency: they send no requests, or behave like another variant.
_WITHOUT_LATENCY = ("b-module", "i", "start")

_AT_MORE_FORKS = ("d", "e", "i")


@dataclass(frozen=True)
class Planned:
    case: Case
    repetitions: int


def quick_plan() -> list[Planned]:
    """Return all variants with few addons (slow ones with one), without latency, once."""
    cases = (replace(case, measured=min(case.measured, 5)) for case in _of_size(100, latency=0.0))
    return [Planned(replace(case, measured=1) if case.letter in _SLOW else case, 1) for case in cases]


def full_plan() -> list[Planned]:
    return [
        Planned(case, 1 if _is_slow(case) else 3)
        for latency in LATENCIES
        for case in (
            *_of_size(100, latency),
            *_of_size(1000, latency),
            *_everything_at_once(5000, latency),
            *(
                replace(case, forks=MORE_FORKS)
                for case in _of_size(100, latency)
                if case.letter in _AT_MORE_FORKS and case.phase == "converged"
            ),
        )
    ]


def _is_slow(case: Case) -> bool:
    return case.letter in _SLOW and (case.letter == "b-module" or case.latency > 0)


def _of_size(addons: int, latency: float) -> list[Case]:
    return [
        Case(letter, phase, addons, _measured(letter, addons, latency), latency, FORKS)
        for letter, variant in VARIANTS.items()
        for phase in variant.phases
        if not (latency and letter in _WITHOUT_LATENCY)
    ]


def _measured(letter: str, addons: int, latency: float) -> int:
    of_all = {**_MEASURED, **(_MEASURED_WITH_LATENCY if latency else {})}
    return of_all.get(letter, {}).get(addons, addons)


def _everything_at_once(addons: int, latency: float) -> list[Case]:
    """Return the variants whose cost per addon should not depend on the number of addons."""
    return [Case(letter, "converged", addons, addons, latency, FORKS) for letter in ("f", "h")]
