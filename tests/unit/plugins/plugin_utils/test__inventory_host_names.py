# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the names of hosts."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_host_names import host_name, unique_names


def names_of(preferred: list[str], *taken: str) -> list[str | None]:
    """Name the addons orders-db and cache of the project shop."""
    return unique_names(preferred, ["orders-db.shop", "cache.shop"], lambda name, index: name not in taken)


def test_a_host_has_its_preferred_name() -> None:
    assert names_of(["a", "b"]) == ["a", "b"]


def test_a_name_that_two_hosts_prefer_goes_to_neither() -> None:
    assert names_of(["a", "a"]) == ["orders-db.shop", "cache.shop"]


def test_a_name_that_is_taken_is_not_used() -> None:
    assert names_of(["a", "b"], "a") == ["orders-db.shop", "b"]
    assert names_of(["a", "b"], "a", "orders-db.shop") == ["orders-db.shop.northflank", "b"]
    assert names_of(["a", "b"], "a", "orders-db.shop", "orders-db.shop.northflank") == [None, "b"]


def test_a_default_name_that_another_host_prefers_is_not_used() -> None:
    assert names_of(["a", "orders-db.shop"], "a") == ["orders-db.shop.northflank", "orders-db.shop"]


def test_a_name_may_be_free_for_one_host_only() -> None:
    defaults = ["orders-db.shop", "cache.shop"]
    names = unique_names(["a", "b"], defaults, lambda name, index: (name, index) in [("a", 0), ("cache.shop", 1)])
    assert names == ["a", "cache.shop"]


@pytest.mark.parametrize(
    ("preferred", "name"),
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
def test_a_name_has_only_valid_characters(preferred: str, name: str) -> None:
    assert host_name(preferred) == name
