# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found about a control: of several, the best decides."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.finding import (
    STATUSES,
    Finding,
    any_of,
    failed,
    passed,
    unknown,
)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([failed("No.")], failed("No.")),
        ([failed("No."), unknown("Maybe.")], unknown("Maybe.")),
        ([unknown("Maybe."), passed("Yes."), failed("No.")], passed("Yes.")),
        ([failed("One."), failed("Two.")], failed("One. Two.")),
        ([failed("One."), failed("One.")], failed("One.")),
        ([failed(f"{each}.") for each in range(9)], failed("0. 1. 2.")),
    ],
)
def test_the_best_of_several_decides(findings: list[Finding], expected: Finding) -> None:
    assert any_of(findings) == expected


def test_the_result_has_the_parameters() -> None:
    parameters = {"hours": 24}
    result = passed("Yes.").to_result(parameters)
    assert result == {"status": "pass", "reason": "Yes.", "parameters": {"hours": 24}}
    assert result["parameters"] is not parameters


def test_only_a_measured_restore_has_its_time() -> None:
    finding = Finding("fail", "Too slow.", measured_at="2026-11-24T10:30:00Z")
    assert finding.to_result({})["measured_at"] == "2026-11-24T10:30:00Z"


def test_only_a_finding_that_needs_evidence_has_the_field() -> None:
    assert Finding("unknown", "No evidence.", needs_evidence=True).to_result({})["needs_evidence"] is True


def test_the_worst_status_is_the_first() -> None:
    assert STATUSES == ("fail", "unknown", "excepted", "pass", "not_applicable")
