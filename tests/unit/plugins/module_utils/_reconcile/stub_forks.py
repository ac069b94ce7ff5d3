# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stub of the API: a project with addons, one of which has a backup, whose requests fail according to a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.fork import Marker
from ansible_collections.community.northflank.plugins.module_utils._reconcile.fork_backup import ForkWork
from ansible_collections.community.northflank.plugins.module_utils._reconcile.work import Waiting
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._reconcile.stub_backups import listed

SOURCE = Resource("shop", "db")
MARKER = Marker("shop", "db", "ci-1")
CONFIG = {
    "versionTag": "16.4",
    "deployment": {"planId": "small", "storageSize": 4096, "replicas": 1, "storageClass": "ssd"},
    "networking": {"tlsEnabled": True},
}


class Api:
    """A stub of the transport, to the project shop.

    addons: besides the source. statuses: of the fork that is read, one after the other.
    script: the failures by request, in order; None lets one pass; a function is called before the request.
    sent: the requests. bodies: of the forks that were created.
    """

    def __init__(
        self,
        *addons: Mapping[str, Any],
        statuses: tuple[str, ...] = ("running",),
        features: Mapping[str, Any] | None = None,
        config: Mapping[str, Any] | None = None,
        **script: list[Any],
    ) -> None:
        spec = {"type": "postgresql", "config": CONFIG if config is None else config}
        source = {"id": "db", "name": "db", "status": "running", "spec": spec}
        self.addons = {each["id"]: dict(each) for each in (source, *addons)}
        self.statuses = list(statuses)
        self.features = {"forkAddon": True} if features is None else features
        self.script = script
        self.sent: list[str] = []
        self.slept: list[float] = []
        self.bodies: list[Mapping[str, Any]] = []

    def attempts(self) -> Iterator[int]:
        for attempt in range(3):
            if attempt:
                self.sleep(7)
            yield attempt

    def reserve(self, *_arguments: Any) -> AbstractContextManager[None]:
        return nullcontext()

    def clock(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def usage(self) -> dict[str, Any]:
        return {"requests": len(self.sent), "rate_limit": None}

    def request(
        self,
        method: str,
        path: str,
        *,
        hints: Any,
        query: Any = None,
        body: Any = None,
        repeat: bool = True,
        on_send: Callable[[], None] = lambda: None,
    ) -> dict[str, Any]:
        last = path.rsplit("/", 1)[1]
        name = last if last in ("addon-types", "backups", "addons") else "source" if last == "db" else "fork"
        name = name if method == "GET" else method.lower()
        self.sent.append(name)
        on_send()
        steps = self.script.get(name, [])
        failure = steps.pop(0) if steps else None
        if isinstance(failure, BaseException):
            raise failure
        if callable(failure):
            failure()
            failure = None
        if failure is None or failure[1]:
            response = self._effect(name, last, body)
        if failure is not None:
            raise ApiError(method, path, "failed", status=failure[0], outcome_unknown=failure[2])
        return {"data": response}

    def _effect(self, name: str, last: str, body: Any) -> Any:
        if name == "addons":
            return {"addons": list(self.addons.values())}
        if name == "addon-types":
            return {"addonTypes": [{"type": "postgresql", "features": self.features}]}
        if name == "backups":
            return {"backups": [listed("nightly"), listed("weekly", created="10:00")]}
        if name == "post":
            self.bodies.append(body)
            self.addons["drill"] = fork(status="preDeployment")
            return {"id": "drill", "name": body["name"], "description": body["description"]}
        if last not in self.addons:
            raise ApiError(name, last, "not found", status=404)
        if name == "delete":
            del self.addons[last]
            return {}
        if name == "fork" and self.statuses:
            self.addons[last]["status"] = self.statuses.pop(0)
        return dict(self.addons[last])


def fork(description: str = str(MARKER), status: str = "running", id_: str = "drill") -> dict[str, Any]:
    """Return an addon as the API returns it: by default the fork."""
    return {"id": id_, "name": id_, "status": status, "description": description, "spec": {"type": "postgresql"}}


def work_on(
    api: Api, check_mode: bool = False, timeout: int | None = 100, interruption: Interruption | None = None
) -> ForkWork:
    """Return the work on the fork with the name drill."""
    waiting = Waiting(timeout, 5, lambda text: None)
    resource = Resource("shop", "drill")
    return ForkWork(api, resource, waiting, interruption or Interruption(), check_mode)  # type: ignore[arg-type]
