# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notification integrations: their forms and comparisons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.notification import (
    BACKUP_EVENTS,
    NotificationIntegration,
    api_events,
    event_names,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    NOTIFICATION_IN_API,
    WEBHOOK,
    notification,
)

SECRET = "secret-of-a-test"
FAILURE, ABORT = "trigger:addon-backup:failure", "trigger:addon-backup:abort"
EXISTING = NotificationIntegration.from_api(NOTIFICATION_IN_API)
MASKED = NotificationIntegration.from_api({**NOTIFICATION_IN_API, "webhook": "https://hooks.example.com/***"})


def test_an_integration_from_options() -> None:
    assert notification(projects=["b", "a", "a"], restricted=True) == NotificationIntegration(
        id=None,
        name="On call",
        type="RAW_WEBHOOK",
        webhook=WEBHOOK,
        restricted=True,
        projects=frozenset({"a", "b"}),
        events=frozenset({FAILURE, ABORT}),
    )
    assert notification(events=None, projects=None).events is None


def test_the_prefix_of_events_is_optional() -> None:
    mixed = notification(events=["addon-backup:start", FAILURE, "build:start", "trigger:build:start"]).events
    assert mixed == {"trigger:addon-backup:start", FAILURE, "trigger:build:start"}
    assert event_names(mixed) == ["addon-backup:failure", "addon-backup:start", "build:start"]
    assert event_names(api_events(BACKUP_EVENTS)) == sorted(BACKUP_EVENTS)


def test_an_integration_from_the_api() -> None:
    status = {"disabled": True, "numberOfFailedRequests": 7.0, "timeOfFirstFailedRequest": "2026-01-15T09:30:00.000Z"}
    found = NotificationIntegration.from_api({**NOTIFICATION_IN_API, "status": status, "newField": {}})
    assert found == NotificationIntegration(
        id="on-call",
        name="On call",
        type="RAW_WEBHOOK",
        webhook=WEBHOOK,
        restricted=False,
        projects=frozenset(),
        events=frozenset({FAILURE, ABORT}),
    )
    assert (found.disabled, found.failed_requests, found.first_failed_request_at) == (
        True,
        7,
        "2026-01-15T09:30:00.000Z",
    )


@pytest.mark.parametrize("status", [None, "disabled", {}, {"disabled": "yes", "numberOfFailedRequests": True}])
def test_an_unexpected_status_is_unknown(status: Any) -> None:
    found = NotificationIntegration.from_api({**NOTIFICATION_IN_API, "status": status})
    assert (found.disabled, found.failed_requests, found.first_failed_request_at) == (None, None, None)


@pytest.mark.parametrize(
    "webhook",
    [None, "", "********", "https://hooks.example.com/...", "https://hooks.example.com/\u2022\u2022", "a\u2026"],
)
def test_a_masked_webhook_is_not_known(webhook: str | None) -> None:
    assert NotificationIntegration.from_api({**NOTIFICATION_IN_API, "webhook": webhook}).webhook is None


def test_a_list_has_neither_projects_nor_events() -> None:
    listed = {name: NOTIFICATION_IN_API[name] for name in ("id", "name", "type", "webhook")}
    found = NotificationIntegration.from_api(listed, is_listed=True)
    assert (found.restricted, found.projects, found.events) == (None, None, None)
    assert "events" not in found.to_result() and "projects" not in found.to_result()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": None}, "id is missing"),
        ({"name": ""}, "name is missing"),
        ({"type": 7}, "type is not of type str"),
        ({"webhook": [WEBHOOK]}, "webhook is not of type str"),
        ({"restricted": 1}, "restricted is not of type bool"),
        ({"restricted": None}, "restricted is missing"),
        ({"projects": None}, "projects is missing"),
        ({"projects": [{}]}, "an item of projects is not of type str"),
        ({"projects": ["shop", None]}, "an item of projects is not of type str"),
        ({"events": None}, "events is missing"),
        ({"events": [FAILURE]}, "events is not of type dict"),
    ],
)
def test_anything_else_is_an_error_that_quotes_no_value(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        NotificationIntegration.from_api({**NOTIFICATION_IN_API, **changes})


def test_unknown_values_of_events_enable_none() -> None:
    events = {FAILURE: "true", ABORT: None, "trigger:new": {"enabled": True}, "trigger:other": True}
    assert NotificationIntegration.from_api({**NOTIFICATION_IN_API, "events": events}).events == {"trigger:other"}


def test_the_request_body_that_creates_an_integration() -> None:
    assert notification(secret=SECRET, restricted=True, projects=["b", "a"]).with_defaults().to_api() == {
        "name": "On call",
        "type": "RAW_WEBHOOK",
        "webhook": WEBHOOK,
        "secret": SECRET,
        "restricted": True,
        "projects": ["a", "b"],
        "events": {ABORT: True, FAILURE: True},
    }


def test_a_new_integration_gets_the_events_of_backups() -> None:
    created = notification(events=None).with_defaults()
    assert (created.events, created.restricted, created.projects) == (
        api_events(BACKUP_EVENTS),
        False,
        frozenset(),
    )
    assert notification(events=[]).with_defaults().events == frozenset()


def test_the_request_body_that_changes_an_integration_disables_events() -> None:
    desired = notification(events=["addon-backup:start", "addon-backup:failure"], name="Other")
    assert desired.to_update(["events"], EXISTING) == {
        "events": {"trigger:addon-backup:start": True, FAILURE: True, ABORT: False, "trigger:build:start": False}
    }
    assert desired.to_update(["name"], EXISTING) == {"name": "Other"}
    assert notification(projects=[]).to_update(["projects"], EXISTING) == {"projects": []}


@pytest.mark.parametrize(
    ("options", "changed_options"),
    [
        ({}, []),
        ({"webhook": None, "type": None, "events": None}, []),
        ({"secret": SECRET}, []),
        ({"restricted": False, "projects": []}, []),
        ({"events": [ABORT, "addon-backup:failure", "addon-backup:abort"]}, []),
        ({"events": ["addon-backup:failure"]}, ["events"]),
        ({"events": []}, ["events"]),
        ({"restricted": True, "projects": ["shop"]}, ["restricted", "projects"]),
        ({"webhook": "https://hooks.example.com/other"}, ["webhook"]),
        ({"name": "Other", "type": "DISCORD"}, ["name", "type"]),
    ],
)
def test_only_options_that_are_set_can_differ(options: dict[str, Any], changed_options: list[str]) -> None:
    assert list(notification(**options).differences(EXISTING)) == changed_options


def test_what_the_api_does_not_return_never_differs() -> None:
    assert notification(secret=SECRET).differences(MASKED) == ()
    assert MASKED.hides(["webhook"]) and not EXISTING.hides(["webhook", "events"])
    assert EXISTING.hides(["secret"])


def test_omitted_settings_are_filled_from_the_existing_integration() -> None:
    desired = notification(name="Other", type=None, webhook=None, events=None)
    assert desired.filled_from(EXISTING) == replace(EXISTING, name="Other")


def test_results_and_representations_have_no_secrets() -> None:
    found = replace(EXISTING, secret=SECRET)
    result = found.to_result()
    assert result == {
        "id": "on-call",
        "name": "On call",
        "type": "RAW_WEBHOOK",
        "restricted": False,
        "projects": [],
        "events": ["addon-backup:abort", "addon-backup:failure"],
        "disabled": None,
        "failed_requests": None,
        "first_failed_request_at": None,
        "created_at": "2026-01-15T09:30:00.000Z",
    }
    shown = f"{result} {found!r} {found.settings()} {found.settings(['webhook', 'secret'])}"
    assert WEBHOOK not in shown and SECRET not in shown
    assert found.secrets() == [WEBHOOK, SECRET]
    assert MASKED.secrets() == []


def test_a_diff_shows_that_a_secret_changes() -> None:
    assert EXISTING.settings() == {
        "name": "On call",
        "type": "RAW_WEBHOOK",
        "restricted": False,
        "projects": [],
        "events": ["addon-backup:abort", "addon-backup:failure"],
        "webhook": "(hidden)",
    }
    assert replace(EXISTING, secret=SECRET).settings()["secret"] == "(hidden)"
    changed = EXISTING.settings(["webhook", "secret"])
    assert (changed["webhook"], changed["secret"]) == ("(hidden, changed)", "(hidden, changed)")


def test_an_integration_has_a_name_in_actions_and_can_get_an_id() -> None:
    assert notification().ids() == {"name": "On call"}
    assert notification().with_id("on-call").id == "on-call"
