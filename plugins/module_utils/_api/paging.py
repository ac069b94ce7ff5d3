# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that the API returns page by page, and single objects.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from .._errors import ApiError
from .._model.text import printable, short_repr
from .responses import unexpected_response
from .transport import Transport

# The most items per page that the API accepts.
_PER_PAGE = 100

# A list with more pages does not come from the API.
_MAX_PAGES = 1000


class Ending(Protocol):
    """A backup or a restore: what begins and ends while a list is read."""

    @property
    def id(self) -> str: ...

    @property
    def has_ended(self) -> bool: ...


AnyEnding = TypeVar("AnyEnding", bound=Ending)


class ListMissing(ApiError):
    """A valid response without the list that it should contain."""


def read_pages(
    transport: Transport, path: str, field: str, hints: Mapping[int, str], *, may_be_bare: bool = False
) -> Iterator[Any]:
    """Yield the items of a list, requesting each page when it is needed.

    field: the name of the list. hints: by status, what to do about it.
    may_be_bare: whether ``data`` may be the list itself, as the types of the official client declare for some.

    Raises ApiError, ListMissing.
    """
    query: dict[str, Any] = {"per_page": _PER_PAGE}
    cursors: set[str] = set()
    while True:
        response = transport.request("GET", path, query=query, hints=hints)
        data = response["data"]
        items = data.get(field) if isinstance(data, dict) else (data if may_be_bare else {})
        if items is None and not cursors:
            raise unexpected_response("GET", path, f"has no list of {field}", ListMissing)
        if not isinstance(items, list):
            raise unexpected_response("GET", path, f"has no list of {field}")
        yield from items
        pagination = response.get("pagination") or {}
        if not _has_next_page(path, pagination):
            return
        cursor = str(pagination.get("cursor") or "")
        if not cursor or cursor in cursors:
            raise unexpected_response("GET", path, "has a next page but no new cursor")
        if len(cursors) >= _MAX_PAGES:
            raise unexpected_response("GET", path, f"has more than {_MAX_PAGES} pages")
        cursors.add(cursor)
        query = {"per_page": _PER_PAGE, "cursor": cursor}


def _has_next_page(path: str, pagination: Any) -> bool:
    """Return whether a page is followed by another. Raises ApiError if nobody knows: the list may be incomplete.

    The documented list of schedules has no pagination: a response without it is the last page.
    """
    if not pagination:
        return False
    if isinstance(pagination, dict):
        stated = pagination.get("hasNextPage")
        if isinstance(stated, bool):
            return stated
        if stated is None and not pagination.get("cursor"):
            return False
    raise unexpected_response("GET", path, "does not state whether there is a next page")


def distinct(path: str, field: str, items: Iterable[Any], parse: Callable[[Any], AnyEnding]) -> Iterator[AnyEnding]:
    """Yield what parse returns for the items of a list, once for each ID.

    A list shifts between its pages when an item is added: the last one of a page is then the first of the next. Until
    then, one that was in progress may have ended.

    field: the name of the list. parse: raises ValueError.

    Raises ApiError, also if two items with the same ID contradict each other.
    """
    known: dict[str, AnyEnding] = {}
    for each in items:
        try:
            item = parse(each)
        except ValueError as error:
            raise unexpected_response("GET", path, f"has an item that is {error}") from error
        if item.id not in known:
            known[item.id] = item
            yield item
        elif item != known[item.id] and known[item.id].has_ended:
            raise unexpected_response("GET", path, f"has two different {field} with the ID {short_repr(item.id)}")


def read_object(transport: Transport, path: str, hints: Mapping[int, str]) -> dict[str, Any]:
    """Return a single object of the API. hints: by status, what to do about it. Raises ApiError."""
    data = transport.request("GET", path, hints=hints)["data"]
    if not isinstance(data, dict):
        raise unexpected_response("GET", path, "is a list instead of a single object")
    return data


def read_if_exists(transport: Transport, path: str, hints: Mapping[int, str]) -> dict[str, Any] | None:
    """Return a single object of the API; None if the API says that it does not exist. Raises ApiError."""
    try:
        return read_object(transport, path, hints)
    except ApiError as error:
        if error.is_not_found:
            return None
        raise


def items_with_ids(path: str, item: str, items: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the items of a list, each of which must have an ID. item: a noun for it: ``an addon``."""
    found = list(items)
    for each in found:
        if not isinstance(each, dict) or not isinstance(each.get("id"), str):
            raise unexpected_response("GET", path, f"has {item} without an ID: {printable(repr(each), 200)}")
    return found
