# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command that runs Ansible, and fail where Ansible warned of something deprecated.

python tests/tools/without_deprecations.py ansible-test integration --local
"""

from __future__ import annotations

import subprocess
import sys

# What Ansible's own warnings begin with.
WARNING = "[DEPRECATION WARNING]"


def main(command: list[str]) -> int:
    found = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if WARNING in line:
                found.append(line)
    if process.returncode == 0 and found:
        print(f"{len(found)} warnings of something deprecated:", *found, sep="\n", file=sys.stderr)
        return 1
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
