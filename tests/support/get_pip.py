# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install pip into a virtual environment without a download of get-pip.py.

ansible-test fetches get-pip.py from a host that many networks do not reach, unless it finds a copy in its cache. This
file takes that place: it starts from the pip that Python itself ships and installs the versions asked for over it.
"""

from __future__ import annotations

import subprocess
import sys

NOT_FOR_PIP = ("--no-setuptools", "--no-wheel")


def main(arguments: list[str]) -> None:
    # A process of its own: imported, ensurepip would hide pip's configuration from everything that follows.
    subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], check=True)
    wanted = [argument for argument in arguments if argument not in NOT_FOR_PIP]
    subprocess.run([sys.executable, "-m", "pip", "install", *wanted], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
