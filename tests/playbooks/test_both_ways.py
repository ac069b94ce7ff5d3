# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same tasks with the action plugins and with the modules proper: the same results, failures included."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from playbook_runner import environment, local_play, start, write_playbook
from simulator.fleet import make_fleet
from simulator.server import Simulator, running

DAILY = {"scheduling": {"interval": "daily", "minute": [30], "hour": [2]}, "backup_type": "snapshot"}
WEEKLY = {"scheduling": {"interval": "weekly", "minute": 0, "hour": "3,4", "day": ["Friday"]}, "backup_type": "dump"}
ADDON = {"project_id": "project-1", "addon_id": "addon-1"}
PASSWORD = "password of the vault"

ONE = "community.northflank.addon_backup_schedule"
MANY = "community.northflank.addon_backup_schedules"
INFO = "community.northflank.addon_backup_schedule_info"
BACKUPS = "community.northflank.addon_backup_info"
STATUS = "community.northflank.addon_backup_status_info"


def task(module: str, options: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {module: options, **keywords}


# In this order, on one fleet. The connection comes from module_defaults, save where a task says something else.
TASKS = {
    "create, in check mode": task(ONE, {**ADDON, **DAILY, "retention_time": 7}, check_mode=True),
    "create": task(ONE, {**ADDON, **DAILY, "retention_time": 7}),
    "again": task(ONE, {**ADDON, **DAILY, "retention_time": 7}),
    "change": task(ONE, {**ADDON, **DAILY, "retention_time": 9}, diff=True),
    "names of the API": task(
        ONE, {"projectId": "project-1", "addonId": "addon-1", **DAILY, "retentionTime": 9, "additionalDestinations": []}
    ),
    "types that are converted": task(ONE, {**ADDON, **WEEKLY, "retention_time": "60", "compression_type": "zstd"}),
    "an option and its alias": task(ONE, {**ADDON, "addonId": "addon-1", **DAILY, "retention_time": 9}),
    "keep and warn": task(ONE, {**ADDON, **DAILY, "retention_time": 3, "on_difference": "keep_and_warn"}),
    "keep and fail": task(ONE, {**ADDON, **DAILY, "retention_time": 3, "on_difference": "keep_and_fail"}),
    "remove": task(ONE, {**ADDON, **DAILY, "state": "absent"}),
    "remove from an addon that is not there": task(ONE, {**ADDON, "addon_id": "gone", **DAILY, "state": "absent"}),
    "an addon that is not there": task(ONE, {**ADDON, "addon_id": "gone", **DAILY, "retention_time": 7}),
    "an addon that is forbidden": task(ONE, {**ADDON, "addon_id": "addon-3", **DAILY, "retention_time": 7}),
    "a wrong token": task(ONE, {**ADDON, **DAILY, "retention_time": 7, "api_token": "wrong-token"}),
    "a short token": task(ONE, {**ADDON, **DAILY, "retention_time": 7, "api_token": "a"}),
    "a blank token": task(ONE, {**ADDON, **DAILY, "retention_time": 7, "api_token": " "}),
    "a token in a message": task(ONE, {**ADDON, **DAILY, "retention_time": 7, "api_token": "addon-1-addon-1"}),
    "options that are wrong": task(ONE, {**ADDON, **DAILY, "retention_time": 99, "timeout": 0}),
    "a missing option": task(ONE, {**ADDON, "backup_type": "dump"}),
    "a missing suboption": task(ONE, {**ADDON, **DAILY, "scheduling": {"minute": 0}}),
    "a choice that there is not": task(ONE, {**ADDON, **DAILY, "backup_type": "copy"}),
    "a type that is wrong": task(ONE, {**ADDON, **DAILY, "retention_time": "long"}),
    "an option that there is not": task(ONE, {**ADDON, **DAILY, "retention_time": 7, "cron": "0 2 * * *"}),
    "a suboption that there is not": task(ONE, {**ADDON, **DAILY, "scheduling": {"interval": "daily", "second": 1}}),
    "the token of the environment": task(
        INFO,
        {"project_id": "project-1", "api_token": "{{ omit }}"},
        module_defaults={},
        environment={"NORTHFLANK_API_TOKEN": "{{ token }}", "NORTHFLANK_API_BASE_URL": "{{ url }}"},
    ),
    "the token of nowhere": task(INFO, {"project_id": "project-1"}, module_defaults={}),
    "a vaulted token": task(INFO, {"project_id": "project-1", "api_token": "{{ vaulted_token }}"}),
    "many": task(
        MANY,
        {
            "project_id": "project-1",
            "addonIds": ["addon-1", "addon-2"],
            "concurrency": 1,  # or the ids of what is created are drawn in another order
            "schedules": [{**DAILY, "retention_time": 7}, {**WEEKLY, "retention_time": 60}],
            "prune": True,
        },
        diff=True,
    ),
    "many, some of which fail": task(
        MANY,
        {
            "project_id": "project-1",
            "all_addons": True,
            "schedules": [{**DAILY, "retention_time": 9}],
            "concurrency": 1,
        },
    ),
    "many by patch": task(
        MANY,
        {
            "project_id": "project-1",
            "addon_ids": ["addon-2"],
            "schedules": [{**DAILY, "retention_time": 11}],
            "write_method": "addon",
        },
    ),
    "many, wrongly": task(MANY, {"project_id": "project-1", "schedules": [{**DAILY, "retention_time": 0}]}),
    "info": task(INFO, {"project_id": "project-1", "addon_ids": ["addon-1", "addon-2"]}),
    "info, some of which fails": task(INFO, {"project_id": "project-1"}),
    "many, dumps that cannot be": task(
        MANY,
        {
            "project_id": "project-1",
            "addon_ids": ["addon-1", "addon-2"],
            "schedules": [{**DAILY, "backup_type": "dump", "retention_time": 9}],
            "on_unsupported": "warn",
            "known_addon_types": {"addon-1": "redis"},
            "stagger_minutes": 60,
            "concurrency": 1,
        },
    ),
    "backups": task(BACKUPS, {"project_id": "project-1", "status": ["completed"], "newest_only": True}),
    "backups, wrongly": task(BACKUPS, {"project_id": "project-1", "since": "yesterday", "status": "lost"}),
    "backups since no time": task(BACKUPS, {"project_id": "project-1", "since": "yesterday"}),
    "status": task(STATUS, {"project_id": "project-1", "schedules": [{**DAILY, "retention_time": 7}], "prune": True}),
    "status of a project that is not there": task(STATUS, {"project_id": "gone"}),
    "status, wrongly": task(STATUS, {"project_id": "project-1", "grace_minutes": -1, "stagger_minutes": 9999}),
}

# A module of an old ansible-core tells its options with its result, a new one does not; neither does an action plugin.
# ansible_parsed is how 2.22.0rc1 notes that the output of a module was understood.
NOT_COMPARED = {"invocation", "exception", "ansible_parsed"}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


def play(simulator: Simulator, folder: Path, in_process: bool) -> dict[str, dict[str, Any]]:
    """Run all tasks, and give their results as they were registered."""
    simulator.reset(make_fleet(addons=3))
    simulator.settings.forbidden = ["project-1/addon-3"]
    registered = {name: f"result_{number}" for number, name in enumerate(TASKS)}
    tasks = [
        {"name": name, "register": registered[name], "ignore_errors": True, **each} for name, each in TASKS.items()
    ]
    results = folder / "results.json"
    told = ", ".join(f"'{name}': {variable}" for name, variable in registered.items())
    tasks.append(
        {"ansible.builtin.copy": {"content": f"{{{{ {{{told}}} | to_json }}}}", "dest": str(results), "mode": "600"}}
    )
    secret = VaultSecret(PASSWORD.encode())
    vaulted = VaultLib([("default", secret)]).encrypt(simulator.token, secret).decode()
    (folder / "variables.yml").write_text(
        "vaulted_token: !vault |\n" + "".join(f"  {line}\n" for line in vaulted.splitlines())
    )
    (folder / "password").write_text(PASSWORD)
    options = ["--extra-vars=@variables.yml", "--vault-password-file=password"]
    output, _times = run(simulator, folder, tasks, in_process, *options)
    assert results.exists(), output
    return json.loads(results.read_text())


def run(
    simulator: Simulator, folder: Path, tasks: list[dict[str, Any]], in_process: bool, *options: str
) -> tuple[str, list[float]]:
    """Run a playbook of these tasks; give its output, and when each line of it came, in seconds before the end."""
    play = local_play(
        tasks,
        in_process,
        module_defaults={"group/community.northflank.all": {"api_token": "{{ token }}", "api_url": "{{ url }}"}},
        vars={"token": simulator.token, "url": simulator.url},
    )
    # As on a terminal: what goes into a pipe would come when the buffer is full.
    env = environment(folder, PYTHONUNBUFFERED="1")
    process = start(write_playbook(folder, play), *options, env=env)
    lines = [(line, time.monotonic()) for line in process.stdout or ()]
    status, end = process.wait(), time.monotonic()
    output = "".join(line for line, _when in lines)
    assert status == 0, output
    assert "[DEPRECATION WARNING]" not in output
    return output, [end - when for _line, when in lines]


@pytest.fixture(scope="module")
def results(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    """The results by action plugin, and those by module."""
    folders = [tmp_path_factory.mktemp(name) for name in ("in_process", "module")]
    return play(simulator, folders[0], True), play(simulator, folders[1], False)


@pytest.mark.parametrize("name", TASKS)
def test_the_results_are_the_same(results: tuple[dict[str, Any], dict[str, Any]], name: str) -> None:
    by_action, by_module = (comparable(each[name]) for each in results)
    assert by_action == by_module


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    result = {name: value for name, value in result.items() if name not in NOT_COMPARED}
    if result.get("rate_limit"):
        result["rate_limit"] = {**result["rate_limit"], "reset": "some seconds"}
    return result


def test_the_table_is_not_all_failures(results: tuple[dict[str, Any], dict[str, Any]]) -> None:
    by_action, _by_module = results
    assert sum(not result.get("failed") for result in by_action.values()) > 10
    assert sum(result["changed"] for result in by_action.values()) > 5
    assert any(result.get("warnings") for result in by_action.values())


def test_the_action_plugin_ran_in_process(results: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """A module tells its invocation where ansible-core is old or asked to; an action plugin never does."""
    by_action, _by_module = results
    assert not any("invocation" in result for result in by_action.values())


def test_a_wait_is_announced_once_and_while_it_lasts(simulator: Simulator, tmp_path: Path) -> None:
    simulator.reset(make_fleet())
    simulator.settings.rate_limit, simulator.settings.rate_window = 1, 2.0
    output, times = run(simulator, tmp_path, [task(ONE, {**ADDON, **DAILY, "retention_time": 7})], True)
    lines = output.splitlines()
    (announced,) = [number for number, line in enumerate(lines) if line.startswith("[WARNING]: Waiting ")]
    assert times[announced] >= 2
