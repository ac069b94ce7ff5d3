# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying a plan for a backup destination or a notification integration, including unexpected responses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.destinations import DestinationApi
from ansible_collections.community.northflank.plugins.module_utils._api.notifications import NotificationApi
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, Interrupted
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.destination import BackupDestination
from ansible_collections.community.northflank.plugins.module_utils._model.notification import NotificationIntegration
from ansible_collections.community.northflank.plugins.module_utils._reconcile import plan_notification
from ansible_collections.community.northflank.plugins.module_utils._reconcile.apply_object import (
    ObjectOutcome,
    ObjectState,
    apply_object,
)
from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan_destination import (
    DestinationPlan,
    plan_absent,
    plan_present,
)
from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan_notification import NotificationPlan
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    DESTINATION_IN_API,
    NOTIFICATION_IN_API,
    destination,
    notification,
)

EXISTING = BackupDestination.from_api(DESTINATION_IN_API)
CREATE = plan_present(destination(), None, None)
DESIRED = destination(destination_id="cold-storage", name="Renamed", credentials={"secret_key": "another-secret"})
UPDATE = plan_present(DESIRED, EXISTING, None)
HIDDEN = {**DESTINATION_IN_API, "credentials": {**DESTINATION_IN_API["credentials"], "secretKey": None}}
HIDDEN_UPDATE = plan_present(destination(), BackupDestination.from_api(HIDDEN), None)
DELETE = plan_absent(destination(), EXISTING)

UPDATED = {
    **DESTINATION_IN_API,
    "name": "Renamed",
    "credentials": {**DESTINATION_IN_API["credentials"], "secretKey": "another-secret"},
}
PARTLY = {**UPDATED, "name": "Cold storage"}
OTHER = {**DESTINATION_IN_API, "prefix": "other"}
LISTED = {**DESTINATION_IN_API, "credentials": {"bucketName": "bucket"}}


def error(status: int | None = None, **options: Any) -> ApiError:
    return ApiError("ANY", "/path", "it failed", status=status, **options)


REFUSED = error(400)
CONFLICT = error(409)
NOT_FOUND = error(404)
UNKNOWN = error(500, outcome_unknown=True)
FORBIDDEN = error(403)


def one(data: Any) -> dict[str, Any]:
    return {"data": data}


def listing(*items: Any) -> dict[str, Any]:
    return page("backupDestinations", *items)


def apply(plan: DestinationPlan, *responses: Any) -> tuple[ObjectOutcome, list[str]]:
    """Return the outcome, and the requests that were sent; all responses must be used."""
    transport = StubTransport(*responses)
    transport.attempts = lambda: range(3)  # type: ignore[method-assign]
    outcome = ObjectOutcome(ObjectState(plan.before))
    apply_object(DestinationApi(transport, None), plan, outcome, Interruption())  # type: ignore[arg-type]
    assert transport.responses == []
    return outcome, [each[0] for each in transport.requests]


@pytest.mark.parametrize(
    ("plan", "responses", "requests", "destination_after"),
    [
        (CREATE, [one(DESTINATION_IN_API)], "POST", EXISTING),
        # The response has only the ID: the destination is read.
        (CREATE, [one({"id": "cold-storage"}), one(DESTINATION_IN_API)], "POST GET", EXISTING),
        # The outcome is unknown, and a read settles it.
        (CREATE, [UNKNOWN, one(DESTINATION_IN_API)], "POST GET", EXISTING),
        (CREATE, [UNKNOWN, NOT_FOUND, listing(), one(DESTINATION_IN_API)], "POST GET GET POST", EXISTING),
        (CREATE, [UNKNOWN, NOT_FOUND, listing(), CONFLICT, one(DESTINATION_IN_API)], "POST GET GET POST GET", EXISTING),
        # The API derives another ID.
        (CREATE, [one({**DESTINATION_IN_API, "id": "cold1"})], "POST", replace(EXISTING, id="cold1")),
        (
            CREATE,
            [UNKNOWN, NOT_FOUND, listing({**LISTED, "id": "cold1"}), one({**DESTINATION_IN_API, "id": "cold1"})],
            "POST GET GET GET",
            replace(EXISTING, id="cold1"),
        ),
        (UPDATE, [one(UPDATED)], "PATCH", BackupDestination.from_api(UPDATED)),
        (UPDATE, [one({}), one(UPDATED)], "PATCH GET", BackupDestination.from_api(UPDATED)),
        (UPDATE, [one(LISTED), one(UPDATED)], "PATCH GET", BackupDestination.from_api(UPDATED)),
        (UPDATE, [UNKNOWN, one(UPDATED)], "PATCH GET", BackupDestination.from_api(UPDATED)),
        # A new name may change the ID.
        (
            UPDATE,
            [one({**UPDATED, "id": "renamed"})],
            "PATCH",
            replace(BackupDestination.from_api(UPDATED), id="renamed"),
        ),
        (
            UPDATE,
            [one({}), NOT_FOUND, one({**UPDATED, "id": "renamed"})],
            "PATCH GET GET",
            replace(BackupDestination.from_api(UPDATED), id="renamed"),
        ),
        (DELETE, [one({})], "DELETE", None),
        (DELETE, [NOT_FOUND, NOT_FOUND], "DELETE GET", None),
        (DELETE, [UNKNOWN, NOT_FOUND], "DELETE GET", None),
    ],
)
def test_a_plan_is_applied(plan: DestinationPlan, responses: list[Any], requests: str, destination_after: Any) -> None:
    outcome, sent = apply(plan, *responses)
    assert " ".join(sent) == requests
    assert outcome.error is None
    assert outcome.state.subject == destination_after
    assert outcome.state.is_done and outcome.state.changed
    assert outcome.state.note == ""


@pytest.mark.parametrize(
    ("plan", "responses", "cause", "destination_after"),
    [
        (CREATE, [REFUSED], REFUSED, None),
        (CREATE, [Interrupted("SIGTERM")], "Interrupted by SIGTERM.", None),
        (CREATE, [CONFLICT, NOT_FOUND, listing()], CONFLICT, None),
        (CREATE, [CONFLICT, FORBIDDEN], CONFLICT, None),
        (CREATE, [UNKNOWN, NOT_FOUND, listing()] * 3, UNKNOWN, None),
        # Another client was faster.
        (CREATE, [CONFLICT, one(OTHER)], CONFLICT, BackupDestination.from_api(OTHER)),
        (UPDATE, [REFUSED], REFUSED, EXISTING),
        (UPDATE, [NOT_FOUND], NOT_FOUND, EXISTING),
        (UPDATE, [Interrupted("SIGTERM")], "Interrupted by SIGTERM.", EXISTING),
        (UPDATE, [UNKNOWN, one(DESTINATION_IN_API)], UNKNOWN, EXISTING),
        (DELETE, [REFUSED], REFUSED, EXISTING),
        (DELETE, [CONFLICT], CONFLICT, EXISTING),
        (DELETE, [NOT_FOUND, one(DESTINATION_IN_API)], NOT_FOUND, EXISTING),
        (DELETE, [UNKNOWN, one(DESTINATION_IN_API)], UNKNOWN, EXISTING),
    ],
)
def test_a_rejected_or_unsent_request_changes_nothing(
    plan: DestinationPlan, responses: list[Any], cause: Any, destination_after: Any
) -> None:
    outcome, _sent = apply(plan, *responses)
    assert outcome.error is cause or str(outcome.error) == cause
    assert outcome.state.subject == destination_after
    assert not outcome.state.changed


def test_an_identical_destination_of_another_client_is_not_a_change() -> None:
    outcome, _sent = apply(CREATE, CONFLICT, one(DESTINATION_IN_API))
    assert (outcome.error, outcome.state.subject, outcome.state.changed) == (None, EXISTING, False)


@pytest.mark.parametrize(
    ("plan", "responses", "note"),
    [
        (CREATE, [UNKNOWN, FORBIDDEN], "It is unknown whether the backup destination was created"),
        # It was accepted, and may be listed later.
        (CREATE, [one({}), NOT_FOUND, listing()], "It is unknown whether the backup destination was created"),
        (CREATE, [ValueError("a defect")], "It is unknown whether the backup destination was created"),
        (CREATE, [UNKNOWN, one(OTHER)], "with other settings, was created at the same time"),
        (CREATE, [UNKNOWN, NOT_FOUND, listing({**LISTED, "id": None})], "with other settings, was created at the same"),
        (UPDATE, [UNKNOWN, FORBIDDEN], "It is unknown whether the backup destination was updated"),
        (UPDATE, [one({}), FORBIDDEN], "It is unknown whether the backup destination was updated"),
        (UPDATE, [KeyboardInterrupt()], "It is unknown whether the backup destination was updated"),
        (UPDATE, [UNKNOWN, one(PARTLY)], ""),
        # Whether the new secret is stored cannot be seen.
        (HIDDEN_UPDATE, [one({}), one(HIDDEN)], ""),
        (UPDATE, [UNKNOWN, NOT_FOUND, NOT_FOUND], ""),
        (DELETE, [UNKNOWN, FORBIDDEN], "It is unknown whether the backup destination was deleted"),
        (DELETE, [UNKNOWN, one({**DESTINATION_IN_API, "createdAt": "2026-02-15T09:30:00.000Z"})], ""),
        (DELETE, [NOT_FOUND, FORBIDDEN], "It is unknown whether the backup destination was deleted"),
    ],
)
def test_an_unknown_outcome_is_reported_as_a_change(plan: DestinationPlan, responses: list[Any], note: str) -> None:
    outcome, _sent = apply(plan, *responses)
    assert isinstance(outcome.error, BaseException)
    assert outcome.state.changed and not outcome.state.is_done
    assert note in outcome.state.note


@pytest.mark.parametrize(
    ("plan", "responses", "options", "is_changed"),
    [
        (CREATE, [one(OTHER), one(OTHER)], "prefix", True),
        (CREATE, [one({"id": "cold-storage"}), NOT_FOUND], "destination_id", True),
        (UPDATE, [one(PARTLY), one(PARTLY)], "name", True),
        (UPDATE, [one({}), one(DESTINATION_IN_API)], "name, credentials.secret_key", False),
        (UPDATE, [one(LISTED), NOT_FOUND, NOT_FOUND], "destination_id", True),
    ],
)
def test_a_response_other_than_requested_names_the_options_and_no_values(
    plan: DestinationPlan, responses: list[Any], options: str, is_changed: bool
) -> None:
    outcome, _sent = apply(plan, *responses)
    assert isinstance(outcome.error, ApiError)
    assert outcome.error.message == (f"the backup destination does not have the options that were requested: {options}")
    assert "secret" not in str(outcome.error).replace("secret_key", "")
    assert outcome.state.changed == is_changed


def test_a_created_destination_that_cannot_be_read_is_reported() -> None:
    outcome, _sent = apply(CREATE, one({"id": "cold1"}), FORBIDDEN)
    assert outcome.error is FORBIDDEN
    assert outcome.state.is_done
    assert outcome.state.subject == replace(destination().with_defaults(), id="cold1")


def test_nothing_is_sent_after_an_interruption() -> None:
    transport, interruption = StubTransport(), Interruption()
    interruption.request("SIGTERM")
    outcome = ObjectOutcome(ObjectState(EXISTING))
    apply_object(DestinationApi(transport, None), DELETE, outcome, interruption)  # type: ignore[arg-type]
    assert isinstance(outcome.error, Interrupted)
    assert (outcome.state.subject, outcome.state.changed) == (EXISTING, False)


def test_a_destination_without_keys_proves_that_none_were_set() -> None:
    workload = {"bucketName": "bucket", "authMode": "workloadIdentity", "workloadIdentityId": "writer"}
    in_api = {**DESTINATION_IN_API, "credentials": workload}
    plan = plan_present(destination(), BackupDestination.from_api(in_api), None)
    outcome, _sent = apply(plan, UNKNOWN, one(in_api))
    assert outcome.error is UNKNOWN
    assert not outcome.state.changed


NOTIFICATION = NotificationIntegration.from_api(NOTIFICATION_IN_API)
NEW_NOTIFICATION = plan_notification.plan_present(notification(secret="secret-of-a-test"), None, (), False)
NEW_SECRET = plan_notification.plan_present(notification(secret="secret-of-a-test"), NOTIFICATION, (), True)
NO_EVENTS = {**NOTIFICATION_IN_API, "events": {}}
NEW_EVENTS = plan_notification.plan_present(notification(events=[]), NOTIFICATION, (), False)
IS_UNKNOWN = "It is unknown whether the notification integration was"
OTHER_NOTIFICATION = {**NOTIFICATION_IN_API, "id": "on-call-2"}


def notifications(*items: Any) -> dict[str, Any]:
    return page("notificationIntegrations", *items)


def apply_notification(plan: NotificationPlan, *responses: Any) -> tuple[ObjectOutcome[NotificationIntegration], str]:
    """Return the outcome, and the requests that were sent; all responses must be used."""
    transport = StubTransport(*responses)
    transport.attempts = lambda: range(3)  # type: ignore[method-assign]
    outcome = ObjectOutcome(ObjectState(plan.before))
    apply_object(NotificationApi(transport, None), plan, outcome, Interruption())  # type: ignore[arg-type]
    assert transport.responses == []
    return outcome, " ".join(each[0] for each in transport.requests)


@pytest.mark.parametrize(
    ("plan", "responses", "requests"),
    [
        (NEW_NOTIFICATION, [one(NOTIFICATION_IN_API)], "POST"),
        (NEW_NOTIFICATION, [one({"id": "on-call"}), one(NOTIFICATION_IN_API)], "POST GET"),
        (NEW_NOTIFICATION, [UNKNOWN, notifications(NOTIFICATION_IN_API), one(NOTIFICATION_IN_API)], "POST GET GET"),
        (NEW_NOTIFICATION, [UNKNOWN, notifications(), one(NOTIFICATION_IN_API)], "POST GET POST"),
        (NEW_EVENTS, [one(NO_EVENTS)], "POST"),
        (NEW_EVENTS, [one({}), one(NO_EVENTS)], "POST GET"),
        (NEW_EVENTS, [UNKNOWN, one(NO_EVENTS)], "POST GET"),
        # No response shows the secret, so a success must be believed.
        (NEW_SECRET, [one({}), one(NOTIFICATION_IN_API)], "POST GET"),
    ],
)
def test_a_plan_for_a_notification_integration_is_applied(
    plan: NotificationPlan, responses: list[Any], requests: str
) -> None:
    outcome, sent = apply_notification(plan, *responses)
    assert sent == requests
    assert outcome.error is None
    assert outcome.state.is_done and outcome.state.note == ""
    assert outcome.state.subject == replace(plan.after, id="on-call")  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("plan", "responses", "note"),
    [
        # A read cannot settle whether the secret was changed.
        (
            NEW_SECRET,
            [UNKNOWN, one(NOTIFICATION_IN_API)],
            f"{IS_UNKNOWN} updated",
        ),
        (NEW_SECRET, [UNKNOWN, NOT_FOUND], ""),
        # Which one was created is not known.
        (
            NEW_NOTIFICATION,
            [UNKNOWN, notifications(NOTIFICATION_IN_API, OTHER_NOTIFICATION)],
            f"{IS_UNKNOWN} created",
        ),
        (
            NEW_NOTIFICATION,
            [one({}), notifications()],
            f"{IS_UNKNOWN} created",
        ),
        (NEW_NOTIFICATION, [UNKNOWN, notifications(NO_EVENTS), one(NO_EVENTS)], "with other settings, was created"),
    ],
)
def test_what_cannot_be_settled_of_a_notification_integration_is_reported_as_a_change(
    plan: NotificationPlan, responses: list[Any], note: str
) -> None:
    outcome, _sent = apply_notification(plan, *responses)
    assert outcome.error is not None
    assert outcome.state.changed and not outcome.state.is_done
    assert note in outcome.state.note


def test_an_integration_with_other_events_than_requested_is_an_error() -> None:
    outcome, _sent = apply_notification(NEW_EVENTS, one({}), one(NOTIFICATION_IN_API))
    assert isinstance(outcome.error, ApiError)
    assert (outcome.error.method, outcome.error.path) == ("POST", "/v1/integrations/notifications/on-call")
    assert outcome.error.message == (
        "the notification integration does not have the options that were requested: events"
    )
    assert not outcome.state.changed
