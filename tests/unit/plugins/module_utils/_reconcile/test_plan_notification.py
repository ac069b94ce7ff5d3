# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning what to do with a notification integration."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.notification import NotificationIntegration
from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan_notification import (
    NotificationPlan,
    ambiguous,
    plan_absent,
    plan_present,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    NOTIFICATION_IN_API,
    notification,
)

SECRET = "secret-of-a-test"
EXISTING = NotificationIntegration.from_api(NOTIFICATION_IN_API)
DISCORD = replace(EXISTING, type="DISCORD")
MASKED = replace(EXISTING, webhook=None)
RESTRICTED = replace(EXISTING, restricted=True, projects=frozenset({"shop"}))
SILENT = (
    "The notification integration on-call would send no events, because it would be restricted without having any"
    " projects. Set projects, or restricted: false."
)


def plan(
    existing: NotificationIntegration | None = EXISTING, always: bool = False, namesakes: Any = (), **options: Any
) -> NotificationPlan:
    return plan_present(notification(**options), existing, namesakes, always)


def test_a_missing_integration_is_created_with_its_secret() -> None:
    created = plan(None, secret=SECRET)
    assert created == NotificationPlan("create", None, notification().with_defaults())
    assert created.after is not None and created.after.secret == SECRET
    assert created.to_result() == [{"action": "create", "name": "On call"}]


def test_an_up_to_date_integration_is_unchanged() -> None:
    assert plan() == NotificationPlan(None, EXISTING, EXISTING)
    assert plan(restricted=False, projects=[]).action is None


def test_a_different_integration_is_updated() -> None:
    updated = plan(events=["addon-backup:failure"])
    assert updated.changed_options == ("events",)
    assert updated.after == replace(EXISTING, events=frozenset({"trigger:addon-backup:failure"}))
    assert updated.to_result() == [{"action": "update", "name": "On call", "changed_options": ["events"]}]


@pytest.mark.parametrize(
    ("existing", "options", "always", "changed_options"),
    [
        (EXISTING, {"secret": SECRET}, False, ()),
        (EXISTING, {"secret": SECRET}, True, ("secret",)),
        (EXISTING, {}, True, ()),
        # The API returns the webhook.
        (EXISTING, {"webhook": "https://hooks.example.com/other"}, False, ("webhook",)),
        (MASKED, {}, False, ()),
        (MASKED, {}, True, ("webhook",)),
        (MASKED, {"webhook": None, "secret": SECRET}, True, ("secret",)),
        (MASKED, {"secret": SECRET, "name": "Other"}, True, ("name", "webhook", "secret")),
    ],
)
def test_what_the_api_does_not_return_is_sent_always_or_on_create_only(
    existing: NotificationIntegration, options: dict[str, Any], always: bool, changed_options: tuple[str, ...]
) -> None:
    planned = plan(existing, always, **options)
    assert planned.changed_options == changed_options
    assert planned.action == ("update" if changed_options else None)
    assert planned.refusals == ()


def test_an_integration_that_is_restricted_by_others_is_updated() -> None:
    """The API does not return restrictions to tags."""
    by_tags = replace(EXISTING, restricted=True, projects=frozenset())
    assert plan(by_tags, events=[], restricted=True).refusals == ()
    assert plan(by_tags, restricted=False).refusals == ()


def test_a_secret_that_is_not_sent_is_not_in_the_plan() -> None:
    assert plan(secret=SECRET, events=[]).after.secret is None  # type: ignore[union-attr]
    assert plan(secret=SECRET, always=True).after.secret == SECRET  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("existing", "options", "refusal"),
    [
        (
            None,
            {"integration_id": "on-call"},
            "The notification integration with the ID on-call does not exist. Check integration_id. To create an"
            " integration, omit it: Northflank determines the ID.",
        ),
        (
            None,
            {"type": None, "webhook": None},
            "The notification integration 'On call' does not exist, and cannot be created without type and webhook.",
        ),
        (
            None,
            {"restricted": True},
            "The notification integration 'On call' does not exist, and cannot be created without projects.",
        ),
        (
            EXISTING,
            {"type": "DISCORD"},
            "The API cannot change the type of the notification integration on-call from 'RAW_WEBHOOK' to 'DISCORD'."
            " Delete it first, or choose another name.",
        ),
        (
            DISCORD,
            {"type": None, "secret": SECRET},
            "The notification integration on-call has the type 'DISCORD', and only RAW_WEBHOOK sends a secret. Remove"
            " the option secret.",
        ),
        (EXISTING, {"restricted": True}, SILENT),
        (RESTRICTED, {"projects": []}, SILENT),
    ],
)
def test_refusals(existing: NotificationIntegration | None, options: dict[str, Any], refusal: str) -> None:
    assert plan(existing, **options).refusals == (refusal,)


def test_a_name_that_is_taken_is_refused() -> None:
    namesakes = [replace(EXISTING, id="other", name="Other"), replace(EXISTING, id="other-2", name="Other")]
    refused = plan(namesakes=namesakes, integration_id="on-call", name="Other")
    assert refused.refusals == (
        "The notification integration on-call cannot be renamed: 'Other' is the name of other, other-2. Choose another"
        " name.",
    )


def test_an_ambiguous_name_lists_the_ids() -> None:
    message = ambiguous("On call", [EXISTING, replace(EXISTING, id="on-call-2")])
    assert re.search(
        "^2 notification integrations have the name 'On call': on-call, on-call-2. Set integration_id", message
    )


def test_an_existing_integration_is_deleted() -> None:
    assert plan_absent(EXISTING) == NotificationPlan("delete", EXISTING, None)
    assert plan_absent(EXISTING).to_result() == [{"action": "delete", "name": "On call"}]
    assert plan_absent(None) == NotificationPlan(None, None, None)
