# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of the modules match their documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.plugin_docs import read_docstring
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from simulator.server import Simulator

MODULES = Path(__file__).parents[2] / "plugins" / "modules"
DOCUMENTED = {path.stem: read_docstring(str(path))["returndocs"] for path in MODULES.glob("*.py")}

# Documented by ansible-core for every module.
COMMON = {"changed", "failed", "msg"}
TYPES = {"str": str, "int": int, "bool": bool, "dict": dict, "list": list, "raw": object}

SNAPSHOT = {
    "scheduling": {"interval": "weekly", "minute": [30], "hour": [18], "day": [4]},
    "backup_type": "snapshot",
    "retention_time": 7,
    "additional_destinations": [{"destination_id": "cold-storage", "retention_time": 7}],
}
DUMP = {"scheduling": {"interval": "hourly", "minute": [0]}, "backup_type": "dump", "retention_time": 7}

BACKUP = {
    "id": "62cc20b90956ab62a58e8474",
    "name": "hourly",
    "status": "completed",
    "createdAt": "2026-01-15T09:30:00.000Z",
    "completedAt": "2026-01-15T09:31:00.000Z",
    "config": {"size": "1048576", "source": {"type": "snapshot"}, "compressionType": "gz"},
}
REDIS = {"addon-1": "redis"}

Run = Callable[..., dict[str, Any]]


def mismatches(value: Any, documented: dict[str, Any], where: str = "") -> Iterator[str]:
    """Yield the differences between a result and its documentation."""
    for name, rules in documented.items():
        if rules["returned"] == "always" and name not in value:
            yield f"{where}{name} is missing"
    for name, each in value.items():
        if not where and name in COMMON:
            continue
        if name not in documented:
            yield f"{where}{name} is not documented"
            continue
        rules = documented[name]
        if each is not None and not isinstance(each, TYPES[rules["type"]]):
            yield f"{where}{name} is not of type {rules['type']}"
        for entry in each if isinstance(each, list) else [each]:
            if isinstance(entry, dict) and "contains" in rules:
                yield from mismatches(entry, rules["contains"], f"{where}{name}.")


def result_of(run: Run, module: str, **options: Any) -> dict[str, Any]:
    try:
        return run(module, **options)
    except NorthflankError as error:
        return error.to_result()


def test_success(run: Run, simulator: Simulator) -> None:
    for result in (
        run("addon_backup_schedule", addon_id="addon-1", **SNAPSHOT),
        run("addon_backup_schedule", addon_id="addon-1", **DUMP),
        run("addon_backup_schedule", addon_id="addon-1", **SNAPSHOT, check_mode=True),
    ):
        assert list(mismatches(result, DOCUMENTED["addon_backup_schedule"])) == []
    many = run("addon_backup_schedules", addon_ids=["addon-1", "addon-2"], schedules=[SNAPSHOT, DUMP], prune=True)
    assert list(mismatches(many, DOCUMENTED["addon_backup_schedules"])) == []
    simulator.store.addon("project-1", "addon-1").backups.append(BACKUP)
    for module in ("addon_backup_schedule_info", "addon_backup_info", "addon_backup_status_info"):
        assert list(mismatches(run(module), DOCUMENTED[module])) == []
    skipped = run(
        "addon_backup_schedules", all_addons=True, schedules=[DUMP], on_unsupported="skip", known_addon_types=REDIS
    )
    assert list(mismatches(skipped, DOCUMENTED["addon_backup_schedules"])) == []


def test_backups_on_demand(run: Run, simulator: Simulator) -> None:
    options = {"addon_id": "addon-1", "name": "nightly"}
    results = [
        run("addon_backup", check_mode=True, **options),
        run("addon_backup", **options),
        run("addon_backup", **options),
        run("addon_backup", **options, state="retained"),
        run("addon_backup", **options, state="aborted"),
        run("addon_backup", **options, state="absent"),
    ]
    assert [result["changed"] for result in results] == [True, True, False, True, False, True]
    simulator.settings.backup_outcome = "failed"
    results.append(result_of(run, "addon_backup", **options))
    simulator.faults.add(kind="drop", method="POST", times=9)
    simulator.faults.add(kind="status", status=403, method="GET", skip=1, times=9)
    results.append(result_of(run, "addon_backup", **options, retries=0))
    results.append(result_of(run, "addon_backup", addon_id="gone"))
    results.append(result_of(run, "addon_backup", addon_id="gone", max_age=0))
    assert sum("error" in result for result in results) == 2
    for result in results:
        assert list(mismatches(result, DOCUMENTED["addon_backup"])) == []


def test_restores(run: Run, simulator: Simulator) -> None:
    simulator.store.addon("project-1", "addon-1").backups.append(BACKUP)
    options = {"addon_id": "addon-1", "backup_id": BACKUP["id"], "overwrite": True}
    results = [
        run("addon_restore", check_mode=True, **options),
        run("addon_restore", **options),
        run("addon_restore", **options, once=True),
        run("addon_restore", **options, wait=False),
        run("addon_restore_info"),
        result_of(run, "addon_restore_info", addon_ids=["gone"]),
        result_of(run, "addon_restore", **{**options, "overwrite": False}),
        result_of(run, "addon_restore", **{**options, "backup_id": "gone"}),
    ]
    assert [result.get("changed") for result in results] == [True, True, False, True, False, False, None, False]
    simulator.settings.restore_outcome = "failed"
    results.append(result_of(run, "addon_restore", **options))
    simulator.faults.add(kind="drop", method="POST", times=9)
    simulator.faults.add(kind="status", status=403, method="GET", skip=2, times=9)
    results.append(result_of(run, "addon_restore", **options, retries=0))
    assert [result["changed"] for result in results[-2:]] == [True, True]
    for result in results:
        module = "addon_restore" if "addons" not in result else "addon_restore_info"
        assert list(mismatches(result, DOCUMENTED[module])) == []


def test_forks(run: Run, simulator: Simulator) -> None:
    simulator.store.addon("project-1", "addon-1").backups.append(BACKUP)
    options = {"source_project_id": "project-1", "source_addon_id": "addon-1", "name": "drill", "project_id": None}
    newest = {**options, "backup": "newest"}
    results = [
        run("addon_fork", check_mode=True, **newest),
        run("addon_fork", **newest),
        run("addon_fork", **newest),
        result_of(run, "addon_fork", **{**newest, "name": "addon-2"}),
        result_of(run, "addon_fork", **{**newest, "name": "addon-1"}),
        run("addon_fork", check_mode=True, **options, state="absent"),
        run("addon_fork", **options, state="absent"),
        run("addon_fork", **options, state="absent"),
    ]
    assert [result.get("changed") for result in results] == [True, True, False, False, None, True, True, False]
    run("addon_fork", **newest)
    for listed in (run("addon_fork_info"), result_of(run, "addon_fork_info", project_id="gone")):
        assert list(mismatches(listed, DOCUMENTED["addon_fork_info"])) == []
    run("addon_fork", **options, state="absent")
    simulator.settings.fork_outcome = "failed"
    results.append(result_of(run, "addon_fork", **newest))
    simulator.faults.add(kind="drop", method="DELETE", times=9)
    simulator.faults.add(kind="status", status=403, method="GET", skip=2, times=9)
    results.append(result_of(run, "addon_fork", **options, state="absent", retries=0))
    assert [result["changed"] for result in results[-2:]] == [True, True]
    for result in results:
        assert list(mismatches(result, DOCUMENTED["addon_fork"])) == []


def test_credentials(run: Run, simulator: Simulator) -> None:
    results = [run("addon_credentials_info", addon_id="addon-1")]
    results.append(result_of(run, "addon_credentials_info", addon_id="gone"))
    simulator.faults.add(kind="garbage", times=9)
    results.append(result_of(run, "addon_credentials_info", addon_id="addon-1", retries=0))
    assert ["credentials" in result for result in results] == [True, False, False]
    for result in results:
        assert list(mismatches(result, DOCUMENTED["addon_credentials_info"])) == []


OF_A_VOLUME = {name: SNAPSHOT[name] for name in ("scheduling", "backup_type", "retention_time")}


@pytest.mark.parametrize("check_mode", [False, True])
def test_volumes(run: Run, simulator: Simulator, check_mode: bool) -> None:
    options: dict[str, Any] = {"volume_ids": ["volume-1", "volume-2"], "schedules": [OF_A_VOLUME], "next_runs": 1}
    results = [
        run("volume_backup_schedules", check_mode, **options),
        run("volume_backup_schedules", check_mode, **{**options, "schedules": [{**OF_A_VOLUME, "retention_time": 9}]}),
        result_of(run, "volume_backup_schedules", **{**options, "volume_ids": ["volume-1", "gone"]}),
        result_of(
            run, "volume_backup_schedules", **{**options, "volume_ids": None, "all_volumes": True, "project_id": "x"}
        ),
    ]
    assert [bool(result["changed"]) for result in results[:2]] == [True, True]
    for result in results:
        assert list(mismatches(result, DOCUMENTED["volume_backup_schedules"])) == []
    backup = {"id": "1", "name": "hourly", "status": "completed", "createdAt": "2026-01-15T09:30:00.000Z"}
    simulator.store.volume("project-1", "volume-1").backups.append(backup)
    assigned = {"assignments": [{"names": ["volume-1"], "policy": "critical"}]}
    for module, more in {
        "volume_backup_schedule_info": {"volume_ids": ["volume-1", "gone"]},
        "volume_backup_status_info": {"volume_ids": ["volume-1", "gone"], **assigned},
    }.items():
        for given in ({}, more):
            assert list(mismatches(result_of(run, module, **given), DOCUMENTED[module])) == []


def test_backups_of_volumes(run: Run, simulator: Simulator) -> None:
    options = {"volume_id": "volume-1", "name": "nightly"}
    results = [
        run("volume_backup", check_mode=True, **options),
        run("volume_backup", **options, description="before the release"),
        run("volume_backup", **options),
        run("volume_backup_info"),
        run("volume_backup", **options, state="absent"),
        result_of(run, "volume_backup", volume_id="gone"),
        result_of(run, "volume_backup_info", volume_ids=["gone"]),
        result_of(run, "volume_backup_info", since="yesterday"),
    ]
    assert [result.get("changed") for result in results] == [True, True, False, False, True, False, False, None]
    for result in results:
        module = "volume_backup" if "backup" in result else "volume_backup_info"
        assert list(mismatches(result, DOCUMENTED[module])) == []


@pytest.mark.parametrize("fault", ["status", "drop", "garbage"])
def test_failure(run: Run, simulator: Simulator, fault: str) -> None:
    body = {"scheduling": {"interval": "weekly", "minute": [0], "hour": [1], "day": [1]}, "backup_type": "snapshot"}
    run("addon_backup_schedule", addon_id="addon-1", **body, retention_time=7)
    for module, options in {
        "addon_backup_schedule": {"addon_id": "addon-1", **SNAPSHOT},
        "addon_backup_schedules": {"addon_ids": ["addon-1", "gone"], "schedules": [SNAPSHOT]},
        "addon_backup_schedule_info": {"addon_ids": ["addon-1", "gone"]},
        "addon_backup_info": {"addon_ids": ["addon-1", "gone"]},
    }.items():
        method = "GET" if module.endswith("info") else "POST"
        simulator.faults.add(kind=fault, method=method, status=400, times=9)
        result = result_of(run, module, retries=0, **options)
        simulator.faults.set([])
        assert "msg" in result
        assert list(mismatches(result, DOCUMENTED[module])) == []


@pytest.mark.parametrize("module", ["addon_backup_schedules", "addon_backup_schedule_info", "addon_backup_info"])
def test_a_project_whose_addons_cannot_be_listed(run: Run, module: str) -> None:
    options = {"all_addons": True, "schedules": [DUMP]} if module == "addon_backup_schedules" else {}
    result = result_of(run, module, **{**options, "project_id": "gone"})
    assert result["msg"].startswith("GET /v1/projects/gone/addons failed with status 404: Project 'gone' not found.")
    assert (result["changed"], result["requests"], result["rate_limit"]["remaining"]) == (False, 1, 999)
    assert list(mismatches(result, DOCUMENTED[module])) == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("status", "failed with status 403"),
        ("drop", "failed: the connection to "),
        ("garbage", "returned an unexpected response with status 200"),
    ],
)
def test_a_status_that_cannot_be_read_is_reported_as_unknown(
    run: Run, simulator: Simulator, fault: str, error: str
) -> None:
    simulator.faults.add(kind=fault, path="addon-2", status=403, times=9)
    addons = run("addon_backup_status_info", retries=0)["addons"]
    assert [addon["verdict"] for addon in addons] == ["unprotected", "unknown"]
    assert addons[1]["reasons"][0].startswith(f"GET /v1/projects/project-1/addons/addon-2/backup-schedules {error}")
    simulator.faults.set([])
    result = run("addon_backup_status_info", project_id="gone")
    assert [(addon["addon_id"], addon["verdict"]) for addon in result["addons"]] == [(None, "unknown")]
    assert list(mismatches(result, DOCUMENTED["addon_backup_status_info"])) == []


DESTINATION = {
    "name": "Archive",
    "prefix": "",
    "credentials": {
        "bucket_name": "bucket",
        "region": "eu-west-1",
        "endpoint": "s3.example.org",
        "access_key": "access-key-of-a-test",
        "secret_key": "secret-key-of-a-test",
        "enable_object_lock": True,
        "object_lock_retention_days": 30,
    },
}


@pytest.mark.parametrize("check_mode", [False, True])
def test_destinations(run: Run, simulator: Simulator, check_mode: bool) -> None:
    documented = DOCUMENTED["backup_destination"]
    for options in (DESTINATION, {**DESTINATION, "description": "new"}, {"name": "Archive", "state": "absent"}):
        result = run("backup_destination", check_mode=check_mode, **options)
        assert list(mismatches(result, documented)) == []
    refused = result_of(run, "backup_destination", **{**DESTINATION, "name": "Cold storage", "prefix": "other"})
    assert list(mismatches(refused, documented)) == []
    simulator.faults.add(kind="status", method="POST", status=500, times=9)
    failed = result_of(run, "backup_destination", retries=0, **{**DESTINATION, "name": "Other"})
    assert failed["error"]["status"] == 500
    assert list(mismatches(failed, documented)) == []
    invalid = result_of(run, "backup_destination", name="a")
    assert list(mismatches(invalid, documented)) == []


def test_backups_in_destinations(run: Run, simulator: Simulator) -> None:
    documented = DOCUMENTED["backup_destination_info"]
    simulator.store.destinations.backups("cold-storage").append(BACKUP)
    assert list(mismatches(run("backup_destination_info", include_backups=True), documented)) == []
    simulator.faults.add(kind="status", path="backups$", status=403)
    failed = result_of(run, "backup_destination_info", include_backups=True)
    assert failed["backup_destinations"][0]["failed"]
    assert list(mismatches(failed, documented)) == []
    simulator.faults.add(kind="status", path="backup-destinations$", status=403)
    unlisted = result_of(run, "backup_destination_info")
    assert unlisted["error"]["status"] == 403
    assert list(mismatches(unlisted, documented)) == []


NOTIFICATION = {"name": "On call", "type": "DISCORD", "webhook": "https://hooks.example.com/of-a-test"}


@pytest.mark.parametrize("check_mode", [False, True])
def test_notification_integrations(run: Run, simulator: Simulator, check_mode: bool) -> None:
    results = [
        run("notification_integration", check_mode=check_mode, **options)
        for options in (NOTIFICATION, {**NOTIFICATION, "events": []}, {"name": "On call", "state": "absent"})
    ]
    assert [result["changed"] for result in results] == [True, True, not check_mode]
    run("notification_integration", **NOTIFICATION)
    results.append(result_of(run, "notification_integration", **{**NOTIFICATION, "type": "TEAMS"}))
    simulator.faults.add(kind="status", method="POST", status=500, times=9)
    results.append(result_of(run, "notification_integration", **{**NOTIFICATION, "events": []}))
    results.append(result_of(run, "notification_integration", webhook="short"))
    assert ["error" in result for result in results[3:]] == [False, True, False]
    for result in results:
        assert list(mismatches(result, DOCUMENTED["notification_integration"])) == []


def test_listed_notification_integrations(run: Run, simulator: Simulator) -> None:
    run("notification_integration", **NOTIFICATION)
    results = [run("notification_integration_info")]
    simulator.faults.add(kind="status", path="on-call$", status=403)
    results.append(result_of(run, "notification_integration_info"))
    simulator.faults.add(kind="status", path="notifications$", status=403)
    results.append(result_of(run, "notification_integration_info"))
    results.append(result_of(run, "notification_integration_info", integration_ids=["a b"]))
    assert ["failed" in each for result in results[:2] for each in result["notification_integrations"]] == [False, True]
    assert ["error" in result for result in results] == [False, False, True, False]
    for result in results:
        assert list(mismatches(result, DOCUMENTED["notification_integration_info"])) == []


def test_invalid_options(run: Run) -> None:
    result = result_of(run, "addon_backup_schedule", addon_id="addon-1", **{**DUMP, "retention_time": 99})
    assert result["validation_errors"]
    assert list(mismatches(result, DOCUMENTED["addon_backup_schedule"])) == []


@pytest.mark.parametrize("on_difference", ["keep", "keep_and_fail"])
@pytest.mark.parametrize("check_mode", [False, True])
def test_kept_schedules_are_reported(run: Run, on_difference: str, check_mode: bool) -> None:
    run("addon_backup_schedules", addon_ids=["addon-1"], schedules=[SNAPSHOT, DUMP])
    desired = {**SNAPSHOT, "retention_time": 14}
    kept = [{"interval": "weekly", "backup_type": "snapshot", "changed_options": ["retention_time"]}]
    options = {"on_difference": on_difference, "check_mode": check_mode}
    one = result_of(run, "addon_backup_schedule", addon_id="addon-1", **desired, **options)
    many = result_of(run, "addon_backup_schedules", addon_ids=["addon-1"], schedules=[desired, DUMP], **options)
    for module, result, report in (
        ("addon_backup_schedule", one, one),
        ("addon_backup_schedules", many, many["addons"][0]),
    ):
        assert (report["kept"], report["actions"], result["diff"]) == (kept, [], [])
        assert ("msg" in result) == (on_difference == "keep_and_fail")
        assert list(mismatches(result, DOCUMENTED[module])) == []


def test_up_to_date_and_replaced_schedules_are_not_reported_as_kept(run: Run) -> None:
    run("addon_backup_schedules", addon_ids=["addon-1"], schedules=[SNAPSHOT, DUMP])
    desired = {**SNAPSHOT, "retention_time": 14}
    replaced = run("addon_backup_schedules", addon_ids=["addon-1"], schedules=[desired, DUMP])
    assert replaced["addons"][0]["kept"] == []
    assert [each["changed_options"] for each in replaced["addons"][0]["actions"]] == [["retention_time"]]
    assert list(mismatches(replaced, DOCUMENTED["addon_backup_schedules"])) == []
    assert run("addon_backup_schedule", addon_id="addon-1", **DUMP)["kept"] == []
