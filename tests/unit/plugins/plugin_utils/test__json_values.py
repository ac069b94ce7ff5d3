# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the conversion of values to JSON in UTF-8."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._json_values import (
    is_list,
    to_json_value,
    to_text,
)

SURROGATE = "\ud800"


@pytest.mark.parametrize(
    ("value", "text"), [("größe", "größe"), (5, "5"), (None, "None"), (f"a{SURROGATE}b", "a\ufffdb")]
)
def test_to_text(value: Any, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize("value", ["text", "", None, True, 0, 1.5, [1, [2]], {"a": {"b": []}}])
def test_values_of_json_do_not_change(value: Any) -> None:
    converted = to_json_value(value)
    assert (converted, type(converted)) == (value, type(value))


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_a_number_that_json_does_not_have_becomes_null(number: float) -> None:
    assert to_json_value({"a": [number]}) == {"a": [None]}


def test_surrogates_are_replaced_at_any_depth() -> None:
    assert to_json_value({SURROGATE: [SURROGATE]}) == {"\ufffd": ["\ufffd"]}


def test_another_type_becomes_text() -> None:
    assert to_json_value([(1, 2), {3}]) == [[1, 2], "{3}"]


@pytest.mark.parametrize(("value", "expected"), [([], True), ((1,), True), ("text", False), (b"", False), ({}, False)])
def test_is_list(value: Any, expected: bool) -> None:
    assert is_list(value) is expected
