# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules for the options of a backup destination."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.destination_rules import (
    destination_errors,
    reference_errors,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import destination

KEYS = {"access_key": None, "secret_key": None}
WORKLOAD = {**KEYS, "auth_mode": "workloadIdentity", "workload_identity_id": "writer"}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({}, None),
        ({"name": "Größe", "destination_id": "size"}, None),
        ({"name": None, "destination_id": "cold-storage"}, None),
        ({"name": None}, "destination_id: set name or destination_id"),
        ({"name": ""}, "destination_id: set name or destination_id"),
        (
            {"name": "Größe"},
            "destination_id: required, because the ID that Northflank derives from the name 'Größe' cannot be"
            " predicted",
        ),
        (
            {"name": "--"},
            "destination_id: required, because the ID that Northflank derives from the name '--' cannot be predicted",
        ),
        (
            {"destination_id": "a-"},
            "destination_id: 'a-' is not an ID: use letters and digits, in groups joined by single hyphens",
        ),
        ({"destination_id": "ab"}, "destination_id: 'ab' must have 3 to 100 characters, not 2"),
    ],
)
def test_the_id_is_set_or_predictable(options: dict[str, Any], error: str | None) -> None:
    assert reference_errors(destination(**options)) == ([error] if error else [])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"description": "", "prefix": "", "usage": "containerSnapshots"},
        {"credentials": KEYS},
        {"credentials": WORKLOAD},
        {"credentials": {**KEYS, "workload_identity_id": "writer"}},
        {"credentials": {"auth_mode": "staticCreds", "enable_object_lock": True, "object_lock_retention_days": 1}},
        {"credentials": {"object_lock_retention_days": 30}},
        {"credentials": {"secret_key": "with spaces inside"}},
    ],
)
def test_valid_options(options: dict[str, Any]) -> None:
    assert destination_errors(destination(**options)) == []


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"name": None}, "name: required if state is present"),
        ({"prefix": None}, "prefix: required if state is present"),
        ({"name": ""}, "name: must not be empty"),
        ({"name": "a\tb"}, "name: 'a\\tb' contains control characters"),
        ({"description": "a\nb"}, "description: 'a\\nb' contains control characters"),
        ({"prefix": " a"}, "prefix: ' a' has leading or trailing whitespace"),
        ({"credentials": {"bucket_name": ""}}, "credentials.bucket_name: must not be empty"),
        ({"credentials": {"region": " "}}, "credentials.region: ' ' has leading or trailing whitespace"),
        ({"credentials": {"endpoint": "a\x1b"}}, "credentials.endpoint: 'a\\x1b' contains control characters"),
        (
            {"credentials": {"endpoint": "https://me:password@s3.example.org"}},
            "credentials.endpoint: must not contain credentials; use access_key and secret_key",
        ),
        (
            {"credentials": {"object_lock_retention_days": 0}},
            "credentials.object_lock_retention_days: 0 is less than the minimum of 1 day",
        ),
        (
            {"credentials": {"object_lock_retention_days": 1, "enable_object_lock": False}},
            "credentials.object_lock_retention_days: not allowed with enable_object_lock: false",
        ),
        (
            {"credentials": {**WORKLOAD, "secret_key": "secret-of-a-test"}},
            "credentials.secret_key: not allowed with auth_mode: workloadIdentity",
        ),
        (
            {"credentials": {**WORKLOAD, "workload_identity_id": None}},
            "credentials.workload_identity_id: required with auth_mode: workloadIdentity",
        ),
        (
            {"credentials": {"workload_identity_id": "writer"}},
            "credentials.workload_identity_id: not allowed with auth_mode: staticCreds",
        ),
        ({"credentials": {"access_key": ""}}, "credentials.access_key: has fewer than 8 characters"),
        ({"credentials": {"secret_key": "1234567"}}, "credentials.secret_key: has fewer than 8 characters"),
        (
            {"credentials": {"secret_key": "secret-of-a-test\n"}},
            "credentials.secret_key: contains control characters, or leading or trailing whitespace;"
            " check for a trailing newline",
        ),
    ],
)
def test_each_error_names_its_option_and_no_secret(options: dict[str, Any], error: str) -> None:
    assert destination_errors(destination(**options)) == [error]


def test_without_credentials_all_errors_are_reported_at_once() -> None:
    none = dict.fromkeys(("bucket_name", "region", "endpoint", "access_key", "secret_key"))
    assert destination_errors(destination(name="", prefix=None, credentials=none)) == [
        "prefix: required if state is present",
        "credentials: required if state is present",
        "name: must not be empty",
    ]
