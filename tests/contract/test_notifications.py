# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notification integrations: the module and Northflank's official client understand what the other writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from northflank import ApiCallError, ApiClient
from northflank import _types as types  # not exported elsewhere
from notifications import ABORT, BODIES, FAILURE, WEBHOOK, options_of, without_read_only
from pydantic import TypeAdapter
from simulator.bodies.notifications import EVENTS
from simulator.server import Simulator

Run = Callable[..., dict[str, Any]]

each_body = pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)

# The client's method requires an ID, which the path of the request does not have.
NO_ID = {"notification_id": ""}


@pytest.fixture
def client(simulator: Simulator) -> ApiClient:
    return ApiClient(api_token=simulator.token, base_url=simulator.url)


def methods(simulator: Simulator) -> list[str]:
    return [request["method"] for request in simulator.log]


@each_body
def test_an_integration_of_the_client_is_up_to_date_after_two_requests(
    client: ApiClient, run: Run, simulator: Simulator, body: dict[str, Any]
) -> None:
    created = client.create.notification(**NO_ID, data=body).data
    simulator.clear_log()
    result = run("notification_integration", **options_of(body))
    assert (result["changed"], result["notification_integration"]["id"]) == (False, created["id"])
    assert methods(simulator) == ["GET", "GET"]
    assert not run("notification_integration", integration_id=created["id"], **options_of(body))["changed"]
    assert methods(simulator) == ["GET", "GET", "GET"]


@each_body
def test_module_and_client_create_the_same_integration(
    client: ApiClient, run: Run, simulator: Simulator, body: dict[str, Any]
) -> None:
    by_module = run("notification_integration", **options_of({**body, "name": "By the module"}))
    by_client = client.create.notification(**NO_ID, data={**body, "name": "By the client"}).data
    ours, theirs = (
        client.get.notification(notification_id=each).data
        for each in (by_module["notification_integration"]["id"], by_client["id"])
    )
    assert without_read_only({**ours, "name": "By the client"}) == without_read_only(theirs)
    assert simulator.store.notifications.stored(ours["id"]).get("secret") == body.get("secret")


@each_body
def test_what_the_module_creates_converges(run: Run, simulator: Simulator, body: dict[str, Any]) -> None:
    assert run("notification_integration", **options_of(body))["changed"]
    assert methods(simulator) == ["GET", "POST"]
    simulator.clear_log()
    assert not run("notification_integration", **options_of(body))["changed"]
    assert methods(simulator) == ["GET", "GET"]


CHANGES: dict[str, dict[str, Any]] = {
    "name": {"name": "Renamed"},
    "webhook": {"webhook": "https://hooks.example.com/another"},
    "no restriction": {"restricted": False, "projects": []},
    "projects": {"projects": ["project-1", "project-2"], "restricted": True},
    "other events": {
        "events": {FAILURE: True, ABORT: False, "trigger:build:failure": False, "trigger:build:start": True}
    },
    "no events": {"events": dict.fromkeys((FAILURE, ABORT, "trigger:build:failure"), False)},
}


@pytest.mark.parametrize("merge", [True, False], ids=["events are merged", "events are replaced"])
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_module_and_client_make_the_same_changes(
    client: ApiClient, run: Run, simulator: Simulator, changes: dict[str, Any], merge: bool
) -> None:
    simulator.store.projects["project-2"] = simulator.store.projects["project-1"]
    body = BODIES["all fields"]
    ours = client.create.notification(**NO_ID, data=body).data["id"]
    theirs = client.create.notification(**NO_ID, data={**body, "name": "By the client"}).data["id"]
    simulator.settings.merge_updated_events = merge
    result = run("notification_integration", integration_id=ours, **options_of({**body, **changes}))
    assert result["actions"][0]["action"] == "update"
    client.update.notification(notification_id=theirs, data={**changes, "name": "By the client"})
    by_module, by_client = (client.get.notification(notification_id=each).data for each in (ours, theirs))
    assert by_module["name"] == changes.get("name", "Backups")
    assert without_read_only({**by_module, "name": "By the client"}) == without_read_only(by_client)


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_changes_of_the_client_are_differences(
    client: ApiClient, run: Run, simulator: Simulator, changes: dict[str, Any]
) -> None:
    simulator.store.projects["project-2"] = simulator.store.projects["project-1"]
    body = BODIES["all fields"]
    created = client.create.notification(**NO_ID, data=body).data["id"]
    client.update.notification(notification_id=created, data=changes)
    options = options_of(body)
    predicted = run("notification_integration", check_mode=True, integration_id=created, **options)
    assert predicted["actions"][0]["action"] == "update"
    assert not run("notification_integration", integration_id=created, **{**options, **options_of(changes)})["changed"]


@pytest.mark.parametrize("response", ["empty", "full"])
def test_a_secret_is_changed_on_request_only(client: ApiClient, run: Run, simulator: Simulator, response: str) -> None:
    vars(simulator.settings)["notification_update_response"] = response
    options = options_of({**BODIES["all fields"], "secret": "another-secret-of-a-test"})
    created = client.create.notification(**NO_ID, data=BODIES["all fields"]).data["id"]
    assert not run("notification_integration", **options)["changed"]
    assert simulator.store.notifications.stored(created)["secret"] == "secret-of-a-test"
    for _run in range(2):
        assert run("notification_integration", update_secret="always", **options)["changed"]
        assert simulator.store.notifications.stored(created)["secret"] == "another-secret-of-a-test"


def test_a_masked_webhook_is_changed_on_request_only(client: ApiClient, run: Run, simulator: Simulator) -> None:
    body = BODIES["few fields"]
    created = client.create.notification(**NO_ID, data=body).data["id"]
    simulator.settings.hide_webhooks = True
    options = options_of({**body, "webhook": "https://hooks.example.com/another"})
    assert not run("notification_integration", **options)["changed"]
    result = run("notification_integration", update_secret="always", **options)
    assert result["actions"][0]["changed_options"] == ["webhook"]
    assert simulator.store.notifications.stored(created)["webhook"] == options["webhook"]


def test_an_event_that_the_api_adds_is_disabled_once(client: ApiClient, run: Run, simulator: Simulator) -> None:
    body = BODIES["few fields"]
    client.create.notification(**NO_ID, data=body)
    simulator.settings.new_notification_event = "trigger:addon-restore:failure"
    options = options_of(body)
    assert run("notification_integration", **options)["actions"][0]["changed_options"] == ["events"]
    assert not run("notification_integration", **options)["changed"]
    assert not run("notification_integration", **{**options, "events": None})["changed"]
    enabled = [*options["events"], "trigger:addon-restore:failure"]
    assert run("notification_integration", **{**options, "events": enabled})["changed"]


def test_an_event_that_the_api_enables_by_default_is_disabled_by_the_next_run(run: Run, simulator: Simulator) -> None:
    simulator.settings.new_notification_event = "trigger:addon-restore:failure"
    options = options_of(BODIES["few fields"])
    with pytest.raises(Exception, match="does not have the options that were requested: events"):
        run("notification_integration", **options)
    assert run("notification_integration", **options)["actions"][0]["changed_options"] == ["events"]
    assert not run("notification_integration", **options)["changed"]


def test_names_need_not_be_unique(client: ApiClient, run: Run) -> None:
    body = BODIES["few fields"]
    ids = [client.create.notification(**NO_ID, data=body).data["id"] for _count in range(2)]
    with pytest.raises(Exception, match="2 notification integrations have the name .*: " + ", ".join(ids)):
        run("notification_integration", **options_of(body))
    assert not run("notification_integration", integration_id=ids[1], **options_of(body))["changed"]


def test_the_module_creates_what_the_client_deleted(client: ApiClient, run: Run) -> None:
    body = BODIES["few fields"]
    created = client.create.notification(**NO_ID, data=body).data["id"]
    client.delete.notification(notification_id=created)
    assert not run("notification_integration", name=body["name"], state="absent")["changed"]
    assert run("notification_integration", **options_of(body))["actions"][0]["action"] == "create"


def test_the_client_does_not_find_what_the_module_deleted(client: ApiClient, run: Run) -> None:
    created = client.create.notification(**NO_ID, data=BODIES["few fields"]).data["id"]
    assert run("notification_integration", integration_id=created, state="absent")["changed"]
    with pytest.raises(ApiCallError) as caught:
        client.get.notification(notification_id=created)
    assert caught.value.status == 404


def test_team_routes(client: ApiClient, run: Run) -> None:
    body = BODIES["all fields"]
    client.create.notification(**NO_ID, data=body, team_id="our-team")
    assert not run("notification_integration", team_id="our-team", **options_of(body))["changed"]


def test_module_and_client_read_all_pages(client: ApiClient, run: Run, simulator: Simulator) -> None:
    simulator.settings.max_page_size = 1
    for body in BODIES.values():
        client.create.notification(**NO_ID, data=body)
    by_client = client.list.notifications.all().data["notificationIntegrations"]
    by_module = run("notification_integration_info")["notification_integrations"]
    assert [each["id"] for each in by_client] == [each["id"] for each in by_module]
    assert [each["id"] for each in by_module] == ["example-notification", "backups", "silent"]
    assert by_module[1]["events"] == ["addon-backup:abort", "addon-backup:failure", "build:failure"]
    assert not run("notification_integration", **options_of(BODIES["no events"]))["changed"]


DECLARED: dict[str, tuple[Any, Callable[[ApiClient], Any]]] = {
    "created": (
        types.CreateNotificationResponse,
        lambda client: client.create.notification(**NO_ID, data=BODIES["all fields"]),
    ),
    "list": (types.ListNotificationsResponse, lambda client: client.list.notifications()),
    "one": (types.CreateNotificationResponse, lambda client: client.get.notification(notification_id="on-call")),
}


@pytest.mark.parametrize(("declared", "call"), DECLARED.values(), ids=DECLARED)
def test_responses_have_the_types_that_the_client_declares(
    client: ApiClient, simulator: Simulator, declared: Any, call: Callable[[ApiClient], Any]
) -> None:
    status = {"disabled": True, "numberOfFailedRequests": 7.0}
    simulator.reset(
        {
            "team_id": "our-team",
            "notifications": [{"id": "on-call", "status": status}],
            "projects": [{"id": "project-1"}],
        }
    )
    response = call(client).data
    assert response
    assert TypeAdapter(declared).validate_python(response, strict=True)


def test_the_responses_have_no_secret_but_the_webhook(client: ApiClient) -> None:
    created = client.create.notification(**NO_ID, data=BODIES["all fields"]).data
    (listed,) = client.list.notifications().data["notificationIntegrations"]
    one = client.get.notification(notification_id=created["id"]).data
    for response in (created, listed, one):
        assert response["webhook"] == WEBHOOK
        assert "secret" not in response
    assert "secret" not in types.CreateNotificationResponse.__annotations__
    assert "events" not in listed


@each_body
def test_bodies_have_the_type_that_the_client_declares(body: dict[str, Any]) -> None:
    assert TypeAdapter(types.CreateNotificationRequest).validate_python(body, strict=True) == body


def test_the_module_has_all_fields_of_the_declared_bodies_but_restrictions() -> None:
    used = {name for body in BODIES.values() for name in body}
    assert used == types.CreateNotificationRequest.__annotations__.keys() - {"restrictions"}
    assert used - {"type"} == types.UpdateNotificationRequest.__annotations__.keys() - {"restrictions"}


def test_the_simulator_has_the_events_that_the_client_declares() -> None:
    assert set(EVENTS) == types.CreateNotificationResponseEvents.__annotations__.keys()


def test_which_integrations_an_event_is_sent_to(client: ApiClient, simulator: Simulator) -> None:
    for body in BODIES.values():
        client.create.notification(**NO_ID, data=body)
    subscribers = simulator.store.notifications.subscribers
    assert [each["id"] for each in subscribers(FAILURE, "project-1")] == ["example-notification", "backups"]
    assert [each["id"] for each in subscribers(FAILURE, "project-2")] == ["example-notification"]
    assert subscribers(ABORT, "project-1") == [
        {"id": "backups", "name": "Backups", "type": "RAW_WEBHOOK", "webhook": WEBHOOK, "secret": "secret-of-a-test"}
    ]
    assert subscribers("trigger:addon-backup:start", "project-1") == []


INVALID = [
    {"name": ""},
    {"type": "SLACK"},
    {"webhook": "hooks.example.com"},
    {"projects": ["gone"]},
    {"events": {"trigger:unknown": True}},
    {"events": None},
    {"type": "DISCORD", "secret": "secret-of-a-test"},
]


@pytest.mark.parametrize("changes", INVALID, ids=str)
def test_the_simulator_rejects_invalid_bodies(client: ApiClient, changes: dict[str, Any]) -> None:
    with pytest.raises(ApiCallError) as caught:
        client.create.notification(**NO_ID, data={**BODIES["all fields"], **changes})
    assert caught.value.status == 400
    assert client.list.notifications().data["notificationIntegrations"] == []


def test_a_type_cannot_be_changed(client: ApiClient, run: Run) -> None:
    body = BODIES["few fields"]
    created = client.create.notification(**NO_ID, data=body).data["id"]
    with pytest.raises(ApiCallError):
        client.update.notification(notification_id=created, data={"type": "TEAMS"})
    with pytest.raises(Exception, match="cannot change the type"):
        run("notification_integration", **options_of({**body, "type": "TEAMS"}))
