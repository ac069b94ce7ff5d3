# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that tests need and pip does not install. On Debian, root installs missing ones."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
from functools import cache


class NotAvailable(Exception):
    """A program is missing and could not be installed."""


@cache
def program(name: str, package: str, folders: str = "") -> str:
    """Return the path of a program, installed if necessary. Raises NotAvailable.

    package: the Debian package with the program. folders: a pattern of folders that are not in PATH.
    """
    found = _find(name, folders)
    if not found:
        if not shutil.which("apt-get") or os.geteuid():
            raise NotAvailable(f"{name} is not installed, which needs root on Debian")
        for command in (["update"], ["install", "--yes", package]):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", "--quiet", *command], env=environment, capture_output=True, check=False)
        found = _find(name, folders)
    if not found:
        raise NotAvailable(f"{name} could not be installed")
    return found


def _find(name: str, folders: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), *sorted(glob.glob(folders))]))
