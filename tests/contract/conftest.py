# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator for each test, and the modules' work against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.module_utils import _argspec
from ansible_collections.community.northflank.plugins.module_utils._backup_info import backup_info
from ansible_collections.community.northflank.plugins.module_utils._rollout import rollout, rollout_one
from ansible_collections.community.northflank.plugins.module_utils._schedule_info import schedule_info
from ansible_collections.community.northflank.plugins.module_utils._status_info import status_info
from ansible_collections.community.northflank.plugins.module_utils._task import Task
from simulator.fleet import make_fleet
from simulator.server import Simulator, running

WORK = {
    "addon_backup_schedule": rollout_one,
    "addon_backup_schedules": rollout,
    "addon_backup_schedule_info": schedule_info,
    "addon_backup_info": backup_info,
    "addon_backup_status_info": status_info,
}


@pytest.fixture(scope="session")
def server() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def simulator(server: Simulator) -> Simulator:
    server.begin({**make_fleet(projects=1, addons=2), "team_id": "our-team"})
    return server


@pytest.fixture
def run(simulator: Simulator) -> Callable[..., dict[str, Any]]:
    """Do what a module does with these options, and give its result; the connection is to the simulator."""

    def run(module: str, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        spec = getattr(_argspec, module.upper())
        given = {"api_token": simulator.token, "api_url": simulator.url, "project_id": "project-1", **options}
        validated = ArgumentSpecValidator(spec["argument_spec"]).validate(given)
        assert validated.error_messages == []
        return WORK[module](validated.validated_parameters, Task(check_mode, print))

    return run
