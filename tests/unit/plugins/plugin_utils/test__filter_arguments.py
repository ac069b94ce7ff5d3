# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the arguments of filters: invalid values are errors that name the argument, and quote part of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import (
    parse_datetime,
    parse_id,
    parse_integer,
    parse_list,
    parse_scheduling,
)

# Python does not convert integers of more than 4300 digits to text, and no text of more digits to integers.
LARGE = {"text": "x" * 100_000, "integer": 10**5000, "digits": "5" * 5000}
WEEKLY = {"interval": "weekly", "minute": [0], "hour": [2], "day": [0]}


@pytest.mark.parametrize("value", ["shop", "My-Shop-2", "5", 5])
def test_an_id(value: Any) -> None:
    assert parse_id(value, "addon_id") == str(value)


@pytest.mark.parametrize("value", [None, "", True, [], {}, 1.5, "\ud800", "a b", "a/b", "..", -1, *LARGE])
def test_an_invalid_id(value: Any) -> None:
    value = LARGE.get(value, value) if isinstance(value, str) else value
    with pytest.raises(AnsibleFilterError, match=r"^addon_id: .+") as raised:
        parse_id(value, "addon_id")
    assert len(str(raised.value)) < 500
    str(raised.value).encode()


@pytest.mark.parametrize("value", [*LARGE, "list", "dict", "\ud800", None, b"x"])
@pytest.mark.parametrize(
    "convert",
    [
        lambda value: parse_datetime(value, "the argument"),
        lambda value: parse_integer(value, "the argument", 1, 1000),
        lambda value: parse_list(value if isinstance(value, str) else 5, "the argument", "schedules"),
        lambda value: parse_scheduling(value, "the argument"),
        lambda value: parse_scheduling({"interval": value}, "the argument"),
        lambda value: parse_scheduling({**WEEKLY, "minute": value if value is not None else "x"}, "the argument"),
        lambda value: parse_scheduling({**WEEKLY, "hour": [value]}, "the argument"),
        lambda value: parse_scheduling({**WEEKLY, "day": [value, "x"] * 1000}, "the argument"),
    ],
)
def test_an_invalid_value_is_quoted_in_part(convert: Callable[[Any], Any], value: Any) -> None:
    values = {**LARGE, "list": list(LARGE.values()), "dict": LARGE}
    value = values.get(value, value) if isinstance(value, str) else value
    with pytest.raises(AnsibleFilterError, match=r"^the argument.+") as raised:
        convert(value)
    assert len(str(raised.value)) < 1200
    str(raised.value).encode()


def test_valid_values() -> None:
    assert parse_integer("7", "count", 1, 1000) == 7
    assert parse_datetime("2026-11-24T02:30:00", "now") == datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)
    assert parse_list(iter([1]), "filter", "results") == [1]
    assert parse_scheduling(WEEKLY, "schedule").as_dict() == WEEKLY
