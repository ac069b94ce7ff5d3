# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both the API and the modules reject each violation of a rule of the request body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions
from simulator.server import Simulator

HOURLY = {"scheduling": {"interval": "hourly", "minute": [0]}, "backupType": "snapshot", "retentionTime": 7}
DAILY = {"scheduling": {"interval": "daily", "minute": [0], "hour": [2]}, "backupType": "snapshot", "retentionTime": 60}
WEEKLY = {
    "scheduling": {"interval": "weekly", "minute": [0], "hour": [2], "day": [0]},
    "backupType": "snapshot",
    "retentionTime": 120,
}


def times(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the body with another scheduling. None removes a field."""
    return changed(body, scheduling=changed(body["scheduling"], **changes))


def changed(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def destination(**changes: Any) -> dict[str, Any]:
    return changed({"destinationId": "cold-storage", "retentionTime": 7, "type": "custom"}, **changes)


DUMP = changed(WEEKLY, backupType="dump")

# Invalid bodies, and the option in the error.
INVALID = [
    (times(HOURLY, minute=None), "scheduling.minute"),
    (times(HOURLY, minute=[]), "scheduling.minute"),
    (times(HOURLY, minute=[60]), "scheduling.minute"),
    (times(HOURLY, minute=[-1]), "scheduling.minute"),
    (times(HOURLY, hour=[1]), "scheduling.hour"),
    (times(HOURLY, day=[1]), "scheduling.day"),
    (times(DAILY, hour=None), "scheduling.hour"),
    (times(DAILY, hour=[]), "scheduling.hour"),
    (times(DAILY, hour=[24]), "scheduling.hour"),
    (times(DAILY, hour=[-1]), "scheduling.hour"),
    (times(DAILY, day=[1]), "scheduling.day"),
    (times(WEEKLY, hour=None), "scheduling.hour"),
    (times(WEEKLY, day=None), "scheduling.day"),
    (times(WEEKLY, day=[]), "scheduling.day"),
    (times(WEEKLY, day=[7]), "scheduling.day"),
    (times(WEEKLY, day=[-1]), "scheduling.day"),
    (changed(DAILY, retentionTime=None), "retention_time"),
    (changed(DAILY, retentionTime=0), "retention_time"),
    (changed(HOURLY, retentionTime=8), "retention_time"),
    (changed(DAILY, retentionTime=61), "retention_time"),
    (changed(WEEKLY, retentionTime=121), "retention_time"),
    (changed(times(HOURLY, minute=[0, 15, 30, 45]), retentionTime=6), "retention_time"),
    (changed(DAILY, compressionType="gz"), "compression_type"),
    (changed(DAILY, customDestinationId="cold-storage"), "custom_destination_id"),
    (changed(DUMP, customDestinationId="cs"), "custom_destination_id"),
    (changed(DUMP, customDestinationId="a" * 101), "custom_destination_id"),
    (changed(DUMP, customDestinationId="cold--storage"), "custom_destination_id"),
    (changed(DUMP, additionalDestinations=[destination()]), "additional_destinations"),
    (changed(DAILY, additionalDestinations=[destination(), destination()]), "additional_destinations"),
    (changed(DAILY, additionalDestinations=[destination(destinationId="cs")]), "destination_id"),
    (changed(DAILY, additionalDestinations=[destination(destinationId="Cold storage")]), "destination_id"),
    (changed(DAILY, additionalDestinations=[destination(retentionTime=0)]), "retention_time"),
    (changed(DAILY, additionalDestinations=[destination(retentionTime=61)]), "retention_time"),
]

# Invalid according to the argument spec, so that ansible-core rejects them.
INVALID_FOR_ANSIBLE = [
    (times(HOURLY, interval=None), "interval"),
    (times(HOURLY, interval="monthly"), "interval"),
    (times(HOURLY, minute=["soon"]), "minute"),
    (changed(DAILY, scheduling=None), "scheduling"),
    (changed(DAILY, backupType=None), "backup_type"),
    (changed(DAILY, backupType="copy"), "backup_type"),
    (changed(DAILY, retentionTime="long"), "retention_time"),
    (changed(DUMP, compressionType="rar"), "compression_type"),
    (changed(DAILY, additionalDestinations=[destination(destinationId=None)]), "destination_id"),
    (changed(DAILY, additionalDestinations=[destination(type="s3")]), "type"),
    (changed(DAILY, cron="0 2 * * *"), "cron"),
]

VALID = [
    HOURLY,
    DAILY,
    WEEKLY,
    DUMP,
    times(HOURLY, minute=[59]),
    times(DAILY, hour=[23]),
    times(WEEKLY, day=[6]),
    changed(DAILY, retentionTime=1),
    # 4 x 24 x 5 = 480 backups; 500 exactly: 10 x 50.
    changed(times(HOURLY, minute=[0, 15, 30, 45]), retentionTime=5),
    changed(times(DAILY, hour=[0, 5], minute=[0, 1, 2, 3, 4]), retentionTime=50),
    changed(DAILY, additionalDestinations=[destination(retentionTime=60)]),
    changed(DAILY, additionalDestinations=[destination(retentionTime=None)]),
    changed(DAILY, additionalDestinations=[]),
    changed(DUMP, customDestinationId="cold-storage", compressionType="zstd"),
]

Run = Callable[..., dict[str, Any]]


def post(simulator: Simulator, body: dict[str, Any]) -> requests.Response:
    return requests.post(
        f"{simulator.url}/v1/projects/project-1/addons/addon-1/backup-schedules",
        json=body,
        headers={"Authorization": f"Bearer {simulator.token}"},
        timeout=10,
    )


@pytest.mark.parametrize("body", [body for body, _option in [*INVALID, *INVALID_FOR_ANSIBLE]])
def test_the_api_rejects_invalid_bodies(simulator: Simulator, body: dict[str, Any]) -> None:
    response = post(simulator, body)
    assert response.status_code == 400
    assert response.json()["error"]["details"]


@pytest.mark.parametrize(("body", "option"), INVALID)
def test_addon_backup_schedule_rejects_invalid_options_without_a_request(
    simulator: Simulator, run: Run, body: dict[str, Any], option: str
) -> None:
    with pytest.raises(InvalidOptions) as caught:
        run("addon_backup_schedule", addon_id="addon-1", **body)
    (error,) = caught.value.validation_errors
    assert error.split(":")[0].endswith(option)
    assert simulator.log == []


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(("body", "option"), INVALID)
def test_addon_backup_schedules_names_the_invalid_schedule(
    simulator: Simulator, run: Run, body: dict[str, Any], option: str, check_mode: bool
) -> None:
    valid = changed(WEEKLY, backupType="dump" if body["backupType"] == "snapshot" else "snapshot")
    with pytest.raises(InvalidOptions) as caught:
        run("addon_backup_schedules", check_mode, addon_ids=["addon-1"], schedules=[valid, body])
    (error,) = caught.value.validation_errors
    assert error.startswith("schedules[1].")
    assert error.split(":")[0].endswith(option)
    assert simulator.log == []


@pytest.mark.parametrize(("body", "option"), INVALID_FOR_ANSIBLE)
def test_ansible_core_rejects_invalid_options(
    simulator: Simulator, run: Run, body: dict[str, Any], option: str
) -> None:
    with pytest.raises(AssertionError, match=option):
        run("addon_backup_schedule", addon_id="addon-1", **body)
    assert simulator.log == []


@pytest.mark.parametrize("body", VALID)
def test_valid_options_are_accepted(simulator: Simulator, run: Run, body: dict[str, Any]) -> None:
    assert run("addon_backup_schedule", addon_id="addon-1", **body)["changed"]
    assert post(simulator, body).status_code == 409
    assert not run("addon_backup_schedule", addon_id="addon-1", **body)["changed"]
