# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark runs, its variants send the expected requests, and the report has a row for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from performance.__main__ import report, run
from performance.measuring import lists_of
from performance.plans import quick_plan
from performance.results import Results
from performance.variants import VARIANTS


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return run(quick_plan(), tmp_path_factory.mktemp("saved") / "results.json")


def test_every_variant_ran(results: Results) -> None:
    assert {case.letter for case in results.costs} == set(VARIANTS)


def test_a_converged_addon_takes_one_request_per_task(results: Results) -> None:
    for case, (cost,) in results.costs.items():
        if case.phase == "converged" and case.variant.requests:
            tasks_per_addon = 3 if case.letter in ("b", "b-module") else 1
            assert cost.requests == {"GET": tasks_per_addon * case.measured + lists_of(case)}, case


def test_creating_takes_at_most_the_requests_of_the_uri_loop(results: Results) -> None:
    """Except with one task per schedule."""
    uri_loop = {"GET": 1, "POST": 3}
    for case, (cost,) in results.costs.items():
        if case.phase == "creating" and case.letter not in ("b", "b-module"):
            requests = sum(cost.requests.values()) - case.variant.asks_types - lists_of(case)
            assert requests <= sum(uri_loop.values()) * case.measured, case


def test_the_report_is_written(results: Results, tmp_path: Path) -> None:
    report(results, tmp_path)
    page = (tmp_path / "results.md").read_text()
    assert all(f"| {letter}: {variant.title} |" in page for letter, variant in VARIANTS.items())
    assert len(list(tmp_path.glob("*.svg"))) == 1
