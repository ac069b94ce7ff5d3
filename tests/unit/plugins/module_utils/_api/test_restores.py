# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's restores of an addon."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._api.restores import (
    create_restore,
    list_restores,
)
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model.restore import Restore
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)

TARGET, SOURCE = Resource("shop", "db", "our-team"), Resource("other", "copy", "our-team")
PATH = "/v1/teams/our-team/projects/shop/addons/db"


def test_restores_are_listed() -> None:
    transport = StubTransport(page("restores", {"id": "1", "backupId": "nightly", "status": "completed"}))
    assert list(list_restores(transport, TARGET)) == [Restore("1", "nightly", "completed")]  # type: ignore[arg-type]
    assert transport.requests == [("GET", f"{PATH}/restores", {"per_page": 100})]


def test_anything_but_a_restore_is_an_error() -> None:
    with pytest.raises(ApiError) as caught:
        list(list_restores(StubTransport(page("restores", {"id": "1"})), TARGET))  # type: ignore[arg-type]
    assert caught.value.message == "the response has an item that is not a restore: {'id': '1'}"


def test_a_restore_that_moves_to_the_next_page_is_one_restore() -> None:
    first, second = ({"id": id_, "backupId": "nightly", "status": "completed"} for id_ in "ab")
    transport = StubTransport(page("restores", first, second, hasNextPage=True, cursor="one"), page("restores", second))
    assert [restore.id for restore in list_restores(transport, TARGET)] == ["a", "b"]  # type: ignore[arg-type]


def test_a_restore_may_end_between_two_pages() -> None:
    running, ended = ({"id": "1", "backupId": "nightly", "status": status} for status in ("in-progress", "completed"))
    transport = StubTransport(page("restores", running, hasNextPage=True, cursor="one"), page("restores", ended))
    assert [restore.id for restore in list_restores(transport, TARGET)] == ["1"]  # type: ignore[arg-type]


def test_two_different_restores_with_an_id_are_an_error() -> None:
    first, second = ({"id": "1", "backupId": "nightly", "status": status} for status in ("completed", "failed"))
    with pytest.raises(ApiError, match="the response has two different restores with the ID '1'"):
        list(list_restores(StubTransport(page("restores", first, second)), TARGET))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "query"), [(TARGET, None), (SOURCE, {"sourceProjectId": "other", "sourceAddonId": "copy"})]
)
def test_the_source_is_named_if_it_is_another_addon(source: Resource, query: Any) -> None:
    transport = StubTransport({"data": {"restoreId": "1"}})
    restore = create_restore(transport, TARGET, source, "nightly")  # type: ignore[arg-type]
    assert restore == Restore("1", "nightly", "scheduled")
    assert transport.requests == [("POST", f"{PATH}/backups/nightly/restore", query)]
    assert "backup_id (nightly)" in transport.hints[404]
    assert ("source_project_id (other) and source_addon_id (copy)" in transport.hints[404]) == (source == SOURCE)
    assert "Project > Addons > General > Update" in transport.hints[403]


@pytest.mark.parametrize("data", [{}, {"restoreId": None}, {"restoreId": "not an ID"}])
def test_without_an_id_the_outcome_is_unknown(data: Any) -> None:
    with pytest.raises(ApiError) as caught:
        create_restore(StubTransport({"data": data}), TARGET, TARGET, "nightly")  # type: ignore[arg-type]
    assert caught.value.outcome_unknown


def test_with_the_id_of_an_earlier_restore_the_outcome_is_unknown() -> None:
    transport = StubTransport({"data": {"restoreId": "restore-1"}})
    with pytest.raises(ApiError, match="has the ID of an earlier restore, restore-1") as caught:
        create_restore(transport, TARGET, TARGET, "nightly", {"restore-1"})  # type: ignore[arg-type]
    assert caught.value.outcome_unknown
