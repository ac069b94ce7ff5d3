# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run playbooks with the ansible-playbook of this virtual environment, without the settings of the user."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ANSIBLE_PLAYBOOK = Path(sys.executable).with_name("ansible-playbook")
CALLBACKS = Path(__file__).with_name("callback_plugins")

# The variables that are passed on: no token, no proxy and no setting of Ansible.
_KEPT = ("ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_COLLECTIONS_PATHS", "PATH", "PYTHONPATH", "VIRTUAL_ENV")


def local_play(tasks: Sequence[Mapping[str, Any]], in_process: bool = True, **keywords: Any) -> dict[str, Any]:
    """Return a play on localhost. Without in_process, the modules run instead of the action plugins."""
    variables = {"ansible_python_interpreter": sys.executable, "northflank_in_process": in_process}
    return {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        **keywords,
        "vars": {**variables, **keywords.get("vars", {})},
        "tasks": list(tasks),
    }


def write_playbook(folder: Path, *plays: Mapping[str, Any]) -> Path:
    """Write a playbook into a folder as JSON, and return its path."""
    playbook = folder / "playbook.yml"
    playbook.write_text(json.dumps(plays, indent=1))
    return playbook


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a process with this home directory and more variables."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "HOME": str(home), "ANSIBLE_HOME": str(home / ".ansible"), **more}


def start(
    playbook: Path, *arguments: str | Path, env: Mapping[str, str], folder: Path | None = None, **keywords: Any
) -> subprocess.Popen[str]:
    """Start ansible-playbook in a folder, by default that of the playbook, with stderr in stdout.

    keywords: of Popen.
    """
    return subprocess.Popen(
        [ANSIBLE_PLAYBOOK, *arguments, playbook],
        cwd=folder or playbook.parent,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **keywords,
    )


def run(playbook: Path, *arguments: str | Path, env: Mapping[str, str], folder: Path | None = None) -> tuple[int, str]:
    """Run ansible-playbook, and return its exit code and its output."""
    with start(playbook, *arguments, env=env, folder=folder) as process:
        output, _none = process.communicate()
    return process.returncode, output
