# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup destinations: their forms and their comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.destination import (
    BackupDestination,
    Credentials,
    is_changeable,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    DESTINATION_IN_API,
    destination,
)

ACCESS_KEY, SECRET_KEY = "AKIA-of-a-test", "secret-of-a-test"


def test_it_is_converted_from_options() -> None:
    assert destination() == BackupDestination(
        id=None,
        name="Cold storage",
        type="s3",
        prefix="backups",
        credentials=Credentials(
            bucket_name="bucket",
            region="eu-west-1",
            endpoint="s3.example.org",
            auth_mode="staticCreds",
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
        ),
    )


@pytest.mark.parametrize(
    ("credentials", "auth_mode"),
    [
        ({"access_key": None, "secret_key": None}, None),
        ({"access_key": None}, "staticCreds"),
        ({"secret_key": None}, "staticCreds"),
        ({"access_key": None, "secret_key": None, "workload_identity_id": "writer"}, "workloadIdentity"),
        ({"workload_identity_id": "writer"}, "staticCreds"),
        ({"auth_mode": "workloadIdentity"}, "workloadIdentity"),
    ],
)
def test_an_omitted_authentication_mode_follows_from_the_credentials(
    credentials: dict[str, Any], auth_mode: str | None
) -> None:
    assert destination(credentials=credentials).credentials.auth_mode == auth_mode


def test_it_is_converted_from_the_api() -> None:
    assert BackupDestination.from_api({**DESTINATION_IN_API, "newField": {}}) == BackupDestination(
        id="cold-storage",
        name="Cold storage",
        description="",
        type="s3",
        prefix="backups",
        usage="globalBackups",
        credentials=Credentials(
            bucket_name="bucket",
            region="eu-west-1",
            endpoint="s3.example.org",
            auth_mode="staticCreds",
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            enable_object_lock=False,
        ),
    )


@pytest.mark.parametrize(
    ("listed", "problem"),
    [
        (None, "it is not an object"),
        ({**DESTINATION_IN_API, "name": None}, "name is missing"),
        ({**DESTINATION_IN_API, "prefix": 7}, "prefix is not of type str"),
        ({**DESTINATION_IN_API, "credentials": SECRET_KEY}, "credentials is not an object"),
        (
            {**DESTINATION_IN_API, "credentials": {"secretKey": [SECRET_KEY]}},
            "credentials.secretKey is not of type str",
        ),
        (
            {**DESTINATION_IN_API, "credentials": {"enableObjectLock": 1}},
            "credentials.enableObjectLock is not of type bool",
        ),
        (
            {**DESTINATION_IN_API, "credentials": {"objectLockRetentionDays": True}},
            "credentials.objectLockRetentionDays is not of type int",
        ),
    ],
)
def test_anything_else_is_an_error_that_quotes_no_value(listed: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        BackupDestination.from_api(listed)


def test_the_id_follows_from_the_name_unless_it_is_set() -> None:
    assert destination().expected_id == "cold-storage"
    assert destination(destination_id="archive").expected_id == "archive"


def test_it_becomes_the_body_that_creates_it() -> None:
    assert destination(description="", usage="containerSnapshots").with_defaults().to_api() == {
        "name": "Cold storage",
        "type": "s3",
        "prefix": "backups",
        "usage": "containerSnapshots",
        "credentials": {
            "bucketName": "bucket",
            "region": "eu-west-1",
            "endpoint": "s3.example.org",
            "authMode": "staticCreds",
            "accessKey": ACCESS_KEY,
            "secretKey": SECRET_KEY,
            "enableObjectLock": False,
        },
    }


def test_it_becomes_the_body_that_changes_it() -> None:
    desired = destination(description="")
    assert desired.to_patch(["description"]) == {"description": ""}
    credentials = desired.to_api()["credentials"]
    assert desired.to_patch(["name", "credentials.region"]) == {"name": "Cold storage", "credentials": credentials}


EXISTING = BackupDestination.from_api({**DESTINATION_IN_API, "description": "of tests"})


@pytest.mark.parametrize(
    ("options", "changed_options"),
    [
        ({}, []),
        ({"credentials": {"access_key": None, "secret_key": None}}, []),
        ({"description": "of tests", "usage": "globalBackups"}, []),
        ({"description": "", "name": "Other", "prefix": ""}, ["name", "description", "prefix"]),
        ({"usage": "containerSnapshots"}, ["usage"]),
        ({"credentials": {"secret_key": "another-secret"}}, ["credentials.secret_key"]),
        (
            {"credentials": {"enable_object_lock": True, "object_lock_retention_days": 30}},
            ["credentials.enable_object_lock", "credentials.object_lock_retention_days"],
        ),
    ],
)
def test_only_options_that_are_set_can_differ(options: dict[str, Any], changed_options: list[str]) -> None:
    assert list(destination(**options).differences(EXISTING)) == changed_options


def test_omitted_settings_are_filled_from_the_existing_destination() -> None:
    desired = destination(credentials={"secret_key": "another-secret", "access_key": None})
    credentials = replace(EXISTING.credentials, secret_key="another-secret")
    filled = desired.filled_from(EXISTING)
    assert (filled.description, filled.usage, filled.credentials) == ("of tests", "globalBackups", credentials)


def test_credentials_of_the_other_authentication_mode_are_not_kept() -> None:
    workload = {"auth_mode": "workloadIdentity", "workload_identity_id": "writer"}
    desired = destination(credentials={"access_key": None, "secret_key": None, **workload})
    filled = desired.filled_from(EXISTING)
    assert (filled.credentials.access_key, filled.credentials.secret_key) == (None, None)
    back = destination().filled_from(filled)
    assert back.credentials.workload_identity_id is None
    assert back.credentials.secret_key == SECRET_KEY


def test_a_retention_is_not_kept_without_an_object_lock() -> None:
    lock = {"enable_object_lock": True, "object_lock_retention_days": 30}
    locked = destination(credentials=lock).filled_from(EXISTING)
    assert destination().filled_from(locked).credentials.object_lock_retention_days == 30
    unlocked = destination(credentials={"enable_object_lock": False}).filled_from(locked)
    assert unlocked.credentials.object_lock_retention_days is None


def test_results_and_representations_have_no_secrets() -> None:
    result = EXISTING.to_result()
    assert result == {
        "id": "cold-storage",
        "name": "Cold storage",
        "description": "of tests",
        "type": "s3",
        "prefix": "backups",
        "usage": "globalBackups",
        "credentials": {
            "bucket_name": "bucket",
            "region": "eu-west-1",
            "endpoint": "s3.example.org",
            "auth_mode": "staticCreds",
            "enable_object_lock": False,
        },
        "created_at": "2026-01-15T09:30:00.000Z",
    }
    shown = f"{result} {EXISTING!r} {EXISTING.settings()} {EXISTING.settings(['credentials.access_key'])}"
    assert ACCESS_KEY not in shown and SECRET_KEY not in shown
    assert set(EXISTING.secrets()) == {ACCESS_KEY, SECRET_KEY}


def test_a_diff_shows_that_a_secret_changes() -> None:
    before, after = EXISTING.settings(), EXISTING.settings(["credentials.secret_key"])
    assert "id" not in before and "created_at" not in before
    assert (before["credentials"]["access_key"], before["credentials"]["secret_key"]) == ("(hidden)", "(hidden)")
    assert (after["credentials"]["access_key"], after["credentials"]["secret_key"]) == ("(hidden)", "(hidden, changed)")


def test_a_diff_shows_no_secret_that_is_not_set() -> None:
    assert (
        "secret_key" not in replace(EXISTING, credentials=Credentials(bucket_name="bucket")).settings()["credentials"]
    )


def test_the_api_can_change_few_options() -> None:
    changeable = [option for option in destination()._options() if is_changeable(option)]
    assert changeable[:2] == ["name", "description"]
    assert all(option.startswith("credentials.") for option in changeable[2:])
    assert not is_changeable("prefix")
