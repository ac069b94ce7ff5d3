# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notification integrations of the official JavaScript client are up to date for the module, and vice versa."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from js_client import JsApiError, JsClient
from notifications import BODIES, FAILURE, options_of, without_read_only
from simulator.server import Simulator

Run = Callable[..., dict[str, Any]]

BODY = BODIES["all fields"]
BACKUPS = {"notificationId": "backups"}


@pytest.fixture
def client(simulator: Simulator) -> JsClient:
    return JsClient(simulator)


@pytest.mark.parametrize("parameters", [{}, {"teamId": "our-team"}])
def test_what_the_client_creates_is_up_to_date(client: JsClient, run: Run, parameters: dict[str, str]) -> None:
    created = client.call("create.notification", {**parameters, "notificationId": ""}, BODY)
    result = run("notification_integration", **options_of(BODY))
    assert (result["changed"], result["notification_integration"]["id"]) == (False, created["id"])


def test_what_the_module_creates_is_what_the_client_would_have(client: JsClient, run: Run) -> None:
    run("notification_integration", **options_of(BODY))
    client.call("create.notification", {"notificationId": ""}, {**BODY, "name": "By the client"})
    ours = client.call("get.notification", BACKUPS)
    theirs = client.call("get.notification", {"notificationId": "by-the-client"})
    assert without_read_only({**ours, "name": "By the client"}) == without_read_only(theirs)


def test_what_the_client_changes_and_deletes_is_a_difference(client: JsClient, run: Run) -> None:
    options = options_of(BODY)
    run("notification_integration", **options)
    client.call(
        "update.notification", BACKUPS, {"events": {FAILURE: False}, "webhook": "https://hooks.example.com/new"}
    )
    predicted = run("notification_integration", check_mode=True, **options)
    assert predicted["actions"][0]["changed_options"] == ["webhook", "events"]
    client.call("delete.notification", BACKUPS)
    assert run("notification_integration", check_mode=True, **options)["actions"][0]["action"] == "create"


def test_both_list_the_same_integrations(client: JsClient, run: Run, simulator: Simulator) -> None:
    simulator.settings.max_page_size = 1
    for body in BODIES.values():
        run("notification_integration", **options_of(body))
    by_client = client.call("list.notifications.all")["notificationIntegrations"]
    by_module = run("notification_integration_info")["notification_integrations"]
    assert [each["id"] for each in by_client] == [each["id"] for each in by_module]
    assert len(by_client) == 3


def test_errors_have_the_shape_that_the_client_knows(client: JsClient) -> None:
    with pytest.raises(JsApiError) as caught:
        client.call("get.notification", BACKUPS)
    assert caught.value.error["status"] == 404
