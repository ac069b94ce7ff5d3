# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of texts and secrets."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.text_rules import secret_errors, text_errors


@pytest.mark.parametrize("value", [None, "a", "two words", "Größe"])
def test_valid_texts(value: str | None) -> None:
    assert text_errors("name", value) == []


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("", "name: must not be empty"),
        ("a\nb", "name: 'a\\nb' contains control characters"),
        (" a", "name: ' a' has leading or trailing whitespace"),
    ],
)
def test_invalid_texts(value: str, error: str) -> None:
    assert text_errors("name", value) == [error]


def test_a_text_may_be_empty_if_that_has_a_meaning() -> None:
    assert text_errors("description", "", may_be_empty=True) == []


@pytest.mark.parametrize("value", [None, "12345678", "with spaces inside"])
def test_valid_secrets(value: str | None) -> None:
    assert secret_errors("secret", value) == []


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("1234567", "has fewer than 8 characters"),
        ("12345678\n", "contains control characters, or leading or trailing whitespace; check for a trailing newline"),
        (" 12345678", "contains control characters, or leading or trailing whitespace; check for a trailing newline"),
    ],
)
def test_invalid_secrets_are_not_quoted(value: str, error: str) -> None:
    assert secret_errors("secret", value) == [f"secret: {error}"]
