# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addons that a task is about."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._tasks.selection import select_addons
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)

ALL = {"project_id": "shop", "team_id": None, "addon_ids": None}


def select(*addons: dict[str, Any], **options: Any) -> list[Resource]:
    return select_addons(StubTransport(page("addons", *addons)), {**ALL, **options})  # type: ignore[arg-type]


def test_addons_that_are_given_are_not_listed() -> None:
    transport = StubTransport()
    params = {"project_id": "shop", "team_id": "our-team", "addon_ids": ["b", "a", "b"]}
    assert select_addons(transport, params) == [  # type: ignore[arg-type]
        Resource("shop", "b", "our-team"),
        Resource("shop", "a", "our-team"),
    ]
    assert transport.requests == []


def test_without_ids_all_addons_of_the_project_are_selected() -> None:
    (a, b) = select({"id": "a", "status": "running"}, {"id": "b", "status": "paused"}, team_id="our-team")
    assert (a, a.status) == (Resource("shop", "a", "our-team"), "running")
    assert (b, b.status) == (Resource("shop", "b", "our-team"), "paused")


def test_an_addon_that_is_listed_twice_is_one() -> None:
    """Otherwise the second outcome would hide what the first one lost."""
    listed = ({"id": "a", "status": "running"}, {"id": "b"}, {"id": "a", "status": "backup"})
    assert [resource.id for resource in select(*listed)] == ["a", "b"]


@pytest.mark.parametrize("status", [[], {}, 7, None])
def test_a_status_of_another_type_is_unknown(status: Any) -> None:
    (resource,) = select({"id": "a", "status": status})
    assert (resource.status, len({resource})) == (None, 1)


@pytest.mark.parametrize("addon_id", ["..", ".", "a/b", "a\x1b[31m\nb", ""])
def test_an_id_that_would_change_the_path_is_rejected(addon_id: str) -> None:
    with pytest.raises(ApiError, match="the response has an invalid ID") as caught:
        select({"id": addon_id})
    assert str(caught.value).isprintable()
