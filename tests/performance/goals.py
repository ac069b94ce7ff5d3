# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goals of the collection, as ratios of results of the same run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from performance.plans import LATENCIES
from performance.variants import VARIANTS


@dataclass(frozen=True)
class Goal:
    """A ratio with a maximum or a minimum.

    of: the costs in the ratio, as (letter of the variant, phase, addons). figure: the field of these costs.
    """

    what: str
    of: tuple[tuple[str, str, int], ...]
    ratio: Callable[..., float]
    maximum: float = 0.0
    minimum: float = 0.0
    figure: str = "wall"
    latency: float = 0.0


def _quotient(one: float, other: float) -> float:
    return one / other


_ONE_TASK = ("f", "converged", 1000)
_BARE = ("h", "converged", 1000)
_START = ("start", "converged", 1000)

GOALS = (
    Goal(
        "hosts = addons, 1000 converged, against a no-op task over the same hosts (d : i)",
        (("d", "converged", 1000), ("i", "converged", 1000)),
        _quotient,
        maximum=1.5,
    ),
    Goal(
        "one task, 1000 converged, beside ansible-playbook's start, against bare requests ((f - start) : h)",
        (_ONE_TASK, _START, _BARE),
        lambda task, start, bare: (task - start) / bare,
        maximum=3.0,
    ),
    Goal(
        "the role with hosts = addons, 1000 converged, against a no-op task over the same hosts (d-role : i)",
        (("d-role", "converged", 1000), ("i", "converged", 1000)),
        _quotient,
        maximum=5.0,
    ),
    *(
        Goal(
            f"the role with assignments, 1000 {phase}, against the role with hosts = addons ({letter} : d-role)",
            ((letter, phase, 1000), ("d-role", phase, 1000)),
            _quotient,
            maximum=0.2,
        )
        for phase in ("creating", "converged")
        for letter in ("e-role", "f-role")
    ),
    *(
        Goal(
            "one task, 1000 converged, beside ansible-playbook's start, against the official client ((f - start) : g)",
            (_ONE_TASK, _START, ("g", "converged", 1000)),
            lambda task, start, client: (task - start) / client,
            maximum=1.0,
            latency=latency,
        )
        for latency in LATENCIES
    ),
    *(
        Goal(
            "one task, 1000 creating, with ansible-playbook's start, against the official client (f : g)",
            (("f", "creating", 1000), ("g", "creating", 1000)),
            _quotient,
            maximum=maximum,
            latency=latency,
        )
        for latency, maximum in zip(LATENCIES, (1.3, 1.0))
    ),
    *(
        Goal(
            "one task, converged, 5000 addons against 1000 (f)",
            (("f", "converged", 5000), _ONE_TASK),
            _quotient,
            maximum=maximum,
            figure=figure,
        )
        for figure, maximum in (("wall", 5.5), ("memory", 1.5))
    ),
    *(
        Goal(
            f"1000 addons, {phase}: the uri loop against {VARIANTS[letter].title} (a : {letter})",
            (("a", phase, 1000), (letter, phase, 1000)),
            _quotient,
            minimum=minimum,
        )
        for phase, minimum in (("creating", 20.0), ("converged", 10.0))
        for letter in ("d", "e", "f")
    ),
)
