# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup destinations of the official JavaScript client are up to date for the module, and the other way round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from destinations import BODIES, without_defaults
from js_client import JsApiError, JsClient
from simulator.server import Simulator

Run = Callable[..., dict[str, Any]]

# The client's types do not have the fields of the others yet.
BODY = BODIES["few fields"]
ARCHIVE = {"backupDestinationId": "example-backup-destination"}


@pytest.fixture
def client(simulator: Simulator) -> JsClient:
    return JsClient(simulator)


@pytest.mark.parametrize("parameters", [{}, {"teamId": "our-team"}])
def test_what_the_client_creates_is_up_to_date_after_one_request(
    client: JsClient, run: Run, simulator: Simulator, parameters: dict[str, str]
) -> None:
    created = client.call("add.backupDestination", parameters, BODY)
    simulator.clear_log()
    result = run("backup_destination", **BODY)
    assert (result["changed"], result["backup_destination"]["id"]) == (False, created["id"])
    assert [request["method"] for request in simulator.log] == ["GET"]


def test_what_the_module_creates_is_what_the_client_would_have(client: JsClient, run: Run) -> None:
    run("backup_destination", **BODY)
    client.call("add.backupDestination", {}, {**BODY, "name": "By the client"})
    ours = client.call("get.backupDestination", ARCHIVE)
    theirs = client.call("get.backupDestination", {"backupDestinationId": "by-the-client"})
    assert {**without_defaults(ours), "name": "By the client"} == without_defaults(theirs)


def test_what_the_client_changes_and_deletes_is_a_difference(client: JsClient, run: Run) -> None:
    client.call("add.backupDestination", {}, BODY)
    credentials = {**BODY["credentials"], "secretKey": "another-secret-key"}
    client.call("patch.backupDestination", ARCHIVE, {"description": "new", "credentials": credentials})
    predicted = run("backup_destination", check_mode=True, **BODY)
    assert predicted["actions"][0]["changed_options"] == ["credentials.secret_key"]
    client.call("delete.backupDestination", ARCHIVE)
    assert run("backup_destination", check_mode=True, **BODY)["actions"][0]["action"] == "create"


def test_both_list_the_same_destinations_and_backups(client: JsClient, run: Run, simulator: Simulator) -> None:
    backup = {"id": "1", "status": "completed", "createdAt": "2026-01-15T02:30:00.000Z"}
    simulator.store.destinations.backups("cold-storage").append(backup)
    simulator.settings.max_page_size = 1
    client.call("add.backupDestination", {}, BODY)
    by_client = client.call("list.backupDestinations.all")["backupDestinations"]
    by_module = run("backup_destination_info", include_backups=True)["backup_destinations"]
    assert [each["name"] for each in by_client] == [each["name"] for each in by_module]
    assert not any("secretKey" in each["credentials"] for each in by_client)
    backups = client.call("list.backupDestinationsBackups", {"backupDestinationId": "cold-storage"})
    assert [each["id"] for each in backups] == [each["id"] for each in by_module[0]["backups"]] == ["1"]


def test_errors_have_the_shape_that_the_client_knows(client: JsClient, run: Run) -> None:
    run("backup_destination", **BODY)
    with pytest.raises(JsApiError) as caught:
        client.call("add.backupDestination", {}, BODY)
    assert caught.value.error["status"] == 409
