# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Northflank's official JavaScript client writes, the modules read as it is, and the other way round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from js_client import JsApiError, JsClient
from simulator.server import Simulator

Run = Callable[..., dict[str, Any]]

ADDON_1 = {"projectId": "project-1", "addonId": "addon-1"}
DAILY = {
    "scheduling": {"interval": "daily", "minute": [30], "hour": [2]},
    "backupType": "snapshot",
    "retentionTime": 14,
}


@pytest.fixture
def client(simulator: Simulator) -> JsClient:
    return JsClient(simulator)


def test_a_schedule_that_the_client_creates_is_up_to_date(client: JsClient, run: Run) -> None:
    created = client.call("create.addon.backupSchedule", ADDON_1, DAILY)
    result = run("addon_backup_schedule", addon_id="addon-1", **DAILY)
    assert (result["changed"], result["backup_schedule"]["id"]) == (False, created["id"])


def test_both_list_the_same_addons(client: JsClient, run: Run, simulator: Simulator) -> None:
    simulator.settings.max_page_size = 1
    by_client = client.call("list.addons.all", {"projectId": "project-1"})["addons"]
    by_module = run("addon_backup_schedule_info")["addons"]
    assert [addon["id"] for addon in by_client] == [addon["addon_id"] for addon in by_module] == ["addon-1", "addon-2"]


def test_errors_have_the_shape_that_the_client_knows(client: JsClient) -> None:
    with pytest.raises(JsApiError) as caught:
        client.call("create.addon.backupSchedule", ADDON_1, {**DAILY, "retentionTime": 61})
    assert caught.value.error["status"] == 400
    assert "maximum retention of 60 days" in str(caught.value.error["details"])
