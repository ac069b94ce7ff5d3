# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's backups of an addon."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.backups import list_backups
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)

RESOURCE = Resource("shop", "db", "our-team")


def listed(id_: str) -> dict[str, str]:
    return {"id": id_, "status": "completed", "createdAt": "2026-01-15T09:30:00.000Z"}


def test_each_page_is_requested_when_it_is_needed() -> None:
    transport = StubTransport(
        page("backups", listed("a"), hasNextPage=True, cursor="one"), page("backups", listed("b"))
    )
    backups = list_backups(transport, RESOURCE)  # type: ignore[arg-type]
    assert next(backups).id == "a"
    assert len(transport.requests) == 1
    assert [backup.id for backup in backups] == ["b"]
    assert transport.requests[0] == (
        "GET",
        "/v1/teams/our-team/projects/shop/addons/db/backups",
        {"per_page": 100},
    )
    assert transport.hints == RESOURCE.hints("GET")


def test_anything_but_a_backup_is_an_error() -> None:
    with pytest.raises(ApiError) as caught:
        list(list_backups(StubTransport(page("backups", {"id": "a"})), RESOURCE))  # type: ignore[arg-type]
    assert caught.value.message == "the response has an item that is not a backup: {'id': 'a'}"


def test_a_missing_list_is_an_error() -> None:
    with pytest.raises(ApiError, match="the response has no list of backups"):
        list(list_backups(StubTransport({"data": {}}), RESOURCE))  # type: ignore[arg-type]
