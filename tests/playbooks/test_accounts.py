# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run with several accounts: each has a token and a rate limit of its own."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from playbook_runner import environment, run, write_playbook
from simulator.server import Simulator, running

ADDONS = ("a", "b", "c", "d")
LIMIT = 2

TASK = {
    "name": "Reconcile the schedules",
    "community.northflank.addon_backup_schedules": {
        "api_url": "{{ northflank_api_url }}",
        "api_token": "{{ northflank_api_token }}",
        "project_id": "shop",
        "addon_ids": ["{{ addon }}"],
        "policy": "minimal",
        "rate_limit_max_wait": 0,
    },
    "register": "result",
    "ignore_errors": True,
}


def hosts_of(name: str, simulator: Simulator) -> dict[str, Any]:
    return {
        f"{addon}.{name}": {
            "addon": addon,
            "northflank_api_url": simulator.url,
            "northflank_api_token": simulator.token,
        }
        for addon in ADDONS
    }


def test_the_rate_limit_of_an_account_does_not_affect_another(tmp_path: Path) -> None:
    fleet = {"projects": [{"id": "shop", "addons": [{"id": addon} for addon in ADDONS]}]}
    with (
        running(fleet, token="token-of-the-first", rate_limit=LIMIT) as first,
        running(fleet, token="token-of-the-second") as second,
    ):
        inventory = tmp_path / "inventory.json"
        hosts = {**hosts_of("first", first), **hosts_of("second", second)}
        variables = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": variables}}))
        playbook = write_playbook(tmp_path, {"hosts": "all", "gather_facts": False, "tasks": [TASK]})
        # One host after the other.
        env = environment(tmp_path / "home", ANSIBLE_FORKS="1")
        exit_code, output = run(playbook, "--inventory", inventory, env=env)
        assert exit_code == 0, output
        # An addon takes a request to read it, and one for the schedule. The tasks of the other hosts know
        # from the first that nothing is left.
        assert Counter(each["method"] for each in first.log) == {"GET": 1, "POST": 1}
        assert re.findall(r"fatal: \[(.+?)\]", output) == [f"{addon}.first" for addon in ADDONS[1:]]
        assert "1 addon was not processed because the rate limit was reached: shop/b." in " ".join(output.split())
        assert Counter(each["method"] for each in second.log) == {"GET": len(ADDONS), "POST": len(ADDONS)}
