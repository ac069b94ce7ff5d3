# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pagination of lists, by cursor or by page number."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field


class Pagination(BaseModel):
    """The query parameters of a paginated list."""

    per_page: int = Field(default=50, ge=1)
    page: int = Field(default=1, ge=1)
    cursor: str | None = Field(default=None, pattern=r"^after-\d+$")

    def paginate(self, field: str | None, items: list[Any], max_size: int) -> dict[str, Any]:
        """Return the response body with one page of the items.

        field: the name of the list in the response; None if ``data`` is the list itself. max_size: the most items per
        page, whatever the client requests.
        """
        size = min(self.per_page, 100, max_size)
        start = int(self.cursor.removeprefix("after-")) if self.cursor else (self.page - 1) * size
        page, more = items[start : start + size], len(items) > start + size
        pagination = {"hasNextPage": more, "count": len(page), **({"cursor": f"after-{start + size}"} if more else {})}
        return {"data": page if field is None else {field: page}, "pagination": pagination}


PaginationDep = Annotated[Pagination, Query()]
