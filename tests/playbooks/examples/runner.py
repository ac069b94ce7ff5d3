# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an example like a user: save it as a file, or run it twice."""

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

# Commands that are not run, with the reason. Each must be in a document.
SKIPPED_COMMANDS = {
    "ansible-galaxy collection build": "the session build runs it",
    "ansible-galaxy collection download community.northflank --download-path northflank": "needs Galaxy",
    "ansible-galaxy collection install --offline northflank/community-northflank-0.1.0.tar.gz": "needs the download",
    "ansible-galaxy collection install community-northflank-0.1.0.tar.gz": "the session build runs it",
    "ansible-galaxy collection install community.northflank": "needs Galaxy",
    "ansible-rulebook --rulebook community.northflank.retry_failed_backups --inventory fleet.northflank.yml"
    " --vars vars.yml --verbose": "the session events runs it",
    "ansible-rulebook --rulebook tls.yml --inventory fleet.northflank.yml": "the session events runs it",
    "ansible-rulebook --rulebook watch.yml --inventory fleet.northflank.yml": "the session events runs it",
    "export NORTHFLANK_API_TOKEN=...": "the tests set it to the token of the simulator",
    "make demo": "the session demo runs it",
    "make test": "runs these tests",
    'pip download "requests>=2.28" --dest northflank': "needs the package index",
    'pip install ansible-rulebook ansible-core "requests>=2.28"': "needs the package index",
    'pip install "requests>=2.28"': "needs the package index",
    "pip install --no-index --find-links northflank requests": "needs the download",
}

# Commands that change something each time they run, with the reason. Each must be in a document.
CHANGING_COMMANDS = {
    "ansible-playbook --inventory fleet.northflank.yml drill.yml": "each run creates forks and deletes them",
    "ansible-playbook --inventory fleet.northflank.yml community.northflank.restore_drill --limit orders-db.shop"
    " --extra-vars restore_drill_project_id=drills": "each run creates a fork and deletes it",
}

# Tasks that change something in each run, by name, with the reason.
CHANGING_TASKS = {
    "Undo the migration": "each run restores the backup again",
    "Change the secret of an integration": "each run sends the secret, which the API does not return",
}

# Stand for the clients of databases, because the addons of the simulator have none: by the name of the client, the
# environment variable with the secret, and what the client prints.
CLIENTS = {
    "psql": ("PGPASSWORD", {"orders": 48213, "newest_order_minutes": 314}),
    "mysql": ("MYSQL_PWD", {"customers": 512, "newest_customer_minutes": 90}),
    "mongosh": ("MONGODB_URI", {"invoices": 7, "newest_invoice_minutes": 1500}),
}
CLIENT = """#!/bin/sh
case "$*" in *"${variable}"*) echo "The secret is in the arguments: $*" >&2; exit 1 ;; esac
[ -n "${variable}" ] && echo '{output}'
"""

# The play of examples that are only tasks.
LOCAL_PLAY = {
    "hosts": "localhost",
    "connection": "local",
    "gather_facts": False,
    "vars": {
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        # Variables of a vault.
        "vault_backup_access_key": "access-key-of-an-example",
        "vault_backup_secret_key": "secret-key-of-an-example",
        "vault_backup_webhook": "https://hooks.example.com/backups",
        "vault_backup_webhook_secret": "secret-of-an-example",
        "vault_new_backup_webhook_secret": "new-secret-of-an-example",
        "vault_discord_webhook": "https://discord.com/api/webhooks/example",
        "vault_teams_webhook": "https://example.webhook.office.com/webhookb2/example",
    },
}


class ExampleRunner:
    """Runs the examples of a document in a folder, with a simulator."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.folder = folder
        self.simulator = simulator
        self.clients = folder / "clients"
        self.clients.mkdir()
        for name, (variable, found) in CLIENTS.items():
            client = self.clients / name
            client.write_text(CLIENT.format(variable=variable, output=json.dumps(found)))
            client.chmod(0o700)

    def run_example(self, example: Example) -> None:
        """Run an example. Raises AssertionError if it fails."""
        if example.language in ("shell", "bash", "console", "sh"):
            for command in example.text.replace("\\\n", " ").splitlines():
                self._command(command.strip())
        elif example.language in ("yaml", "yaml+jinja"):
            self._yaml(example)
        elif example.language == "json":
            json.loads(example.text)
        else:
            assert example.language == "text", f"unknown language {example.language!r}"

    def run(self, *command: str, **environment: str) -> str:
        """Run a command, and return its output. Raises AssertionError if it fails or warns."""
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
        command = " ".join(command.split())
        if command in SKIPPED_COMMANDS:
            return
        in_shell = ("bash", "-euo", "pipefail", "-c", command)
        output = self.run(*in_shell)
        if "ansible-playbook " in command and "--check" not in command and command not in CHANGING_COMMANDS:
            self._check_unchanged_by_another_run(output, *in_shell)

    def _yaml(self, example: Example) -> None:
        if example.file:
            path = self.folder / example.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(example.text)
            assert example.data
        elif isinstance(example.data, Mapping) and "plugin" in example.data:
            (self.folder / "example.northflank.yml").write_text(example.text)
            output = self.run("ansible-inventory", "--inventory", "example.northflank.yml", "--list")
            assert json.loads(output)["_meta"]["hostvars"], output
        elif "hosts" in example.data[0]:
            command = self._save(example.data)
            self._check_unchanged_by_another_run(self.run(*command), *command)
        else:
            tasks = [each for task in example.data for each in _repeated(task)]
            self.run(*self._save([{**LOCAL_PLAY, "tasks": tasks}]))

    def _save(self, plays: list[dict[str, Any]]) -> tuple[str, ...]:
        """Save a playbook, and return the command that runs it."""
        (self.folder / "example.yml").write_text(json.dumps(plays))
        (self.folder / "any.northflank.yml").write_text("plugin: community.northflank.northflank\n")
        return ("ansible-playbook", "--inventory", "any.northflank.yml", "example.yml")

    def _check_unchanged_by_another_run(self, output: str, *command: str) -> None:
        """Run a playbook again, unless the first run, which has this output, changed nothing."""
        if _changes(output) != {0}:
            output = self.run(*command)
            assert _changes(output) == {0}, output

    def _environment(self) -> dict[str, str]:
        return environment(
            self.folder,
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
            NORTHFLANK_API_BASE_URL=self.simulator.url,
            NORTHFLANK_API_TOKEN=self.simulator.token,
            BACKUP_ACCESS_KEY="access-key-of-an-example",
            BACKUP_SECRET_KEY="secret-key-of-an-example",
            DISCORD_WEBHOOK="https://discord.com/api/webhooks/example",
            PATH=os.pathsep.join([str(self.clients), str(Path(sys.executable).parent), os.environ["PATH"]]),
        )


def _changes(output: str) -> set[int]:
    """Return how many tasks have changed something, for each host in the recap of a playbook."""
    changes = {int(number) for number in re.findall(r"\bchanged=(\d+)", output)}
    assert changes, output
    return changes


def _repeated(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a task, the same task again, and an assertion that the second one changes nothing, if that is expected."""
    if task.get("name") in CHANGING_TASKS:
        return [dict(task)]
    return [
        dict(task),
        {**task, "register": "again"},
        {"ansible.builtin.assert": {"that": "again is not changed", "quiet": True}},
    ]
