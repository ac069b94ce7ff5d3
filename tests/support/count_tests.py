# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run nox with all sessions side by side, and end with the number of tests that passed and failed.

    python tests/support/count_tests.py .venv/bin/nox

Counts pytest's tests; a session that does not run pytest counts as one test, and so does one that failed for another
reason than a test. The exit code is that of nox.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable

# What nox --parallel prints before the output of a session, once it has ended.
_SESSION = re.compile(r"^=+ \S+ (?P<name>\S+): (?P<status>success|failed|aborted|skipped)\b.* =+$")

# pytest's closing line, such as "=== 1 failed, 12 passed, 1 skipped in 3.21s ===".
_CLOSING_LINE = re.compile(r"^(?:=+ )?(?P<counts>(?:\d+ \w+, )*\d+ \w+) in \d+\.\d+s\b")

_COLOUR = re.compile(r"\x1b\[[\d;]*m")

_STATUS = {"success": "passed", "skipped": "skipped", "failed": "failed", "aborted": "failed"}


def count(lines: Iterable[str]) -> Counter[str]:
    """Count the outcomes of the tests in the output of nox --parallel."""
    total = Counter[str]()
    outcome, of_session = "", Counter[str]()
    for line in [*lines, ""]:
        text = _COLOUR.sub("", line).strip()
        session, closing_line = _SESSION.match(text), _CLOSING_LINE.match(text)
        if closing_line and outcome:
            for number, word in re.findall(r"(\d+) (\w+)", closing_line["counts"]):
                of_session["failed" if word in ("error", "errors") else word] += int(number)
        if session or line == "":
            if outcome and (not of_session or (outcome == "failed" and not of_session["failed"])):
                of_session[outcome] += 1
            total += of_session
            outcome, of_session = _STATUS[session["status"]] if session else "", Counter[str]()
    return total


def closing_line(counts: Counter[str]) -> str:
    others = (f"{number} {outcome}" for outcome, number in counts.items() if outcome not in ("passed", "failed"))
    return ", ".join([f"{counts['passed']} passed", f"{counts['failed']} failed", *others])


def main(command: list[str]) -> int:
    lines = []
    options = ["--parallel", "auto", "--allow-parallel"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as nox:
        for line in nox.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    counts = count(lines)
    if nox.returncode and not counts["failed"]:
        counts["failed"] = 1
    print(f"\n{closing_line(counts)}")
    return nox.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
