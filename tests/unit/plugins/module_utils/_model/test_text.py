# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Untrusted text is made safe to display and to write as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.text import (
    bounded,
    event_text,
    inert,
    parse_json,
    printable,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Größe: 5 µm", "Größe: 5 µm"),
        ("a\n\tb  c ", "a b c"),
        ("\x1b[2Ja\x07\x9b\u202eb\ud800c\x00", "[2Ja b c"),
        ("x" * 20, "x" * 20),
        ("x" * 21, f"{'x' * 20}... (1 more characters)"),
        ("x" * 4000, f"{'x' * 20}... (3980 more characters)"),
        (" " * 41, "... (41 more characters)"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text, 20) == shown


@given(st.text(st.characters()), st.integers(1, 50))
def test_printable_text_is_short_and_has_no_control_characters(text: str, length: int) -> None:
    shown = printable(text, length)
    assert shown.isprintable()
    assert len(shown) <= length + 40
    shown.encode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ({"a\x07": ["b\x1b", 7, None, True]}, {"a": ["b", 7, None, True]}),
        ({"a": "x" * 900}, {"a": "x" * 900}),
    ],
)
def test_a_short_value_keeps_its_type(value: Any, expected: Any) -> None:
    assert bounded(value) == expected


def test_a_long_value_becomes_an_excerpt() -> None:
    excerpt = bounded({"list": ["x" * 100] * 100})
    assert excerpt.startswith('{"list": ["xxx')
    assert excerpt.endswith(" more characters)")
    assert len(excerpt) < 1100


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
)


@given(JSON)
def test_parsed_json_can_be_written_strictly(value: Any) -> None:
    parsed = parse_json(json.dumps(value).encode())
    json.dumps(parsed, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"nan"])
def test_invalid_json_is_rejected(text: bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ a }}", "{ { a }}"),
        ("{% a %}", "{ % a %}"),
        ("{# a #}", "{ # a #}"),
        ("{{{%", "{ { { %"),
        ("#jinja2: variable_start_string:'[['\n[[ a ]]", "# jinja2: variable_start_string:'[['\n[[ a ]]"),
        ("{#jinja2:", "{ # jinja2:"),
        ('{"a": {}}', '{"a": {}}'),
    ],
)
def test_inert(text: str, expected: str) -> None:
    assert inert(text) == expected
    assert inert(expected) == expected


def test_event_text() -> None:
    assert event_text("Größe € \U0001f600{{ a }}\U0010ffff") == "Größe € \ufffd{ { a }}\ufffd"
