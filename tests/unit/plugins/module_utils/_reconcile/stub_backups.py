# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stub of the API: an addon with backups, whose requests fail and whose backups progress according to a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._reconcile.backup_work import BackupWork
from ansible_collections.community.northflank.plugins.module_utils._reconcile.work import Waiting

RESOURCE = Resource("shop", "db")

# How a request fails: (the status, whether the request took effect, outcome_unknown of the error).
REFUSED = (400, False, False)
NOT_FOUND = (404, False, False)
CONFLICT = (409, False, False)
REQUEST_LOST = (None, False, True)
RESPONSE_LOST = (None, True, True)


class Addon:
    """A stub of the transport, to an addon with backups.

    script: the failures by request, in order; None lets one pass; a function is called before the request.
    statuses: of the backup that is read, one after the other. sent: the requests: a method and the last part of a path.
    """

    def __init__(self, *backups: Mapping[str, Any], statuses: Sequence[str] = (), **script: list[Any]) -> None:
        self.backups = {each["id"]: dict(each) for each in backups}
        self.statuses = list(statuses)
        self.script = {method: list(steps) for method, steps in script.items()}
        self.sent: list[str] = []
        self.slept: list[float] = []
        self.taken: list[str] = []
        self.retries = 2

    def attempts(self) -> Iterator[int]:
        return iter(range(self.retries + 1))

    def clock(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def request(
        self, method: str, path: str, *, hints: Any, query: Any = None, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        parts = path.split("/backups")[1].strip("/").split("/")
        name = parts[1] if len(parts) > 1 else {"GET": "list" if parts == [""] else "read"}.get(method, method.lower())
        self.sent.append(name)
        steps = self.script.get(name, [])
        failure = steps.pop(0) if steps else None
        if isinstance(failure, BaseException):
            raise failure
        if callable(failure):
            failure()
            failure = None
        if failure is None or failure[1]:
            response = self._effect(name, parts[0], body or {})
        if failure is not None:
            raise ApiError(method, path, "failed", status=failure[0], outcome_unknown=failure[2])
        return {"data": response}

    def _effect(self, name: str, id_: str, body: Mapping[str, Any]) -> Any:
        if name == "list":
            return {"backups": list(self.backups.values())}
        if name == "post":
            id_ = f"new-{len(self.taken)}"
            self.taken.append(body["name"])
            self.backups[id_] = listed(id_, body["name"], "scheduled", body.get("backupType", "snapshot"))
            return self.backups[id_]
        if id_ not in self.backups:
            raise ApiError(name, id_, "not found", status=404)
        if name == "read" and self.statuses:
            self.backups[id_]["status"] = self.statuses.pop(0)
        elif name == "abort":
            self.backups[id_]["status"] = "aborting"
        elif name == "delete":
            del self.backups[id_]
        return dict(self.backups.get(id_, {}))


def listed(
    id_: str, name: str = "nightly", status: str = "completed", type_: str = "snapshot", created: str = "11:30"
) -> dict[str, Any]:
    """Return a backup as the API returns it."""
    source = {"type": "liveInstance" if type_ == "dump" else "snapshot"}
    return {
        "id": id_,
        "name": name,
        "status": status,
        "createdAt": f"2026-01-15T{created}:00.000Z",
        "completedAt": "2026-01-15T11:59:00.000Z" if status in ("completed", "failed") else None,
        "config": {"size": "0", "source": source},
    }


def work_on(
    addon: Addon,
    check_mode: bool = False,
    timeout: int | None = 100,
    show: Callable[[str], None] = lambda text: None,
    interruption: Interruption | None = None,
) -> BackupWork:
    """Return the work on a backup of the addon."""
    waiting = Waiting(timeout, 5, show)
    return BackupWork(addon, RESOURCE, waiting, interruption or Interruption(), check_mode)  # type: ignore[arg-type]
