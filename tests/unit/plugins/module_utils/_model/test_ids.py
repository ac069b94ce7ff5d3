# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of ids."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.ids import id_errors


@pytest.mark.parametrize("value", ["a", "my-app", "My-App-2", "0", "a" * 100])
def test_an_id(value: str) -> None:
    assert id_errors("addon_id", value) == []


@pytest.mark.parametrize("value", ["", "My App", "-app", "app-", "my--app", "my_app", "äpp", "a/b", "..", "app\n"])
def test_what_is_no_id(value: str) -> None:
    assert id_errors("addon_id", value) == [
        f"addon_id: {value!r} is not an ID, which is letters and digits in groups joined by single hyphens"
    ]


@pytest.mark.parametrize(
    ("value", "shortest", "problem"),
    [
        ("ab", 3, "has 2 characters, an id has 3 to 100"),
        ("a" * 101, 1, "has 101 characters, an id has 1 to 100"),
        ("abc", 3, None),
    ],
)
def test_its_length(value: str, shortest: int, problem: str | None) -> None:
    assert id_errors("addon_id", value, shortest) == ([f"addon_id: {value!r} {problem}"] if problem else [])
