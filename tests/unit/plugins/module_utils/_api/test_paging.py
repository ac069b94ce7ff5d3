# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists are read page by page, and checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.paging import (
    ListMissing,
    items_with_ids,
    read_if_exists,
    read_object,
    read_pages,
)
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)

PATH = "/v1/projects"


def read(transport: StubTransport) -> list[Any]:
    return list(read_pages(transport, PATH, "projects", {403: "Ask."}))  # type: ignore[arg-type]


def test_all_pages_are_read() -> None:
    transport = StubTransport(
        page("projects", "a", hasNextPage=True, cursor="one"),
        page("projects", "b", hasNextPage=True, cursor="two"),
        page("projects", "c", hasNextPage=False, cursor="three"),
    )
    assert read(transport) == ["a", "b", "c"]
    assert transport.requests == [
        ("GET", PATH, {"per_page": 100}),
        ("GET", PATH, {"per_page": 100, "cursor": "one"}),
        ("GET", PATH, {"per_page": 100, "cursor": "two"}),
    ]
    assert transport.hints == {403: "Ask."}


def test_a_page_is_requested_when_it_is_needed() -> None:
    transport = StubTransport(page("projects", "a", "b", hasNextPage=True, cursor="one"))
    items = read_pages(transport, PATH, "projects", {})  # type: ignore[arg-type]
    assert transport.requests == []
    assert (next(items), next(items)) == ("a", "b")
    assert len(transport.requests) == 1


@pytest.mark.parametrize("pagination", [None, [], {}, {"hasNextPage": None}, {"count": 1}, {"hasNextPage": False}])
def test_a_page_without_a_next_page_is_the_last(pagination: Any) -> None:
    assert read(StubTransport({**page("projects", "a"), "pagination": pagination})) == ["a"]


@pytest.mark.parametrize(
    "pagination", ["more", 1, [1], {"cursor": "one"}, {"hasNextPage": "false"}, {"hasNextPage": 0, "cursor": "one"}]
)
def test_a_page_that_may_not_be_the_last_is_an_error(pagination: Any) -> None:
    with pytest.raises(ApiError, match="the response does not state whether there is a next page"):
        read(StubTransport({**page("projects", "a"), "pagination": pagination}))


def test_an_empty_list() -> None:
    assert read(StubTransport(page("projects"))) == []


@pytest.mark.parametrize("data", [{}, {"projects": None}])
def test_a_missing_list_is_not_an_empty_list(data: dict[str, Any]) -> None:
    with pytest.raises(ListMissing, match="the response has no list of projects"):
        read(StubTransport({"data": data}))


def test_a_page_without_a_list_after_one_that_had_it_is_an_error() -> None:
    with pytest.raises(ApiError, match="the response has no list of projects") as caught:
        read(StubTransport(page("projects", "a", hasNextPage=True, cursor="one"), {"data": {}}))
    assert not isinstance(caught.value, ListMissing)


@pytest.mark.parametrize("projects", [{}, "text", 7])
def test_a_list_of_another_type_is_an_error(projects: Any) -> None:
    with pytest.raises(ApiError, match="the response has no list of projects") as caught:
        read(StubTransport({"data": {"projects": projects}}))
    assert not isinstance(caught.value, ListMissing)


@pytest.mark.parametrize("cursor", ["one", None, ""])
def test_a_next_page_without_a_new_cursor_is_an_error(cursor: str | None) -> None:
    pages = [page("projects", hasNextPage=True, cursor=each) for each in ("one", cursor)]
    with pytest.raises(ApiError, match="the response has a next page but no new cursor"):
        read(StubTransport(*pages))


@pytest.mark.parametrize("wrap", [lambda *items: {"data": list(items)}, lambda *items: page("projects", *items)])
def test_a_list_may_be_bare(wrap: Callable[..., dict[str, Any]]) -> None:
    first = {**wrap("a"), "pagination": {"hasNextPage": True, "cursor": "one"}}
    transport = StubTransport(first, wrap("b"))
    assert list(read_pages(transport, PATH, "projects", {}, may_be_bare=True)) == ["a", "b"]  # type: ignore[arg-type]


def test_another_list_must_have_its_name() -> None:
    with pytest.raises(ApiError, match="the response has no list of projects") as caught:
        read(StubTransport({"data": []}))
    assert not isinstance(caught.value, ListMissing)


def test_a_single_object() -> None:
    transport = StubTransport({"data": {"id": "a"}})
    assert read_object(transport, PATH, {403: "Ask."}) == {"id": "a"}  # type: ignore[arg-type]
    assert transport.requests == [("GET", PATH)]
    assert transport.hints == {403: "Ask."}


def test_a_list_is_not_a_single_object() -> None:
    with pytest.raises(ApiError, match="is a list instead of a single object"):
        read_object(StubTransport({"data": [{"id": "a"}]}), PATH, {})  # type: ignore[arg-type]


def test_an_object_that_the_api_does_not_find_does_not_exist() -> None:
    found = read_if_exists(StubTransport({"data": {"id": "a"}}), PATH, {})  # type: ignore[arg-type]
    assert found == {"id": "a"}
    not_found = ApiError("GET", PATH, "Not found", status=404)
    assert read_if_exists(StubTransport(not_found), PATH, {}) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("options", [{"status": 404, "is_from_api": False}, {"status": 403}, {}])
def test_no_other_error_shows_that_an_object_does_not_exist(options: dict[str, Any]) -> None:
    with pytest.raises(ApiError):
        read_if_exists(StubTransport(ApiError("GET", PATH, "No", **options)), PATH, {})  # type: ignore[arg-type]


def test_items_with_ids() -> None:
    items = [{"id": "a", "name": "A"}, {"id": ""}]
    assert items_with_ids(PATH, "a project", iter(items)) == items


@pytest.mark.parametrize("item", [{}, {"id": 7}, {"id": None}, "text", None])
@pytest.mark.parametrize("noun", ["a project", "an addon"])
def test_an_item_without_an_id_is_an_error(noun: str, item: Any) -> None:
    with pytest.raises(ApiError) as caught:
        items_with_ids(PATH, noun, [{"id": "a"}, item])
    assert caught.value.message == f"the response has {noun} without an ID: {item!r}"


def test_a_list_without_end_is_an_error() -> None:
    transport = StubTransport(
        *(page("projects", number, hasNextPage=True, cursor=str(number)) for number in range(1002))
    )
    with pytest.raises(ApiError, match="has more than 1000 pages"):
        read(transport)
