# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of the Northflank API that this collection makes: paths, pages, bodies, answers.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ansible_collections.community.northflank.plugins.module_utils._backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._connection import Connection
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._ids import id_problems
from ansible_collections.community.northflank.plugins.module_utils._rate_limit import Hold
from ansible_collections.community.northflank.plugins.module_utils._schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._text import printable

# The most that the API gives on a page.
_PER_PAGE = 100

# A DELETE, the POST that follows it and, if that fails, the POST that puts the old schedule back.
_REQUESTS_OF_A_REPLACE = 3


@dataclass(frozen=True)
class Target:
    """An addon. team_id is None where the token says which team it is; status is that of the API, where it is known."""

    project_id: str
    addon_id: str
    team_id: str | None = None
    status: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.project_id}/{self.addon_id}"

    @property
    def path(self) -> str:
        return _path(self.team_id, "projects", self.project_id, "addons", self.addon_id)

    @property
    def schedules_path(self) -> str:
        return f"{self.path}/backup-schedules"

    def schedule_path(self, schedule: BackupSchedule) -> str:
        return f"{self.schedules_path}/{schedule.id}"


class _ListMissing(ApiError):
    """A well-formed answer without the list that it should have."""


class Client:
    """Calls the API over a connection that the threads of a task share. Every call may raise ApiError."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.attempts = connection.attempts
        self.usage = connection.usage

    def list_projects(self, team_id: str | None) -> list[dict[str, Any]]:
        """Give the projects that the token sees as the API lists them, all pages of them."""
        path = _path(team_id, "projects")
        hints = {403: "The token needs the permission Project > General > Read.", 404: f"Check team_id ({team_id})."}
        return _with_ids("GET", path, "project", self._pages(path, "projects", hints))

    def list_addons(self, project_id: str, team_id: str | None) -> list[dict[str, Any]]:
        """Give the addons of a project as the API lists them, all pages of them."""
        path = _path(team_id, "projects", project_id, "addons")
        hints = _hints("Read", f"project_id ({project_id})", team_id)
        return _with_ids("GET", path, "addon", self._pages(path, "addons", hints))

    def types_without_dumps(self) -> list[str]:
        """Give the types of addon of which the API tells that they cannot make native dumps."""
        types = self._pages("/v1/addon-types", "addonTypes", {})
        return [str(each.get("type")) for each in types if _lacks_dumps(each)]

    def read_schedules(self, target: Target) -> list[BackupSchedule] | None:
        """Give the schedules of an addon; None if the answer has no list of them.

        The types of the official client allow such an answer, and take it for an empty list. Whatever writes over the
        schedules that an addon has must not.
        """
        try:
            return self.list_schedules(target)
        except _ListMissing:
            return None

    def list_schedules(self, target: Target) -> list[BackupSchedule]:
        """Give the schedules of an addon, in the order of the API."""
        path = target.schedules_path
        pages = self._pages(path, "schedules", _addon_hints("Read", target))
        schedules = _schedules("GET", path, pages)
        for schedule in schedules:
            # The id becomes part of the path of a DELETE.
            if not isinstance(schedule.id, str) or id_problems("id", schedule.id):
                raise _not_understood("GET", path, f"tells {schedule.id!r} as the id of the {schedule.name} schedule")
        return _each_once(path, schedules)

    def list_backups(self, target: Target) -> Iterator[Backup]:
        """Give the backups of an addon one by one, in the order of the API; a page is asked for when it is needed."""
        path = f"{target.path}/backups"
        for each in self._pages(path, "backups", _addon_hints("Read", target)):
            try:
                yield Backup.from_api(each)
            except ValueError as error:
                raise _not_understood("GET", path, f"holds something unknown: {error}") from error

    def create(self, target: Target, schedule: BackupSchedule) -> str:
        """Create a schedule and give its id. After an ApiError that is unclear it may exist all the same."""
        path = target.schedules_path
        answer = self._connection.call("POST", path, body=schedule.to_api(), hints=_addon_hints("Update", target))
        schedule_id = answer["data"].get("id")
        if not isinstance(schedule_id, str) or id_problems("id", schedule_id):
            raise _not_understood("POST", path, "has no id of the new schedule")
        return schedule_id

    def delete(self, target: Target, schedule: BackupSchedule) -> None:
        """Delete a schedule. After an ApiError that is unclear, or a 404, it may be gone all the same."""
        path = target.schedule_path(schedule)
        self._connection.call("DELETE", path, hints=_addon_hints("Update", target))

    def replace_all(self, target: Target, schedules: Sequence[BackupSchedule]) -> list[BackupSchedule] | None:
        """Give an addon just these schedules with one request; return those it has then, None if it does not tell."""
        body = {"backupSchedules": [schedule.to_api() for schedule in schedules]}
        answer = self._connection.call("PATCH", target.path, body=body, hints=_addon_hints("Update", target))
        listed = answer["data"].get("backupSchedules")
        return _schedules("PATCH", target.path, listed) if isinstance(listed, list) else None

    def hold_for_replace(self, target: Target, schedule: BackupSchedule) -> AbstractContextManager[Hold]:
        """Keep what it takes to replace a schedule out of the rate-limit window; see RateLimit.hold()."""
        return self._connection.hold(
            _REQUESTS_OF_A_REPLACE,
            lambda: self.list_schedules(target),
            "DELETE",
            target.schedule_path(schedule),
        )

    def _pages(self, path: str, field: str, hints: dict[int, str]) -> Iterator[Any]:
        query: dict[str, Any] = {"per_page": _PER_PAGE}
        seen: set[str] = set()
        while True:
            answer = self._connection.call("GET", path, query=query, hints=hints)
            items = answer["data"].get(field)
            if items is None and not seen:
                raise _not_understood("GET", path, f"has no list of {field}", _ListMissing)
            if not isinstance(items, list):
                raise _not_understood("GET", path, f"has no list of {field}")
            yield from items
            # The documented list of schedules has no pagination: what does not tell of a next page is the last one.
            pagination = answer.get("pagination")
            if not isinstance(pagination, dict) or not pagination.get("hasNextPage"):
                return
            cursor = str(pagination.get("cursor") or "")
            if not cursor or cursor in seen:
                raise _not_understood("GET", path, "tells of a next page but gives no new cursor for it")
            seen.add(cursor)
            query = {"per_page": _PER_PAGE, "cursor": cursor}


def _path(team_id: str | None, *parts: str) -> str:
    team = () if team_id is None else ("teams", team_id)
    return "/v1/" + "/".join(quote(part, safe="") for part in (*team, *parts))


def _lacks_dumps(addon_type: Any) -> bool:
    features = addon_type.get("features") if isinstance(addon_type, dict) else None
    return isinstance(features, dict) and features.get("backupsDump") is False


def _with_ids(method: str, path: str, what: str, listed: Iterable[Any]) -> list[dict[str, Any]]:
    """Take what a list holds, if each of it has an id."""
    found = list(listed)
    for each in found:
        if not isinstance(each, dict) or not isinstance(each.get("id"), str):
            raise _not_understood(method, path, f"tells of {what} without an id: {printable(repr(each), 200)}")
    return found


def _each_once(path: str, schedules: Sequence[BackupSchedule]) -> list[BackupSchedule]:
    """Return the schedules without repeats, as when a list shifts between its pages: a DELETE by ID would hit both."""
    by_id: dict[str | None, BackupSchedule] = {}
    for schedule in schedules:
        if by_id.setdefault(schedule.id, schedule) != schedule:
            raise _not_understood("GET", path, f"has two different schedules with the ID {schedule.id}")
    return list(by_id.values())


def _schedules(method: str, path: str, listed: Any) -> list[BackupSchedule]:
    try:
        return [BackupSchedule.from_api(each) for each in listed]
    except (TypeError, ValueError) as error:
        raise _not_understood(method, path, f"holds something unknown: {error}") from error


def _not_understood(method: str, path: str, why: str, kind: type[ApiError] = ApiError) -> ApiError:
    hint = "If the API changed, a newer version of community.northflank may know it."
    return kind(method, path, printable(f"the answer {why}"), status=200, hint=hint, unclear=True)


def _addon_hints(permission: str, target: Target) -> dict[int, str]:
    return _hints(permission, f"project_id ({target.project_id}) and addon_id ({target.addon_id})", target.team_id)


def _hints(permission: str, ids: str, team_id: str | None) -> dict[int, str]:
    team = f"team_id ({team_id})" if team_id else "team_id, which a token of an organisation needs"
    return {
        403: f"The token needs the permission Project > Addons > General > {permission}.",
        404: f"Check {ids}, and {team}.",
    }
