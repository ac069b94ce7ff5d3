# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-rulebook can load the event sources, and further plugins after them, whatever else is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from events.sources import SOURCES

# As ansible-rulebook does it, see start_source() there.
LOAD = """
import inspect, runpy, sys
for path in sys.argv[1:]:
    assert inspect.iscoroutinefunction(runpy.run_path(path)["main"])
"""


@pytest.mark.parametrize("has_other_collections", [False, True])
@pytest.mark.parametrize("names", [("backups",), ("webhook",), ("backups", "webhook", "backups")])
def test_loading(names: tuple[str, ...], has_other_collections: bool, tmp_path: Path) -> None:
    """has_other_collections: whether the package ansible is installed, which has a regular package of collections."""
    package = tmp_path / "ansible_collections"
    (package / "community" / "other").mkdir(parents=True)
    (package / "__init__.py").touch()
    path = {"PYTHONPATH": str(tmp_path)} if has_other_collections else {}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-c", LOAD, *(str(SOURCES / f"{name}.py") for name in names)]
    subprocess.run(command, env={**environment, **path}, cwd=tmp_path if has_other_collections else "/", check=True)
