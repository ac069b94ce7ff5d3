# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that are connected to a stub of the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks import (
    apply_schedules,
    assess_backups,
    on_demand_backup,
    read_schedules,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import StubTransport
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of


class Api(StubTransport):
    """Returns prepared responses, and counts the requests."""

    seconds = 0.0

    def usage(self) -> dict[str, Any]:
        return {"requests": len(self.requests), "rate_limit": None}

    @contextmanager
    def reserve(self, *_arguments: Any) -> Iterator[Any]:
        """Reserve requests for a replace: there is no rate limit."""
        yield SimpleNamespace()

    @property
    def methods(self) -> list[str]:
        return [each[0] for each in self.requests]

    def clock(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def connect_to(api: Api, monkeypatch: pytest.MonkeyPatch, task: ModuleType = on_demand_backup) -> None:
    """Have the requests of a task go to the stub."""

    @contextmanager
    def connect(
        _params: Any, _context: Any, validation_errors: list[str], secrets: Sequence[str] = ()
    ) -> Iterator[Api]:
        assert validation_errors == []
        if secrets:
            api.secrets.add(*secrets)
        yield api

    for module in (task, apply_schedules, assess_backups, read_schedules):
        monkeypatch.setattr(module, "connect", connect, raising=False)


def run_task(
    task: ModuleType, api: Api, monkeypatch: pytest.MonkeyPatch, context: Context | None = None, **options: Any
) -> dict[str, Any]:
    """Return the result of a task with these options; its requests go to the stub."""
    connect_to(api, monkeypatch, task)
    result: dict[str, Any] = task.run(params_of(task, **options), context or Context(False, pytest.fail))
    return result
