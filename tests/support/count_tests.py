# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run nox with parallel sessions, and print the number of tests that passed and failed.

    python tests/support/count_tests.py .venv/bin/nox

Counts the tests of pytest. A session without pytest counts as one test, and so does a session that failed although no
test failed. The exit code is that of nox.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable

# nox --parallel prints this line before the output of a session when it has ended.
_SESSION = re.compile(r"^=+ \S+ (?P<name>\S+): (?P<status>success|failed|aborted|skipped)\b.* =+$")

# The summary line of pytest, such as "=== 1 failed, 12 passed, 1 skipped in 3.21s ===".
_SUMMARY = re.compile(r"^(?:=+ )?(?P<counts>(?:\d+ \w+, )*\d+ \w+) in \d+\.\d+s\b")

_COLOR = re.compile(r"\x1b\[[\d;]*m")

_STATUS = {"success": "passed", "skipped": "skipped", "failed": "failed", "aborted": "failed"}


def count(lines: Iterable[str]) -> Counter[str]:
    """Count the outcomes of the tests in the output of nox --parallel."""
    total = Counter[str]()
    outcome, in_session = "", Counter[str]()
    for line in [*lines, ""]:
        text = _COLOR.sub("", line).strip()
        session, summary = _SESSION.match(text), _SUMMARY.match(text)
        if summary and outcome:
            for number, word in re.findall(r"(\d+) (\w+)", summary["counts"]):
                in_session["failed" if word in ("error", "errors") else word] += int(number)
        if session or line == "":
            if outcome and (not in_session or (outcome == "failed" and not in_session["failed"])):
                in_session[outcome] += 1
            total += in_session
            outcome, in_session = _STATUS[session["status"]] if session else "", Counter[str]()
    return total


def summary(counts: Counter[str]) -> str:
    others = (f"{number} {outcome}" for outcome, number in counts.items() if outcome not in ("passed", "failed"))
    return ", ".join([f"{counts['passed']} passed", f"{counts['failed']} failed", *others])


def main(command: list[str]) -> int:
    lines = []
    # One more than processors, because sessions often wait: for downloads, and for retries and intervals in tests.
    options = ["--parallel", str((os.cpu_count() or 1) + 1), "--allow-parallel"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as nox:
        for line in nox.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    counts = count(lines)
    if nox.returncode and not counts["failed"]:
        counts["failed"] = 1
    print(f"\n{summary(counts)}")
    return nox.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
