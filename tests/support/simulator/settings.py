# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the simulator. Tests can change them while it runs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """All settings can be changed with the control endpoint.

    rate_limit, rate_window: requests per window, and the length of a window in seconds. The first request after a
      reset opens a window.
    retry_after: whether responses with status 429 have a Retry-After header.
    latency: the delay of every response, in seconds.
    max_page_size: the most items per page, whatever the client requests.
    paginate_schedules: whether the list of schedules is paginated, which the API reference leaves open.
    max_schedules: the most schedules per addon or volume. None: limited only to one per interval and backup type.
    extra_fields: whether schedules have a field that the API reference does not mention.
    omit_empty_lists: whether an empty list of schedules is omitted, which the official client's types allow.
    patch_returns_request_form: whether the response to a PATCH has the schedules in the form of request bodies, without
      IDs, as the official client's types declare. Otherwise, they have the form in which they are listed.
    bare_lists: whether volumes and their backups are listed as ``data`` itself, as the official client's types declare.
      Otherwise, ``data`` has a field with the list.
    omit_volume_backup_type: whether the listed schedules of volumes have no backupType, which their request bodies do
      not have either.
    volume_backups_status: the status of all responses about schedules and backups of volumes, such as 404, if the API
      does not offer these. None: it does.
    echo_token: whether error responses include the Authorization header of the request.
    forbidden: projects, addons as project/addon and volumes as project/volumes/volume, that the token has no permission
      for.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    rate_limit: int = 1000
    rate_window: float = 3600.0
    retry_after: bool = False
    latency: float = 0.0
    max_page_size: int = 100
    paginate_schedules: bool = False
    max_schedules: int | None = None
    extra_fields: bool = False
    omit_empty_lists: bool = False
    patch_returns_request_form: bool = False
    bare_lists: bool = True
    omit_volume_backup_type: bool = False
    volume_backups_status: int | None = None
    echo_token: bool = False
    forbidden: list[str] = []
