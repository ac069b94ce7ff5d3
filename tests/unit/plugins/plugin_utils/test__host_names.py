# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of hosts are valid and unique."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._host_names import host_name, unique_names


@pytest.mark.parametrize(
    ("wished", "name"),
    [
        ("orders-db.shop", "orders-db.shop"),
        ("The Shop", "The-Shop"),
        ("{{ a }}", "a"),
        ("a:b[0]&!,c", "a-b-0-c"),
        ("line\nend", "line-end"),
        ("/etc/passwd", "etc-passwd"),
        ("größe", "gr-e"),
        ("::", ""),
        ("x" * 1000, "x" * 253),
    ],
)
def test_characters_with_a_special_meaning_are_replaced(wished: str, name: str) -> None:
    assert host_name(wished) == name


def names(wished: list[str], *taken: str) -> list[str | None]:
    return unique_names(wished, ["orders-db.shop", "cache.shop"], lambda name, index: name not in taken)


def test_a_host_gets_the_name_that_it_wishes_for() -> None:
    assert names(["a", "b"]) == ["a", "b"]


def test_a_name_that_two_hosts_wish_for_goes_to_neither() -> None:
    assert names(["a", "a"]) == ["orders-db.shop", "cache.shop"]


def test_a_name_that_is_taken_is_not_used() -> None:
    assert names(["a", "b"], "a") == ["orders-db.shop", "b"]
    assert names(["a", "b"], "a", "orders-db.shop") == ["orders-db.shop.northflank", "b"]
    assert names(["a", "b"], "a", "orders-db.shop", "orders-db.shop.northflank") == [None, "b"]


def test_a_default_name_that_another_host_wishes_for_is_not_used() -> None:
    assert names(["a", "orders-db.shop"], "a") == ["orders-db.shop.northflank", "orders-db.shop"]


def test_a_name_may_be_free_for_some_hosts_only() -> None:
    """A host that exists already may keep its name."""
    wished, defaults = ["a", "b"], ["orders-db.shop", "cache.shop"]
    assert unique_names(wished, defaults, lambda name, index: name not in wished or index == 1) == [
        "orders-db.shop",
        "b",
    ]
