# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the simulator behaves, which tests change while it runs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """All of it can be set through the control endpoint.

    rate_limit, rate_window: requests, and seconds from the first of them to the reset.
    retry_after: whether a 429 has a Retry-After header, too.
    latency: seconds that each answer takes.
    max_page_size: the most that a page holds, whatever is asked for.
    page_schedules: whether the list of schedules comes in pages, which the API's reference leaves open.
    max_schedules: how many schedules an addon may have; None: one of each kind.
    extra_fields: whether schedules have a field that nobody has heard of yet.
    omit_empty_lists: whether the list of schedules is left out when it is empty, as the official client's types allow.
    patch_as_asked: whether the answer to a PATCH has the schedules in the form of requests, so without ids, as the
      official client's types declare; otherwise as they are listed.
    echo_token: whether error messages repeat the Authorization header.
    forbidden: projects, and addons as project/addon, that the token may not touch.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    rate_limit: int = 1000
    rate_window: float = 3600.0
    retry_after: bool = False
    latency: float = 0.0
    max_page_size: int = 100
    page_schedules: bool = False
    max_schedules: int | None = None
    extra_fields: bool = False
    omit_empty_lists: bool = False
    patch_as_asked: bool = False
    echo_token: bool = False
    forbidden: list[str] = []
