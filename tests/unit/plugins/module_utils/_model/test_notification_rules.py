# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules for the options of a notification integration."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.notification_rules import (
    notification_errors,
    reference_errors,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    WEBHOOK,
    notification,
)

NOT_A_URL = "webhook: is not a URL such as https://hooks.example.com/backups (the value is not shown)"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({}, None),
        ({"name": "Größe"}, None),
        ({"name": None, "integration_id": "on-call"}, None),
        ({"name": None}, "name: set name or integration_id"),
        ({"name": ""}, "name: set name or integration_id"),
        (
            {"integration_id": "a-"},
            "integration_id: 'a-' is not an ID: use letters and digits, in groups joined by single hyphens",
        ),
    ],
)
def test_the_integration_is_identified(options: dict[str, Any], error: str | None) -> None:
    assert reference_errors(notification(**options)) == ([error] if error else [])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"type": None, "webhook": None, "events": None},
        {"secret": "secret-of-a-test"},
        {"secret": "secret-of-a-test", "type": None},
        {"webhook": "http://127.0.0.1:8080/hook"},
        {"webhook": "http://[::1]/hook"},
        {"webhook": "https://me:password@hooks.example.com/?token=abc"},
        {"restricted": True, "projects": ["shop"]},
        {"restricted": True},
        {"restricted": False, "projects": []},
        {"projects": []},
        {"events": []},
        {
            "events": [
                "trigger:addon-backup:start",
                "trigger:infrastructure:job:container-cpuSpike90",
                "addon-backup:abort",
            ]
        },
    ],
)
def test_valid_options(options: dict[str, Any]) -> None:
    assert notification_errors(notification(**options)) == []


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"name": "a\tb"}, "name: 'a\\tb' contains control characters"),
        ({"name": "", "integration_id": "on-call"}, "name: must not be empty"),
        ({"webhook": ""}, "webhook: has fewer than 8 characters"),
        (
            {"webhook": f"{WEBHOOK}\n"},
            "webhook: contains control characters, or leading or trailing whitespace; check for a trailing newline",
        ),
        ({"webhook": "hooks.example.com/hook"}, NOT_A_URL),
        ({"webhook": "ftp://hooks.example.com"}, NOT_A_URL),
        ({"webhook": "https://:443/hook"}, NOT_A_URL),
        ({"webhook": "https://hooks.example.com:0"}, NOT_A_URL),
        ({"webhook": "https://hooks.example.com:port"}, NOT_A_URL),
        ({"webhook": "https://[hooks.example.com"}, NOT_A_URL),
        ({"webhook": "https://hooks.example.com/a hook"}, NOT_A_URL),
        ({"webhook": "http://hooks.example.com"}, "webhook: would send notifications unencrypted; use https"),
        ({"secret": "short"}, "secret: has fewer than 8 characters"),
        (
            {"secret": "secret-of-a-test", "type": "DISCORD"},
            "secret: not allowed with type: DISCORD; only RAW_WEBHOOK sends it",
        ),
        (
            {"projects": ["shop"]},
            "projects: requires restricted: true; without it, the notifications of all projects are sent",
        ),
        (
            {"projects": ["shop"], "restricted": False},
            "projects: requires restricted: true; without it, the notifications of all projects are sent",
        ),
        ({"projects": [], "restricted": True}, "projects: must not be empty with restricted: true"),
        (
            {"projects": ["My shop"], "restricted": True},
            "projects: 'My shop' is not an ID: use letters and digits, in groups joined by single hyphens",
        ),
        (
            {"events": ["backup-failed"]},
            "events: 'backup-failed' is not the name of an event; use names such as addon-backup:start,"
            " addon-backup:success, addon-backup:failure, addon-backup:abort",
        ),
    ],
)
def test_each_error_names_its_option_and_no_secret(options: dict[str, Any], error: str) -> None:
    assert notification_errors(notification(**options)) == [error]


def test_all_errors_are_reported_at_once() -> None:
    options = {"name": "a\n", "webhook": "short", "secret": "short", "projects": ["a b"], "events": ["True"]}
    errors = notification_errors(notification(**options))
    assert [error.split(":")[0] for error in errors] == ["name", "webhook", "secret", "projects", "projects", "events"]
