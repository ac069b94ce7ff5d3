# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of what the API returns."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.fields import check_type, mapping


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
