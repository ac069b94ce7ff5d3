# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the simulator. Tests can change them while it runs."""

from __future__ import annotations

from typing import Literal

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
    backup_duration: how long an on-demand backup takes, in seconds. backup_durations: those of some resources, by
      project/addon.
    backup_outcome: the status that it ends with. backup_outcomes: those of some resources, by project/addon.
    restore_duration, restore_outcome: the same of restores.
    ignore_restore_errors: whether a restore, or a fork, ends as usual even if only a part of the backup, or nothing,
      could be restored. Otherwise, it fails.
    check_restores: whether a restore is refused if another one is in progress, or the backup is of another addon type.
    fork_duration, fork_outcome: how long it takes until a fork has its final status, in seconds, and this status.
    fork_id_suffix: what is appended to the ID that a fork gets from its name.
    stored_addon_description: what is stored as the description of new addons, if it is not what is requested.
    deletion_duration: how long it takes to delete an addon, in seconds.
    abort_duration: how long it takes to abort a backup or a restore, in seconds.
    one_backup_at_a_time: whether a backup is refused while another one of the same resource is in progress.
    list_destination_ids: whether the list of backup destinations has their IDs, which the official client's types do
      not declare.
    destination_id_suffix: what is appended to the ID that a new backup destination gets from its name.
    unique_destination_names: whether a name that exists is refused; otherwise the new destination gets another ID.
    destination_patch_response: whether the response to a PATCH of a backup destination has the destination (full),
      lacks its secrets (without_secrets), or has no data (empty).
    stored_description: what is stored as the description of backup destinations, whatever is requested.
    merge_patched_credentials: whether a PATCH keeps the credentials that it omits.
    rename_changes_destination_id: whether a new name changes the ID of a backup destination.
    keep_used_destinations: whether backup destinations that schedules use cannot be deleted.
    unique_notification_names: whether a name of a notification integration that exists is refused.
    notification_update_response: whether the response to an update of a notification integration has the integration
      (full), or no data (empty).
    merge_updated_events: whether an update of a notification integration keeps the events that it omits; otherwise it
      disables them.
    new_notification_event: an event that the API has added, and enables in every notification integration that does
      not disable it; empty for none.
    hide_webhooks: whether notification integrations are returned with asterisks as their webhook URL.
    webhook_attempts: how many times an event is sent to a webhook that does not respond with a status of 2xx.
    webhook_retry_delay: the seconds in between.
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
    backup_duration: float = 0.0
    backup_durations: dict[str, float] = {}
    backup_outcome: str = "completed"
    backup_outcomes: dict[str, str] = {}
    restore_duration: float = 0.0
    restore_outcome: str = "completed"
    ignore_restore_errors: bool = False
    check_restores: bool = True
    fork_duration: float = 0.0
    fork_outcome: str = "running"
    fork_id_suffix: str = ""
    stored_addon_description: str | None = None
    deletion_duration: float = 0.0
    abort_duration: float = 0.0
    one_backup_at_a_time: bool = True
    list_destination_ids: bool = False
    destination_id_suffix: str = ""
    unique_destination_names: bool = True
    destination_patch_response: Literal["full", "without_secrets", "empty"] = "full"
    stored_description: str | None = None
    merge_patched_credentials: bool = True
    rename_changes_destination_id: bool = False
    keep_used_destinations: bool = True
    unique_notification_names: bool = False
    notification_update_response: Literal["full", "empty"] = "empty"
    merge_updated_events: bool = True
    new_notification_event: str = ""
    hide_webhooks: bool = False
    webhook_attempts: int = 5
    webhook_retry_delay: float = 0.5
    bare_lists: bool = True
    omit_volume_backup_type: bool = False
    volume_backups_status: int | None = None
    echo_token: bool = False
    forbidden: list[str] = []
