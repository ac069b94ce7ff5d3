# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install pip into a virtual environment without downloading get-pip.py.

ansible-test downloads get-pip.py from a host that is not available in many networks, unless its cache has a copy. This
replacement installs the pip of ensurepip, and with it the requested versions.
"""

from __future__ import annotations

import subprocess
import sys

NOT_FOR_PIP = ("--no-setuptools", "--no-wheel")


def main(arguments: list[str]) -> None:
    # In a separate process, because importing ensurepip makes pip ignore its configuration afterwards.
    subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], check=True)
    requirements = [argument for argument in arguments if argument not in NOT_FOR_PIP]
    subprocess.run([sys.executable, "-m", "pip", "install", *requirements], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
