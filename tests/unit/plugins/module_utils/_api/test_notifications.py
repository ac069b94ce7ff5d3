# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's notification integrations."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.notifications import NotificationApi
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model.notification import NotificationIntegration
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    NOTIFICATION_IN_API,
    WEBHOOK,
    notification,
)

PATH = "/v1/integrations/notifications"
LIST = "notificationIntegrations"
NOT_FOUND = ApiError("GET", PATH, "Not found", status=404)
FOUND = NotificationIntegration.from_api(NOTIFICATION_IN_API)
SECRET = "secret-of-a-test"
LISTED = {name: NOTIFICATION_IN_API[name] for name in ("id", "name", "type", "webhook")}
OTHER = {**LISTED, "id": "on-call-2", "webhook": "https://hooks.example.com/another"}


def api_with(*responses: Any, team_id: str | None = None) -> tuple[NotificationApi, StubTransport]:
    transport = StubTransport(*responses)
    return NotificationApi(transport, team_id), transport  # type: ignore[arg-type]


def test_an_integration_is_read_and_its_webhook_becomes_a_secret() -> None:
    api, transport = api_with({"data": NOTIFICATION_IN_API}, team_id="our-team")
    assert api.read("on-call") == FOUND
    assert transport.requests == [("GET", "/v1/teams/our-team/integrations/notifications/on-call")]
    assert transport.secrets.scrub(f"POST {WEBHOOK}") == "POST ********"
    assert transport.hints[403] == (
        "The token needs the permission Account > Observability > Notifications > Read. It may also be called Account >"
        " Team > Notifications > Read."
    )
    assert "Check integration_id (on-call)" in transport.hints[404]


def test_a_missing_integration_is_none_but_the_404_of_a_proxy_is_an_error() -> None:
    assert api_with(NOT_FOUND)[0].read("on-call") is None
    with pytest.raises(ApiError):
        api_with(ApiError("GET", PATH, "Not found", status=404, is_from_api=False))[0].read("on-call")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([], "is a list instead of a single object"),
        ({**NOTIFICATION_IN_API, "id": "other"}, "is the notification integration 'other'"),
        ({**NOTIFICATION_IN_API, "id": "a/b"}, "has 'a/b' as the ID of an integration"),
        (LISTED, "has an invalid notification integration: restricted is missing"),
        ({**NOTIFICATION_IN_API, "webhook": [WEBHOOK]}, "webhook is not of type str"),
    ],
)
def test_an_unexpected_response_is_an_error_without_the_webhook(data: Any, problem: str) -> None:
    with pytest.raises(ApiError, match=problem) as caught:
        api_with({"data": data})[0].read("on-call")
    assert WEBHOOK not in str(caught.value)


def test_integrations_are_listed_page_by_page_each_once() -> None:
    more = {"hasNextPage": True, "cursor": "one"}
    api, transport = api_with(page(LIST, LISTED, **more), page(LIST, LISTED, OTHER))
    assert [each.id for each in api.list_all()] == ["on-call", "on-call-2"]
    assert transport.requests[1] == ("GET", PATH, {"per_page": 100, "cursor": "one"})
    assert transport.secrets.scrub(OTHER["webhook"]) == "********"


def test_several_may_have_the_same_name() -> None:
    listed = page(LIST, LISTED, {**OTHER, "name": "Other"}, {**OTHER, "id": "on-call-3"})
    assert [each.id for each in api_with(listed)[0].find_all("On call")] == ["on-call", "on-call-3"]


@pytest.mark.parametrize("team_id", [None, "our-team"])
def test_an_integration_is_created(team_id: str | None) -> None:
    api, transport = api_with({"data": NOTIFICATION_IN_API}, team_id=team_id)
    desired = notification(secret=SECRET)
    created = api.create(desired)
    assert (created, created.secret) == (FOUND, SECRET)
    assert transport.requests[0][2] == desired.to_api()
    assert "Notifications > Create" in transport.hints[403]
    assert ("team_id (our-team)" if team_id else "api_url") in transport.hints[404]


def test_a_response_may_have_no_more_than_the_id_of_the_new_integration() -> None:
    assert api_with({"data": {"id": "on-call"}})[0].create(notification()) == NotificationIntegration(
        "on-call", "On call"
    )


@pytest.mark.parametrize("data", [{}, {"id": "a/b"}, {**NOTIFICATION_IN_API, "id": None}])
def test_a_response_without_the_id_of_the_new_integration_is_an_unknown_outcome(data: Any) -> None:
    with pytest.raises(ApiError, match="has no ID of the new integration") as caught:
        api_with({"data": data})[0].create(notification())
    assert caught.value.outcome_unknown


@pytest.mark.parametrize(
    ("responses", "found"),
    [
        ([page(LIST)], None),
        ([page(LIST, LISTED), {"data": NOTIFICATION_IN_API}], FOUND),
        # It was deleted after it had been listed.
        ([page(LIST, LISTED), NOT_FOUND], None),
    ],
)
def test_an_integration_that_may_have_been_created_is_found_by_name(responses: list[Any], found: Any) -> None:
    assert api_with(*responses)[0].find_created(notification()) == found


def test_several_of_the_name_settle_nothing() -> None:
    with pytest.raises(ApiError, match="has several integrations of the name On call"):
        api_with(page(LIST, LISTED, OTHER))[0].find_created(notification())


@pytest.mark.parametrize(
    ("data", "returned"),
    [
        (NOTIFICATION_IN_API, FOUND),
        ({}, None),
        (LISTED, None),
        ({"id": "a/b"}, None),
        # It is about another integration.
        ({**NOTIFICATION_IN_API, "id": "other"}, None),
    ],
)
def test_an_integration_is_updated_and_the_request_may_be_repeated(data: Any, returned: Any) -> None:
    api, transport = api_with({"data": data})
    desired = notification(name="Other", secret=SECRET)
    updated = api.update(FOUND, desired, ["name"])
    assert updated == returned
    assert updated is None or updated.secret == SECRET
    assert transport.requests == [("POST", f"{PATH}/on-call", {"name": "Other"}, True)]


def test_an_updated_integration_is_read() -> None:
    found = api_with({"data": NOTIFICATION_IN_API})[0].read_written(FOUND, notification(secret=SECRET))
    assert found is not None and (found, found.secret) == (FOUND, SECRET)


def test_an_integration_is_deleted() -> None:
    api, transport = api_with({"data": {}})
    api.delete("on-call")
    assert transport.requests == [("DELETE", f"{PATH}/on-call")]
    assert (
        "Notifications > Delete. It may also be called Account > Team > Notifications > Manage." in transport.hints[403]
    )


def test_a_reference_has_a_name_and_ids() -> None:
    api = api_with()[0]
    assert (str(api.reference("on-call")), api.reference("on-call").ids()) == ("on-call", {"integration_id": "on-call"})
    assert str(api.reference("", "On call")) == "On call"
    assert api.reference("").noun == "notification integration"
