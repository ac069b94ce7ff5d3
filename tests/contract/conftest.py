# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: the simulator, and the tasks of the modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    addon_backup,
    addon_backup_info,
    addon_backup_schedule,
    addon_backup_schedule_info,
    addon_backup_schedules,
    addon_backup_status_info,
    addon_credentials_info,
    addon_fork,
    addon_fork_info,
    addon_restore,
    addon_restore_info,
    backup_destination,
    backup_destination_info,
    notification_integration,
    notification_integration_info,
    volume_backup,
    volume_backup_info,
    volume_backup_schedule_info,
    volume_backup_schedules,
    volume_backup_status_info,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from simulator.fleet import make_fleet
from simulator.server import Simulator, running

TASKS = {
    "addon_backup": addon_backup,
    "addon_backup_info": addon_backup_info,
    "addon_backup_schedule": addon_backup_schedule,
    "addon_backup_schedule_info": addon_backup_schedule_info,
    "addon_backup_schedules": addon_backup_schedules,
    "addon_backup_status_info": addon_backup_status_info,
    "addon_credentials_info": addon_credentials_info,
    "addon_fork": addon_fork,
    "addon_fork_info": addon_fork_info,
    "addon_restore": addon_restore,
    "addon_restore_info": addon_restore_info,
    "backup_destination": backup_destination,
    "backup_destination_info": backup_destination_info,
    "notification_integration": notification_integration,
    "notification_integration_info": notification_integration_info,
    "volume_backup": volume_backup,
    "volume_backup_info": volume_backup_info,
    "volume_backup_schedule_info": volume_backup_schedule_info,
    "volume_backup_schedules": volume_backup_schedules,
    "volume_backup_status_info": volume_backup_status_info,
}


@pytest.fixture(scope="session")
def server() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def simulator(server: Simulator) -> Simulator:
    server.reset({**make_fleet(projects=1, addons=2, volumes=2), "team_id": "our-team"})
    return server


@pytest.fixture
def run(simulator: Simulator) -> Callable[..., dict[str, Any]]:
    """Return a function that runs the task of a module against the simulator, and returns its result."""

    def run(module: str, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        task = TASKS[module]
        project = {"project_id": "project-1"} if "project_id" in task.ARGUMENT_SPEC else {}
        short_wait = {"wait_interval": 1} if "wait_interval" in task.ARGUMENT_SPEC else {}
        given = {"api_token": simulator.token, "api_url": simulator.url, **project, **short_wait, **options}
        validated = ArgumentSpecValidator(task.ARGUMENT_SPEC).validate(given)
        assert validated.error_messages == []
        return task.run(validated.validated_parameters, Context(check_mode, print, no_log=True))

    return run
