# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the action plugin or the module in a child process that receives real signals.

The processes are forked from a fork server with all imports, so that thousands of them are possible. The signal
handlers of a worker and the alarm of the task keyword timeout are set up as in ansible-core.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from unittest import mock

from ansible.module_utils import basic
from ansible_collections.community.northflank.plugins.action import addon_backup_schedules as action
from ansible_collections.community.northflank.plugins.modules import addon_backup_schedules as module
from ansible_collections.community.northflank.plugins.plugin_utils import _supervision

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__, "requests", "concurrent.futures.thread"])

# The files that a process writes: its result and its output.
RESULT = "result.json"
TERMINAL = "terminal.txt"


class TaskTimeout(BaseException):
    """Like ansible-core's TaskTimeoutError, which is not an `Exception`."""


def as_worker(options: Mapping[str, Any], folder: str, dies_at_once: bool) -> None:
    """Run the action plugin like a worker of ansible-core.

    dies_at_once: whether the handlers of the worker end it, as since ansible-core 2.19, instead of Python's defaults.
    """
    _enter(folder)
    signal.signal(signal.SIGALRM, _raise_timeout)
    if dies_at_once:
        signal.signal(signal.SIGINT, _die)
        signal.signal(signal.SIGTERM, _die)
    task = mock.Mock(
        args=dict(options), async_val=0, check_mode=False, environment=[], action="addon_backup_schedules", timeout=60
    )
    connection = mock.Mock(transport="local", become=None)
    templar = mock.Mock(template=lambda value: value)
    plugin = action.ActionModule(task, connection, mock.Mock(), mock.Mock(), templar, mock.Mock())
    result = plugin.run(task_vars={"inventory_hostname": "localhost"})
    # The task has ended, so ignore later signals. Blocking them is not enough: signals that another thread receives are
    # handled in this one.
    for each in HANDLED:
        signal.signal(each, signal.SIG_IGN)
    Path(folder, RESULT).write_text(json.dumps(result))


def as_module(options: Mapping[str, Any], folder: str, dies_at_once: bool) -> None:
    """Run the module like AnsiballZ. It prints its result."""
    _enter(folder)
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    module.main()


def as_worker_without_handlers(options: Mapping[str, Any], folder: str, dies_at_once: bool) -> None:
    """Run the action plugin without its signal handlers. This loses schedules, which the tests must detect."""
    with mock.patch.object(_supervision, "signals_as_interruption", lambda *_arguments, **_options: nullcontext()):
        as_worker(options, folder, dies_at_once)


HANDLED = (signal.SIGALRM, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

WAYS: dict[str, Callable[[Mapping[str, Any], str, bool], None]] = {"in-process": as_worker, "module": as_module}


BROKEN_WAYS = {"without handlers": as_worker_without_handlers}


def start(way: str, options: Mapping[str, Any], folder: Path, dies_at_once: bool) -> ForkServerProcess:
    """Start a process that writes its result into the folder."""
    process = CONTEXT.Process(target={**WAYS, **BROKEN_WAYS}[way], args=(options, str(folder), dies_at_once))
    process.start()
    return process


def result_in(folder: Path) -> tuple[dict[str, Any] | None, str]:
    """Return the result of a process, None if there is none, and its output.

    Raises AssertionError if the result is incomplete.
    """
    terminal = (folder / TERMINAL).read_text() if (folder / TERMINAL).exists() else ""
    if (folder / RESULT).exists():
        return json.loads((folder / RESULT).read_text()), terminal
    for line in terminal.splitlines():
        if line.startswith("{") and '"invocation"' in line:
            try:
                return json.loads(line), terminal
            except ValueError as error:
                raise AssertionError(f"the result is incomplete: {line}") from error
    return None, terminal


def _enter(folder: str) -> None:
    os.setsid()
    file = os.open(os.path.join(folder, TERMINAL), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.dup2(file, 1)
    os.dup2(file, 2)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    for each in HANDLED:
        signal.signal(each, signal.SIG_DFL if each != signal.SIGINT else signal.default_int_handler)


def _raise_timeout(number: int, frame: FrameType | None) -> NoReturn:
    raise TaskTimeout("The task timed out.")


def _die(number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)
    os.killpg(os.getpid(), number)
    os._exit(1)
