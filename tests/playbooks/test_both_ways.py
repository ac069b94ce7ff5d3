# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action plugins and modules return the same results, including failures."""

from __future__ import annotations

import json
import re
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
HOURLY = {"scheduling": {"interval": "hourly", "minute": 15}, "retention_time": 2}
ADDON = {"project_id": "project-1", "addon_id": "addon-1"}
VOLUME = {"project_id": "project-1", "volume_id": "volume-1"}
RESTORED = {"restore_tested": {"include_restores": True}, "restore_time": {"minutes": 5}}
DRILL = {"source_project_id": "project-1", "sourceAddonId": "addon-1", "name": "drill", "run_id": "ci-1"}
PASSWORD = "password of the vault"

ONE = "community.northflank.addon_backup_schedule"
MANY = "community.northflank.addon_backup_schedules"
INFO = "community.northflank.addon_backup_schedule_info"
BACKUPS = "community.northflank.addon_backup_info"
BACKUP = "community.northflank.addon_backup"
RESTORE = "community.northflank.addon_restore"
RESTORES = "community.northflank.addon_restore_info"
VOLUME_BACKUP = "community.northflank.volume_backup"
VOLUME_BACKUPS = "community.northflank.volume_backup_info"
CREDENTIALS = "community.northflank.addon_credentials_info"
FORK = "community.northflank.addon_fork"
FORKS = "community.northflank.addon_fork_info"
STATUS = "community.northflank.addon_backup_status_info"
VOLUMES = "community.northflank.volume_backup_schedules"
VOLUMES_INFO = "community.northflank.volume_backup_schedule_info"
VOLUMES_STATUS = "community.northflank.volume_backup_status_info"
DESTINATION = "community.northflank.backup_destination"
DESTINATIONS = "community.northflank.backup_destination_info"
NOTIFICATION = "community.northflank.notification_integration"
NOTIFICATIONS = "community.northflank.notification_integration_info"

ARCHIVE = {
    "name": "Archive",
    "prefix": "",
    "credentials": {
        "bucketName": "bucket",
        "region": "eu-west-1",
        "endpoint": "s3.example.org",
        "access_key": "access-key-of-a-test",
        "secret_key": "secret-key-of-a-test",
    },
}

PAGER = {
    "name": "Pager",
    "type": "RAW_WEBHOOK",
    "webhook": "https://hooks.example.org/pager",
    "secret": "secret-of-pager",
}


def task(module: str, options: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {module: options, **keywords}


# Run in this order on one fleet. module_defaults set the connection options, unless a task overrides them.
TASKS = {
    "create, in check mode": task(ONE, {**ADDON, **DAILY, "retention_time": 7}, check_mode=True),
    "create": task(ONE, {**ADDON, **DAILY, "retention_time": 7}),
    "create again": task(ONE, {**ADDON, **DAILY, "retention_time": 7}),
    "change": task(ONE, {**ADDON, **DAILY, "retention_time": 9}, diff=True),
    "aliases of the API": task(
        ONE, {"projectId": "project-1", "addonId": "addon-1", **DAILY, "retentionTime": 9, "additionalDestinations": []}
    ),
    "converted types": task(ONE, {**ADDON, **WEEKLY, "retention_time": "60", "compression_type": "zstd"}),
    "an option and its alias": task(ONE, {**ADDON, "addonId": "addon-1", **DAILY, "retention_time": 9}),
    "keep and warn": task(ONE, {**ADDON, **DAILY, "retention_time": 3, "on_difference": "keep_and_warn"}),
    "keep and fail": task(ONE, {**ADDON, **DAILY, "retention_time": 3, "on_difference": "keep_and_fail"}),
    "remove": task(ONE, {**ADDON, **DAILY, "state": "absent"}),
    "remove from a missing addon": task(ONE, {**ADDON, "addon_id": "gone", **DAILY, "state": "absent"}),
    "a missing addon": task(ONE, {**ADDON, "addon_id": "gone", **DAILY, "retention_time": 7}),
    "a forbidden addon": task(ONE, {**ADDON, "addon_id": "addon-3", **DAILY, "retention_time": 7}),
    "a wrong token": task(ONE, {**ADDON, **DAILY, "retention_time": 7, "api_token": "wrong-token"}),
    "a short token": task(ONE, {**ADDON, **DAILY, "retention_time": 7, "api_token": "a"}),
    "a blank token": task(ONE, {**ADDON, **DAILY, "retention_time": 7, "api_token": " "}),
    "a token in a message": task(ONE, {**ADDON, **DAILY, "retention_time": 7, "api_token": "addon-1-addon-1"}),
    "invalid options": task(ONE, {**ADDON, **DAILY, "retention_time": 99, "timeout": 0}),
    "a missing option": task(ONE, {**ADDON, "backup_type": "dump"}),
    "a missing suboption": task(ONE, {**ADDON, **DAILY, "scheduling": {"minute": 0}}),
    "an invalid choice": task(ONE, {**ADDON, **DAILY, "backup_type": "copy"}),
    "an invalid type": task(ONE, {**ADDON, **DAILY, "retention_time": "long"}),
    "an unknown option": task(ONE, {**ADDON, **DAILY, "retention_time": 7, "cron": "0 2 * * *"}),
    "an unknown suboption": task(ONE, {**ADDON, **DAILY, "scheduling": {"interval": "daily", "second": 1}}),
    "a token in the environment": task(
        INFO,
        {"project_id": "project-1", "api_token": "{{ omit }}"},
        module_defaults={},
        environment={"NORTHFLANK_API_TOKEN": "{{ token }}", "NORTHFLANK_API_BASE_URL": "{{ url }}"},
    ),
    "no token": task(INFO, {"project_id": "project-1"}, module_defaults={}),
    "a vaulted token": task(INFO, {"project_id": "project-1", "api_token": "{{ vaulted_token }}"}),
    "many": task(
        MANY,
        {
            "project_id": "project-1",
            "addonIds": ["addon-1", "addon-2"],
            "concurrency": 1,  # so that the order of the new IDs is fixed
            "schedules": [{**DAILY, "retention_time": 7}, {**WEEKLY, "retention_time": 60}],
            "prune": True,
        },
        diff=True,
    ),
    "many, with failures": task(
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
    "many, invalid options": task(MANY, {"project_id": "project-1", "schedules": [{**DAILY, "retention_time": 0}]}),
    "info": task(INFO, {"project_id": "project-1", "addon_ids": ["addon-1", "addon-2"]}),
    "info, with failures": task(INFO, {"project_id": "project-1"}),
    "many, unsupported dumps": task(
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
    "backups, invalid options": task(BACKUPS, {"project_id": "project-1", "since": "yesterday", "status": "lost"}),
    "backups, invalid time": task(BACKUPS, {"project_id": "project-1", "since": "yesterday"}),
    "status": task(STATUS, {"project_id": "project-1", "schedules": [{**DAILY, "retention_time": 7}], "prune": True}),
    "status of a missing project": task(STATUS, {"project_id": "gone"}),
    "status, controls": task(
        STATUS,
        {
            "project_id": "project-1",
            "policy": "critical",
            "controls": {"scheduled": {}},
            "policy_controls": {"critical": {"frequency": {"hours": "24"}, "off_site": {"hours": 1}, **RESTORED}},
        },
    ),
    "status, invalid controls": task(
        STATUS,
        {
            "project_id": "project-1",
            "controls": {"frequency": {"hours": 0}},
            "policy_controls": {"gone": {"often": {}}},
        },
    ),
    "status, a missing parameter": task(STATUS, {"project_id": "project-1", "controls": {"frequency": {}}}),
    "status, an unknown control": task(STATUS, {"project_id": "project-1", "controls": {"often": {}}}),
    "status, an unknown parameter": task(STATUS, {"project_id": "project-1", "controls": {"scheduled": {"hours": 1}}}),
    "volumes, in check mode": task(
        VOLUMES, {"project_id": "project-1", "all_volumes": True, "schedules": [HOURLY]}, check_mode=True, diff=True
    ),
    "volumes": task(
        VOLUMES,
        {
            "project_id": "project-1",
            "volume_ids": ["volume-1", "volume-2"],
            "policy": "critical",
            "stagger_minutes": 60,
            "concurrency": 1,
        },
        diff=True,
    ),
    "volumes, by assignments": task(
        VOLUMES,
        {
            "project_id": "project-1",
            "volumeIds": ["volume-1", "volume-2"],
            "assignments": [{"policy": "minimal", "names": ["volume-2"]}, {"schedules": [HOURLY]}],
            "prune": True,
            "concurrency": 1,
        },
    ),
    "volumes, with failures": task(
        VOLUMES, {"project_id": "project-1", "all_volumes": True, "schedules": [HOURLY], "concurrency": 1}
    ),
    "volumes, invalid options": task(
        VOLUMES, {"project_id": "project-1", "schedules": [{**HOURLY, "backup_type": "dump"}]}
    ),
    "volumes, info": task(VOLUMES_INFO, {"project_id": "project-1"}),
    "volumes, status": task(VOLUMES_STATUS, {"project_id": "project-1", "schedules": [HOURLY], "prune": True}),
    "volumes, status with controls": task(
        VOLUMES_STATUS,
        {"project_id": "project-1", "controls": {"scheduled": {}, "last_backup": {"hours": 1}, **RESTORED}},
    ),
    "volumes, status of a missing project": task(VOLUMES_STATUS, {"project_id": "gone"}),
    "destination, in check mode": task(DESTINATION, ARCHIVE, check_mode=True),
    "destination": task(DESTINATION, ARCHIVE, diff=True),
    "destination again": task(DESTINATION, ARCHIVE),
    "destination, other keys": task(
        DESTINATION,
        {**ARCHIVE, "credentials": {**ARCHIVE["credentials"], "secret_key": "other-secret-key"}},
        diff=True,
    ),
    "destination, a fixed option": task(DESTINATION, {**ARCHIVE, "prefix": "other"}),
    "destination, a short key": task(
        DESTINATION, {**ARCHIVE, "credentials": {**ARCHIVE["credentials"], "secret_key": "a"}}
    ),
    "destination, a key in another option": task(DESTINATION, {**ARCHIVE, "prefix": "access-key-of-a-test"}),
    "destination, invalid options": task(DESTINATION, {"name": "a", "credentials": {"region": 7}}),
    "destinations": task(DESTINATIONS, {"include_backups": True}),
    "destination, delete": task(DESTINATION, {"name": "Archive", "state": "absent"}),
    "notification, in check mode": task(NOTIFICATION, PAGER, check_mode=True),
    "notification": task(NOTIFICATION, PAGER, diff=True),
    "notification again": task(NOTIFICATION, {**PAGER, "events": "addon-backup:abort,addon-backup:start"}),
    "notification, another secret": task(
        NOTIFICATION, {"notificationId": "pager", "secret": "another-secret", "update_secret": "always"}, diff=True
    ),
    "notification, another type": task(NOTIFICATION, {**PAGER, "type": "DISCORD", "secret": None}),
    "notification, invalid options": task(NOTIFICATION, {"webhook": "http://hooks.example.org", "events": ["backup"]}),
    "notification, an invalid choice": task(NOTIFICATION, {**PAGER, "update_secret": "sometimes"}),
    "notifications": task(NOTIFICATIONS, {"names": ["Pager"]}),
    "notification, delete": task(NOTIFICATION, {"name": "Pager", "state": "absent"}),
    "an unknown destination": task(
        ONE,
        {
            **ADDON,
            **WEEKLY,
            "retention_time": 60,
            "custom_destination_id": "nowhere",
            "validate_destinations": True,
        },
    ),
    "status, invalid options": task(STATUS, {"project_id": "project-1", "grace_minutes": -1, "stagger_minutes": 9999}),
    "take a backup, in check mode": task(BACKUP, {**ADDON, "name": "nightly"}, check_mode=True),
    "take a backup": task(BACKUP, {**ADDON, "name": "nightly"}, diff=True),
    "take no second backup": task(BACKUP, {**ADDON, "name": "nightly"}),
    "take no backup of a recent one": task(BACKUP, {**ADDON, "max_age": "60"}),
    "take a dump": task(BACKUP, {**ADDON, "name": "dump", "backupType": "dump", "compressionType": "zstd"}),
    "retain a backup": task(BACKUP, {**ADDON, "name": "nightly", "state": "retained"}),
    "abort a backup that has ended": task(BACKUP, {**ADDON, "name": "nightly", "state": "aborted"}),
    "delete a backup": task(BACKUP, {**ADDON, "name": "nightly", "state": "absent"}),
    "a backup that does not exist": task(BACKUP, {**ADDON, "backup_id": "gone"}),
    "a backup of a forbidden addon": task(BACKUP, {**ADDON, "addon_id": "addon-3", "name": "nightly"}),
    "a backup with an unknown destination": task(
        BACKUP, {**ADDON, "name": "copied", "additional_destinations": [{"destination_id": "gone"}]}
    ),
    "a backup to restore": task(BACKUP, {**ADDON, "name": "to restore"}),
    "restore, in check mode": task(RESTORE, {**ADDON, "backup": "newest", "overwrite": True}, check_mode=True),
    "restore": task(RESTORE, {**ADDON, "backup": "newest", "backupType": "snapshot", "overwrite": True}, diff=True),
    "restore once": task(RESTORE, {**ADDON, "backup": "newest", "overwrite": True, "once": True}),
    "restore to another addon": task(
        RESTORE, {**ADDON, "addon_id": "addon-2", "sourceAddonId": "addon-1", "backup": "newest", "overwrite": "yes"}
    ),
    "restore without a confirmation": task(RESTORE, {**ADDON, "backup_id": "any"}),
    "restore a missing backup": task(RESTORE, {**ADDON, "backup_id": "gone", "overwrite": True}),
    "fork, in check mode": task(FORK, {**DRILL, "backup": "random"}, check_mode=True),
    "fork, an unknown option": task(FORK, {**DRILL, "backup": "random", "windowDays": 30}),
    "fork a random backup": task(FORK, {**DRILL, "backup": "random", "window_days": "30"}, diff=True),
    "fork again": task(FORK, {**DRILL, "backup": "random"}),
    "forks": task(FORKS, {"projectId": "project-1"}),
    "forks of a missing project": task(FORKS, {"project_id": "gone"}),
    "credentials": task(CREDENTIALS, ADDON, no_log=True),
    "credentials, in check mode": task(CREDENTIALS, ADDON, no_log=True, check_mode=True),
    "credentials of a missing addon": task(CREDENTIALS, {**ADDON, "addon_id": "gone"}, no_log=True),
    "credentials of a forbidden addon": task(CREDENTIALS, {**ADDON, "addon_id": "addon-3"}, no_log=True),
    "credentials without no_log": task(CREDENTIALS, ADDON),
    "credentials without no_log and syslog": task(CREDENTIALS, ADDON, vars={"ansible_no_target_syslog": True}),
    "fork with the name of another addon": task(FORK, {**DRILL, "name": "addon-2", "backup": "newest"}),
    "fork with the name of the source": task(FORK, {**DRILL, "name": "addon-1", "backup": "newest"}),
    "delete a fork": task(FORK, {**DRILL, "state": "absent"}, diff=True),
    "delete another addon": task(FORK, {**DRILL, "name": "addon-2", "state": "absent"}),
    "restores": task(RESTORES, {"project_id": "project-1", "addon_ids": ["addon-1", "addon-2"]}),
    "restores, with failures": task(RESTORES, {"project_id": "project-1"}),
    "take a backup of a volume": task(
        VOLUME_BACKUP, {**VOLUME, "name": "nightly", "description": "before the release"}
    ),
    "take no second backup of a volume": task(VOLUME_BACKUP, {**VOLUME, "name": "nightly"}, check_mode=True),
    "backups of a volume, wrongly": task(VOLUME_BACKUPS, {"project_id": "project-1", "since": "yesterday"}),
    "delete a backup of a volume": task(VOLUME_BACKUP, {**VOLUME, "name": "nightly", "state": "absent"}, diff=True),
    "backups of volumes": task(VOLUME_BACKUPS, {"project_id": "project-1"}),
    "a backup with invalid options": task(BACKUP, {**ADDON, "name": "a", "max_age": 0, "wait_interval": 0}),
}

# Older versions of ansible-core add the options to the result of a module, but not to that of an action plugin.
# ansible-core 2.22.0rc1 adds ansible_parsed to the results of modules.
NOT_COMPARED = {"invocation", "exception", "ansible_parsed"}

TIME_IN_A_TEXT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


def play(simulator: Simulator, folder: Path, in_process: bool) -> dict[str, dict[str, Any]]:
    """Run all tasks, and return the registered results by name."""
    simulator.reset(make_fleet(addons=3, volumes=3))
    simulator.settings.forbidden = ["project-1/addon-3", "project-1/volumes/volume-3"]
    registered = {name: f"result_{number}" for number, name in enumerate(TASKS)}
    tasks = [
        {"name": name, "register": registered[name], "ignore_errors": True, **each} for name, each in TASKS.items()
    ]
    results = folder / "results.json"
    content = ", ".join(f"'{name}': {variable}" for name, variable in registered.items())
    tasks.append(
        {"ansible.builtin.copy": {"content": f"{{{{ {{{content}}} | to_json }}}}", "dest": str(results), "mode": "600"}}
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
    """Run the tasks in a playbook, and return its output, and the time of each line in seconds before the end."""
    play = local_play(
        tasks,
        in_process,
        module_defaults={
            "group/community.northflank.all": {"api_token": "{{ token }}", "api_url": "{{ url }}"},
            # With the default of 5 seconds, the simulator may close the connection first, which costs a request.
            **{module: {"wait_interval": 1} for module in (BACKUP, RESTORE, FORK)},
        },
        vars={"token": simulator.token, "url": simulator.url},
    )
    # Without a buffer, as in a terminal.
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
    """Return the results of the action plugins, and those of the modules."""
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
    # Backups, restores and forks begin and end at the times of the machine.
    diffs = [diff.get(name) for diff in result.get("diff", ()) for name in ("before", "after")]
    listed = [*result.get("addons", ()), *result.get("volumes", ())]
    restores = [restore for each in listed for restore in each.get("restores", ())]
    times = ("created_at", "completed_at", "updated_at", "started_at", "backup_created_at", "seconds")
    for each in (*(result.get(name) for name in ("backup", "restore", "fork")), *diffs, *restores):
        for name in times:
            if each and name in each:
                each[name] = "some time"
    # The times of runs change with the clock: the last one of a schedule may be another for the second playbook.
    for each in listed:
        if "reasons" in each:
            each["reasons"] = [TIME_IN_A_TEXT.sub("some time", reason) for reason in each["reasons"]]
        if isinstance(each.get("backups"), dict):
            for state in each["backups"].values():
                state["due_at"] = state["due_at"] and "some time"
        if isinstance(each.get("next_runs"), list):
            each["next_runs"] = ["some time"] * len(each["next_runs"])
    return result


def test_the_tasks_cover_success_changes_and_warnings(results: tuple[dict[str, Any], dict[str, Any]]) -> None:
    by_action, _by_module = results
    assert sum(not result.get("failed") for result in by_action.values()) > 10
    assert sum(result["changed"] for result in by_action.values()) > 5
    assert any(result.get("warnings") for result in by_action.values())


def test_credentials_are_only_returned_to_tasks_with_no_log(
    results: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    """With no_target_syslog too, which ansible-core passes to modules as no_log."""
    for each in results:
        credentials = {name: result for name, result in each.items() if "credentials" in result}
        assert credentials.keys() == {"credentials", "credentials, in check mode"}
        assert credentials["credentials"]["credentials"]["secrets"]["PASSWORD"]


def test_the_action_plugin_ran_in_process(results: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Only the results of modules contain an invocation."""
    by_action, _by_module = results
    assert not any("invocation" in result for result in by_action.values())


def test_a_wait_is_announced_once_when_it_starts(simulator: Simulator, tmp_path: Path) -> None:
    simulator.reset(make_fleet())
    simulator.settings.rate_limit, simulator.settings.rate_window = 1, 2.0
    output, times = run(simulator, tmp_path, [task(ONE, {**ADDON, **DAILY, "retention_time": 7})], True)
    lines = output.splitlines()
    (announced,) = [number for number, line in enumerate(lines) if line.startswith("[WARNING]: Waiting ")]
    assert times[announced] >= 2
