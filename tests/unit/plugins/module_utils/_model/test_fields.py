# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of what the API returns."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.fields import (
    check_type,
    mapping,
    optional_integer,
    optional_text,
    required_text,
)


def test_an_object_is_returned() -> None:
    assert mapping("it", {"a": 1}) == {"a": 1}


@pytest.mark.parametrize("value", [None, [], "secret"])
def test_anything_else_is_an_error_without_the_value(value: Any) -> None:
    with pytest.raises(ValueError, match="^credentials is not an object$"):
        mapping("credentials", value)


@pytest.mark.parametrize(("value", "type_"), [(None, str), ("a", str), (1, int), (True, bool), ([], list)])
def test_null_and_values_of_the_type_are_valid(value: Any, type_: type) -> None:
    check_type("name", value, type_)


@pytest.mark.parametrize(("value", "type_"), [(1, str), ("1", int), (True, int), (1, bool), ({}, list)])
def test_a_value_of_another_type_is_an_error(value: Any, type_: type) -> None:
    with pytest.raises(ValueError, match=f"^name is not of type {type_.__name__}$"):
        check_type("name", value, type_)


def test_required_text_is_returned() -> None:
    assert required_text({"id": "orders-db"}, "id") == "orders-db"


@pytest.mark.parametrize("fields", [{"id": None}, {"id": ""}, {"id": 1}, {"id": ["a"]}])
def test_anything_else_is_not_required_text(fields: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="^id$"):
        required_text(fields, "id")


def test_required_text_must_exist() -> None:
    with pytest.raises(KeyError):
        required_text({}, "id")


@pytest.mark.parametrize(("value", "text"), [("a", "a"), ("", None), (None, None), (1, None), ({}, None)])
def test_optional_text(value: Any, text: str | None) -> None:
    assert optional_text(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [(4096, 4096), ("4096", 4096), (1.9, 1), (True, None), (None, None), ("4 GB", None), (float("inf"), None)],
)
def test_optional_integer(value: Any, number: int | None) -> None:
    assert optional_integer(value) == number
