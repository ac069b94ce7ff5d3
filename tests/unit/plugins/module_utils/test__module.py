# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module writes its complete result, even if a signal arrives."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any, NoReturn

import pytest
from ansible_collections.community.northflank.plugins.module_utils import _module
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context


class Module:
    """Replaces AnsibleModule: a signal arrives while it prints the result."""

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self.check_mode = False
        self.no_log = True
        self.no_log_values = {"secret", " "}
        self.printed: list[str] = []
        self.logged: list[str] = []
        self.warn = print
        self.log = self.logged.append

    def exit_json(self, **result: Any) -> NoReturn:
        self._print(result)

    def fail_json(self, **result: Any) -> NoReturn:
        self._print({"failed": True, **result})

    def _print(self, result: Mapping[str, Any]) -> NoReturn:
        self.printed.append("started")
        signal.raise_signal(signal.SIGTERM)
        self.printed.append(str(result))
        raise SystemExit


@pytest.fixture(autouse=True)
def _ended_by_signals() -> Iterator[None]:
    def end(signum: int, frame: FrameType | None) -> NoReturn:
        raise AssertionError("a signal ended the module")

    before = signal.signal(signal.SIGTERM, end)
    yield
    assert signal.signal(signal.SIGTERM, before) is end


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Module:
    stub = Module()
    monkeypatch.setattr(_module, "Module", lambda **spec: stub)
    return stub


def succeed(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    return {"changed": True}


def fail(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    raise NorthflankError("It failed.")


def fail_when_interrupted(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    signal.raise_signal(signal.SIGTERM)
    raise NorthflankError("It failed.")


@pytest.mark.parametrize(
    ("work", "result", "logged"),
    [
        (succeed, {"changed": True}, []),
        (fail, {"failed": True, "msg": "It failed."}, []),
        (fail_when_interrupted, {"failed": True, "msg": "It failed."}, ["It failed. {}"]),
    ],
)
def test_a_signal_does_not_truncate_the_result(module: Module, work: Any, result: dict[str, Any], logged: list) -> None:
    with pytest.raises(SystemExit):
        _module.run_module({}, work)
    assert module.printed == ["started", str(result)]
    assert module.logged == logged


FORK = {"addon_id": "drill", "started_at": "2026-01-15T12:00:00Z"}
BACKUP = {"id": "62cc20b90956ab62a58e8474"}


@pytest.mark.parametrize(
    ("result", "logged"),
    [
        ({"lost_schedules": [], "addons": [], "requests": 1}, '{"lost_schedules": [], "addons": []}'),
        ({"restore": {"id": "1"}, "diff": []}, '{"restore": {"id": "1"}}'),
        ({"backup": BACKUP, "fork": FORK}, json.dumps({"fork": FORK, "backup": BACKUP})),
        ({"backup": None}, '{"backup": null}'),
        # They may be secret.
        ({"credentials": {"secrets": {"PASSWORD": "s3cr3t"}}, "backup_destination": {"credentials": "s3cr3t"}}, "{}"),
    ],
)
def test_an_interrupted_module_logs_what_it_has_done(module: Module, result: dict[str, Any], logged: str) -> None:
    def run(_params: Mapping[str, Any], _context: Context) -> dict[str, Any]:
        signal.raise_signal(signal.SIGTERM)
        raise TaskFailed({**result, "msg": "Interrupted by SIGTERM."})

    with pytest.raises(SystemExit):
        _module.run_module({}, run)
    assert module.logged == [f"Interrupted by SIGTERM. {logged}"]


@pytest.mark.parametrize("no_log", [False, True])
def test_the_work_knows_whether_the_task_has_no_log(module: Module, no_log: bool) -> None:
    seen = []

    def run(_params: Mapping[str, Any], context: Context) -> dict[str, Any]:
        seen.append(context.no_log)
        return {}

    module.no_log = no_log
    with pytest.raises(SystemExit):
        _module.run_module({}, run)
    assert seen == [no_log]


def test_a_blank_token_does_not_mask_every_blank(module: Module) -> None:
    with pytest.raises(SystemExit):
        _module.run_module({}, succeed)
    assert module.no_log_values == {"secret"}
