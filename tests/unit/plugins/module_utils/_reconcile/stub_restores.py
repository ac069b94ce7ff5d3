# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stub of the API: an addon with backups and restores, whose requests fail according to a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._reconcile.restore_backup import RestoreWork
from ansible_collections.community.northflank.plugins.module_utils._reconcile.work import Waiting
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_backups import listed

TARGET, SOURCE = Resource("shop", "db"), Resource("shop", "copy")


class Api:
    """A stub of the transport, to addons with backups and restores.

    backups: of all addons. restores: of the target, each of which progresses to the next of its statuses when it is
    listed. script: the failures by request, in order; None lets one pass; a function is called before the request.
    sent: the requests. types: of addons, by ID.
    """

    def __init__(
        self,
        *restores: Mapping[str, Any],
        backups: tuple[Mapping[str, Any], ...] = (listed("nightly"),),
        statuses: tuple[str, ...] = ("completed",),
        types: Mapping[str, str] | None = None,
        **script: list[Any],
    ) -> None:
        self.restores = [dict(each) for each in restores]
        self.backups = {each["id"]: dict(each) for each in backups}
        self.statuses = list(statuses)
        self.types = types or {}
        self.script = script
        self.sent: list[str] = []
        self.slept: list[float] = []
        self.started: list[str] = []

    def attempts(self) -> Iterator[int]:
        return iter(range(3))

    def clock(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def usage(self) -> dict[str, Any]:
        return {"requests": len(self.sent), "rate_limit": None}

    def request(self, method: str, path: str, *, hints: Any, query: Any = None) -> dict[str, Any]:
        name = "post" if method == "POST" else path.rsplit("/", 1)[1]
        name = name if name in ("post", "restores", "backups") else "backup" if "/backups/" in path else "addon"
        self.sent.append(name)
        steps = self.script.get(name, [])
        failure = steps.pop(0) if steps else None
        if isinstance(failure, BaseException):
            raise failure
        if callable(failure):
            failure()
            failure = None
        if failure is None or failure[1]:
            response = self._effect(name, path.split("/"))
        if failure is not None:
            raise ApiError(method, path, "failed", status=failure[0], outcome_unknown=failure[2])
        return {"data": response}

    def _effect(self, name: str, parts: list[str]) -> Any:
        if name == "restores":
            if self.started and self.statuses:
                self.restores[-1]["status"] = self.statuses.pop(0)
            return {"restores": self.restores}
        if name == "backups":
            return {"backups": list(self.backups.values())}
        if name == "addon":
            return {"id": parts[-1], "spec": {"type": self.types.get(parts[-1], "postgresql")}}
        if name == "backup":
            return self.backups[parts[-1]]
        self.started.append(parts[-2])
        self.restores.append(restored(f"new-{len(self.started)}", parts[-2], "scheduled", "2026-01-15T11:59:00.000Z"))
        return {"restoreId": self.restores[-1]["id"]}


def restored(
    id_: str, backup_id: str = "nightly", status: str = "completed", at: str = "2026-01-15T11:00:00.000Z"
) -> dict[str, Any]:
    """Return a restore as the API lists it."""
    return {"id": id_, "backupId": backup_id, "status": status, "restoreTimestamp": at}


def work_on(
    api: Api,
    check_mode: bool = False,
    timeout: int | None = 100,
    show: Callable[[str], None] = lambda text: None,
    interruption: Interruption | None = None,
) -> RestoreWork:
    """Return the work on a restore of the target."""
    waiting = Waiting(timeout, 5, show)
    return RestoreWork(api, TARGET, waiting, interruption or Interruption(), check_mode)  # type: ignore[arg-type]
