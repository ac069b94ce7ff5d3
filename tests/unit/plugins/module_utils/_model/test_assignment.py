# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Assignments match addons, and the first match applies."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.assignment import (
    Assignment,
    Traits,
    first_match,
)

ORDERS = Traits(names=["orders-db", "Orders"], types=["postgresql"], tags=["critical", "eu"])


@pytest.mark.parametrize(
    ("conditions", "matches"),
    [
        ({}, True),
        ({"tags": ["critical"]}, True),
        ({"tags": ["us", "e?"]}, True),
        ({"tags": ["us"]}, False),
        ({"tags": []}, False),
        ({"types": ["postgresql"]}, True),
        ({"types": ["redis", "mysql"]}, False),
        ({"names": ["orders-*"]}, True),
        ({"names": ["Orders"]}, True),
        ({"names": ["orders"]}, False),
        ({"names": ["ORDERS-DB"]}, False),
        ({"names": ["*"], "types": ["post*"], "tags": ["[c-f]*"]}, True),
        ({"names": ["*"], "types": ["post*"], "tags": ["us"]}, False),
        ({"names": ["*"], "types": ["redis"], "tags": ["eu"]}, False),
        ({"names": ["x"], "types": ["post*"], "tags": ["eu"]}, False),
    ],
)
def test_one_pattern_of_each_condition_must_match(conditions: dict[str, Any], matches: bool) -> None:
    assert Assignment([], **conditions).matches(ORDERS) is matches


def test_without_tags_only_an_assignment_without_that_condition_matches() -> None:
    untagged = Traits(names=["cache"], types=["redis"], tags=[])
    assert not Assignment([], tags=["*"]).matches(untagged)
    assert Assignment([], types=["*"]).matches(untagged)


def test_the_first_match_wins() -> None:
    first = Assignment([], "first", tags=["us"])
    second = Assignment([], "second", types=["postgresql"])
    third = Assignment([], "third")
    assert first_match([first, second, third], ORDERS) is second
    assert first_match([first], ORDERS) is None
    assert first_match([], ORDERS) is None
