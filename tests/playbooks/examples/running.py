# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do with an example what its reader does: put it into a file, or run it, and then run it again."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playbook_runner import environment
from simulator.server import Simulator

from examples.documents import Example

# Commands that are not run here, and why. A test fails if none of the documents has one of them.
NOT_RUN = {
    "ansible-galaxy collection build": "the session build runs it",
    "ansible-galaxy collection download community.northflank --download-path northflank": "it asks Galaxy",
    "ansible-galaxy collection install --offline northflank/community-northflank-0.1.0.tar.gz": "it needs that",
    "ansible-galaxy collection install community-northflank-0.1.0.tar.gz": "the session build runs it",
    "ansible-galaxy collection install community.northflank": "it asks Galaxy",
    "export NORTHFLANK_API_TOKEN=...": "that of the simulator is in the environment",
    "make demo": "the session demo runs it",
    "make test": "that is what runs this",
    'pip download "requests>=2.28" --dest northflank': "it asks the package index",
    'pip install "requests>=2.28"': "it asks the package index",
    "pip install --no-index --find-links northflank requests": "it needs that",
}

# Where tasks run that an example has without a play.
HERE = {
    "hosts": "localhost",
    "connection": "local",
    "gather_facts": False,
    "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
}


class Reader:
    """Follows a document in a folder, with a simulated Northflank."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.folder = folder
        self.simulator = simulator

    def follow(self, example: Example) -> None:
        """Raises AssertionError where an example does not do what it should."""
        if example.language in ("shell", "bash", "console", "sh"):
            for command in example.text.replace("\\\n", " ").splitlines():
                self._command(command.strip())
        elif example.language in ("yaml", "yaml+jinja"):
            self._yaml(example)
        elif example.language == "json":
            json.loads(example.text)
        else:
            assert example.language == "text", f"Nobody knows what to do with {example.language!r}"

    def run(self, *command: str, **environment: str) -> str:
        """Run a command, which must end well and warn of nothing; give what it tells."""
        run = subprocess.run(
            command,
            cwd=self.folder,
            env={**self._environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{shlex.join(command)}:\n{run.stdout}"
        assert "WARNING]" not in run.stdout, f"{shlex.join(command)}:\n{run.stdout}"
        return run.stdout

    def _command(self, command: str) -> None:
        if command in NOT_RUN:
            return
        self.run("bash", "-euo", "pipefail", "-c", command)
        if "ansible-playbook " in command and "--check" not in command:
            self._changes_nothing(self.run("bash", "-euo", "pipefail", "-c", command))

    def _yaml(self, example: Example) -> None:
        if example.file:
            path = self.folder / example.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(example.text)
            assert example.data
        elif isinstance(example.data, Mapping) and "plugin" in example.data:
            (self.folder / "example.northflank.yml").write_text(example.text)
            told = self.run("ansible-inventory", "--inventory", "example.northflank.yml", "--list")
            assert json.loads(told)["_meta"]["hostvars"], told
        elif "hosts" in example.data[0]:
            self._play(example.data)
            self._changes_nothing(self._play(example.data))
        else:
            self._play([{**HERE, "tasks": [each for task in example.data for each in _and_again(task)]}])

    def _play(self, plays: list[dict[str, Any]]) -> str:
        (self.folder / "example.yml").write_text(json.dumps(plays))
        (self.folder / "any.northflank.yml").write_text("plugin: community.northflank.northflank\n")
        return self.run("ansible-playbook", "--inventory", "any.northflank.yml", "example.yml")

    def _changes_nothing(self, told: str) -> None:
        changes = re.findall(r"\bchanged=(\d+)", told)
        assert changes, told
        assert set(changes) == {"0"}, told

    def _environment(self) -> dict[str, str]:
        return environment(
            self.folder,
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
            NORTHFLANK_API_BASE_URL=self.simulator.url,
            NORTHFLANK_API_TOKEN=self.simulator.token,
            PATH=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        )


def _and_again(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give a task, the same task once more, and a check that it changes nothing then."""
    return [
        dict(task),
        {**task, "register": "again"},
        {"ansible.builtin.assert": {"that": "again is not changed", "quiet": True}},
    ]
