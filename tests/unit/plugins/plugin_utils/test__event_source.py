# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments of event sources."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions
from ansible_collections.community.northflank.plugins.plugin_utils._event_source import (
    check_arguments,
    range_errors,
    validated_arguments,
)

SPEC = {"port": {"type": "int", "required": True}, "host": {"type": "str", "default": "127.0.0.1"}}


def test_defaults_and_types() -> None:
    assert validated_arguments(SPEC, {"port": "5000"}) == ({"port": 5000, "host": "127.0.0.1"}, [])


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({}, "missing required arguments: port"),
        ({"port": "a\nb"}, "port"),
        ({"port": True}, "port: true is a Boolean, not an integer"),
        ({"port": 1, "hots": "a"}, "hots"),
    ],
)
def test_errors(args: dict[str, object], error: str) -> None:
    ((found),) = validated_arguments(SPEC, args)[1]
    assert error in found
    assert "\n" not in found


def test_ranges() -> None:
    assert list(range_errors({"port": 0}, {"port": (1, 65535)})) == ["port: 0 is not between 1 and 65535"]
    assert list(range_errors({"port": 1}, {"port": (1, 65535)})) == []


def test_check_arguments() -> None:
    check_arguments([])
    with pytest.raises(InvalidOptions, match=r"^2 invalid options \(the source was not started\): a; b$"):
        check_arguments(["a", "b"])
