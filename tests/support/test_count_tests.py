# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make test` counts the tests of all sessions."""

from __future__ import annotations

import sys

import pytest
from count_tests import count, main, summary

PASSED = "========== ✓ units(2.19): success, 12 seconds ==========\n"
FAILED = "========== \x1b[31m✗ units(2.19)\x1b[0m: failed, 12 seconds ==========\n"
ABORTED = "========== ! coverage: aborted ==========\n"


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ([PASSED, "=== 431 passed in 58.23s ===\n"], "431 passed, 0 failed"),
        ([PASSED, "9 passed, 1 skipped in 387.45s (0:06:27)\n"], "9 passed, 0 failed, 1 skipped"),
        ([PASSED, "3 passed in 0.10s\n", "2 passed in 0.10s\n"], "5 passed, 0 failed"),
        ([FAILED, "\x1b[31m= \x1b[1m2 failed\x1b[0m, 3 passed in 1.05s =\n"], "3 passed, 2 failed"),
        ([FAILED, "1 passed, 2 errors in 0.10s\n"], "1 passed, 2 failed"),
        ([FAILED, "3 passed in 0.10s\n", "Something else failed.\n"], "3 passed, 1 failed"),
        ([PASSED, "All checks passed!\n", "We have 7 files in 3.5s\n"], "1 passed, 0 failed"),
        ([FAILED, "E501 Line too long\n"], "0 passed, 1 failed"),
        ([PASSED, "1 passed in 0.10s\n", FAILED, ABORTED], "1 passed, 2 failed"),
        (["3 passed in 0.10s\n"], "0 passed, 0 failed"),
    ],
)
def test_outcomes_are_counted(output: list[str], expected: str) -> None:
    assert summary(count(["Starting session units...\n", "\n", *output, "nox > Ran 2 sessions\n"])) == expected


@pytest.mark.parametrize(("exit_code", "expected"), [(0, "431 passed, 0 failed"), (1, "431 passed, 1 failed")])
def test_output_and_exit_code_are_those_of_nox(
    exit_code: int, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output = f"{PASSED}=== 431 passed in 58.23s ===\n"
    assert main([sys.executable, "-c", f"import sys; print({output!r}); sys.exit({exit_code})"]) == exit_code
    assert capsys.readouterr().out == f"{output}\n\n{expected}\n"
