# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The slices of a job share the rate limit: hardly a request is refused, and none of them starves."""

from __future__ import annotations

import pytest

from performance.scale.shared_limit import Case, fewest_windows, simulate

# A few requests of each window are not used: at most 99 of 1000, with 20 slices of 5 forks.
ADDONS = 3500


@pytest.mark.parametrize("task_per_addon", [False, True])
@pytest.mark.parametrize("slices", [2, 5, 20])
def test_slices_share_the_limit(slices: int, task_per_addon: bool) -> None:
    case = Case(slices, ADDONS, limit=1000, task_per_addon=task_per_addon)
    figures = simulate(case)
    assert figures.refused <= 0.005 * ADDONS
    assert figures.windows == fewest_windows(case)
    assert figures.longest_pause < 1.02  # no slice misses a whole window


def test_slices_that_do_not_know_of_each_other_are_refused() -> None:
    """Otherwise, the other test would prove nothing."""
    figures = simulate(Case(20, ADDONS, limit=1000, clients=False))
    assert figures.refused > 0.05 * ADDONS


def test_the_same_seed_gives_the_same_figures() -> None:
    case = Case(5, 500, limit=100)
    assert simulate(case) == simulate(case)
