# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The format of IDs."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.ids import id_errors, is_id, slug


@pytest.mark.parametrize("value", ["a", "my-app", "My-App-2", "0", "a" * 100])
def test_a_valid_id(value: str) -> None:
    assert id_errors("addon_id", value) == []
    assert is_id(value)


@pytest.mark.parametrize("value", ["", "My App", "-app", "app-", "my--app", "my_app", "äpp", "a/b", "..", "app\n"])
def test_an_invalid_id(value: str) -> None:
    assert id_errors("addon_id", value) == [
        f"addon_id: {value!r} is not an ID: use letters and digits, in groups joined by single hyphens"
    ]
    assert not is_id(value)


@pytest.mark.parametrize(
    ("value", "min_length", "error"),
    [
        ("ab", 3, "must have 3 to 100 characters, not 2"),
        ("a" * 101, 1, "must have 1 to 100 characters, not 101"),
        ("abc", 3, None),
    ],
)
def test_the_length_is_limited(value: str, min_length: int, error: str | None) -> None:
    assert id_errors("addon_id", value, min_length) == ([f"addon_id: {value!r} {error}"] if error else [])
    assert is_id(value, min_length) == (error is None)


@pytest.mark.parametrize("value", [None, 7, True, [], {}])
def test_only_strings_are_ids(value: object) -> None:
    assert not is_id(value)


@pytest.mark.parametrize("value", ["True", "False"])
def test_a_boolean_is_not_an_id(value: str) -> None:
    assert id_errors("addon_id", value) == [f"addon_id: {value} is a Boolean, not an ID; put the ID in quotes"]


def test_a_long_value_is_truncated() -> None:
    (error,) = id_errors("addon_id", "x" * 100_000 + "!")
    assert len(error) < 400


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("My App", "my-app"),
        ("Example Backup Destination", "example-backup-destination"),
        ("my-app", "my-app"),
        (" S3 (eu_west.1) ", "s3-eu-west-1"),
        ("--", ""),
    ],
)
def test_an_id_is_derived_from_a_name(name: str, id_: str) -> None:
    assert slug(name) == id_
